"""``logs``: log lines, counted every minute by Loki's ruler, which writes the counts to Prometheus.

PASS:  errors: '{app="pay"} | json | level="error"'    total: '{app="pay"} | json | path!="/healthz"'
FAIL:  errors: 'sum(rate({app="pay"} |= "error" [5m]))'    (a selection is meant; it is counted by the compiler)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from compiler import logql, names
from compiler.diagnostics import Report
from compiler.promql import Selector
from compiler.shapes import Spec, Text, key
from compiler.sli.frame import Base, Frame
from compiler.sli.kind import COUNT, LEVEL, Blindness, Feed, Proof, Sight, SliKind, Words
from compiler.units import Duration

SELECTION = Text('a LogQL selection like {app="checkout"} |= "error"', longest=5_000)
_LIKE = 'like {app="checkout"} | json | level="error"'
_TOO_GOOD = "1.1"
"""So many times as many good lines as lines are no noise of a late minute any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsSpec(Spec):
    """Error lines, or good ones, over all lines that tell of an event."""

    total: str = key(SELECTION, "All lines that tell of an event.", example='\'{app="checkout"} |= "request"\'')
    errors: str = key(SELECTION, "The bad ones among them.", default="")
    good: str = key(SELECTION, "The good ones among them, where that is easier to say.", default="")
    counting: str = "exact"

    one_of: ClassVar[tuple[str, ...]] = ("errors", "good")

    @property
    def part(self) -> str:
        """``errors`` or ``good``, whichever is given."""
        return "errors" if self.errors else "good"

    @property
    def selections(self) -> dict[str, str]:
        """Each side's text, total first."""
        return {"total": self.total, self.part: self.errors or self.good}


class Logs(SliKind):
    """Lines of a log that tell of errors."""

    kind = "logs"
    record = LogsSpec
    doc = "Log lines that tell of errors, counted by Loki's ruler."
    example = '{errors: \'{app="a"} |= "error"\', total: \'{app="a"}\'}'

    def lower(self, spec: LogsSpec, frame: Frame) -> Base:
        """Errors are filled with zero where total is there: no such line yet is no error."""
        total, part, zero = self._rate("total", frame), self._rate(spec.part, frame), frame.zero()
        if spec.errors:
            return Base(total, f"{part}\nor\n{zero}")
        return Base(total, f"clamp_min(\n{frame.summed_total()} - ({part} or {zero}),\n0)")

    def _rate(self, events: str, frame: Frame) -> str:
        lines = frame.named(names.lines(events))
        return f"{frame.summed(f'sum_over_time({lines}[{frame.base}])')} / {frame.base.seconds}"

    def counts(self, spec: LogsSpec, frame: Frame) -> tuple[tuple[str, str], ...]:
        """What Loki's ruler records, each name and LogQL; a minute late, for lines come late."""
        return tuple(
            (names.lines(events), frame.sum(logql.lines_a_minute(text))) for events, text in spec.selections.items()
        )

    def total(self, spec: LogsSpec) -> Selector:
        """The counts of all lines, of whichever SLO."""
        return Selector(names.lines("total"))

    def errors(self, spec: LogsSpec) -> Selector | None:
        """None: what is counted is no counter."""
        return None

    def blindness(self, spec: LogsSpec, frame: Frame) -> tuple[Blindness, ...]:
        """More errors, or clearly more good lines, than lines."""
        hold = Duration.of("15m")
        if spec.errors:
            expr = f"{frame.rate('errors')} > {frame.rate('total')}"
            return (Blindness(expr, hold, "more lines of errors are counted than lines at all", errors=2),)
        good = names.lines("good")
        expr = f"{frame.named(good)} / 60 > {_TOO_GOOD} * ({frame.rate('total')} > 0)"
        sight = Sight(Feed(Selector(good), form=LEVEL, recorded=True), 72, 63)
        return (Blindness(expr, hold, "more good lines are counted than lines at all", errors=0, sights=(sight,)),)

    def feeds(self, spec: LogsSpec) -> tuple[Feed, ...]:
        """What Loki's ruler writes."""
        good, bad = (0, 1) if spec.errors else (1, 0)
        total, part = (Selector(names.lines(events)) for events in ("total", spec.part))
        return (Feed(total, 1, 1, form=COUNT, recorded=True), Feed(part, good, bad, form=COUNT, recorded=True))

    def proofs(self, spec: LogsSpec) -> tuple[Proof, ...]:
        """No line of an error yet is no error."""
        total = Feed(Selector(names.lines("total")), form=COUNT, recorded=True)
        texts = {"no errors yet": 3, "no errors and no events": 0} if spec.errors else {}
        return tuple(Proof(text, ((total, lines),), "errors", 0) for text, lines in texts.items())

    def words(self, spec: LogsSpec) -> Words:
        """Lines, as they stand in the log."""
        return Words("lines", "tell of an error", "a line that is counted as an error")

    def facts(self, spec: LogsSpec, frame: Frame) -> dict[str, str]:
        """The recorded lines stand for the events."""
        total, part = (f"sum_over_time({frame.named(names.lines(e))}[range])" for e in ("total", spec.part))
        bad = part if spec.errors else f"{total} - {part}"
        return {"selector_total": frame.named(names.lines("total")), "bad_events": bad}

    def lacks(self, spec: LogsSpec, label: str) -> str:
        """A label that the streams are asked to be without."""
        return f'total asks for lines without it: {label}=""' if logql.is_without(spec.total, label) else ""

    def targets(self, spec: LogsSpec, frame: Frame) -> str:
        """None: nothing is scraped."""
        return ""

    def check(self, spec: LogsSpec, report: Report) -> None:
        """Both are selections of lines; errors lie within total."""
        own = Report()
        for field, text in spec.selections.items():
            try:
                logql.check_selection(text)
            except logql.LogqlError as error:
                own.error("SLO120", str(error), spec.at(field), _LIKE)
        report.extend(own.items)
        if own.failed:
            return
        if "".join(spec.total.split()) == "".join(spec.selections[spec.part].split()):
            report.error("SLO122", f"{spec.part} selects the same as total", spec.at(spec.part), "add a condition")
        for matcher in logql.unasked(spec.total, spec.selections[spec.part]):
            text = f"{spec.part} is no part of total: it leaves {matcher.label!r} open, total asks {matcher}"
            report.error("SLO122", text, spec.at(spec.part), f"add {matcher}")


SLI = Logs()
