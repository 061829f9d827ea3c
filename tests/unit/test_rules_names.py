"""Names are an API: docs/naming.md has every one that the build of slo/ makes, and a golden file lists them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import yaml

from compiler import names, pipeline
from compiler.artifact import Artifact
from compiler.diagnostics import Report
from compiler.rules.rule import SPEEDS, Alert, Record
from compiler.rules.service import plan
from tests.unit.language import CASES, ROOT
from tests.unit.stacks import parse

NAMING = (ROOT / "docs" / "naming.md").read_text("utf-8")


@cache
def made() -> tuple[Artifact, ...]:
    """Everything that prod is compiled to."""
    (catalog,) = pipeline.catalogs(ROOT / "slo", Report(), "prod")
    found: list[Artifact] = []
    for emitter in pipeline.emitters():
        found += emitter.platform(catalog) if emitter.platform else ()
        for service in catalog.services:
            found += emitter.service(catalog, service) if emitter.service else ()
    return tuple(found)


@cache
def rules() -> tuple[Record | Alert, ...]:
    """Every rule of prod."""
    (catalog,) = pipeline.catalogs(ROOT / "slo", Report(), "prod")
    plans = [plan(catalog, service) for service in catalog.services]
    return tuple(rule for each in plans for speed in SPEEDS for rule in each.groups[speed].rules)


def objects() -> Iterator[str]:
    """Kind and name of every Kubernetes object."""
    for artifact in made():
        if artifact.path.endswith(".yaml") and "/values/" not in artifact.path:
            for document in yaml.safe_load_all(artifact.text):
                if isinstance(document, dict) and document.get("metadata", {}).get("name"):
                    yield f"{document['kind']} {document['metadata']['name']}"


def uids() -> list[str]:
    """Those of the dashboards."""
    boards = [a for a in made() if a.path.startswith("platform/dashboards/")]
    return sorted(json.loads(board.text)["uid"] for board in boards)


def test_all_names(golden: Callable[[Path, str], None]) -> None:
    """A name that changes here is a break for those who hold on to it."""
    lists = {
        "recorded series": {rule.name for rule in rules() if isinstance(rule, Record)},
        "labels of recorded series": {
            n for r in rules() if isinstance(r, Record) and r.name != names.INFO for n in r.labels
        },
        "labels of slo:info": {
            n for r in rules() if isinstance(r, Record) and r.name == names.INFO for n in r.labels
        },
        "labels of alerts": {name for rule in rules() if isinstance(rule, Alert) for name in rule.labels},
        "annotations": {name for rule in rules() if isinstance(rule, Alert) for name in rule.annotations},
        "alerts": {rule.name for rule in rules() if isinstance(rule, Alert)},
        "objects": set(objects()),
        "dashboards": set(uids()),
        "paths": {
            re.sub(r"services/[^/]+/(runbooks/.*)?", lambda m: "services/*/" + ("runbooks/*" if m[1] else ""), a.path)
            for a in made()
        },
    }
    text = "\n".join(f"{title}\n" + "".join(f"    {name}\n" for name in sorted(lists[title])) for title in lists)
    golden(CASES / "rules" / "names.txt", text)


def test_dashboards_and_objects_are_documented() -> None:
    called = {uid: re.sub(r"^slo-service-.+", "slo-service-<service>", uid) for uid in uids()}
    assert [uid for uid, name in called.items() if f"`{name}`" not in NAMING or len(uid) > 40] == []
    kinds = {name.split()[0] for name in objects()}
    assert {kind for kind in kinds - {"Kustomization", "PrometheusRule"} if kind not in NAMING} == set()


def test_groups_are_named_after_their_service() -> None:
    """Three a service, as docs/naming.md promises."""
    files = [a for a in made() if re.fullmatch(r"services/[^/]+/rules/[a-z]+\.yaml", a.path)]
    for artifact in files:
        _, service, _, file = artifact.path.split("/")
        expected = [f"{service}.{file.removesuffix('.yaml')}"]
        assert [group["name"] for group in parse(artifact.text)["groups"]] == expected
    assert len(files) % 3 == 0
