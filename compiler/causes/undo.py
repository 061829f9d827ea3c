"""Commands that take the last change of a workload back, by how it is delivered."""

from __future__ import annotations

from compiler.causes.cause import Kubectl
from compiler.model.catalog import Service


def undo(service: Service, kubectl: Kubectl) -> tuple[str, ...]:
    """The commands in their order; a revision is always named, or two people undo each other.

    Under Argo CD with self-heal a rollout undo is reverted, and a rollback refused while syncing is automatic:
    automation is switched off, the rollback made, and automation switched back on once Git says the same.
    """
    workload = service.workload
    if not workload or not workload.kind:
        return ()
    at, context = workload.namespace, kubectl.context
    application = workload.argocd_application
    if application:
        return (
            f"argocd app set {application} --sync-policy none",
            f"argocd app rollback {application} REVISION",
            f"argocd app set {application} --sync-policy automated --self-heal",
        )
    if workload.delivery == "helm":
        flag = f" --kube-context {context}" if context else ""
        return (f"helm rollback {workload.name} REVISION -n {at}{flag}",)
    if workload.delivery == "rollouts" or workload.kind == "rollout":
        # kubectl takes no flags before a plugin's name
        command = f"kubectl argo rollouts undo {workload.name} --to-revision=REVISION -n {at}"
        return (command + (f" --context {context}" if context else ""),)
    return (kubectl.run(f"rollout undo {workload.reference} --to-revision=REVISION", at),)


def history(service: Service, kubectl: Kubectl) -> tuple[str, ...]:
    """The read-only commands that find the revision."""
    workload = service.workload
    if not workload or not workload.kind:
        return ()
    if workload.argocd_application:
        return (f"argocd app history {workload.argocd_application}",)
    if workload.delivery == "helm":
        context = f" --kube-context {kubectl.context}" if kubectl.context else ""
        return (f"helm history {workload.name} -n {workload.namespace}{context}",)
    if workload.delivery == "rollouts" or workload.kind == "rollout":
        context = f" --context {kubectl.context}" if kubectl.context else ""
        return (f"kubectl argo rollouts get rollout {workload.name} -n {workload.namespace}{context}",)
    return (kubectl.run(f"rollout history {workload.reference}", workload.namespace),)


def advice(service: Service, kubectl: Kubectl) -> str:
    """Undo in one line, for the page."""
    steps = undo(service, kubectl)
    if not steps:
        return ""
    find = history(service, kubectl)[0]
    if service.workload and service.workload.argocd_application:
        return f"revert in Git; in an emergency {steps[0]}; {steps[1]} (REVISION from {find}); afterwards {steps[2]}"
    return f"{steps[0]} (REVISION from {find})"
