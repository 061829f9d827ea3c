// The events of annotations as marks and regions.
import { input, type AnsweredAnnotation } from './input';

/** A mark where both times are the same, else a region. */
export interface Mark {
    from: number;
    to: number;
    color: string;
    title: string;
}

function marksOf({ name, color, events }: AnsweredAnnotation): Mark[] {
    return events.map(({ time, end, title }) => ({
        from: time,
        to: end,
        color: color || 'red',
        title: title || name,
    }));
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
