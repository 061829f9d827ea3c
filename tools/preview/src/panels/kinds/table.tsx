// Tables, by Grafana's TableNG component.
import { TableNG } from '@grafana/ui/unstable';
import { NoData } from '../NoData';
import type { PanelProps } from '../panel';

export function TablePanel({ panel, fieldConfig, frames, range, width, height }: PanelProps) {
    const frame = frames[panel.options?.frameIndex ?? 0];
    if (!frame?.fields.length) return <NoData panel={panel} />;
    return (
        <TableNG
            data={frame}
            width={width}
            height={height}
            noHeader={!(panel.options?.showHeader ?? true)}
            showTypeIcons={false}
            resizable
            sortBy={panel.options?.sortBy}
            cellHeight={panel.options?.cellHeight ?? 'sm'}
            timeRange={range}
            structureRev={1}
            fieldConfig={fieldConfig}
            noValue={fieldConfig.defaults.noValue}
            enableVirtualization={false}
            frozenColumns={0}
        />
    );
}
