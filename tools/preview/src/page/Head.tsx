// Own drawing: the head of the page, about as high as Grafana's: the bar with the title, then variables, switches of
// annotations, links and the time.
import { dateTimeFormat } from '@grafana/data';
import { Icon } from '@grafana/ui';
import type { CSSProperties, ReactNode } from 'react';
import { input, pageRange, theme, timeZone } from '../input';
import { chosenText, interpolate } from '../variables';
import { PAD } from './layout';

const BAR = 40;
const LINE = 32;
// Those that Grafana knows: a link with another has none.
const ICONS: Record<string, string> = {
    'external link': 'external-link-alt',
    dashboard: 'apps',
    question: 'question-circle',
    info: 'info-circle',
    bolt: 'bolt',
    doc: 'file-alt',
    cloud: 'cloud',
};
const field = theme.components.input;
const ITEM: CSSProperties = { display: 'inline-flex', margin: '0 8px 8px 0', verticalAlign: 'top' };
const border = `1px solid ${field.borderColor}`;

function Box({ children, style }: { children: ReactNode; style?: CSSProperties }) {
    const own = { border, background: field.background, borderRadius: 2, ...style };
    const line = { display: 'inline-flex', alignItems: 'center', gap: 6, height: LINE, padding: '0 8px' };
    return <span style={{ ...line, ...own, boxSizing: 'border-box', whiteSpace: 'nowrap' }}>{children}</span>;
}

function Label({ children }: { children: ReactNode }) {
    const style = { background: theme.colors.background.secondary, fontSize: 12, fontWeight: 500, borderRight: 0 };
    return <Box style={style}>{children}</Box>;
}

/** Those that the dashboard does not hide, data sources among them. */
function variablesShown(): any[] {
    const hidden = [2, 3, 'hideVariable', 'inControlsMenu'];
    const list = input.dashboard.templating?.list ?? [];
    return list.filter((each: any) => !hidden.includes(each.hide));
}

function Variable({ variable }: { variable: any }) {
    return (
        <span style={ITEM}>
            {variable.hide !== 1 && <Label>{variable.label || variable.name}</Label>}
            <Box>
                {chosenText(variable.name)}
                {variable.type !== 'textbox' && <Icon name="angle-down" />}
            </Box>
        </span>
    );
}

function Switch({ name, on }: { name: string; on: boolean }) {
    const track = { width: 26, height: 14, borderRadius: 7, padding: 2, boxSizing: 'border-box' } as const;
    const knob = { width: 10, height: 10, borderRadius: 5, background: '#fff', marginLeft: on ? 12 : 0 };
    return (
        <span style={ITEM}>
            <Label>{name}</Label>
            <Box>
                <span style={{ ...track, background: on ? theme.colors.primary.main : field.borderColor }}>
                    <span style={{ ...knob, display: 'block' }} />
                </span>
            </Box>
        </span>
    );
}

function Link({ link }: { link: any }) {
    const icon = link.type === 'dashboards' ? 'apps' : ICONS[link.icon];
    return (
        <span style={ITEM}>
            <Box style={{ background: theme.colors.secondary.main, border: 0 }}>
                {icon && <Icon name={icon as any} />}
                {interpolate(link.title, 'text')}
            </Box>
        </span>
    );
}

export function Head() {
    const { dashboard } = input;
    const time = (at: any) => dateTimeFormat(at, { timeZone, format: 'YYYY-MM-DD HH:mm:ss' });
    const switches = (dashboard.annotations?.list ?? []).filter((each: any) => !each.hide && !each.builtIn);
    const bar: CSSProperties = {
        height: BAR,
        padding: `0 ${PAD}px`,
        display: 'flex',
        alignItems: 'center',
        gap: 8,
        borderBottom: `1px solid ${theme.colors.border.weak}`,
        background: theme.colors.background.primary,
        boxSizing: 'border-box',
    };
    const quiet = { color: theme.colors.text.secondary };
    return (
        <>
            <div style={bar}>
                <span style={quiet}>Dashboards</span>
                <Icon name="angle-right" />
                <span style={{ fontWeight: 500 }}>{interpolate(dashboard.title, 'text')}</span>
            </div>
            <div style={{ display: 'flow-root', padding: `16px ${PAD}px 8px` }}>
                <span style={{ float: 'right', display: 'flex', gap: 8 }}>
                    <Box>
                        <Icon name="clock-nine" />
                        {time(pageRange.from)} to {time(pageRange.to)}
                        <span style={{ ...quiet, fontSize: 12 }}>{String(timeZone).toUpperCase()}</span>
                    </Box>
                    {dashboard.refresh && (
                        <Box>
                            <Icon name="sync" />
                            {dashboard.refresh}
                            <Icon name="angle-down" />
                        </Box>
                    )}
                </span>
                {variablesShown().map((each) => (
                    <Variable key={each.name} variable={each} />
                ))}
                {switches.map((each: any) => (
                    <Switch key={each.name} name={each.name} on={each.enable} />
                ))}
                {(dashboard.links ?? []).map((link: any) => (
                    <Link key={link.title} link={link} />
                ))}
            </div>
        </>
    );
}
