"""The likely causes, asked as the alert asks them, but of whatever service is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compiler.causes.autoscaler import BLIND, LATE
from compiler.causes.cause import Kubectl
from compiler.diagnostics import Span
from compiler.emit.dashboards.asks import Scope, tagged
from compiler.emit.dashboards.grafana import named
from compiler.model.catalog import Service
from compiler.model.service import WORKLOAD_KINDS, Owner, Workload
from compiler.rules.texts.diagnosis import causes

NAMESPACE, WORKLOAD, AUTOSCALER = "${workload:text}", "${workload}", "${autoscaler}"
PODS = f"{WORKLOAD}-([a-z0-9]+-[a-z0-9]{{5}}|[0-9]+|[a-z0-9]{{5}})"
"""A regular expression of the names of the workload's pods, whatever its kind."""
_STANDS_FOR = {"the-namespace": NAMESPACE, "the-workload": WORKLOAD, "the-autoscaler": AUTOSCALER}
UNCHECKED = -1


@dataclass(frozen=True, slots=True)
class Look:
    """How a cause's value reads, and the panel of the drill-down that shows more of it."""

    unit: str
    words: Mapping[float, str]
    panel: int


REQUESTS, REPLICAS = 11, 21
SCALER, TARGET, LATENESS = 31, 32, 33
PROBES, READY, RESTARTS = 41, 42, 43
THROTTLED, MEMORY, QUOTA, NODES = 51, 52, 53, 54
EVENTS, LINES, TRACES = 61, 62, 63
"""The panels of the drill-down, by id."""
LOOKS: Mapping[str, Look] = {
    "rollout": Look("", {3: "failed or stuck", 2: "under way", 1: "in the last hour"}, REPLICAS),
    "readiness": Look("suffix: not ready", {}, READY),
    "restarts": Look("suffix: in 15m", {}, RESTARTS),
    "autoscaler": Look("prefix:at ceiling, ", {LATE: "not caught up", BLIND: "reads no metric"}, SCALER),
    "node": Look("suffix: not ready or gone", {}, NODES),
    "quota": Look("suffix: used up", {}, QUOTA),
}
"""Those that need no more than a workload; what a service depends on is on its own page."""


def asked(scope: Scope, exporters: Kubectl) -> str:
    """One series a cause: its value as in the alert's diagnosis, ``UNCHECKED`` where no metric tells.

    Args:
        scope: the chosen SLO.
        exporters: how they are asked in this stack.
    """
    declared = scope.within(workload="!").info
    return " or ".join(_of_cause(name, _expressions(name, exporters), declared) for name in LOOKS)


def _of_cause(name: str, found: list[str], declared: str) -> str:
    kinds = " or ".join(tagged(f"({expr})", "kind", str(n)) for n, expr in enumerate(found))
    return tagged(f"(max({kinds}) and on () {declared} or on () vector({UNCHECKED}))", "cause", name)


def _expressions(name: str, exporters: Kubectl) -> list[str]:
    """The cause's expressions for every kind of workload, each once."""
    cause = next(cause for cause in causes() if cause.name == name)
    found = [f.expr for kind in WORKLOAD_KINDS for f in cause.findings(_any_service(kind), exporters)]
    return [_general(expr) for expr in dict.fromkeys(found)]


def _general(expr: str) -> str:
    for text, variable in _STANDS_FOR.items():
        expr = expr.replace(text, variable)
    return expr


def _any_service(kind: str) -> Service:
    """A service whose names are those for which variables are put in."""
    namespace, workload, autoscaler = _STANDS_FOR
    names: dict[str, Any] = {kind: workload}
    return Service(
        name="any",
        labels={},
        description="",
        owner=Owner(),
        workload=Workload(namespace=namespace, autoscaler=autoscaler, **names),
        logs=None,
        traces=None,
        declined=frozenset(),
        depends_on=(),
        objectives=(),
        sources=(),
        span=Span(""),
    )


def readings() -> list[dict[str, Any]]:
    """The overrides by which each cause's value reads ``ok``, what was found, or ``not checked``."""
    return [named(name, _reading(look)) for name, look in LOOKS.items()]


def _reading(look: Look) -> dict[str, Any]:
    words = {UNCHECKED: ("not checked", "text"), 0: ("ok", "green")}
    texts = words | {value: (text, "orange") for value, text in look.words.items()}
    options = {f"{value:g}": {"text": text, "color": colour} for value, (text, colour) in texts.items()}
    return {"mappings": [{"type": "value", "options": options}], "unit": look.unit or "none"}
