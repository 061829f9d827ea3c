// The parts that our own plots share: Grafana's time axis and the room that a drawing has.
import type { TimeRange } from '@grafana/data';
import { AxisPlacement, ScaleDirection, ScaleOrientation } from '@grafana/schema';
import { UPlotConfigBuilder } from '@grafana/ui';
import type uPlot from 'uplot';
import { theme, timeZone } from '../input';

export function withTimeAxis(range: TimeRange): UPlotConfigBuilder {
    const builder = new UPlotConfigBuilder(timeZone);
    builder.addScale({
        scaleKey: 'x',
        isTime: true,
        orientation: ScaleOrientation.Horizontal,
        direction: ScaleDirection.Right,
        range: () => [range.from.valueOf(), range.to.valueOf()],
    });
    builder.addAxis({
        scaleKey: 'x',
        isTime: true,
        placement: AxisPlacement.Bottom,
        timeZone,
        theme,
        grid: { show: false },
    });
    return builder;
}

/** Pixels of the canvas for each of the page. */
export const RATIO = window.devicePixelRatio;

/** Draws with nothing outside the plot's area. */
export function clipped(u: uPlot, draw: () => void) {
    u.ctx.save();
    u.ctx.beginPath();
    u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    u.ctx.clip();
    draw();
    u.ctx.restore();
}
