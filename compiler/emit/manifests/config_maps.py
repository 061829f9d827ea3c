"""Dashboards, data sources and Loki's rules as ConfigMaps that sidecars find by their labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from compiler import plugins
from compiler.artifact import Artifact
from compiler.emit.loki import rules
from compiler.emit.manifests.objects import manifest, metadata
from compiler.emit.provisioning.escape import provisioned
from compiler.emit.provisioning.sources import added
from compiler.model.catalog import Catalog
from compiler.yaml_text import to_yaml

DASHBOARDS = "platform/dashboards/"


def dashboards(catalog: Catalog) -> Iterator[Artifact]:
    """One ConfigMap a dashboard, each in a file of its own; none where dashboards are not asked for."""
    if "dashboards" in catalog.stack.spec.outputs:
        yield from wrapped(catalog, _built(catalog))


def wrapped(catalog: Catalog, made: Iterable[Artifact]) -> Iterator[Artifact]:
    """The JSON of ``made``, byte for byte, in ConfigMaps."""
    for artifact in sorted(made, key=lambda item: item.path):
        file = PurePosixPath(artifact.path)
        name = f"dashboard-{file.stem}"
        labels = {"grafana_dashboard": "1"}
        notes = {"grafana_folder": catalog.stack.spec.grafana.folder}
        about = metadata(catalog, f"slo-{name}", catalog.stack.objects_namespace, labels, notes)
        yield manifest(
            catalog,
            name,
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": {file.name: artifact.text}},
        )


def _built(catalog: Catalog) -> Iterator[Artifact]:
    """What the dashboards' emitter builds: its function is asked, not its files."""
    for emitter in plugins.discover("compiler.emit", "EMITTER"):
        if emitter.output == "dashboards" and emitter.platform:
            yield from (made for made in emitter.platform(catalog) if made.path.startswith(DASHBOARDS))


def lines(catalog: Catalog) -> Iterator[Artifact]:
    """The rules of Loki's ruler, one ConfigMap a service, which the sidecar of Loki's chart finds by its label."""
    for service in catalog.services if "loki" in catalog.stack.spec.outputs else ():
        text = rules(catalog, service)
        if text:
            name = f"loki-{service.name}"
            about = metadata(catalog, f"slo-{name}", catalog.stack.objects_namespace, {"loki_rule": "1"}, {})
            data = {f"slo-{service.name}.yaml": text}
            yield manifest(catalog, name, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": data})


_SOURCES = """\
# Data sources for a Grafana that has its own. Two of one uid keep Grafana from starting: state under
# grafana.dataSources of the stack file which uids are there already, and those are left out here.
"""


def sources(catalog: Catalog) -> Iterator[Artifact]:
    """The data sources, in the namespace of Grafana, which looks for them in no other."""
    found = provisioned(added(catalog))
    if not found:
        return
    namespace = catalog.stack.spec.prometheus.namespace
    about = metadata(catalog, "slo-data-sources", namespace, {"grafana_datasource": "1"}, {})
    text = to_yaml({"apiVersion": 1, "datasources": found})
    data = {f"slo-{catalog.stack.spec.catalog}-data-sources.yaml": text}
    yield manifest(
        catalog,
        "data-sources",
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": data},
        why=_SOURCES,
    )
