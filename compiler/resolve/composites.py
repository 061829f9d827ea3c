"""Journeys of several SLOs: each part looked up among the services of the stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from compiler.diagnostics import Report, nearest
from compiler.model.catalog import Objective, Service, Stack
from compiler.promql import PromqlError
from compiler.schema.documents import kinds
from compiler.sli.composite import CompositeSpec, Part, StepSpec, series
from compiler.sli.kind import SliKind


def linked(services: Sequence[Service], stack: Stack, report: Report) -> list[Service]:
    """The services with the parts of their composites.

    Args:
        services: all of the stack.
        stack: the stack.
        report: gets SLO128 for a part that is not there or stands twice, SLO129 for a journey that contains itself.
    """
    found = _Journeys(services, stack, report)
    return [
        replace(service, objectives=tuple(found.linked(service, o) for o in service.objectives))
        for service in services
    ]


class _Journeys:
    """The SLOs of a stack by their titles."""

    def __init__(self, services: Sequence[Service], stack: Stack, report: Report) -> None:
        self._known: Mapping[str, tuple[Service, Objective]] = {
            f"{service.name}/{objective.name}": (service, objective)
            for service in services
            for objective in service.objectives
        }
        self._stack, self._report = stack, report

    def linked(self, service: Service, objective: Objective) -> Objective:
        """The same with its parts, where it is a composite."""
        spec = objective.indicator.spec
        if not isinstance(spec, CompositeSpec):
            return objective
        title = f"{service.name}/{objective.name}"
        seen: set[str] = set()
        parts = []
        for step in spec.slos:
            if self._is_sound(step, title, seen):
                parts.append(self._part(step, service))
            seen.add(step.ref)
        return replace(objective, indicator=replace(objective.indicator, spec=replace(spec, parts=tuple(parts))))

    def _is_sound(self, step: StepSpec, title: str, seen: set[str]) -> bool:
        if step.ref not in self._known:
            text = f"there is no SLO {step.ref!r} in the stack {self._stack.name}"
            self._report.error("SLO128", text, step.at("ref"), nearest(step.ref, self._known))
            return False
        if step.ref in seen:
            text = f"{step.ref!r} stands here twice"
            self._report.error("SLO128", text, step.at("ref"), "leave one out, and say weight")
            return False
        ring = self._ring(step.ref, (title,))
        if ring:
            text = f"{title} is a part of itself: {', '.join(ring)}"
            self._report.error("SLO129", text, step.at("ref"), "leave out one of them")
        return not ring

    def _ring(self, title: str, path: tuple[str, ...]) -> tuple[str, ...]:
        """The way from the first of the path back to it; empty where there is none."""
        if title == path[0]:
            return (*path, title)
        if title in path or title not in self._known:
            return ()
        for step in _steps(self._known[title][1]):
            ring = self._ring(step.ref, (*path, title))
            if ring:
                return ring
        return ()

    def _part(self, step: StepSpec, journey: Service) -> Part:
        service, objective = self._known[step.ref]
        cluster = (("cluster", self._stack.spec.cluster),) if self._stack.is_global else ()
        recorded = series((*cluster, ("service", service.name), ("slo", objective.name)), self._stack.base_window)
        groups = tuple(name for _, name in objective.groups)
        derived = service is journey and bool(_steps(objective))
        return Part(step.ref, step.weight, recorded, groups, self._is_always(step.ref, journey, ()), derived)

    def _is_always(self, title: str, journey: Service, path: tuple[str, ...]) -> bool:
        """Whether a rule of the journey's own service records something of an SLO without any source."""
        service, objective = self._known.get(title, (None, None))
        if service is not journey or objective is None or title in path:
            return False
        steps = _steps(objective)
        if steps:
            return any(self._is_always(step.ref, journey, (*path, title)) for step in steps)
        kind = next(kind for kind in kinds() if kind.kind == objective.indicator.kind)
        try:
            return isinstance(kind, SliKind) and not kind.feeds(objective.indicator.spec)
        except PromqlError:  # of which the kind tells when it is checked
            return False


def _steps(objective: Objective) -> tuple[StepSpec, ...]:
    spec = objective.indicator.spec
    return spec.slos if isinstance(spec, CompositeSpec) else ()
