// The whole page: head, then the grid of panels.
import { input } from '../input';
import { Head } from './Head';
import { layout, PAD } from './layout';
import { Panel } from './Panel';
import { Row } from './Row';

export function Dashboard() {
    const { placed, height } = layout();
    return (
        <div style={{ width: input.width, boxSizing: 'border-box' }}>
            <Head />
            <div id="grid" style={{ position: 'relative', height, margin: `0 ${PAD}px ${PAD}px` }}>
                {placed.map(({ panel, width, height, ...place }) => (
                    <div
                        key={panel.id}
                        data-panel={panel.id}
                        style={{ position: 'absolute', width, height, ...place }}
                    >
                        {panel.type === 'row' ? (
                            <Row panel={panel} height={height} />
                        ) : (
                            <Panel panel={panel} width={width} height={height} />
                        )}
                    </div>
                ))}
            </div>
        </div>
    );
}
