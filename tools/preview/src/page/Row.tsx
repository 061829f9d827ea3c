// Own drawing: the head of a row, folded or not.
import { Icon } from '@grafana/ui';
import { theme } from '../input';
import { interpolate } from '../variables';

export function Row({ panel, height }: { panel: any; height: number }) {
    const count = panel.panels?.length ?? 0;
    return (
        <div style={{ display: 'flex', alignItems: 'center', gap: 8, height, fontSize: 16, fontWeight: 500 }}>
            <Icon name={panel.collapsed ? 'angle-right' : 'angle-down'} />
            {interpolate(panel.title, 'text')}
            {panel.collapsed && (
                <span style={{ fontSize: 12, fontWeight: 400, color: theme.colors.text.secondary }}>
                    ({count} {count === 1 ? 'panel' : 'panels'})
                </span>
            )}
        </div>
    );
}
