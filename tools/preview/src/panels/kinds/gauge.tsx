// Own drawing: a gauge as older releases have it. The component of Grafana 13 is not published.
import { formattedValueToString } from '@grafana/data';
import { VizRepeater } from '@grafana/ui';
import { theme } from '../../input';
import type { PanelProps } from '../panel';
import { valuesOf } from '../values';

const START = -Math.PI * 1.166;
const END = Math.PI * 0.166;

/** The outline of a part of a ring, from one share of the scale to another. */
function ring(x: number, y: number, from: number, to: number, outer: number, thick: number): string {
    const at = (share: number, radius: number) => {
        const angle = START + (END - START) * share;
        return `${x + radius * Math.cos(angle)},${y + radius * Math.sin(angle)}`;
    };
    const large = (to - from) * (END - START) > Math.PI ? 1 : 0;
    const inner = outer - thick;
    return (
        `M${at(from, outer)} A${outer},${outer} 0 ${large} 1 ${at(to, outer)} ` +
        `L${at(to, inner)} A${inner},${inner} 0 ${large} 0 ${at(from, inner)} Z`
    );
}

function Gauge({ value, width, height, named }: any) {
    const radius = Math.min(width / 2 - 8, (height - (named ? 22 : 0) - 8) / 1.71);
    const [x, y] = [width / 2, radius + 6];
    const { min = 0, max = 100, thresholds } = value.field;
    const share = (v: number) => Math.max(0, Math.min(1, (v - min) / (max - min)));
    const steps = thresholds?.steps ?? [];
    const edge = (v: any) =>
        v == null || v === -Infinity ? 0 : thresholds.mode === 'percentage' ? v / 100 : share(v);
    const text = formattedValueToString(value.display);
    const number = Number(value.display.numeric);
    return (
        <svg width={width} height={height} style={{ fontFamily: theme.typography.fontFamily }}>
            {steps.map(({ value: from, color }: any, i: number) => (
                <path
                    key={i}
                    fill={theme.visualization.getColorByName(color)}
                    d={ring(
                        x,
                        y,
                        edge(from),
                        i + 1 < steps.length ? edge(steps[i + 1].value) : 1,
                        radius,
                        radius * 0.06
                    )}
                />
            ))}
            <path fill={theme.colors.background.secondary} d={ring(x, y, 0, 1, radius * 0.92, radius * 0.26)} />
            {Number.isFinite(number) && (
                <path fill={value.display.color} d={ring(x, y, 0, share(number), radius * 0.92, radius * 0.26)} />
            )}
            <text
                x={x}
                y={y + radius * 0.1}
                fill={value.display.color}
                fontSize={Math.min(radius * 0.36, (radius * 1.9) / text.length)}
                fontWeight={500}
                textAnchor="middle"
            >
                {text}
            </text>
            {named && (
                <text x={x} y={height - 6} fill={theme.colors.text.primary} fontSize={14} textAnchor="middle">
                    {value.display.title}
                </text>
            )}
        </svg>
    );
}

export function GaugePanel(props: PanelProps) {
    const { panel, frames, width, height } = props;
    return (
        <VizRepeater
            getValues={() => valuesOf(props)}
            renderValue={({ count, ...rest }: any) => <Gauge {...rest} named={count > 1} />}
            width={width}
            height={height}
            source={frames}
            itemSpacing={8}
            renderCounter={0}
            autoGrid
            orientation={panel.options?.orientation ?? 'auto'}
        />
    );
}
