// Annotation queries to marks and regions, by the rules of Grafana's Prometheus plugin.
import { renderLegendFormat } from '@grafana/data';
import { input, type AnsweredAnnotation } from './input';
import { number, seriesOf } from './frames/prometheus';

/** A mark where both times are the same, else a region. */
export interface Mark {
    from: number;
    to: number;
    color: string;
    title: string;
}

const STEP_MS = 60_000; // an annotation query's step, where it names none

/** Samples above 0, no more than a step apart, are one event; with useValueForTime the value is the time. */
function marksOf({ name, color, body, titleFormat, useValueForTime }: AnsweredAnnotation): Mark[] {
    const marks: Mark[] = [];
    for (const { metric, values, value } of seriesOf(body)) {
        let open: Mark | undefined;
        for (const [seconds, text] of values ?? [value!]) {
            const sample = number(text);
            if (!useValueForTime && !(sample > 0)) continue;
            const time = Math.floor(useValueForTime ? sample : seconds * 1000);
            if (open && open.to + STEP_MS >= time) {
                open.to = time;
                continue;
            }
            open = {
                from: time,
                to: time,
                color: color ?? 'red',
                title: renderLegendFormat(titleFormat || name, metric),
            };
            marks.push(open);
        }
    }
    return marks;
}

const byQuery = (input.answers.annotations ?? []).map((each) => ({ name: each.name, marks: marksOf(each) }));

/** What a panel shows of them: an annotation may be for some panels only, or for all but some. */
export function marksFor(panel: any): Mark[] {
    const declared = new Map<string, any>(
        (input.dashboard.annotations?.list ?? []).map((each: any) => [each.name, each])
    );
    return byQuery.flatMap(({ name, marks }) => {
        const filter = declared.get(name)?.filter;
        const shown = !filter?.ids?.length || filter.ids.includes(panel.id) !== Boolean(filter.exclude);
        return shown ? marks : [];
    });
}
