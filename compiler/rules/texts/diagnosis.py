"""The state of the likely causes when the alert fired, asked by the alert itself, the found ones first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from compiler import plugins
from compiler.causes.cause import Cause, Finding, Kubectl
from compiler.model.catalog import Service
from compiler.prose.parts import Facts, Number, Part, Plain, Told, read, template
from compiler.prose.template import SAFE_NAME, labelled, query, variables
from compiler.rules.rule import Context

PODS = 3
"""So many pods are named behind a finding."""


def causes() -> tuple[Cause, ...]:
    """The causes that were found, by name."""
    return tuple(sorted(plugins.discover("compiler.causes", "CAUSE"), key=lambda cause: cause.name))


def kubectl(context: Context) -> Kubectl:
    """Kubectl for this stack."""
    stack = context.catalog.stack.spec
    return Kubectl(stack.kube_context, context.frame.added, stack.exporter_labels)


_ORDER = ("rollout", "readiness", "restarts", "autoscaler", "node", "quota", "dependency")


def findings(context: Context) -> tuple[Finding, ...]:
    """What is asked for this SLO: the causes that its runbook names, else all that the service declares."""
    return _findings(context.service, context.objective.runbook.causes, kubectl(context))


@lru_cache(maxsize=64)
def _findings(service: Service, wanted: tuple[str, ...] | None, kubectl: Kubectl) -> tuple[Finding, ...]:
    known = {cause.name: cause for cause in causes()}
    order = [name for name in _ORDER if name in known and (wanted is None or name in wanted)]
    return tuple(found for name in order for found in known[name].findings(service, kubectl))


def diagnosis(context: Context) -> Sequence[Part]:
    """One line a finding with what would mend it, then what is ok and what could not be checked."""
    asked = findings(context)
    if not asked:
        return (Plain("not checked: no workload is declared for this service"),)
    return (_diagnosis(asked, kubectl(context).labels.label("pod")),)


@lru_cache(maxsize=64)
def _diagnosis(asked: tuple[Finding, ...], pod: str) -> Diagnosis:
    """Written once for all the alerts that ask the same."""
    return Diagnosis(asked, pod)


@dataclass(frozen=True)
class Diagnosis:
    """What the findings say; each is asked by its ``about`` in ``Told.values``: 0 is ok, none is not checked."""

    asked: tuple[Finding, ...]
    pod: str = "pod"
    """What exporters call the label with a pod's name."""

    def template(self) -> str:
        """One query for all of them, and a case for each."""
        return self._written

    @cached_property
    def _written(self) -> str:
        keys = [(f"c{n}", finding) for n, finding in enumerate(self.asked)]
        numbers = self._numbers
        facts = [(n.name, f"({n.expr})") for n in numbers] + [(key, f"({found.expr})") for key, found in keys]
        return (
            variables("ok", "unseen", *(n.name for n in numbers), *(key for key, _ in keys))
            + f"{{{{ $facts := {query(labelled(facts))} }}}}"
            + _each("$facts", Facts(numbers).cases())
            + _each("$facts", "".join(_case(key, finding, self.pod) for key, finding in keys))
            + "".join(_unseen(key, finding) for key, finding in keys)
            + "{{ if $ok }}ok: {{ slice $ok 2 }}.{{ end }}"
            + "{{ if $unseen }}{{ if $ok }} {{ end }}not checked, no metric about: {{ slice $unseen 2 }}.{{ end }}"
        )

    @property
    def _numbers(self) -> tuple[Number, ...]:
        return tuple(dict.fromkeys(number for finding in self.asked for number in finding.numbers))

    def read(self, told: Told) -> str:
        """The findings that hold a line each, then the rest in one."""
        seen = [(finding, told.values.get(finding.about)) for finding in self.asked]
        lines = [_line(finding, told) for finding, value in seen if value]
        ok = ", ".join(finding.name for finding, value in seen if value == 0)
        unseen = ", ".join(finding.about for finding, value in seen if value is None)
        rest = [f"ok: {ok}."] if ok else []
        rest += [f"not checked, no metric about: {unseen}."] if unseen else []
        return "".join(lines) + " ".join(rest)


def _line(finding: Finding, told: Told) -> str:
    names = "".join(f" {name}" for name in sorted(told.names)[:PODS])
    pods = f":{names}" if finding.pods and names else ""
    due = finding.change and told.values[finding.about] >= finding.change_from
    change = f"CHANGES: {finding.change}\n" if due else ""
    return f"{read(finding.found, told)}{pods}\n{change}"


def _each(values: str, inner: str) -> str:
    return f"{{{{ range {values} }}}}{inner}{{{{ end }}}}" if inner else ""


def _case(key: str, finding: Finding, pod: str) -> str:
    """Prints the finding, or notes that it is ok; either way it was seen."""
    pods = _pods(finding.pods, pod) if finding.pods else ""
    change = f"CHANGES: {finding.change}\n" if finding.change else ""
    if change and finding.change_from:
        change = f"{{{{ if ge .Value {finding.change_from:.2f} }}}}{change}{{{{ end }}}}"
    return (
        f'{{{{ if eq .Labels.fact "{key}" }}}}{{{{ ${key} = "seen" }}}}'
        f"{{{{ if gt .Value 0.0 }}}}{template(finding.found)}{pods}\n{change}"
        f'{{{{ else }}}}{{{{ $ok = print $ok ", {finding.name}" }}}}{{{{ end }}}}{{{{ end }}}}'
    )


def _unseen(key: str, finding: Finding) -> str:
    return f'{{{{ if not ${key} }}}}{{{{ $unseen = print $unseen ", {finding.about}" }}}}{{{{ end }}}}'


def _pods(pods: str, label: str) -> str:
    """The first pods by name; a name that is no name is left out, for it may be read in a shell."""
    worst = query(f"max by ({label}) ({pods})")
    name = f'{{{{ if match "{SAFE_NAME}" .Labels.{label} }}}} {{{{ .Labels.{label} }}}}{{{{ end }}}}'
    # Sorted in the template: topk leaves the order of equals to chance.
    few = f"{{{{ if lt $n {PODS} }}}}{name}{{{{ end }}}}"
    listed = f"{{{{ if eq $n 0 }}}}:{{{{ end }}}}{few}"
    return f'{{{{ range $n, $pod := {worst} | sortByLabel "{label}" }}}}{listed}{{{{ end }}}}'
