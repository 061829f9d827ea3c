// Own drawing: annotations on a plot, with the strokes and shades of Grafana's panel. What draws them there is not
// published.
import { colorManipulator } from '@grafana/data';
import type { UPlotConfigBuilder } from '@grafana/ui';
import { useLayoutEffect } from 'react';
import type uPlot from 'uplot';
import type { Mark } from '../annotations';
import { theme } from '../input';
import { RATIO } from './timeAxis';

const DASH = [5 * RATIO, 5 * RATIO];
const FOOT = 5 * RATIO; // height of the triangle or the bar below the axis

function line(u: uPlot, x: number, color: string) {
    u.ctx.strokeStyle = color;
    u.ctx.beginPath();
    u.ctx.moveTo(x, u.bbox.top);
    u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
    u.ctx.stroke();
}

function foot(u: uPlot, from: number, to: number, color: string) {
    const y = u.bbox.top + u.bbox.height;
    u.ctx.fillStyle = color;
    if (to > from) {
        u.ctx.fillRect(from, y, to - from, FOOT);
        return;
    }
    u.ctx.beginPath();
    u.ctx.moveTo(from, y);
    u.ctx.lineTo(from - FOOT, y + FOOT);
    u.ctx.lineTo(from + FOOT, y + FOOT);
    u.ctx.fill();
}

export function drawMarks(u: uPlot, marks: Mark[]) {
    const { left, top, width, height } = u.bbox;
    u.ctx.save();
    u.ctx.beginPath();
    u.ctx.rect(left, top, width, height + FOOT);
    u.ctx.clip();
    u.ctx.lineWidth = 2 * RATIO;
    for (const mark of marks) {
        const color = theme.visualization.getColorByName(mark.color);
        const [from, to] = [mark.from, mark.to].map((time) => u.valToPos(time, 'x', true));
        if (to < left || from > left + width) continue;
        u.ctx.setLineDash(DASH);
        line(u, from, color);
        if (mark.to > mark.from) {
            line(u, to, color);
            u.ctx.fillStyle = colorManipulator.alpha(color, 0.1);
            u.ctx.fillRect(from, top, to - from, height);
        }
        u.ctx.setLineDash([]);
        foot(u, Math.max(from, left), Math.min(to, left + width), color);
    }
    u.ctx.restore();
}

/** Hooks a drawing into a plot that a component of Grafana's has configured, before it is made. */
export function DrawHook({ config, draw }: { config: UPlotConfigBuilder; draw: (u: uPlot) => void }) {
    useLayoutEffect(() => config.addHook('draw', draw), [config]);
    return null;
}
