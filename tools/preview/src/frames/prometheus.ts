// Answers of Prometheus' query API (and of Loki's, where it counts) as the frames of Grafana's Prometheus plugin.
import { createDataFrame, FieldType, type DataFrame } from '@grafana/data';
import { step } from '../input';

interface Series {
    metric: Record<string, string>;
    value?: [number, string];
    values?: Array<[number, string]>;
}

const INFINITE: Record<string, number> = { '+Inf': Infinity, Inf: Infinity, '-Inf': -Infinity };
export const number = (text: string): number => INFINITE[text] ?? Number(text);

function samplesOf({ metric, value, values }: Series): Array<[number, string]> {
    if (!values && !value)
        throw new Error(`${JSON.stringify(metric)} has no numbers: a native histogram is not drawn`);
    return values ?? [value!];
}

const milliseconds = (seconds: number) => Math.round(seconds * 1000);

export function seriesOf(body: any): Series[] {
    const { resultType, result } = body.data;
    return resultType === 'scalar' ? [{ metric: {}, value: result }] : result;
}

/** The name of a metric with its labels, as Prometheus writes it. */
function written(metric: Record<string, string>): string {
    const { __name__ = '', ...labels } = metric;
    const inside = Object.keys(labels)
        .sort()
        .map((label) => `${label}=${JSON.stringify(labels[label])}`);
    return inside.length ? `${__name__}{${inside.join(', ')}}` : __name__;
}

const LABEL = /\{\{\s*(.+?)\s*\}\}/g;

/** A label that a legend names and a series lacks is empty, as Grafana's server writes it. */
function legend(target: any, metric: Record<string, string>): string {
    const format = target.legendFormat;
    if (format === '__auto') return Object.keys(metric).length ? '' : target.expr;
    return format
        ? format.replace(LABEL, (_: string, name: string) => metric[name] ?? '')
        : written(metric) || target.expr;
}

/**
 * Milliseconds between two samples of a range query: the least that lies between any. A panel's own time range,
 * and its width, give it a step of its own.
 */
function intervalOf(series: Series[]): number {
    const gaps = series.flatMap(({ values = [] }) => values.slice(1).map(([seconds], i) => seconds - values[i][0]));
    return gaps.length ? milliseconds(gaps.reduce((a, b) => Math.min(a, b))) : step * 1000;
}

/** One frame a series. */
export function graphFrames(target: any, series: Series[]): DataFrame[] {
    const interval = intervalOf(series);
    return series.map((each) => {
        const samples = samplesOf(each);
        const { __name__, ...labels } = each.metric;
        const name = legend(target, each.metric) || undefined;
        return createDataFrame({
            refId: target.refId,
            name,
            fields: [
                {
                    name: 'Time',
                    type: FieldType.time,
                    values: samples.map(([seconds]) => milliseconds(seconds)),
                    // Without it a hole between samples is drawn as a straight line.
                    config: each.values ? { interval } : {},
                },
                {
                    name: 'Value',
                    type: FieldType.number,
                    labels,
                    values: samples.map(([, value]) => number(value)),
                    config: { displayNameFromDS: name },
                },
            ],
        });
    });
}

/** One frame with a column a label; the value's column bears the query's letter where there are several queries. */
export function tableFrame(target: any, series: Series[], several: boolean): DataFrame {
    const labels = [...new Set(series.flatMap((each) => Object.keys(each.metric).sort()))];
    const rows = series.flatMap((each) =>
        samplesOf(each).map(([seconds, value]) => ({ seconds, value, of: each.metric }))
    );
    return createDataFrame({
        refId: target.refId,
        fields: [
            { name: 'Time', type: FieldType.time, values: rows.map((row) => milliseconds(row.seconds)) },
            ...labels.map((label) => ({
                name: label,
                type: FieldType.string,
                values: rows.map((row) => row.of[label] ?? ''),
            })),
            {
                name: several ? `Value #${target.refId}` : 'Value',
                type: FieldType.number,
                values: rows.map((row) => number(row.value)),
            },
        ],
    });
}
