"""A rollout that failed or is stuck, is under way, or is less than an hour old."""

from __future__ import annotations

from compiler.causes.cause import Cause, Evidence, Finding, Kubectl, Sample
from compiler.causes.kinds import Progress, progress
from compiler.causes.undo import advice, history
from compiler.model.catalog import Service
from compiler.model.service import Workload
from compiler.prose.forms import CLOCK
from compiler.prose.parts import Graded, If, Number, Part, Plain, Shown

_HOUR = 3600


def findings(service: Service, kubectl: Kubectl) -> tuple[Finding, ...]:
    """3 failed or stuck, 2 under way, 1 within the hour, 0 none of it."""
    workload = service.workload
    if not workload or not workload.kind:
        return ()
    known = progress(workload, kubectl)
    about = f"{workload.kind.replace('_', '')} {workload.name}"
    rolled = Number("rolled", known.newest, CLOCK) if known.newest else None
    return (
        Finding(
            "rollout",
            " or ".join(_grades(known)),
            _found(about, f"{workload.reference} in {workload.namespace}", rolled),
            about,
            look=(_status(workload, kubectl), *history(service, kubectl)),
            change=advice(service, kubectl),
            numbers=(rolled,) if rolled else (),
            healthy=_state(known, known.whole, 2 * _HOUR, 0),
            sick=_state(known, known.half, _HOUR // 6, 2),
        ),
    )


def _grades(known: Progress) -> list[str]:
    stuck = [f"3 * ({known.stuck})"] if known.stuck else []
    return [*stuck, f"2 * ({known.under_way})", f"({known.recent})", f"0 * {known.known}"]


def _found(about: str, name: str, rolled: Number | None) -> tuple[Part, ...]:
    state = Graded(
        about,
        (
            (3, (Plain(f"rollout of {name} failed or is stuck"),)),
            (2, (Plain(f"rollout of {name} is under way"),)),
            (0, (Plain(f"{name} was rolled out within the hour"),)),
        ),
    )
    since = If(rolled, (Plain(" (newest revision since "), Shown(rolled), Plain(" UTC)"))) if rolled else None
    return (state, since) if since else (state,)


def _status(workload: Workload, kubectl: Kubectl) -> str:
    """Waits no longer than ten seconds."""
    if workload.kind == "rollout":
        # kubectl takes no flags before a plugin's name
        context = f" --context {kubectl.context}" if kubectl.context else ""
        return f"kubectl argo rollouts status {workload.name} --timeout 10s -n {workload.namespace}{context}"
    return kubectl.run(f"rollout status {workload.reference} --timeout=10s", workload.namespace)


def _state(known: Progress, samples: tuple[Sample, ...], ago: int, value: int) -> Evidence:
    """The samples, and a newest revision made so many seconds ago."""
    made = tuple(Sample(series, ago, ago=True) for series in known.made)
    return Evidence((*samples, *made), value, ages=(("rolled", ago),) if known.newest else ())


CAUSE = Cause("rollout", "A rollout", findings)
