// Own drawing: one trace as a waterfall. Grafana's trace view is not published.
import { dateTimeFormat, formattedValueToString, getValueFormat, type DataFrame } from '@grafana/data';
import { Icon } from '@grafana/ui';
import { theme, timeZone } from '../../input';
import { NoData } from '../NoData';
import type { PanelProps } from '../panel';

const ROW = 28; // pixels
const HEAD = 56;
const INDENT = 14;
const NAMES = 0.4; // the share of the width that names take
const TICKS = 5;
const PALETTE = [
    'blue',
    'purple',
    'semi-dark-green',
    'semi-dark-yellow',
    'semi-dark-blue',
    'dark-purple',
    'super-light-blue',
];

interface Span {
    spanID: string;
    parentSpanID?: string;
    traceID: string;
    operationName: string;
    serviceName: string;
    startTime: number;
    duration: number;
    tags: Array<{ key: string; value: unknown }>;
}

const took = (ms: number) => formattedValueToString(getValueFormat('ms')(ms));

function spansOf(frame: DataFrame): Span[] {
    return Array.from({ length: frame.length }, (_, i) =>
        Object.fromEntries(frame.fields.map((field) => [field.name, field.values[i]]))
    ) as any;
}

/** Parents before their children, siblings by their begin; a span whose parent is not there stands at the root. */
function ordered(spans: Span[]): Array<{ span: Span; depth: number }> {
    const known = new Set(spans.map((span) => span.spanID));
    const children = new Map<string, Span[]>();
    for (const span of [...spans].sort((a, b) => a.startTime - b.startTime)) {
        const parent = span.parentSpanID && known.has(span.parentSpanID) ? span.parentSpanID : '';
        children.set(parent, [...(children.get(parent) ?? []), span]);
    }
    const below = (parent: string, depth: number): Array<{ span: Span; depth: number }> =>
        (children.get(parent) ?? []).flatMap((span) => [{ span, depth }, ...below(span.spanID, depth + 1)]);
    return below('', 0);
}

function failed(span: Span): boolean {
    const tag = (key: string) => span.tags.find((each) => each.key === key)?.value;
    return [true, 'true'].includes(tag('error') as any) || tag('otel.status_code') === 'ERROR';
}

function Head({ root, spans, services, width }: any) {
    const quiet = { color: theme.colors.text.secondary, fontSize: 12 };
    const start = dateTimeFormat(root.startTime, { timeZone, format: 'YYYY-MM-DD HH:mm:ss.SSS' });
    const facts = [root.traceID, start, took(width), `${services} services`, `${spans} spans`];
    return (
        <div style={{ height: HEAD }}>
            <div style={{ fontSize: 16, fontWeight: 500 }}>
                {root.serviceName}: {root.operationName}
            </div>
            <div style={{ ...quiet, display: 'flex', gap: 16 }}>
                {facts.map((fact) => (
                    <span key={fact}>{fact}</span>
                ))}
            </div>
        </div>
    );
}

function Row({ span, depth, from, width, color }: any) {
    const [left, wide] = [(span.startTime - from) / width, span.duration / width];
    const bad = failed(span);
    const label = { position: 'absolute', lineHeight: `${ROW}px`, fontSize: 12, whiteSpace: 'nowrap' };
    const beside =
        left + wide < 0.8
            ? { left: `calc(${(left + wide) * 100}% + 6px)` }
            : { right: `calc(${(1 - left) * 100}% + 6px)` };
    const inside =
        wide > 0.9 ? { left: `calc(${left * 100}% + 6px)`, color: theme.colors.getContrastText(color) } : beside;
    return (
        <div style={{ display: 'flex', height: ROW, borderTop: `1px solid ${theme.colors.border.weak}` }}>
            <div
                style={{
                    width: `${NAMES * 100}%`,
                    paddingLeft: depth * INDENT,
                    overflow: 'hidden',
                    whiteSpace: 'nowrap',
                    lineHeight: `${ROW}px`,
                }}
            >
                <span style={{ borderLeft: `4px solid ${color}`, paddingLeft: 6 }}>
                    {bad && (
                        <Icon name="exclamation-circle" style={{ color: theme.colors.error.text, marginRight: 4 }} />
                    )}
                    <b style={{ fontWeight: 500 }}>{span.serviceName}</b>{' '}
                    <span style={{ color: theme.colors.text.secondary, fontSize: 12 }}>{span.operationName}</span>
                </span>
            </div>
            <div style={{ position: 'relative', flex: 1 }}>
                <div
                    style={{
                        position: 'absolute',
                        top: 7,
                        height: ROW - 14,
                        left: `${left * 100}%`,
                        width: `max(2px, ${wide * 100}%)`,
                        background: color,
                        borderRadius: 2,
                    }}
                />
                <span style={{ ...label, ...inside } as any}>{took(span.duration)}</span>
            </div>
        </div>
    );
}

export function TracesPanel({ frames, height }: PanelProps) {
    const rows = frames[0] ? ordered(spansOf(frames[0])) : [];
    if (!rows.length) return <NoData text="No data found in response" />; // so it says there, whatever noValue is
    const from = Math.min(...rows.map(({ span }) => span.startTime));
    const width = Math.max(...rows.map(({ span }) => span.startTime + span.duration)) - from || 1;
    const services = [...new Set(rows.map(({ span }) => span.serviceName))];
    const color = (name: string) =>
        theme.visualization.getColorByName(PALETTE[services.indexOf(name) % PALETTE.length]);
    const room = Math.floor((height - HEAD - ROW) / ROW);
    return (
        <div style={{ height, overflow: 'hidden' }}>
            <Head root={rows[0].span} spans={rows.length} services={services.length} width={width} />
            <div style={{ display: 'flex', height: ROW, fontSize: 12, color: theme.colors.text.secondary }}>
                <span style={{ width: `${NAMES * 100}%` }}>Service and operation</span>
                <span style={{ flex: 1, display: 'flex', justifyContent: 'space-between' }}>
                    {Array.from({ length: TICKS }, (_, i) => (
                        <span key={i}>{took((width * i) / (TICKS - 1))}</span>
                    ))}
                </span>
            </div>
            {rows.slice(0, room).map(({ span, depth }) => (
                <Row
                    key={span.spanID}
                    span={span}
                    depth={depth}
                    from={from}
                    width={width}
                    color={color(span.serviceName)}
                />
            ))}
        </div>
    );
}
