// What every kind of panel is given to draw.
import type { DataFrame, TimeRange } from '@grafana/data';
import type { ReactNode } from 'react';
import type { Mark } from '../annotations';
import type { Exemplar } from '../frames/exemplars';

export interface PanelProps {
    panel: any;
    fieldConfig: any;
    frames: DataFrame[];
    exemplars: Exemplar[];
    marks: Mark[];
    range: TimeRange;
    width: number;
    height: number;
}

export type PanelKind = (props: PanelProps) => ReactNode;

export const legendOf = (panel: any) => {
    const legend = {
        showLegend: true,
        displayMode: 'list',
        placement: 'bottom',
        calcs: [],
        ...panel.options?.legend,
    };
    return legend.displayMode === 'hidden' ? { ...legend, showLegend: false } : legend;
};
