// A panel's transformations, by Grafana's own transformers.
import {
    standardTransformers,
    standardTransformersRegistry,
    transformDataFrame,
    type DataFrame,
} from '@grafana/data';
import { firstValueFrom } from 'rxjs';
import { interpolate } from './variables';

// The registry starts empty, and a transformation that it does not know is passed over without a word.
const transformers = [...new Set<any>(Object.values(standardTransformers))];
standardTransformersRegistry.setInit(() =>
    transformers.map((transformer) => ({
        id: transformer.id,
        name: transformer.name,
        transformation: async () => transformer,
        editor: (() => null) as any,
        categories: new Set(),
        imageDark: '',
        imageLight: '',
    }))
);

export async function transformed(panel: any, frames: DataFrame[]): Promise<DataFrame[]> {
    const steps = (panel.transformations ?? []).filter((each: any) => !each.disabled);
    for (const { id } of steps) {
        if (!standardTransformersRegistry.getIfExists(id)) throw new Error(`there is no transformation "${id}"`);
    }
    return steps.length ? firstValueFrom(transformDataFrame(steps, frames, { interpolate } as any)) : frames;
}
