// Draws a classic dashboard from its JSON and the answers to its queries, with Grafana's published components: no
// Grafana server, no data source, no network.
import { ThemeContext } from '@grafana/data';
import { GlobalStyles } from '@grafana/ui';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import 'uplot/dist/uPlot.min.css';
import { theme } from './input';
import { Dashboard } from './page/Dashboard';

const FACES = ['400 12px Inter', '500 12px Inter', '400 12px "Roboto Mono"'];

/** Text on a canvas does not wait for fonts: their rules (GlobalStyles) first, then the fonts, then the panels. */
function App() {
    const [ready, setReady] = useState(false);
    useEffect(() => {
        Promise.all(FACES.map((face) => document.fonts.load(face))).finally(() => setReady(true));
    }, []);
    return (
        <ThemeContext.Provider value={theme}>
            <GlobalStyles />
            {ready && <Dashboard />}
        </ThemeContext.Provider>
    );
}

document.body.className = theme.isDark ? 'theme-dark' : 'theme-light';
createRoot(document.getElementById('root')!).render(<App />);
