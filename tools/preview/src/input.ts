// What render.mjs gives the page: a compiled dashboard, the answers to its queries, and how to draw them.
import { createTheme, dateTime, type TimeRange } from '@grafana/data';

export interface Range {
    from: number;
    to: number;
}

/** One query's answer: the body as the server sent it; `range` where its panel has a time of its own. */
export interface Answer {
    type: 'prometheus' | 'loki' | 'jaeger';
    body: any;
    exemplars?: any;
    range?: Range;
}

/** What an annotation's query marks: times in ms, the same twice where it is a moment. */
export interface AnsweredAnnotation {
    name: string;
    color?: string;
    events: Array<{ time: number; end: number; title: string }>;
}

interface Answers {
    range: Range;
    timezone?: string;
    step?: number;
    variables?: Record<string, { text: unknown; value: unknown }>;
    panels: Record<string, Record<string, Answer>>;
    annotations?: AnsweredAnnotation[];
}

interface Input {
    dashboard: any;
    answers: Answers;
    theme: 'dark' | 'light';
    width: number;
    /** Which folded rows are drawn opened: 'all', or the id of one. */
    open?: string;
}

export const input = (window as any).__PREVIEW__ as Input;
export const theme = createTheme({ colors: { mode: input.theme } });
export const timeZone = input.answers.timezone ?? 'utc';
/** Seconds between two samples of a range query. */
export const step = input.answers.step ?? 60;

export function answersOf(panel: any): Record<string, Answer> {
    return input.answers.panels[String(panel.id)] ?? {};
}

function timeRange({ from, to }: Range): TimeRange {
    const [start, end] = [dateTime(from), dateTime(to)];
    return { from: start, to: end, raw: { from: start, to: end } };
}

export const pageRange = timeRange(input.answers.range);

/** The time that a panel shows: its own where it has one. */
export function rangeOf(panel: any): TimeRange {
    const own = Object.values(answersOf(panel)).find((answer) => answer.range)?.range;
    return own ? timeRange(own) : pageRange;
}
