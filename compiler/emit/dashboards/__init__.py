"""Grafana dashboards, by variables over ``slo:info``: all SLOs, any service, and what they run on.

Their number does not grow with the services; a service that asks for it has a page of its own besides. grafanalib is
imported here alone, and only when a page is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.artifact import Artifact, Emitter
from compiler.model.catalog import Catalog

FOLDER = "platform/dashboards"


def dashboards(catalog: Catalog) -> Iterator[Artifact]:
    """The pages, as Grafana's sidecar and file provisioning read them."""
    from compiler.emit.dashboards.grafana import encode
    from compiler.emit.dashboards.pages.overview import overview
    from compiler.emit.dashboards.pages.platform import platform
    from compiler.emit.dashboards.pages.service import service
    from compiler.emit.dashboards.pages.stack import stack
    from compiler.emit.dashboards.pages.workload import workload

    for draw in (overview, service, workload, platform, stack):
        page = draw(catalog)
        yield Artifact(f"{FOLDER}/{page.uid}.json", encode(page), catalog.stack.sources)
    for own in (each for each in catalog.services if each.own_page):
        page = service(catalog, own)
        sources = tuple(sorted({*catalog.stack.sources, *own.sources}))
        yield Artifact(f"{FOLDER}/{page.uid}.json", encode(page), sources)


EMITTER = Emitter("dashboards", platform=dashboards)
