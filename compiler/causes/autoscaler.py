"""An autoscaler that is at its ceiling, has not caught up, or reads no metric."""

from __future__ import annotations

from compiler.causes.cause import Cause, Evidence, Finding, Kubectl, Sample
from compiler.model.catalog import Service
from compiler.prose.forms import COUNT
from compiler.prose.parts import Graded, If, Number, Own, Part, Plain, Shown

LATE, BLIND = 0.5, 0.25
"""What it reads below one pod."""
OVER = 1.1
"""So much over its target a metric is before an autoscaler acts."""


def findings(service: Service, kubectl: Kubectl) -> tuple[Finding, ...]:
    """The ceiling where it is reached, LATE where a metric is over its target below it, BLIND where none is read."""
    workload = service.workload
    if not workload or not workload.autoscaler:
        return ()
    asked = _Asked(kubectl, workload.namespace, workload.autoscaler)
    current, most = f"max({asked.series('status_current_replicas')})", f"max({asked.series('spec_max_replicas')})"
    over, scaled = Number("over", asked.over, COUNT), Number("scaled", current, COUNT)
    ceiling = Number("ceiling", most, COUNT)
    # An autoscaler whose target is scaled to 0 is inactive, and rightly so.
    blind = f"max({asked.series('status_condition', condition='ScalingActive', status='false')}) > 0"
    expr = (
        f"({most} <= {current}) or {LATE} * ({over.expr} > bool 0)"
        f" or {BLIND} * ({blind} and on () {current} > 0) or 0 * {most}"
    )
    name, about = workload.autoscaler, f"autoscaler {workload.autoscaler}"
    higher = f'patch hpa {name} --patch \'{{"spec":{{"maxReplicas":REPLICAS}}}}\''
    return (
        Finding(
            "autoscaler",
            expr,
            (_found(about, over, scaled, ceiling),),
            about,
            look=(kubectl.run(f"describe hpa {name}", workload.namespace),),
            change=kubectl.run(higher, workload.namespace),
            change_from=1,
            numbers=(over, scaled, ceiling),
            healthy=asked.state(current=4, value=55),
            sick=asked.state(current=20, value=90),
        ),
    )


def _found(about: str, over: Number, scaled: Number, ceiling: Number) -> Part:
    still = If(over, (Plain(", its metric still over target"),))
    room = If(scaled, (Plain(" at "), Shown(scaled), Plain(" of at most "), Shown(ceiling), Plain(" pods")))
    return Graded(
        about,
        (
            (1, (Plain(f"{about} is at its ceiling of "), Own(about, COUNT), Plain(" pods"), still)),
            (LATE, (Plain(f"{about} has not caught up: its metric is over target"), room)),
            (0, (Plain(f"{about} reads no metric and stands still"),)),
        ),
    )


class _Asked:
    """The series about one autoscaler."""

    def __init__(self, kubectl: Kubectl, namespace: str, name: str) -> None:
        self._kubectl = kubectl
        self._at = {"namespace": namespace, "horizontalpodautoscaler": name}

    def series(self, what: str, **labels: str) -> str:
        """A selector of one of its metrics."""
        return self._kubectl.series(f"kube_horizontalpodautoscaler_{what}", **self._at, **labels)

    @property
    def over(self) -> str:
        """How many of its metrics are over their targets; nothing where none is."""
        by = "max by (metric_name, metric_target_type)"
        value, target = self.series("status_target_metric"), self.series("spec_target_metric")
        return f"count({by} ({value}) > {OVER} * {by} ({target}))"

    def state(self, current: int, value: int) -> Evidence:
        """So many pods of at most 20, and the use of the processor where 60 is aimed at."""
        cpu = {"metric_name": "cpu", "metric_target_type": "utilization"}
        samples = (
            Sample(self.series("status_current_replicas"), current),
            Sample(self.series("spec_max_replicas"), 20),
            Sample(self.series("status_target_metric", **cpu), value),
            Sample(self.series("spec_target_metric", **cpu), 60),
            Sample(self.series("status_condition", condition="ScalingActive", status="false"), 0),
        )
        at_ceiling = current == 20
        over = (("over", 1.0),) if value > 60 * OVER else ()
        return Evidence(samples, 20 if at_ceiling else 0, numbers=(*over, ("scaled", current), ("ceiling", 20)))


CAUSE = Cause("autoscaler", "The autoscaler", findings)
