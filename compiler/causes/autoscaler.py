"""An autoscaler at its ceiling, or one that has not caught up."""

from __future__ import annotations

from compiler.causes.cause import Cause, Evidence, Finding, Kubectl, Sample
from compiler.model.catalog import Service
from compiler.prose.forms import COUNT
from compiler.prose.parts import Graded, Own, Plain


def findings(service: Service, kubectl: Kubectl) -> tuple[Finding, ...]:
    """The ceiling where it is reached, 0.5 where the metric is over its target below it, else 0."""
    workload = service.workload
    if not workload or not workload.autoscaler:
        return ()
    at = {"namespace": workload.namespace, "horizontalpodautoscaler": workload.autoscaler}
    current = kubectl.series("kube_horizontalpodautoscaler_status_current_replicas", **at)
    most = kubectl.series("kube_horizontalpodautoscaler_spec_max_replicas", **at)
    value = kubectl.series(
        "kube_horizontalpodautoscaler_status_target_metric", **at, metric_target_type="utilization"
    )
    target = kubectl.series("kube_horizontalpodautoscaler_spec_target_metric", **at, metric_target_type="utilization")
    by = "max by (metric_name)"
    over = f"count({by} ({value}) > 1.1 * {by} ({target}))"
    expr = f"(max({most}) <= max({current})) or 0.5 * ({over} > bool 0) or 0 * max({most})"
    name = workload.autoscaler
    about = f"autoscaler {name}"
    ceiling = (Plain(f"{about} is at its ceiling of "), Own(about, COUNT), Plain(" pods"))
    late = (Plain(f"{about} has not caught up: its metric is over target"),)
    found = (Graded(about, ((1, ceiling), (0, late))),)
    higher = f'patch hpa {name} --patch \'{{"spec":{{"maxReplicas":REPLICAS}}}}\''
    return (
        Finding(
            "autoscaler",
            expr,
            found,
            about,
            look=(kubectl.run(f"describe hpa {name}", workload.namespace),),
            change=kubectl.run(higher, workload.namespace),
            healthy=Evidence((Sample(current, 4), Sample(most, 20))),
            sick=Evidence((Sample(current, 20), Sample(most, 20)), 20),
        ),
    )


CAUSE = Cause("autoscaler", "The autoscaler", findings)
