"""What every Kubernetes object of the stack says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.artifact import EVERY_SERVICE, Artifact, header
from compiler.model.catalog import Catalog
from compiler.yaml_text import to_yaml

FOLDER = "platform/manifests"


def metadata(
    catalog: Catalog, name: str, namespace: str, labels: Mapping[str, str], annotations: Mapping[str, str]
) -> dict[str, Any]:
    """Name, place, and labels by which it is found; the user's labels and annotations win over none of them."""
    given = catalog.stack.spec
    own = {"app.kubernetes.io/managed-by": "slo-compiler", "slo-compiler.dev/catalog": given.catalog}
    notes = {**given.objects.annotations, **annotations}
    return {
        "name": name,
        "namespace": namespace,
        "labels": {**own, **given.objects.labels, **labels},
        **({"annotations": notes} if notes else {}),
    }


def manifest(catalog: Catalog, name: str, *objects: Mapping[str, Any], why: str = "") -> Artifact:
    """A file of objects in platform/manifests.

    Args:
        catalog: the stack and its services.
        name: the file's name without its ending.
        objects: what stands in it, in this order.
        why: comment lines for the head.
    """
    head = header((*catalog.stack.sources, EVERY_SERVICE)) + why
    text = head + "---\n".join(to_yaml(item) for item in objects)
    return Artifact(f"{FOLDER}/{name}.yaml", text, catalog.stack.sources)
