// Single values, by Grafana's BigValue component.
import { getDisplayValueAlignmentFactors } from '@grafana/data';
import { BigValue, VizRepeater } from '@grafana/ui';
import { theme } from '../../input';
import type { PanelProps } from '../panel';
import { valuesOf } from '../values';

const DEFAULTS = { graphMode: 'area', colorMode: 'value', justifyMode: 'auto', textMode: 'auto', wideLayout: true };

export function StatPanel(props: PanelProps) {
    const { panel, frames, range, width, height } = props;
    const options: any = { ...DEFAULTS, ...panel.options };
    const one = ({ value: { display, sparkline }, width, height, alignmentFactors, count }: any) => (
        <BigValue
            value={display}
            count={count}
            sparkline={sparkline && { ...sparkline, timeRange: range }}
            width={width}
            height={height}
            theme={theme}
            alignmentFactors={alignmentFactors}
            colorMode={options.colorMode}
            graphMode={options.graphMode}
            text={options.text}
            justifyMode={options.justifyMode}
            textMode={options.textMode}
            disableWideLayout={!options.wideLayout}
        />
    );
    return (
        <VizRepeater
            getValues={() => valuesOf(props, options.graphMode !== 'none')}
            getAlignmentFactors={getDisplayValueAlignmentFactors as any}
            renderValue={one}
            width={width}
            height={height}
            source={frames}
            itemSpacing={3}
            renderCounter={0}
            autoGrid
            orientation={options.orientation ?? 'auto'}
        />
    );
}
