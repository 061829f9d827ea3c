"""What a cause must say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from compiler import promql
from compiler.model.catalog import Service
from compiler.promql import Matcher, Selector
from compiler.prose.parts import Number, Part


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
    """kubectl, with the context that every command carries, and the conditions every selector carries."""

    context: str = ""
    added: tuple[Matcher, ...] = field(default=())

    def run(self, command: str, namespace: str = "") -> str:
        """A command line."""
        parts = ["kubectl", f"--context {self.context}" if self.context else "", command]
        return " ".join(part for part in [*parts, f"-n {namespace}" if namespace else ""] if part)

    def series(self, metric: str, **labels: str) -> str:
        """A selector of an exporter's series; a value that begins with ``~`` is a regular expression."""
        matchers = tuple(
            Matcher(name, "=~" if value.startswith("~") else "=", value.removeprefix("~"))
            for name, value in labels.items()
        )
        return str(Selector(metric, matchers).adding(*self.added))


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


def pods_of(service: Service) -> str:
    """A regular expression of the names of a workload's pods."""
    workload = service.workload
    assert workload is not None
    name = promql.regex_quote(workload.name)
    endings = {
        "deployment": "-[a-z0-9]+-[a-z0-9]{5}",
        "rollout": "-[a-z0-9]+-[a-z0-9]{5}",
        "stateful_set": "-[0-9]+",
        "daemon_set": "-[a-z0-9]{5}",
    }
    return f"{name}{endings[workload.kind]}"
