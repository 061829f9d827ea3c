"""What to look into, cause by cause, and how to undo a change: written once for all pages of a service."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from compiler.causes.cause import Cause, Finding, Kubectl
from compiler.causes.undo import history, undo
from compiler.emit.runbooks.markdown import Markdown
from compiler.emit.runbooks.render import has_template, template
from compiler.model.catalog import Service
from compiler.model.service import Workload
from compiler.rules.rule import Context
from compiler.rules.texts.diagnosis import causes, findings, kubectl


@dataclass(frozen=True, slots=True)
class Undo:
    """How the last change is taken back, by how it is delivered."""

    delivery: str
    find: tuple[str, ...]
    steps: tuple[str, ...]
    show: str
    """Shows one revision; empty where the list does."""
    dry: str
    """Says what the first step would do, and does nothing; empty where there is no such command."""
    verify: str


def advice(context: Context) -> Markdown:
    """A section for each cause that is asked about, and one on undoing."""
    return _written(context.service, findings(context), kubectl(context))


@lru_cache(maxsize=8)
def _written(service: Service, asked: tuple[Finding, ...], kubectl: Kubectl) -> Markdown:
    sections = [_cause(cause, own, service) for cause, own in by_cause(service, asked, kubectl)]
    taken = undoing(service, kubectl)
    if taken:
        sections.append(template("undo.md.j2").render(undo=taken, workload=service.workload))
    return Markdown("".join(sections))


def by_cause(
    service: Service, asked: tuple[Finding, ...], kubectl: Kubectl
) -> list[tuple[Cause, tuple[Finding, ...]]]:
    """The causes that are asked about with their findings, in the order in which the alert asks."""
    found = [(cause, tuple(f for f in cause.findings(service, kubectl) if f in asked)) for cause in causes()]
    return sorted(((c, own) for c, own in found if own), key=lambda pair: asked.index(pair[1][0]))


def _cause(cause: Cause, own: tuple[Finding, ...], service: Service) -> str:
    name = f"causes/{cause.name}.md.j2"
    known = name if has_template(name) else "causes/any.md.j2"
    return template(known).render(cause=cause, findings=own, finding=own[0], workload=service.workload)


def undoing(service: Service, kubectl: Kubectl) -> Undo | None:
    """The commands, their dry run and their proof; None where nothing is known to run the service."""
    steps, workload = undo(service, kubectl), service.workload
    if not steps or not workload:
        return None
    delivery = _delivery(workload)
    dry = {
        "kubectl": f"{steps[0]} --dry-run=server",
        "flagger": f"{steps[0]} --dry-run=server",
        "helm": f"{steps[0]} --dry-run",
        "argocd": f"argocd app diff {workload.argocd_application} --revision COMMIT",
    }
    found = history(service, kubectl)
    show = f"{found[0]} --revision=REVISION" if delivery in ("kubectl", "flagger") else ""
    return Undo(delivery, found, steps, show, dry.get(delivery, ""), _verify(workload, kubectl))


def _delivery(workload: Workload) -> str:
    if workload.argocd_application:
        return "argocd"
    return "rollouts" if workload.kind == "rollout" and workload.delivery != "helm" else str(workload.delivery)


def _verify(workload: Workload, kubectl: Kubectl) -> str:
    if workload.argocd_application:
        return f"argocd app get {workload.argocd_application}"
    if workload.kind == "rollout" or workload.delivery == "rollouts":
        context = f" --context {kubectl.context}" if kubectl.context else ""
        return f"kubectl argo rollouts status {workload.name} --timeout 60s -n {workload.namespace}{context}"
    return kubectl.run(f"rollout status {workload.reference} --timeout=60s", workload.namespace)
