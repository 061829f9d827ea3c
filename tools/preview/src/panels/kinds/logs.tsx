// Own drawing: a list of log lines. Grafana's logs panel is not published.
import { dateTimeFormat, FieldType } from '@grafana/data';
import { theme, timeZone } from '../../input';
import { NoData } from '../NoData';
import type { PanelProps } from '../panel';

const ROW = 20;
const named = theme.visualization.getColorByName;
const COLORS: Record<string, string> = {
    critical: '#705da0',
    error: named('red'),
    warning: named('orange'),
    info: named('green'),
    debug: named('blue'),
    trace: '#6ed0e0',
};
const SHORT: Record<string, string> = { warn: 'warning', err: 'error', fatal: 'critical', crit: 'critical' };
const LEVEL = /\b(?:level|lvl|severity)["=:\s]+"?(\w+)|\b(ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|CRITICAL)\b/i;

function levelOf(labels: any, line: string): string {
    const found = LEVEL.exec(line);
    const given = labels.detected_level ?? labels.level ?? labels.severity_text ?? labels.severity;
    const level = String(given ?? found?.[1] ?? found?.[2] ?? '').toLowerCase();
    return SHORT[level] ?? level;
}

function pretty(line: string): string {
    try {
        return JSON.stringify(JSON.parse(line), null, 2);
    } catch {
        return line;
    }
}

function Line({ options, time, line, labels }: any) {
    const level = levelOf(labels, line);
    const color = COLORS[level];
    const quiet = { color: theme.colors.text.secondary, flexShrink: 0 };
    const wrap = options.wrapLogMessage ? { whiteSpace: 'pre-wrap', wordBreak: 'break-all' } : { whiteSpace: 'pre' };
    return (
        <div style={{ display: 'flex', gap: 12, ...wrap } as any}>
            <span
                style={{ width: 3, flexShrink: 0, margin: '1px 0', background: color ?? theme.colors.text.disabled }}
            />
            {options.showTime && (
                <span style={quiet}>{dateTimeFormat(time, { timeZone, format: 'YYYY-MM-DD HH:mm:ss.SSS' })}</span>
            )}
            <span style={{ ...quiet, color: color ?? quiet.color, width: 56 }}>{level}</span>
            {options.showLabels && (
                <span style={quiet}>
                    {Object.entries(labels)
                        .map(([key, value]) => `${key}=${value}`)
                        .join(' ')}
                </span>
            )}
            <span>{options.prettifyLogMessage ? pretty(line) : line}</span>
        </div>
    );
}

export function LogsPanel({ panel, frames, height }: PanelProps) {
    const options = { showTime: true, wrapLogMessage: true, sortOrder: 'Descending', ...panel.options };
    const rows = frames.flatMap(({ fields, length }) => {
        const time = fields.find((field) => field.type === FieldType.time);
        const line = fields.find((field) => field.name === 'Line');
        const labels = fields.find((field) => field.name === 'labels');
        return time && line
            ? Array.from({ length }, (_, i) => ({
                  time: time.values[i],
                  line: line.values[i],
                  labels: labels?.values[i] ?? {},
              }))
            : [];
    });
    if (!rows.length) return <NoData panel={panel} />;
    rows.sort((a, b) => (options.sortOrder === 'Ascending' ? a.time - b.time : b.time - a.time));
    const style = {
        height,
        overflow: 'hidden',
        fontFamily: theme.typography.fontFamilyMonospace,
        fontSize: 12,
        lineHeight: `${ROW}px`,
    };
    return (
        <div style={style}>
            {rows.slice(0, Math.ceil(height / ROW)).map((row, i) => (
                <Line key={i} options={options} {...row} />
            ))}
        </div>
    );
}
