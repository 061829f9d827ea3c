// A heatmap's colour scheme: d3's, as in Grafana.
import * as chromatic from 'd3-scale-chromatic';
import { theme } from '../input';

// These run from one colour to another; all others from light to dark, which a dark theme turns round.
const BOTH_WAYS = new Set(
    'Spectral RdYlGn RdYlBu RdBu Turbo Cividis Viridis Magma Inferno Plasma Warm Cool Rainbow CubehelixDefault'.split(
        ' '
    )
);

/** A count's colour, and the whole scale as a CSS gradient. */
export function colorsOf(options: any, most: number): { color: (count: number) => string; scale: string } {
    const scheme = options.scheme ?? 'Oranges';
    const steps = options.steps ?? 64;
    const exponent = options.scale === 'linear' ? 1 : (options.exponent ?? 0.5);
    const at: (share: number) => string = (chromatic as any)['interpolate' + scheme] ?? chromatic.interpolateOranges;
    const turned = (!BOTH_WAYS.has(scheme) && theme.isDark) !== Boolean(options.reverse);
    const shade = (share: number) => at(turned ? 1 - share : share);
    const color = (count: number) => {
        const share = Math.pow(Math.max(0, count) / (most || 1), exponent);
        return shade(Math.round(share * (steps - 1)) / (steps - 1));
    };
    const scale = `linear-gradient(90deg, ${Array.from({ length: 9 }, (_, i) => shade(i / 8)).join(', ')})`;
    return { color, scale };
}
