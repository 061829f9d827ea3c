"""``probe``: scrapes of a gauge that is 1 when all is well and 0 when it is not.

PASS:  metric: probe_success{job="blackbox",instance="https://shop.example.com/"}
FAIL:  metric: rate(probe_success[5m])
"""

from __future__ import annotations

from dataclasses import dataclass

from compiler import promql
from compiler.diagnostics import Report
from compiler.promql import Selector
from compiler.shapes import Spec, key
from compiler.sli.frame import Base, Frame
from compiler.sli.kind import LEVEL, SELECTOR, Blindness, Feed, SliKind, Words, selector_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeSpec(Spec):
    """A gauge of 0 and 1."""

    metric: str = key(SELECTOR, "The gauge.", example='probe_success{job="blackbox"}')
    counting: str = "exact"


class Probe(SliKind):
    """Scrapes that were 0."""

    kind = "probe"
    record = ProbeSpec
    doc = "Scrapes of a 0/1 gauge (up, probe_success, kube_pod_status_ready) that were 0."
    example = "{metric: 'probe_success{job=\"blackbox\"}'}"

    def lower(self, spec: ProbeSpec, frame: Frame) -> Base:
        """Each scrape is an event."""
        probe = frame.pick(promql.selector(spec.metric))
        seconds = frame.base.seconds
        scrapes = f"count_over_time({probe}[{frame.base}])"
        total = f"{frame.sum(scrapes)} / {seconds}"
        failed = f"{scrapes}\n-\nsum_over_time({probe}[{frame.base}])"
        errors = f"{frame.sum(failed)} / {seconds}"
        return Base(total, errors)

    def total(self, spec: ProbeSpec) -> Selector:
        """The gauge."""
        return promql.selector(spec.metric)

    def errors(self, spec: ProbeSpec) -> Selector | None:
        """None: a failure is a value, not a series."""
        return None

    def blindness(self, spec: ProbeSpec, frame: Frame) -> tuple[Blindness, ...]:
        """None: errors and total are the same series."""
        return ()

    def feeds(self, spec: ProbeSpec) -> tuple[Feed, ...]:
        """The gauge."""
        return (Feed(promql.selector(spec.metric), good=1, form=LEVEL),)

    def words(self, spec: ProbeSpec) -> Words:
        """Probes that fail."""
        return Words("probes", "fail", "one that answers 0")

    def targets(self, spec: ProbeSpec, frame: Frame) -> str:
        """The prober's own target; none where the gauge is ``up`` itself, which pages by its budget."""
        return "" if self.total(spec).metric == "up" else super().targets(spec, frame)

    def check(self, spec: ProbeSpec, report: Report) -> None:
        """The selector parses."""
        selector_at(spec, "metric", report)


SLI = Probe()
