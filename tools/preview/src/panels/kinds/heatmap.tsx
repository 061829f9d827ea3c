// Own drawing: buckets over time on Grafana's axes, with exemplars. Grafana's heatmap panel is not published.
import { FieldType, formattedValueToString, getDisplayProcessor, getFieldDisplayName } from '@grafana/data';
import { AxisPlacement, ScaleDirection, ScaleDistribution, ScaleOrientation } from '@grafana/schema';
import { UPlotChart } from '@grafana/ui';
import { useMemo } from 'react';
import type uPlot from 'uplot';
import { number } from '../../frames/prometheus';
import { theme } from '../../input';
import { colorsOf } from '../../plot/heatColors';
import { drawMarks } from '../../plot/marks';
import { clipped, RATIO, withTimeAxis } from '../../plot/timeAxis';
import { NoData } from '../NoData';
import type { PanelProps } from '../panel';

const LEGEND = 38; // pixels
const LABEL = 18;
const DOT = 8 * RATIO;

interface Bucket {
    le: number;
    times: number[];
    counts: number[];
}

/** Buckets from the lowest; cumulative ones are taken apart where the query says that they are a histogram. */
function bucketsOf({ panel, frames }: PanelProps): Bucket[] {
    const buckets = frames.flatMap((frame) => {
        const value = frame.fields.find((field) => field.type === FieldType.number);
        if (!value || !frame.length) return [];
        const le = number(value.labels?.le ?? getFieldDisplayName(value, frame, frames));
        return Number.isNaN(le) ? [] : [{ le, times: frame.fields[0].values, counts: [...value.values] }];
    });
    buckets.sort((a, b) => a.le - b.le);
    if (panel.targets?.[0]?.format !== 'heatmap') return buckets;
    return buckets.map((bucket, i) => {
        const below = new Map(i ? buckets[i - 1].times.map((time, k) => [time, buckets[i - 1].counts[k]]) : []);
        return {
            ...bucket,
            counts: bucket.counts.map((count, k) => Math.max(0, count - (below.get(bucket.times[k]) ?? 0))),
        };
    });
}

function drawCells(u: uPlot, buckets: Bucket[], options: any, color: (count: number) => string) {
    const times = buckets.flatMap((bucket) => bucket.times);
    const sorted = [...new Set(times)].sort((a, b) => a - b);
    const step = Math.min(...sorted.slice(1).map((time, i) => time - sorted[i]), 3_600_000);
    const gap = (options.cellGap ?? 1) * RATIO;
    const wide = u.valToPos(step, 'x', true) - u.valToPos(0, 'x', true);
    buckets.forEach((bucket, row) => {
        const [top, bottom] = [row + 1, row].map((y) => Math.round(u.valToPos(y, 'y', true)));
        bucket.times.forEach((time, k) => {
            if (!(bucket.counts[k] > (options.filterValues?.le ?? 1e-9))) return;
            const [left, right] = [time - step, time].map((x) => Math.round(u.valToPos(x, 'x', true)));
            u.ctx.fillStyle = color(bucket.counts[k]);
            u.ctx.fillRect(
                left,
                top,
                Math.max(1, right - left - (wide < 5 * RATIO ? 0 : gap)),
                Math.max(1, bottom - top - gap)
            );
        });
    });
}

/** An exemplar stands in the middle of its bucket, which its label `le` names, or its value falls into. */
function drawDots(u: uPlot, { panel, exemplars }: PanelProps, buckets: Bucket[]) {
    u.ctx.fillStyle = theme.visualization.getColorByName(panel.options?.exemplars?.color ?? 'rgba(255,0,255,0.7)');
    for (const { time, value, labels } of exemplars) {
        const named = buckets.findIndex((bucket) => labels.le !== undefined && bucket.le === number(labels.le));
        const row = named < 0 ? buckets.findIndex((bucket) => value <= bucket.le) : named;
        if (row < 0) continue;
        const [x, y] = [u.valToPos(time, 'x', true), u.valToPos(row + 0.5, 'y', true)];
        u.ctx.fillRect(Math.round(x - DOT / 2), Math.round(y - DOT / 2), DOT, DOT);
    }
}

function configOf(props: PanelProps, buckets: Bucket[], color: (count: number) => string, height: number) {
    const { panel, marks, range } = props;
    const { yAxis = {} } = panel.options ?? {};
    const config = { unit: yAxis.unit ?? 'short', decimals: yAxis.decimals };
    const shown = getDisplayProcessor({ field: { type: FieldType.number, config }, theme });
    const label = (le: number | undefined) =>
        le === undefined ? '' : le === Infinity ? '+Inf' : formattedValueToString(shown(le));
    const builder = withTimeAxis(range);
    builder.addScale({
        scaleKey: 'y',
        isTime: false,
        orientation: ScaleOrientation.Vertical,
        direction: ScaleDirection.Up,
        distribution: ScaleDistribution.Linear,
        range: () => [0, buckets.length],
    });
    const every = Math.max(1, Math.ceil((buckets.length * LABEL) / (height - 40)));
    builder.addAxis({
        scaleKey: 'y',
        placement: AxisPlacement.Left,
        theme,
        grid: { show: false },
        label: yAxis.axisLabel,
        splits: buckets.map((_, i) => i + 1).filter((_, i) => i % every === 0),
        values: (_: uPlot, splits: number[]) => splits.map((i) => label(buckets[i - 1]?.le)),
    } as any);
    builder.addSeries({ scaleKey: 'y', theme, pathBuilder: () => null, pointsBuilder: () => null } as any);
    builder.addHook('draw', (u: uPlot) => {
        clipped(u, () => {
            drawCells(u, buckets, panel.options ?? {}, color);
            drawDots(u, props, buckets);
        });
        drawMarks(u, marks);
    });
    return builder;
}

function ColorLegend({ scale, from, to }: { scale: string; from: string; to: string }) {
    return (
        <div style={{ width: 240, margin: '4px 0 0 60px', fontSize: 12, color: theme.colors.text.secondary }}>
            <div style={{ height: 8, borderRadius: 2, background: scale }} />
            <div style={{ display: 'flex', justifyContent: 'space-between' }}>
                <span>{from}</span>
                <span>{to}</span>
            </div>
        </div>
    );
}

export function HeatmapPanel(props: PanelProps) {
    const { panel, fieldConfig, width, height } = props;
    const legend = panel.options?.legend?.show === false ? 0 : LEGEND;
    const buckets = useMemo(() => bucketsOf(props), [props.frames]);
    const most = buckets.reduce((max, { counts }) => counts.reduce((a, b) => Math.max(a, b || 0), max), 0);
    const { color, scale } = colorsOf(panel.options?.color ?? {}, most);
    const config = useMemo(() => configOf(props, buckets, color, height - legend), [buckets]);
    if (!buckets.length || !most) return <NoData panel={panel} />;
    const { times } = buckets[0];
    const data: any = [times, times.map(() => null)];
    const shown = getDisplayProcessor({ field: { type: FieldType.number, config: fieldConfig.defaults }, theme });
    const text = (count: number) => formattedValueToString(shown(count));
    return (
        <div>
            <UPlotChart config={config} data={data} width={width} height={height - legend} />
            {legend > 0 && <ColorLegend scale={scale} from={text(0)} to={text(most)} />}
        </div>
    );
}
