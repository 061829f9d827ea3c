"""What `kubectl apply -k` takes: the objects of the platform, and with them those of every service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from compiler.artifact import EVERY_SERVICE, Artifact, header
from compiler.emit.manifests.objects import FOLDER
from compiler.model.catalog import Catalog
from compiler.rules.meta.alert import NAME
from compiler.yaml_text import to_yaml


def kustomizations(catalog: Catalog, made: Iterable[Artifact]) -> Iterator[Artifact]:
    """The platform's own list, and the stack's; neither names what is not written, and neither is empty.

    Args:
        catalog: the stack and its services.
        made: the files of platform/manifests.
    """
    stack = catalog.stack.spec
    files = sorted(PurePosixPath(artifact.path).name for artifact in made)
    has_platform = bool(files) and stack.role != "services"
    if files:
        yield _list(catalog, f"{FOLDER}/kustomization.yaml", files)
    names = [f"services/{service.name}/prometheusrule.yaml" for service in catalog.services]
    if names and stack.role != "services":
        names.append(f"packs/{NAME}/prometheusrule.yaml")
    has_rules = "rules" in stack.outputs and stack.prometheus.rules == "objects"
    resources = [*(names if has_rules else []), *([FOLDER] if has_platform else [])]
    if resources:
        yield _list(catalog, "kustomization.yaml", resources)


def _list(catalog: Catalog, path: str, resources: list[str]) -> Artifact:
    content = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": resources,
    }
    text = header((*catalog.stack.sources, EVERY_SERVICE)) + to_yaml(content)
    return Artifact(path, text, catalog.stack.sources)
