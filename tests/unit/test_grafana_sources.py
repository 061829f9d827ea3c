"""Data sources from a provisioning file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.grafana import sources
from tests.lab.grafana.sources import UnknownSourceError

FILE = """
apiVersion: 1
datasources:
- {name: Prometheus, uid: prom-uid, type: prometheus, url: 'http://prometheus:9090/', isDefault: true}
- name: Loki
  uid: loki
  type: loki
  url: http://loki
  jsonData:
    derivedFields:
    - {name: TraceID, url: '$${__value.raw}', datasourceUid: jaeger}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A provisioning file."""
    path = tmp_path / "datasources.yaml"
    path.write_text(FILE, "utf-8")
    return path


def test_addresses(file: Path) -> None:
    """Each has the address of the file, or the one of its type that is given."""
    assert sources.read(file).get("prom-uid").url == "http://prometheus:9090"
    assert sources.read(file, {"prometheus": "http://127.0.0.1:9"}).get("prom-uid").url == "http://127.0.0.1:9"


def test_by_uid_name_or_default(file: Path) -> None:
    """A uid comes first, then a name; ``default`` and nothing mean the default one."""
    found = sources.read(file)
    assert [found.get(wanted).uid for wanted in ("prom-uid", "Prometheus", "default", "")] == ["prom-uid"] * 4
    with pytest.raises(UnknownSourceError, match="no data source 'tempo'; there are loki, prom-uid"):
        found.get("tempo")


def test_dollars(file: Path) -> None:
    """Two dollars are one; a single one names a variable of the environment, which may not be there."""
    (field,) = sources.read(file).get("loki").settings["derivedFields"]
    assert field["url"] == "${__value.raw}"
    assert sources.expanded({"a": ["$X ${Y}$$Z"]}, {"X": "x"}) == {"a": ["x $Z"]}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{apiVersion: 2}", "apiVersion is 2"),
        (FILE + "- {name: Other, uid: loki, type: loki}\n", "two data sources have the uid loki"),
        (FILE + "- {name: Loki, uid: other, type: loki}\n", "two data sources have the name Loki"),
    ],
)
def test_files_that_grafana_refuses(tmp_path: Path, text: str, why: str) -> None:
    """Another version, and doubles that keep Grafana from starting."""
    path = tmp_path / "datasources.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=why):
        sources.read(path)
