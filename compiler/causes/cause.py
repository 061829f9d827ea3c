"""What a cause must say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from compiler import promql
from compiler.model.catalog import Service
from compiler.promql import Matcher, Selector


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause of one service, ready to be asked.

    ``expr`` gives one series without labels: 0 where it is not the cause, more where it is.
    ``found`` is the text for that case, a Go template in which ``.Value`` is the value.
    ``numbers`` are further expressions whose values ``found`` prints by name, as ``$name``.
    """

    name: str
    expr: str
    found: str
    about: str
    look: tuple[str, ...] = ()
    """Read-only commands."""
    change: str = ""
    """What would mend it and changes something; printed only under the finding, marked as such."""
    numbers: tuple[tuple[str, str], ...] = ()
    """Pairs of a name and an expression."""
    pods: str = ""
    """A selector of the pods that show it, printed behind the finding."""


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
