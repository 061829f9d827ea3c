// One panel in Grafana's frame: its data loaded, its note of an own time range, its links, and what it draws.
import { rangeUtil, type DataFrame } from '@grafana/data';
import { Icon, PanelChrome } from '@grafana/ui';
import { Component, useEffect, useState, type ReactNode } from 'react';
import { marksFor } from '../annotations';
import { fieldConfigOf, withFieldConfig } from '../fieldConfig';
import { load } from '../frames';
import type { Exemplar } from '../frames/exemplars';
import { rangeOf } from '../input';
import { kinds } from '../panels';
import { NoData } from '../panels/NoData';
import { transformed } from '../transformations';
import { interpolate } from '../variables';

const fault = (panel: any, error: Error) =>
    console.error(`panel ${panel.id} "${panel.title ?? ''}": ${error.stack ?? error}`);

/** A panel that throws says so in its place, and the drawing counts as failed. */
class Guard extends Component<{ panel: any; children: ReactNode }, { error?: Error }> {
    state: { error?: Error } = {};
    static getDerivedStateFromError(error: Error) {
        return { error };
    }
    componentDidCatch(error: Error) {
        fault(this.props.panel, error);
    }
    render() {
        return this.state.error ? <NoData text={`Panel failed: ${this.state.error.message}`} /> : this.props.children;
    }
}

interface Ready {
    fieldConfig: any;
    frames: DataFrame[];
    exemplars: Exemplar[];
}

async function prepare(panel: any): Promise<Ready> {
    const fieldConfig = fieldConfigOf(panel);
    const { frames, exemplars } = load(panel);
    return { fieldConfig, exemplars, frames: withFieldConfig(panel, fieldConfig, await transformed(panel, frames)) };
}

/** What stands beside the title: the panel's own time, and that it has links. */
function titleItems(panel: any): ReactNode {
    const own = panel.timeFrom && !panel.hideTimeOverride;
    const parts = [
        own && rangeUtil.describeTextRange(panel.timeFrom).display,
        own && panel.timeShift && `timeshift -${panel.timeShift}`,
    ].filter(Boolean);
    if (!parts.length && !panel.links?.length) return undefined;
    return (
        <>
            {panel.links?.length > 0 && (
                <PanelChrome.TitleItem>
                    <Icon name="external-link-alt" size="md" />
                </PanelChrome.TitleItem>
            )}
            {parts.length > 0 && (
                <PanelChrome.TitleItem>
                    <Icon name="clock-nine" size="sm" />
                    <span style={{ marginLeft: 4, fontSize: 12 }}>{parts.join(' ')}</span>
                </PanelChrome.TitleItem>
            )}
        </>
    );
}

export function Panel({ panel, width, height }: { panel: any; width: number; height: number }) {
    const [ready, setReady] = useState<Ready | Error>();
    useEffect(() => {
        prepare(panel)
            .catch((error: Error) => {
                fault(panel, error);
                return error;
            })
            .then(setReady);
    }, [panel]);
    const Kind = kinds[panel.type];
    const inside = (w: number, h: number) => {
        if (!ready) return <span data-waiting />; // render.mjs takes no picture before there is none
        if (ready instanceof Error) return <NoData text={`Panel failed: ${ready.message}`} />;
        return (
            <Guard panel={panel}>
                <Kind panel={panel} {...ready} marks={marksFor(panel)} range={rangeOf(panel)} width={w} height={h} />
            </Guard>
        );
    };
    return (
        <PanelChrome
            width={width}
            height={height}
            title={interpolate(panel.title, 'text')}
            description={panel.description}
            titleItems={titleItems(panel)}
            hoverHeader={!panel.title}
            displayMode={panel.transparent ? 'transparent' : 'default'}
        >
            {inside}
        </PanelChrome>
    );
}
