// The kinds of panels, one file each, under the names that dashboards give them.
import type { PanelKind } from './panel';
import { BarGaugePanel } from './kinds/bargauge';
import { GaugePanel } from './kinds/gauge';
import { HeatmapPanel } from './kinds/heatmap';
import { LogsPanel } from './kinds/logs';
import { StatPanel } from './kinds/stat';
import { StateTimelinePanel } from './kinds/state-timeline';
import { TablePanel } from './kinds/table';
import { TextPanel } from './kinds/text';
import { TimeSeriesPanel } from './kinds/timeseries';
import { TracesPanel } from './kinds/traces';

export const kinds: Record<string, PanelKind> = {
    bargauge: BarGaugePanel,
    gauge: GaugePanel,
    heatmap: HeatmapPanel,
    logs: LogsPanel,
    stat: StatPanel,
    'state-timeline': StateTimelinePanel,
    table: TablePanel,
    text: TextPanel,
    timeseries: TimeSeriesPanel,
    traces: TracesPanel,
};
