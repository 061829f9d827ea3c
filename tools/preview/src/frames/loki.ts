// Log lines of Loki's query API as one frame.
import { createDataFrame, FieldType, type DataFrame } from '@grafana/data';

export function logFrame(target: any, body: any): DataFrame {
    const rows = body.data.result.flatMap((stream: any) =>
        stream.values.map(([nanoseconds, line, more]: [string, string, any]) => ({
            time: Number(BigInt(nanoseconds) / 1_000_000n),
            line,
            labels: { ...stream.stream, ...more?.structuredMetadata, ...more?.parsed },
        }))
    );
    rows.sort((a: any, b: any) => b.time - a.time);
    return createDataFrame({
        refId: target.refId,
        meta: { preferredVisualisationType: 'logs' },
        fields: [
            { name: 'Time', type: FieldType.time, values: rows.map((row: any) => row.time) },
            { name: 'Line', type: FieldType.string, values: rows.map((row: any) => row.line) },
            { name: 'labels', type: FieldType.other, values: rows.map((row: any) => row.labels) },
        ],
    });
}
