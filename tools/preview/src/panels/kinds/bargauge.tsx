// Bars, by Grafana's BarGauge component.
import { getDisplayProcessor, getDisplayValueAlignmentFactors } from '@grafana/data';
import { BarGauge, VizRepeater } from '@grafana/ui';
import { theme } from '../../input';
import type { PanelProps } from '../panel';
import { orientationOf, valuesOf } from '../values';

const DEFAULTS = { displayMode: 'gradient', valueMode: 'color', namePlacement: 'auto', showUnfilled: true };

export function BarGaugePanel(props: PanelProps) {
    const { panel, frames, width, height } = props;
    const options: any = { ...DEFAULTS, ...panel.options };
    const one = ({ value, width, height, orientation, alignmentFactors }: any) => (
        <BarGauge
            value={value.display}
            width={width}
            height={height}
            orientation={orientation}
            field={value.field}
            theme={theme}
            text={options.text}
            display={
                value.view?.getFieldDisplayProcessor(value.colIndex) ??
                getDisplayProcessor({ field: { config: value.field } as any, theme })
            }
            itemSpacing={options.displayMode === 'lcd' ? 2 : 8}
            displayMode={options.displayMode}
            alignmentFactors={alignmentFactors}
            showUnfilled={options.showUnfilled}
            valueDisplayMode={options.valueMode}
            namePlacement={options.namePlacement}
        />
    );
    return (
        <VizRepeater
            getValues={() => valuesOf(props)}
            getAlignmentFactors={getDisplayValueAlignmentFactors as any}
            renderValue={one}
            width={width}
            height={height}
            source={frames}
            itemSpacing={8}
            renderCounter={0}
            orientation={orientationOf(props)}
            minVizWidth={options.minVizWidth ?? 8}
            minVizHeight={options.minVizHeight ?? 16}
            maxVizHeight={options.maxVizHeight}
        />
    );
}
