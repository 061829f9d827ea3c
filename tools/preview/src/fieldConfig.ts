// Units, thresholds, mappings and overrides on data frames, by Grafana's own functions.
import {
    applyFieldOverrides,
    booleanOverrideProcessor,
    cacheFieldDisplayNames,
    dataLinksOverrideProcessor,
    displayNameOverrideProcessor,
    fieldMatchers,
    FieldType,
    identityOverrideProcessor,
    numberOverrideProcessor,
    Registry,
    stringOverrideProcessor,
    thresholdsOverrideProcessor,
    unitOverrideProcessor,
    valueMappingsOverrideProcessor,
    type DataFrame,
} from '@grafana/data';
import { theme, timeZone } from './input';
import { replaceVariables } from './variables';

// Grafana fills this registry in its core, which is not published. Without it lines are grey, and units, thresholds
// and overrides are dropped without a word.
const STANDARD: Record<string, any> = {
    unit: unitOverrideProcessor,
    min: numberOverrideProcessor,
    max: numberOverrideProcessor,
    decimals: numberOverrideProcessor,
    displayName: displayNameOverrideProcessor,
    noValue: stringOverrideProcessor,
    description: stringOverrideProcessor,
    color: identityOverrideProcessor,
    thresholds: thresholdsOverrideProcessor,
    mappings: valueMappingsOverrideProcessor,
    links: dataLinksOverrideProcessor,
    actions: identityOverrideProcessor,
    filterable: booleanOverrideProcessor,
    fieldMinMax: booleanOverrideProcessor,
};

// What Grafana's core fills in where a dashboard says nothing.
const CUSTOM_DEFAULTS: Record<string, any> = {
    timeseries: {
        drawStyle: 'line',
        lineInterpolation: 'linear',
        lineWidth: 1,
        fillOpacity: 0,
        gradientMode: 'none',
        spanNulls: false,
        insertNulls: false,
        showPoints: 'auto',
        pointSize: 5,
        barAlignment: 0,
        barWidthFactor: 0.6,
        stacking: { mode: 'none', group: 'A' },
        axisPlacement: 'auto',
        axisLabel: '',
        axisColorMode: 'text',
        axisBorderShow: false,
        axisCenteredZero: false,
        scaleDistribution: { type: 'linear' },
        thresholdsStyle: { mode: 'off' },
        hideFrom: { tooltip: false, viz: false, legend: false },
    },
    table: { align: 'auto', cellOptions: { type: 'auto' }, inspect: false },
};

function registryItem(id: string, path: string, process: any, shouldApply: (field: any) => boolean): any {
    const nothing = () => null;
    const isCustom = id !== path;
    return { id, path, name: id, process, isCustom, shouldApply, editor: nothing, override: nothing, settings: {} };
}

/** The standard properties, and every custom one that the panel names. */
function registryFor(fieldConfig: any, graph: boolean) {
    const custom = new Set<string>(Object.keys(fieldConfig.defaults.custom ?? {}));
    for (const override of fieldConfig.overrides) {
        for (const { id } of override.properties)
            if (id.startsWith('custom.')) custom.add(id.slice('custom.'.length));
    }
    // A graph's options are for its values: an axisLabel on the time field would come out below the x axis too.
    const applies = (path: string) => (field: any) =>
        !graph || path === 'axisPlacement' || field.type !== FieldType.time;
    return new Registry(() => [
        ...Object.entries(STANDARD).map(([id, process]) => registryItem(id, id, process, () => true)),
        ...[...custom].map((path) => registryItem('custom.' + path, path, identityOverrideProcessor, applies(path))),
    ]) as any;
}

/** A panel's field config with Grafana's defaults below it. */
export function fieldConfigOf(panel: any): any {
    const graph = ['timeseries', 'barchart', 'piechart'].includes(panel.type);
    const given = panel.fieldConfig?.defaults ?? {};
    return {
        defaults: {
            color: { mode: graph ? 'palette-classic' : 'thresholds' },
            thresholds: {
                mode: 'absolute',
                steps: [
                    { value: null, color: 'green' },
                    { value: 80, color: 'red' },
                ],
            },
            ...given,
            custom: { ...CUSTOM_DEFAULTS[panel.type], ...given.custom },
        },
        overrides: panel.fieldConfig?.overrides ?? [],
    };
}

/** Frames as the panel's component takes them. */
export function withFieldConfig(panel: any, fieldConfig: any, frames: DataFrame[]): DataFrame[] {
    for (const { matcher } of fieldConfig.overrides) {
        if (!fieldMatchers.getIfExists(matcher.id)) throw new Error(`there is no field matcher "${matcher.id}"`);
    }
    const done = applyFieldOverrides({
        data: frames,
        fieldConfig: structuredClone(fieldConfig), // a threshold's base becomes -Infinity in place
        fieldConfigRegistry: registryFor(fieldConfig, panel.type === 'timeseries'),
        replaceVariables,
        theme,
        timeZone,
    });
    cacheFieldDisplayNames(done); // or a table heads its columns with raw names, and sortBy finds none
    return done;
}
