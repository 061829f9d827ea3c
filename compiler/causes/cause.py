"""What a cause must say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from compiler import promql
from compiler.model.catalog import Service
from compiler.model.conventions import DEFAULT, PRESETS, Conventions
from compiler.promql import Matcher, Selector
from compiler.prose.forms import COUNT
from compiler.prose.parts import Graded, Number, Own, Part, Plain


@dataclass(frozen=True, slots=True)
class Sample:
    """A series of an exporter as it is in one state of things, for tests."""

    series: str
    value: float = 0
    ago: bool = False
    """Whether the value is a time so many seconds before now."""
    grows: bool = False
    """Whether it is a counter that grows."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One state of things: what exporters say of it, and what the finding then reads."""

    samples: tuple[Sample, ...]
    value: float = 0
    numbers: tuple[tuple[str, float], ...] = ()
    ages: tuple[tuple[str, float], ...] = ()
    """Numbers that are times so many seconds before now."""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause of one service, ready to be asked.

    ``expr`` gives one series without labels: 0 where it is not the cause, more where it is.
    ``found`` is the text for that case; its ``Own`` and ``Graded`` parts read the value by ``about``.
    ``numbers`` are further numbers that ``found`` prints.
    """

    name: str
    expr: str
    found: tuple[Part, ...]
    about: str
    """The object that is asked about, unique among the findings of a service."""
    look: tuple[str, ...] = ()
    """Read-only commands."""
    change: str = ""
    """What would mend it and changes something; printed only under the finding, marked as such."""
    change_from: float = 0
    """The least value under which ``change`` is printed, for a finding of several grades."""
    numbers: tuple[Number, ...] = ()
    pods: str = ""
    """A selector of the pods that show it, printed behind the finding."""
    healthy: Evidence = Evidence(())
    sick: Evidence = Evidence(())


@dataclass(frozen=True, slots=True)
class Cause:
    """One kind of cause; ``findings`` is empty where the service does not declare what it needs."""

    name: str
    title: str
    findings: Callable[[Service, Kubectl], tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class Kubectl:
    """kubectl, with the context that every command carries, and how exporters are asked in this stack."""

    context: str = ""
    added: tuple[Matcher, ...] = field(default=())
    """The conditions that every selector carries."""
    labels: Conventions = PRESETS[DEFAULT]
    """What the labels of exporters are called."""

    def run(self, command: str, namespace: str = "") -> str:
        """A command line."""
        parts = ["kubectl", f"--context {self.context}" if self.context else "", command]
        return " ".join(part for part in [*parts, f"-n {namespace}" if namespace else ""] if part)

    def series(self, metric: str, **labels: str) -> str:
        """A selector of kube-state-metrics' series, by its own names of labels.

        Args:
            metric: its name.
            labels: a value that begins with ``~`` is a regular expression, one with ``!`` is what must not be.
        """
        job = {"job": self.labels.kube_state_metrics_job} if self.labels.kube_state_metrics_job else {}
        return self.recorded(metric, **job, **{self.labels.label(name): text for name, text in labels.items()})

    def rollouts(self, metric: str, namespace: str, name: str, **labels: str) -> str:
        """A selector of the controller's series about an Argo Rollout."""
        return self.recorded(metric, **{self.labels.rollout_namespace: namespace, "name": name}, **labels)

    def recorded(self, metric: str, **labels: str) -> str:
        """A selector of series whose labels are called the same everywhere: our own, and Prometheus'."""
        matchers = tuple(
            Matcher(name, _OPERATORS[value[0]], value[1:])
            if value.startswith(tuple(_OPERATORS))
            else Matcher(name, "=", value)
            for name, value in labels.items()
        )
        return str(Selector(metric, matchers).adding(*self.added))

    def by(self, *labels: str) -> str:
        """``by (pod, container)``, of kube-state-metrics' labels."""
        return f"by ({', '.join(map(self.labels.label, labels))})"

    def on(self, *labels: str) -> str:
        """``on (node)``, of the same."""
        return f"on ({', '.join(map(self.labels.label, labels))})"


def counted(about: str, one: str, many: str) -> Part:
    """``1 pod is missing`` or ``3 pods are missing``, of the value at hand."""
    return Graded(about, ((1.5, (Own(about, COUNT), Plain(f" {many}"))), (0, (Plain(f"1 {one}"),))))


_OPERATORS = {"~": "=~", "!": "!="}


def pod_of(service: Service, number: int = 0) -> str:
    """The name of one of a workload's pods, for tests; the first ten differ."""
    workload = service.workload
    assert workload is not None
    endings = {
        "deployment": f"-6d4cf56db6-8xk2{number}",
        "rollout": f"-6d4cf56db6-8xk2{number}",
        "stateful_set": f"-{number}",
        "daemon_set": f"-8xk2{number}",
    }
    return f"{workload.name}{endings[workload.kind]}"


_LONGEST_HASH = 10
"""Characters of the hash of a pod's template."""
_LONGEST_BASE = 58
"""So much of what stands before a pod's five random characters is kept."""


def pods_of(service: Service) -> str:
    """A regular expression of the names of a workload's pods."""
    workload = service.workload
    assert workload is not None
    name = promql.regex_quote(workload.name)
    if workload.kind == "stateful_set":
        return f"{name}-[0-9]+"
    hashed = 0 if workload.kind == "daemon_set" else _LONGEST_HASH + 1
    if len(workload.name) + 1 + hashed <= _LONGEST_BASE:
        return f"{name}-{'[a-z0-9]+-' if hashed else ''}[a-z0-9]{{5}}"
    if len(workload.name) < _LONGEST_BASE:
        return f"{name}-[a-z0-9]*-?[a-z0-9]{{5}}"
    return f"{promql.regex_quote(workload.name[:_LONGEST_BASE])}[a-z0-9]{{5}}"
