// A panel's answers as data frames, before transformations and field config.
import { createDataFrame, type DataFrame } from '@grafana/data';
import { answersOf, type Answer } from '../input';
import { exemplarsOf, type Exemplar } from './exemplars';
import { searchFrame, traceFrames } from './jaeger';
import { logFrame } from './loki';
import { graphFrames, seriesOf, tableFrame } from './prometheus';

function framesOf(target: any, { type, body }: Answer, several: boolean): DataFrame[] {
    if (type === 'jaeger')
        return target.queryType === 'search' ? [searchFrame(target, body)] : traceFrames(target, body);
    if (body.data.resultType === 'streams') return [logFrame(target, body)];
    const series = seriesOf(body);
    // A query without a result still gives a frame, so that a table of several names its columns as ever.
    if (target.format === 'table') {
        return series.length || several
            ? [tableFrame(target, series, several)]
            : [createDataFrame({ refId: target.refId, fields: [] })];
    }
    return graphFrames(target, series);
}

export interface Loaded {
    frames: DataFrame[];
    exemplars: Exemplar[];
}

/** One query's frames; what is wrong with its answer is told with its letter. */
function named(target: any, answer: Answer, several: boolean): DataFrame[] {
    try {
        return framesOf(target, answer, several);
    } catch (error) {
        throw new Error(`query ${target.refId}: ${(error as Error).message}`);
    }
}

/** In the order of the panel's queries; a hidden query is not asked. */
export function load(panel: any): Loaded {
    const answers = answersOf(panel);
    const asked = (panel.targets ?? []).filter((target: any) => !target.hide && answers[target.refId]);
    const several = asked.filter((target: any) => target.format === 'table').length > 1;
    return {
        frames: asked.flatMap((target: any) => named(target, answers[target.refId], several)),
        exemplars: asked.flatMap((target: any) => exemplarsOf(answers[target.refId].exemplars)),
    };
}
