"""An incident that was played, as a picture: traffic, what failed, each tier's burn, alerts, and the budget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from compiler.burn.words import number, percent, rest, short
from compiler.simulate.outcome import BEFORE, Line, Outcome, Spell, TierSeen
from compiler.simulate.panel import Panel, Time, ceiling
from compiler.simulate.strip import tick_step
from compiler.simulate.svg import FAINT, Canvas
from compiler.simulate.text import SAID, after, budget, exact, headline, named
from compiler.units import Duration

WIDTH = 1000
_TIME = (172.0, 820.0)
_COLORS = {"page": "#c4314b", "ticket": "#b35c00", "none": "#5f6b7a"}
_TRAFFIC, _FAILED, _LEFT = "#9aa5b1", "#c4314b", "#2f7d4f"
_LONG, _SHORT = "#1b3f7a", "#2f86d6"
_SHADE = "#fdf0f1"
_CUT = 3
"""Of a burn so many times the factor is shown; what is higher is cut off, or the factor could not be seen."""
_GAP = 26
_NAME = 12
"""Letters of a tier's name that there is room for."""


@dataclass
class _Sheet:
    """What was drawn so far."""

    outcome: Outcome
    canvas: Canvas
    time: Time
    y: float

    def panel(self, height: float, most: float, least: float = 0.0) -> Panel:
        """The next panel; the time of the errors is shaded in it."""
        time = self.time
        begin, end = time.x(0), time.x(self.outcome.lasts)
        self.canvas.box((begin, self.y), end - begin, height, _SHADE)
        made = Panel(self.canvas, time, self.y, height, least, most)
        self.y += height + _GAP
        return made

    def beside(self, panel: Panel, words: Sequence[tuple[str, str]]) -> None:
        """Words at the right of a panel, with their colours."""
        for row, (said, color) in enumerate(words):
            self.canvas.text((self.time.right + 10, panel.y + 14 + 17 * row), said, 11, color)


def picture(outcome: Outcome) -> str:
    """SVG, the same for the same outcome."""
    title = outcome.scene.context.title
    canvas = Canvas(WIDTH, f"{title}: an incident, played", f"{headline(outcome)} {budget(outcome)}")
    sheet = _Sheet(outcome, canvas, Time(-float(BEFORE.seconds), outcome.until, *_TIME), 104)
    _head(sheet)
    _events(sheet)
    for tier in outcome.tiers:
        _tier(sheet, tier)
    _alerts(sheet)
    _budget(sheet)
    _scale(sheet)
    return canvas.made(sheet.y)


def _head(sheet: _Sheet) -> None:
    context = sheet.outcome.scene.context
    sheet.canvas.text((16, 32), f"{context.title} in {context.catalog.stack.name}", 20, font_weight="600")
    sheet.canvas.text((16, 54), headline(sheet.outcome), 13)
    sheet.canvas.text((16, 73), budget(sheet.outcome), 13)


def _events(sheet: _Sheet) -> None:
    """How many come, and which share of them fails."""
    outcome = sheet.outcome
    base = f"of the last {short(outcome.scene.seen.base)}"
    most = _most(outcome.traffic)
    panel = sheet.panel(46, ceiling(most * 1.1))
    panel.fill(outcome.traffic, _TRAFFIC, 0.6)
    panel.frame("traffic", base, (f"{number(exact(panel.most))}/s", "0"))
    sheet.beside(panel, [(f"{number(exact(most))}/s", FAINT)])
    share = _most(outcome.failing)
    panel = sheet.panel(46, min(ceiling(share * 1.1), 1.0))
    panel.fill(outcome.failing, _FAILED, 0.75)
    panel.frame("failing", base, (percent(exact(panel.most)), "0"))
    sheet.beside(panel, [(f"up to {percent(exact(share))}", _FAILED)])


