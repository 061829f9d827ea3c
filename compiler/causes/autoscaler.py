"""An autoscaler at its ceiling, or one that has not caught up."""

from __future__ import annotations

from compiler.causes.cause import Cause, Finding, Kubectl
from compiler.model.catalog import Service


def findings(service: Service, kubectl: Kubectl) -> tuple[Finding, ...]:
    """The ceiling where it is reached, 0.5 where the metric is over its target below it, else 0."""
    workload = service.workload
    if not workload or not workload.autoscaler:
        return ()
    at = {"namespace": workload.namespace, "horizontalpodautoscaler": workload.autoscaler}
    current = f"max({kubectl.series('kube_horizontalpodautoscaler_status_current_replicas', **at)})"
    most = f"max({kubectl.series('kube_horizontalpodautoscaler_spec_max_replicas', **at)})"
    value = kubectl.series(
        "kube_horizontalpodautoscaler_status_target_metric", **at, metric_target_type="utilization"
    )
    target = kubectl.series("kube_horizontalpodautoscaler_spec_target_metric", **at, metric_target_type="utilization")
    by = "max by (metric_name)"
    late = f"count({by} ({value}) > 1.1 * {by} ({target}))"
    expr = f"({most} <= {current}) or 0.5 * ({late} > bool 0) or 0 * {most}"
    name = workload.autoscaler
    found = (
        f'{{{{ if ge .Value 1.0 }}}}autoscaler {name} is at its ceiling of {{{{ printf "%.0f" .Value }}}} pods'
        f"{{{{ else }}}}autoscaler {name} has not caught up: its metric is over target{{{{ end }}}}"
    )
    higher = f'patch hpa {name} --patch \'{{"spec":{{"maxReplicas":REPLICAS}}}}\''
    return (
        Finding(
            "autoscaler",
            expr,
            found,
            f"autoscaler {name}",
            look=(kubectl.run(f"describe hpa {name}", workload.namespace),),
            change=kubectl.run(higher, workload.namespace),
        ),
    )


CAUSE = Cause("autoscaler", "The autoscaler", findings)
