// Frames reduced to single values, for the panels that show such.
import { getFieldDisplayValues, VizOrientation } from '@grafana/data';
import { theme, timeZone } from '../input';
import { replaceVariables } from '../variables';
import type { PanelProps } from './panel';

export function valuesOf({ panel, fieldConfig, frames }: PanelProps, sparkline = false) {
    return getFieldDisplayValues({
        fieldConfig,
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false, ...panel.options?.reduceOptions },
        replaceVariables,
        theme,
        data: frames,
        sparkline,
        timeZone,
    });
}

export function orientationOf({ panel, width, height }: PanelProps): VizOrientation {
    const given = panel.options?.orientation;
    if (given && given !== 'auto') return given;
    return width > height ? VizOrientation.Vertical : VizOrientation.Horizontal;
}