def _tier(sheet: _Sheet, seen: TierSeen) -> None:
    """Both windows' burn, the factor that both must exceed, and when they did."""
    tier, factor = seen.tier, float(seen.tier.factor.value)
    peaks = _most(seen.long), _most(seen.short)
    panel = sheet.panel(84, ceiling(min(max(*peaks, factor) * 1.1, factor * _CUT)))
    color = _COLORS[seen.reaction]
    if seen.held:
        begin, end = sheet.time.x(seen.held[0]), sheet.time.x(seen.held[1])
        sheet.canvas.box((begin, panel.y), end - begin, panel.height, color, fill_opacity=0.16)
    panel.level(factor, color)
    panel.draw(seen.short, _SHORT)
    panel.draw(seen.long, _LONG)
    where = "where both >" if tier.short != tier.long else "where it is >"
    about = f"{SAID[seen.reaction]} {where} {tier.factor}x"
    panel.frame(f"burn: {_cut(tier.name)}", about, (f"{number(exact(panel.most))}x", "0"))
    held = f"true {after(seen.held[0])} to {after(seen.held[1])}" if seen.held else "never true"
    words = [(_peak(tier.long, peaks[0], panel), _LONG)]
    if tier.short != tier.long:
        words.insert(0, (_peak(tier.short, peaks[1], panel), _SHORT))
    sheet.beside(panel, [*words, (held, color if seen.held else FAINT)])


def _cut(name: str) -> str:
    """As much of a name as there is room for."""
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"


def _peak(window: Duration, value: float, panel: Panel) -> str:
    cut = " (cut off)" if value > panel.most else ""
    return f"{short(window)}: up to {number(exact(value))}x{cut}"


def _alerts(sheet: _Sheet) -> None:
    """A bar for each alert while it fires, a thin one while it waits."""
    rows = _rows(sheet.outcome.spells)
    panel = sheet.panel(max(len(rows), 1) * 34.0, 1)
    panel.frame("alerts", "while they fire", ("", ""))
    if not rows:
        sheet.canvas.text((sheet.time.left + 8, panel.y + 21), "nobody is told", 12, FAINT)
    for row, spells in enumerate(rows):
        _bars(sheet, spells, panel.y + row * 34)


def _bars(sheet: _Sheet, spells: Sequence[Spell], y: float) -> None:
    time, color = sheet.time, _COLORS[spells[0].alert.reaction]
    for spell in spells:
        end = time.x(time.until if spell.resolved is None else spell.resolved)
        pending, fired = time.x(spell.pending), time.x(spell.fired)
        if fired > pending:
            sheet.canvas.box((pending, y + 23), fired - pending, 2, color)
        sheet.canvas.box((fired, y + 19), end - fired, 10, color)
    sheet.canvas.text((time.left + 8, y + 14), f"{named(spells[0])}: {_told(spells)}", 12, color)


def _told(spells: Sequence[Spell]) -> str:
    first = spells[0]
    over = "still fires" if first.resolved is None else f"resolved at {after(first.resolved)}"
    more = f", and {len(spells) - 1} times more" if len(spells) > 1 else ""
    return f"fires at {after(first.fired)}, {over}{more}"


def _rows(spells: Sequence[Spell]) -> list[list[Spell]]:
    """The same alert's on one row."""
    found: dict[str, list[Spell]] = {}
    for spell in spells:
        found.setdefault(named(spell), []).append(spell)
    return list(found.values())


def _budget(sheet: _Sheet) -> None:
    line = sheet.outcome.left
    if not line:
        return
    lowest = min(value for _, value in line)
    panel = sheet.panel(60, 1, 1 - ceiling(max((1 - lowest) * 1.1, 0.001)))
    panel.fill(line, _LEFT, 0.15)
    panel.draw(line, _LEFT)
    panel.frame("budget left", "", ("100%", rest(exact(panel.least))))
    sheet.beside(panel, [(f"{rest(exact(line[-1][1]))} at last", _LEFT)])


def _scale(sheet: _Sheet) -> None:
    """Times under the last panel, and what the shades mean."""
    time, y = sheet.time, sheet.y - _GAP
    for at in _ticks(time):
        x = time.x(at)
        sheet.canvas.line([(x, y), (x, y + 5)], FAINT)
        sheet.canvas.text((x, y + 18), after(at) if at else "errors begin", 11, FAINT, text_anchor="middle")
    said = "Shaded: while events fail. Darker: while a tier's condition holds. Dashed: its factor."
    sheet.canvas.text((time.left, y + 40), said, 11, FAINT)
    sheet.y = y + 54


def _ticks(time: Time) -> Iterator[float]:
    step = tick_step((time.until - time.since) / (time.right - time.left) * 90)
    yield from (float(number * step) for number in range(int(time.until // step) + 1))


def _most(line: Line) -> float:
    return max((value for _, value in line), default=0.0)
