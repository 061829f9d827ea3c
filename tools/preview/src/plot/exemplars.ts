// Own drawing: exemplars on a graph, each a diamond where it was measured. Grafana's own markers are not published.
import type uPlot from 'uplot';
import type { Exemplar } from '../frames/exemplars';
import { RATIO } from './timeAxis';

const HALF = 4 * RATIO;

export function drawExemplars(u: uPlot, exemplars: Exemplar[], color: string) {
    const scale = Object.keys(u.scales).find((key) => key !== 'x' && key !== 'y') ?? 'y';
    const { min = -Infinity, max = Infinity } = u.scales[scale] as any;
    const { left, top, width, height } = u.bbox;
    u.ctx.save();
    u.ctx.beginPath();
    u.ctx.rect(left, top - HALF, width, height + 2 * HALF);
    u.ctx.clip();
    u.ctx.fillStyle = color;
    u.ctx.globalAlpha = 0.7;
    for (const { time, value } of exemplars) {
        // One beyond the scale is shown at its edge, as in Grafana.
        const [x, y] = [u.valToPos(time, 'x', true), u.valToPos(Math.min(max, Math.max(min, value)), scale, true)];
        u.ctx.beginPath();
        u.ctx.moveTo(x, y - HALF);
        u.ctx.lineTo(x + HALF, y);
        u.ctx.lineTo(x, y + HALF);
        u.ctx.lineTo(x - HALF, y);
        u.ctx.fill();
    }
    u.ctx.restore();
}
