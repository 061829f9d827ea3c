// Traces of Jaeger's query API, with the names, titles and units that Grafana's Jaeger plugin gives its fields.
import { createDataFrame, FieldType, type DataFrame } from '@grafana/data';

const first = (trace: any) => trace.spans.reduce((a: any, b: any) => (b.startTime < a.startTime ? b : a));

/** A search: one row a trace, the newest first, told by the span that began first. */
export function searchFrame(target: any, body: any): DataFrame {
    const rows = body.data
        .filter((trace: any) => trace.spans.length)
        .map((trace: any) => ({ trace, root: first(trace) }))
        .sort((a: any, b: any) => b.root.startTime - a.root.startTime);
    const column = (
        name: string,
        displayName: string,
        type: FieldType,
        of: (row: any) => unknown,
        unit?: string
    ) => ({
        name,
        type,
        values: rows.map(of),
        config: { displayName, unit },
    });
    const service = ({ trace, root }: any) => trace.processes[root.processID]?.serviceName ?? '';
    return createDataFrame({
        refId: target.refId,
        name: 'traces',
        meta: { preferredVisualisationType: 'table' },
        fields: [
            column('traceID', 'Trace ID', FieldType.string, (row) => row.trace.traceID),
            column(
                'traceName',
                'Trace name',
                FieldType.string,
                (row) => `${service(row)}: ${row.root.operationName}`
            ),
            column('startTime', 'Start time', FieldType.time, (row) => Math.floor(row.root.startTime / 1000)),
            column('duration', 'Duration', FieldType.number, (row) => row.root.duration, 'µs'),
        ],
    });
}

/** One trace: one row a span; times in milliseconds. */
export function traceFrames(target: any, body: any): DataFrame[] {
    return body.data.map((trace: any) => {
        const column = (name: string, type: FieldType, of: (span: any) => unknown) => ({
            name,
            type,
            values: trace.spans.map(of),
        });
        const parent = (span: any) => span.references?.find((each: any) => each.refType === 'CHILD_OF')?.spanID;
        return createDataFrame({
            refId: target.refId,
            name: target.refId,
            meta: { preferredVisualisationType: 'trace' },
            fields: [
                column('traceID', FieldType.string, (span) => span.traceID),
                column('spanID', FieldType.string, (span) => span.spanID),
                column('parentSpanID', FieldType.string, parent),
                column('operationName', FieldType.string, (span) => span.operationName),
                column('serviceName', FieldType.string, (span) => trace.processes[span.processID]?.serviceName ?? ''),
                column('startTime', FieldType.number, (span) => span.startTime / 1000),
                column('duration', FieldType.number, (span) => span.duration / 1000),
                column('tags', FieldType.other, (span) => span.tags ?? []),
            ],
        });
    });
}
