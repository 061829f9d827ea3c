// Own drawing: states over time on Grafana's time axis. Grafana's state timeline is not published.
import { formattedValueToString, FieldType, getFieldDisplayName, type Field } from '@grafana/data';
import { AxisPlacement, ScaleDirection, ScaleDistribution, ScaleOrientation } from '@grafana/schema';
import { UPlotChart, VizLayout, VizLegend, getTextColorForBackground } from '@grafana/ui';
import { useMemo } from 'react';
import type uPlot from 'uplot';
import { step, theme } from '../../input';
import { drawMarks } from '../../plot/marks';
import { clipped, RATIO, withTimeAxis } from '../../plot/timeAxis';
import { NoData } from '../NoData';
import { legendOf, type PanelProps } from '../panel';

interface Stretch {
    from: number;
    to: number;
    text: string;
    color: string;
}

interface Row {
    name: string;
    stretches: Stretch[];
}

/** Samples with the same text are one stretch; a hole of more than a step and a half ends it. */
function stretchesOf(times: number[], field: Field): Stretch[] {
    const stretches: Stretch[] = [];
    times.forEach((time, i) => {
        const value = field.values[i];
        if (value === null || Number.isNaN(value)) return;
        const shown = field.display!(value);
        const [text, color] = [formattedValueToString(shown), shown.color ?? theme.colors.text.secondary];
        const last = stretches.at(-1);
        const near = last && time - last.to <= step * 500;
        const to = time + step * 1000;
        if (near && last.text === text) last.to = to;
        else stretches.push({ from: near ? last.to : time, to, text, color });
    });
    return stretches;
}

function rowsOf(props: PanelProps): Row[] {
    return props.frames.flatMap((frame) => {
        const times = frame.fields.find((field) => field.type === FieldType.time)?.values ?? [];
        return frame.fields
            .filter((field) => field.type !== FieldType.time)
            .map((field) => ({
                name: getFieldDisplayName(field, frame, props.frames),
                stretches: stretchesOf(times, field),
            }));
    });
}

function drawRows(u: uPlot, rows: Row[], options: any) {
    u.ctx.font = `${12 * RATIO}px ${theme.typography.fontFamily}`;
    u.ctx.textBaseline = 'middle';
    u.ctx.textAlign = 'left';
    const thick = options.rowHeight ?? 0.9;
    rows.forEach(({ stretches }, i) => {
        const middle = u.valToPos(rows.length - i - 0.5, 'y', true);
        const half = (u.bbox.height / rows.length) * thick * 0.5;
        for (const { from, to, text, color } of stretches) {
            const left = Math.max(u.bbox.left, u.valToPos(from, 'x', true));
            const right = Math.min(u.bbox.left + u.bbox.width, u.valToPos(to, 'x', true));
            u.ctx.fillStyle = color;
            u.ctx.globalAlpha = (options.fillOpacity ?? 70) / 100;
            u.ctx.fillRect(left, middle - half, Math.max(1, right - left), 2 * half);
            u.ctx.globalAlpha = 1;
            if (options.showValue === 'never' || u.ctx.measureText(text).width + 8 * RATIO > right - left) continue;
            u.ctx.fillStyle = getTextColorForBackground(color);
            u.ctx.fillText(text, left + 4 * RATIO, middle);
        }
    });
}

function configOf({ panel, fieldConfig, marks, range }: PanelProps, rows: Row[]) {
    const builder = withTimeAxis(range);
    builder.addScale({
        scaleKey: 'y',
        isTime: false,
        orientation: ScaleOrientation.Vertical,
        direction: ScaleDirection.Up,
        distribution: ScaleDistribution.Linear,
        range: () => [0, rows.length],
    });
    builder.addAxis({
        scaleKey: 'y',
        placement: AxisPlacement.Left,
        theme,
        grid: { show: false },
        ticks: { show: false },
        splits: rows.map((_, i) => i + 0.5),
        values: (_: uPlot, splits: number[]) => splits.map((at) => rows[rows.length - Math.ceil(at)]?.name ?? ''),
    } as any);
    builder.addSeries({ scaleKey: 'y', theme, pathBuilder: () => null, pointsBuilder: () => null } as any);
    builder.addHook('draw', (u: uPlot) => {
        clipped(u, () => drawRows(u, rows, { ...fieldConfig.defaults.custom, ...panel.options }));
        drawMarks(u, marks);
    });
    return builder;
}

/** One entry a state that occurs. */
function legendItems(rows: Row[]): any[] {
    const states = new Map(rows.flatMap((row) => row.stretches.map(({ text, color }) => [text, color] as const)));
    return [...states].map(([label, color]) => ({ label, color, yAxis: 1, fieldName: label }));
}

export function StateTimelinePanel(props: PanelProps) {
    const { panel, frames, width, height } = props;
    const rows = useMemo(() => rowsOf(props), [frames]);
    const config = useMemo(() => configOf(props, rows), [rows]);
    const times = frames[0]?.fields[0]?.values ?? [];
    if (!rows.some((row) => row.stretches.length)) return <NoData panel={panel} />;
    const legend = legendOf(panel);
    const below = legend.showLegend ? (
        <VizLayout.Legend placement={legend.placement}>
            <VizLegend
                placement={legend.placement}
                displayMode={legend.displayMode}
                items={legendItems(rows)}
                readonly
            />
        </VizLayout.Legend>
    ) : null;
    const data: any = [times, times.map(() => null)];
    return (
        <VizLayout width={width} height={height} legend={below}>
            {(w: number, h: number) => <UPlotChart config={config} data={data} width={w} height={h} />}
        </VizLayout>
    );
}
