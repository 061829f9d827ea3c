// Exemplars, thinned out as Grafana's server does: in each step the highest, then those two standard deviations below
// the last that was taken.
import { step } from '../input';

export interface Exemplar {
    time: number;
    value: number;
    labels: Record<string, string>;
}

function deviation(values: number[]): number {
    if (values.length < 2) return 0;
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

export function exemplarsOf(body: any): Exemplar[] {
    const all: Exemplar[] = (body?.data ?? []).flatMap((series: any) =>
        series.exemplars.map((each: any) => ({
            time: Math.round(each.timestamp * 1000),
            value: Number(each.value),
            labels: { ...series.seriesLabels, ...each.labels },
        }))
    );
    const apart = 2 * deviation(all.map((each) => each.value));
    const steps = new Map<number, Exemplar[]>();
    for (const each of all) {
        const start = Math.floor(each.time / (step * 1000));
        steps.set(start, [...(steps.get(start) ?? []), each]);
    }
    const taken = [...steps.values()].flatMap((within) => {
        const kept: Exemplar[] = [];
        for (const each of within.sort((a, b) => b.value - a.value)) {
            const last = kept.at(-1);
            if (!last || (apart && last.value - each.value > apart)) kept.push(each);
        }
        return kept;
    });
    return taken.sort((a, b) => a.time - b.time);
}
