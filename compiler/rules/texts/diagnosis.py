"""The state of the likely causes when the alert fired, asked by the alert itself, the found ones first."""

from __future__ import annotations

from functools import lru_cache

from compiler import plugins
from compiler.causes.cause import Cause, Finding, Kubectl
from compiler.model.catalog import Service
from compiler.rules.rule import Context
from compiler.rules.texts.template import CLOCK, SAFE_NAME, labelled, query, variables


def causes() -> tuple[Cause, ...]:
    """The causes that were found, by name."""
    return tuple(sorted(plugins.discover("compiler.causes", "CAUSE"), key=lambda cause: cause.name))


def kubectl(context: Context) -> Kubectl:
    """Kubectl for this stack."""
    return Kubectl(context.catalog.stack.spec.kube_context, context.frame.added)


_ORDER = ("rollout", "readiness", "restarts", "autoscaler", "node", "quota", "dependency")


def findings(context: Context) -> tuple[Finding, ...]:
    """What is asked for this SLO: the causes that its runbook names, else all that the service declares."""
    return _findings(context.service, context.objective.runbook.causes, kubectl(context))


@lru_cache(maxsize=64)
def _findings(service: Service, wanted: tuple[str, ...] | None, kubectl: Kubectl) -> tuple[Finding, ...]:
    known = {cause.name: cause for cause in causes()}
    order = [name for name in _ORDER if name in known and (wanted is None or name in wanted)]
    return tuple(found for name in order for found in known[name].findings(service, kubectl))


def diagnosis(context: Context) -> str:
    """One line a finding with what would mend it, then what is ok and what could not be checked."""
    return _diagnosis(findings(context))


@lru_cache(maxsize=64)
def _diagnosis(asked: tuple[Finding, ...]) -> str:
    """Written once for all the alerts that ask the same."""
    if not asked:
        return "not checked: no workload is declared for this service"
    keys = [f"c{n}" for n in range(len(asked))]
    numbers = list(dict.fromkeys(pair for finding in asked for pair in finding.numbers))
    facts = [*numbers, *((key, finding.expr) for key, finding in zip(keys, asked, strict=True))]
    whole = query(labelled([(name, f"({expr})") for name, expr in facts]))
    pairs = list(zip(keys, asked, strict=True))
    return (
        variables("ok", "unseen", *(name for name, _ in numbers), *keys)
        + f"{{{{ $facts := {whole} }}}}"
        + _each("$facts", "".join(_number(name) for name, _ in numbers))
        + _each("$facts", "".join(_case(key, finding) for key, finding in pairs))
        + "".join(_unseen(key, finding) for key, finding in pairs)
        + "{{ if $ok }}ok: {{ slice $ok 2 }}.{{ end }}"
        + "{{ if $unseen }}{{ if $ok }} {{ end }}not checked, no metric about: {{ slice $unseen 2 }}.{{ end }}"
    )


def _each(values: str, inner: str) -> str:
    return f"{{{{ range {values} }}}}{inner}{{{{ end }}}}" if inner else ""


def _number(name: str) -> str:
    form = CLOCK if name == "rolled" else 'printf "%.0f" .Value'
    return f'{{{{ if eq .Labels.fact "{name}" }}}}{{{{ ${name} = {form} }}}}{{{{ end }}}}'


def _case(key: str, finding: Finding) -> str:
    """Prints the finding, or notes that it is ok; either way it was seen."""
    pods = _pods(finding.pods) if finding.pods else ""
    change = f"CHANGES: {finding.change}\n" if finding.change else ""
    return (
        f'{{{{ if eq .Labels.fact "{key}" }}}}{{{{ ${key} = "seen" }}}}'
        f"{{{{ if gt .Value 0.0 }}}}{finding.found}{pods}\n{change}"
        f'{{{{ else }}}}{{{{ $ok = print $ok ", {finding.name}" }}}}{{{{ end }}}}{{{{ end }}}}'
    )


def _unseen(key: str, finding: Finding) -> str:
    return f'{{{{ if not ${key} }}}}{{{{ $unseen = print $unseen ", {finding.about}" }}}}{{{{ end }}}}'


def _pods(pods: str) -> str:
    """Three of the pods by name; a name that is no name is left out, for it may be read in a shell."""
    worst = query(f"max by (pod) ({pods})")
    name = f'{{{{ if match "{SAFE_NAME}" .Labels.pod }}}} {{{{ .Labels.pod }}}}{{{{ end }}}}'
    # Sorted in the template: topk leaves the order of equals to chance.
    few = f"{{{{ if lt $n 3 }}}}{name}{{{{ end }}}}"
    return f':{{{{ range $n, $pod := {worst} | sortByLabel "pod" }}}}{few}{{{{ end }}}}'
