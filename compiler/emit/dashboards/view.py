"""What every panel of the service page needs to know: the chosen SLO, where to ask, and links with it in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from compiler import names
from compiler.causes.cause import Kubectl
from compiler.emit.dashboards import asks, links
from compiler.emit.dashboards.asks import Scope
from compiler.emit.dashboards.grafana import Source
from compiler.emit.dashboards.sources import LOGS, METRICS, TRACES, variable_of
from compiler.model.catalog import Catalog, Service
from compiler.model.conventions import Conventions
from compiler.promql import Matcher


@dataclass(frozen=True, slots=True)
class View:
    """One service and one of its SLOs, as chosen by variables."""

    everything: Scope
    """All SLOs, on a central server of the chosen cluster."""
    service: Scope
    """All SLOs of the chosen service."""
    slo: Scope
    """The chosen SLO."""
    metrics: Source
    logs: Source | None
    traces: Source | None
    org: int
    is_global: bool
    labels: Conventions
    """What the labels of exporters are called."""
    page: str = names.SERVICE_UID
    """The page about one service that this is, or that belongs to it."""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """Variables of which the page has but one value."""

    @classmethod
    def of(cls, catalog: Catalog, own: Service | None = None) -> View:
        """The view of a stack; on a service's own page that service and its cluster are fixed."""
        stack = catalog.stack.spec
        cluster = {"cluster": "$cluster"} if catalog.stack.is_global else {}
        everything = Scope.of(catalog).within(**cluster)
        service = everything.within(service="$service")
        return cls(
            everything=everything,
            service=service,
            slo=replace(service.within(slo="$slo"), group="${group:raw}"),
            metrics=METRICS,
            logs=LOGS if stack.logs else None,
            traces=TRACES if stack.traces else None,
            org=stack.grafana.org_id,
            is_global=catalog.stack.is_global,
            labels=stack.exporter_labels,
            page=names.own_page(own.name) if own else names.SERVICE_UID,
            fixed={"cluster": stack.cluster, "service": own.name} if own else {},
        )

    @property
    def carried(self) -> tuple[str, ...]:
        """The variables that links to other pages about the same SLO carry."""
        return (*self.cluster, "service", "slo", *self.sources)

    @property
    def sources(self) -> tuple[str, ...]:
        """The variables that hold data sources."""
        return tuple(variable_of(source) for source in (self.metrics, self.logs, self.traces) if source)

    @property
    def cluster(self) -> tuple[str, ...]:
        """The variable for the cluster, where there are several."""
        return ("cluster",) if self.is_global else ()

    @property
    def added(self) -> tuple[Matcher, ...]:
        """What every selector of an exporter's series carries."""
        return (Matcher("cluster", "=", "$cluster"),) if self.is_global else ()

    @property
    def exporters(self) -> Kubectl:
        """How exporters are asked in this stack."""
        return Kubectl(added=self.added, labels=self.labels)

    def explorations(self) -> list[dict[str, Any]]:
        """Links to Explore, with the same service and time range: the numbers, the lines, the traces."""
        found = [links.link("Explore the numbers", self.explore_metrics())]
        if self.logs:
            found.append(links.link("Explore the log lines", self.explore_logs(self.logs)))
        if self.traces:
            found.append(links.link("Explore the failed traces", self.explore_traces(self.traces)))
        return found

    def explore_metrics(self) -> str:
        """The error share in Explore."""
        expr = asks.failing_now(replace(self.slo, group=""))
        for name in ("cluster", "service", "slo"):
            expr = expr.replace(f"${name}", f"${{{name}:percentencode}}")
        return links.explore(self.org, self.metrics, {"expr": expr, "range": True, "instant": False})

    def explore_logs(self, logs: Source) -> str:
        """All lines of the service, not only errors, in Explore."""
        return links.explore(self.org, logs, {"expr": "${logs:percentencode}", "queryType": "range"})

    def explore_traces(self, traces: Source) -> str:
        """Failed traces in Explore."""
        query = {"queryType": "search", "service": "${traces:percentencode}", "tags": "${traces:text}", "limit": 50}
        return links.explore(self.org, traces, query)
