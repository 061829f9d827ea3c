// What stands where there is nothing to draw.
import { theme } from '../input';
import { interpolate } from '../variables';

export function NoData({ panel, text }: { panel?: any; text?: string }) {
    const said = text ?? interpolate(panel?.fieldConfig?.defaults?.noValue || 'No data', 'text');
    return (
        <div
            style={{
                height: '100%',
                display: 'flex',
                alignItems: 'center',
                justifyContent: 'center',
                textAlign: 'center',
                padding: '0 16px',
                color: theme.colors.text.secondary,
                fontSize: 16,
            }}
        >
            {said}
        </div>
    );
}
