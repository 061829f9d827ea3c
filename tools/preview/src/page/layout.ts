// Where Grafana's grid puts panels: 24 columns, rows of 30 pixels, 8 between. A folded row's panels are left out
// unless it is opened.
import { input } from '../input';

const COLUMNS = 24;
const CELL = 30;
const GAP = 8;
export const PAD = 16;

export interface Placed {
    panel: any;
    left: number;
    top: number;
    width: number;
    height: number;
}

const opened = (row: any) => input.open === 'all' || input.open === String(row.id);
const bottomOf = (panels: any[]) => Math.max(0, ...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
const lowered = (panel: any, by: number) => ({ ...panel, gridPos: { ...panel.gridPos, y: panel.gridPos.y + by } });

/** The panels, with rows unfolded that are opened: what they held comes below them, and what follows moves down. */
function unfolded(): any[] {
    const placed: any[] = [];
    let by = 0;
    for (const panel of [...(input.dashboard.panels ?? [])].sort((a, b) => a.gridPos.y - b.gridPos.y)) {
        const row = panel.type === 'row' && panel.collapsed && opened(panel);
        placed.push(lowered(row ? { ...panel, collapsed: false } : panel, by));
        if (!row || !panel.panels.length) continue;
        const first = Math.min(...panel.panels.map((each: any) => each.gridPos.y));
        const start = panel.gridPos.y + panel.gridPos.h + by;
        const inside = panel.panels.map((each: any) => lowered(each, start - first));
        placed.push(...inside);
        by += bottomOf(inside) - start;
    }
    return placed;
}

export function layout(): { placed: Placed[]; height: number } {
    const column = (input.width - 2 * PAD - (COLUMNS - 1) * GAP) / COLUMNS;
    const panels = unfolded();
    const placed = panels.map((panel) => {
        const { x, y, w, h } = panel.gridPos;
        return {
            panel,
            left: x * (column + GAP),
            top: y * (CELL + GAP),
            width: column * w + GAP * (w - 1),
            height: CELL * h + GAP * (h - 1),
        };
    });
    return { placed, height: bottomOf(panels) * (CELL + GAP) };
}
