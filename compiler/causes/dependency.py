"""A service that this one calls, with an outage of its own."""

from __future__ import annotations

from compiler import names
from compiler.causes.cause import Cause, Evidence, Finding, Kubectl, Sample
from compiler.model.catalog import Service
from compiler.prose.parts import Plain


def findings(service: Service, kubectl: Kubectl) -> tuple[Finding, ...]:
    """For each dependency, how many of its alerts fire that tell of an outage."""
    return tuple(_finding(name, kubectl) for name in service.depends_on)


def _finding(name: str, kubectl: Kubectl) -> Finding:
    """A service whose targets are down or whose events vanished burns no budget; it fails all the same."""
    pages = kubectl.recorded("ALERTS", service=name, slo_tier="page", alertstate="firing")
    gone = kubectl.recorded("ALERTS", service=name, slo_tier="nodata", state="~down|vanished", alertstate="firing")
    known = kubectl.recorded(names.INFO, service=name)
    return Finding(
        name,
        f"count({pages} or {gone}) or 0 * count({known})",
        (Plain(f"{name}, which it calls, is failing too"),),
        f"service {name}",
        healthy=Evidence((Sample(known, 1),)),
        sick=Evidence((Sample(known, 1), Sample(pages, 1)), 1),
    )


CAUSE = Cause("dependency", "A service that it calls", findings)
