// Time series, by Grafana's TimeSeries component; annotations and exemplars are our own drawing on its plot.
import { FieldType } from '@grafana/data';
import { TimeSeries, type UPlotConfigBuilder } from '@grafana/ui';
import { theme, timeZone } from '../../input';
import { drawExemplars } from '../../plot/exemplars';
import { DrawHook, drawMarks } from '../../plot/marks';
import { NoData } from '../NoData';
import { legendOf, type PanelProps } from '../panel';

export function TimeSeriesPanel({ panel, frames, exemplars, marks, range, width, height }: PanelProps) {
    const usable = frames.filter(
        (frame) => frame.length && frame.fields.some((field) => field.type === FieldType.time)
    );
    if (!usable.length) return <NoData panel={panel} />;
    const extras = (config: UPlotConfigBuilder) => {
        const color = config.getSeries()[0]?.props.lineColor ?? theme.visualization.getColorByName('blue');
        const draw = (u: any) => {
            drawMarks(u, marks);
            drawExemplars(u, exemplars, color as string);
        };
        return <DrawHook config={config} draw={draw} />;
    };
    return (
        <TimeSeries
            frames={usable}
            structureRev={1}
            width={width}
            height={height}
            timeRange={range}
            timeZone={timeZone}
            legend={legendOf(panel)}
            options={panel.options}
        >
            {extras as any}
        </TimeSeries>
    );
}
