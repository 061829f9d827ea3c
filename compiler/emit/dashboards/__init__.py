"""Grafana dashboards: an overview of all SLOs and one page for any service, both by variables over ``slo:info``.

Their number does not grow with the services. grafanalib is imported here alone, and only when a page is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler import names
from compiler.artifact import Artifact, Emitter
from compiler.model.catalog import Catalog

FOLDER = "platform/dashboards"


def dashboards(catalog: Catalog) -> Iterator[Artifact]:
    """``slo-overview.json`` and ``slo-service.json``, as Grafana's sidecar and file provisioning read them."""
    from compiler.emit.dashboards.grafana import encode
    from compiler.emit.dashboards.pages.overview import overview
    from compiler.emit.dashboards.pages.service import service

    for uid, page in ((names.OVERVIEW_UID, overview), (names.SERVICE_UID, service)):
        yield Artifact(f"{FOLDER}/{uid}.json", encode(page(catalog)), catalog.stack.sources)


EMITTER = Emitter("dashboards", platform=dashboards)
