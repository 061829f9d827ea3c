"""What a Grafana outside the chart reads at its start: data sources, and where the dashboards lie."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compiler.artifact import EVERY_SERVICE, Artifact, Emitter, comment_block, header
from compiler.emit.provisioning.escape import provisioned
from compiler.emit.provisioning.sources import data_sources
from compiler.model.catalog import Catalog, Stack
from compiler.yaml_text import to_yaml

FOLDER = "platform/provisioning"
PLACE = "/var/lib/grafana/dashboards"
"""Where Grafana finds the dashboards of catalogues, each in a folder of its own."""
_SOURCES = """\
Goes to provisioning/datasources/ of a Grafana that has no data sources of its own: two of one uid, or two defaults,
keep it from starting. $$ stands for $."""
_DASHBOARDS = """\
Goes to provisioning/dashboards/ of Grafana, and what is in platform/dashboards/ to {place}/{catalog}."""


def provisioning(catalog: Catalog) -> Iterator[Artifact]:
    """``platform/provisioning/datasources.yaml``, and ``dashboards.yaml`` where dashboards are written."""
    stack = catalog.stack
    sources = {"apiVersion": 1, "datasources": data_sources(catalog)}
    yield _file(catalog, "datasources", header((*stack.sources, EVERY_SERVICE)) + comment_block(_SOURCES), sources)
    if "dashboards" in stack.spec.outputs:
        about = _DASHBOARDS.format(place=PLACE, catalog=stack.spec.catalog)
        head = header(stack.sources) + comment_block(about)
        yield _file(catalog, "dashboards", head, {"apiVersion": 1, "providers": [_provider(stack)]})


def _provider(stack: Stack) -> dict[str, Any]:
    return {
        "name": f"slo-{stack.spec.catalog}",
        "orgId": stack.spec.grafana.org_id,
        "folder": stack.spec.grafana.folder,
        "type": "file",
        "disableDeletion": False,
        "allowUiUpdates": False,
        "updateIntervalSeconds": 30,
        "options": {"path": f"{PLACE}/{stack.spec.catalog}"},
    }


def _file(catalog: Catalog, name: str, head: str, content: dict[str, Any]) -> Artifact:
    return Artifact(f"{FOLDER}/{name}.yaml", head + to_yaml(provisioned(content)), catalog.stack.sources)


EMITTER = Emitter("provisioning", platform=provisioning)
