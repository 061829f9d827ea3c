"""Manifests: what they own, and what they must not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiler import manifest
from compiler.manifest import Entry

RULES = Entry("prod/services/checkout/rules/fast.yaml", "rules", ("slo/a.yaml", "slo/b.yaml"), "00")
BOARD = Entry("prod/platform/dashboards/slo-service.json", "dashboards", ("slo/stacks/prod.yaml",), "11")
WHOLE = Entry("prod/kustomization.yaml", "manifests", ("slo/stacks/prod.yaml",), "22")


def write(output: Path, entries: tuple[Entry, ...] = (RULES, BOARD, WHOLE)) -> None:
    for path, text in manifest.texts(entries).items():
        (output / path).parent.mkdir(parents=True, exist_ok=True)
        (output / path).write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("prod/services/checkout/rules/fast.yaml", "prod/services/checkout"),
        ("prod/services/checkout/prometheusrule.yaml", "prod/services/checkout"),
        ("prod/packs/etcd/prometheusrule.yaml", "prod/packs/etcd"),
        ("prod/platform/dashboards/slo-service.json", "prod/platform"),
        ("prod/platform/x", "prod/platform"),
        ("prod/kustomization.yaml", "prod"),
        ("prod/services/readme.md", "prod"),
    ],
)
def test_owner(path: str, owner: str) -> None:
    """A file belongs to its service, to the platform or to the stack."""
    assert Entry(path, "", (), "").owner == owner
    assert Entry(path, "", (), "").manifest == f"{owner}/manifest.json"


def test_text() -> None:
    """A manifest names its files from its own folder on, with output, sources and hash."""
    assert json.loads(manifest.texts([RULES])["prod/services/checkout/manifest.json"]) == {
        "files": {"rules/fast.yaml": {"output": "rules", "sources": ["slo/a.yaml", "slo/b.yaml"], "sha256": "00"}}
    }


def test_read_back(tmp_path: Path) -> None:
    """What was written is what is owned."""
    write(tmp_path)
    found = manifest.owned(tmp_path)
    assert sorted(found.entries, key=lambda e: e.path) == [WHOLE, BOARD, RULES]
    assert sorted(found.manifests) == [
        "prod/manifest.json",
        "prod/platform/manifest.json",
        "prod/services/checkout/manifest.json",
    ]


def test_one_stack(tmp_path: Path) -> None:
    """Asked for one stack, nothing of another is owned."""
    write(tmp_path, (RULES, Entry("staging/kustomization.yaml", "manifests", ("s",), "33")))
    assert [e.path for e in manifest.owned(tmp_path, "staging").entries] == ["staging/kustomization.yaml"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"name": "A web app", "icons": []}',
        '{"files": []}',
        '{"files": {"x": null}}',
        '{"files": {"x": {"output": 1, "sources": [], "sha256": ""}}}',
        '{"files": {"x": {"output": "rules", "sources": "s", "sha256": ""}}}',
        "[" * 100_000,
    ],
)
def test_not_ours(tmp_path: Path, text: str) -> None:
    """A file of this name that is no manifest owns nothing, and is no manifest."""
    (tmp_path / "prod").mkdir()
    (tmp_path / "prod" / "manifest.json").write_text(text, "utf-8")
    assert manifest.owned(tmp_path) == manifest.Owned((), ())


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "a/../../b", "", "a//b", ".", "a/./b", "\0", "manifest.json"]
)
def test_forged_name(tmp_path: Path, name: str) -> None:
    """An entry that leads out of its folder, or to the manifest itself, is not believed."""
    (tmp_path / "prod").mkdir()
    said = {"output": "rules", "sources": [], "sha256": ""}
    (tmp_path / "prod" / "manifest.json").write_text(json.dumps({"files": {name: said}}), "utf-8")
    assert manifest.owned(tmp_path).entries == ()


def test_forged_owner(tmp_path: Path) -> None:
    """A stack's manifest cannot own a file of one of its services."""
    (tmp_path / "prod").mkdir()
    said = {"output": "rules", "sources": [], "sha256": ""}
    text = json.dumps({"files": {"services/checkout/rules/fast.yaml": said}})
    (tmp_path / "prod" / "manifest.json").write_text(text, "utf-8")
    assert manifest.owned(tmp_path).entries == ()


def test_linked_folder(tmp_path: Path) -> None:
    """A manifest behind a symbolic link owns nothing."""
    write(tmp_path / "elsewhere")
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "prod").symlink_to(tmp_path / "elsewhere" / "prod")
    assert manifest.owned(tmp_path / "output") == manifest.Owned((), ())


def test_strays(tmp_path: Path) -> None:
    """Files and links of any kind that nothing made are strays; a link to a folder is not entered."""
    for name in ("prod/made", "prod/mine", "staging/mine", ".hidden/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "prod" / "folder").symlink_to(tmp_path / "staging")
    (tmp_path / "prod" / "dangling").symlink_to(tmp_path / "nowhere")
    assert manifest.strays(tmp_path, {"prod/made"}, hidden=tmp_path / ".hidden") == (
        "prod/dangling",
        "prod/folder",
        "prod/mine",
        "staging/mine",
    )
    assert manifest.strays(tmp_path, {"prod/made"}, "staging") == ("staging/mine",)
