"""Keys that a chart knows, and what a build refuses to write: unknown keys, secrets, objects that are too large."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler import charts
from compiler.artifact import Artifact
from compiler.charts import Keys
from compiler.diagnostics import Report
from compiler.emit.manifests import EMITTER as MANIFESTS
from compiler.emit.values import EMITTER as VALUES
from compiler.verify.made import verify_artifact
from compiler.verify.values import CONFIG_MAP_LIMIT
from tests.unit.language import ROOT
from tests.unit.stacks import EVERYTHING, ours, parse, resolve

NAMES = st.from_regex(r"[a-zA-Z0-9_.-]{1,8}", fullmatch=True)
TREES = st.recursive(
    st.one_of(st.integers(), st.text(max_size=5), st.booleans(), st.none(), st.just([]), st.just({}), st.just(["a"])),
    lambda below: st.dictionaries(NAMES, below, min_size=1, max_size=4),
    max_leaves=12,
)
VALUES_OF_A_CHART = st.dictionaries(NAMES, TREES, min_size=1, max_size=4)


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """tools/chart_keys.py, which is no package."""
    spec = importlib.util.spec_from_file_location("chart_keys", ROOT / "tools" / "chart_keys.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def problems(path: str, text: str) -> list[str]:
    report = Report()
    verify_artifact(Artifact(path, text, ("slo/stack.yaml",)), report)
    return [f"{d.code}: {d.message}" for d in report.items]


@given(VALUES_OF_A_CHART)
@settings(max_examples=100)
def test_a_chart_knows_its_own_values(values: dict[str, object]) -> None:
    """An index read back takes all the defaults that it was made from."""
    assert list(charts.read(charts.write(values)).unknown(values)) == []


@given(VALUES_OF_A_CHART, NAMES)
@settings(max_examples=100)
def test_a_chart_knows_nothing_else(values: dict[str, object], name: str) -> None:
    """A key beside the known ones is unknown."""
    other = f"{name}x" if name in values else name
    assert list(charts.read(charts.write(values)).unknown({other: 1})) == ([other] if other not in values else [])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"a": {"b": 2}}, []),
        ({"a": {"c": 2}}, ["a.c"]),
        ({"a": 1}, ["a"]),
        ({"a": {"b": {"c": 1}}}, ["a.b"]),
        ({"free": {"x": {"y": 1}}, "list": [{"x": 1}], "none": {"x": 1}}, []),
        ({"told": {"x": 1}}, []),
        ({"full": {"x": 1}}, ["full.x"]),
    ],
)
def test_an_index_tells_maps_from_values(values: dict[str, object], expected: list[str]) -> None:
    """Below a map that is empty, null or said to be open anything may stand; a value is no map."""
    chart = {"a": {"b": 1}, "free": {}, "list": [], "none": None, "told": {"d": 1}, "full": {"d": 1}}
    keys = charts.read(charts.write(chart, ["told"]))
    assert list(keys.unknown(values)) == expected


def test_subcharts_stand_under_their_own_key() -> None:
    """What our values need of Grafana's chart is known under grafana, and what is misspelt is not."""
    keys = charts.keys("88.5.3")
    sidecar = {"sidecar": {"dashboards": {"folderAnnotation": "x", "provider": {"foldersFromFilesStructure": True}}}}
    assert list(keys.unknown({"grafana": sidecar})) == []
    wrong = {"grafana": {"sidecar": {"dashboard": {}}}, "prometheus": {"prometheusSpecs": {}}}
    assert list(keys.unknown(wrong)) == ["grafana.sidecar.dashboard", "prometheus.prometheusSpecs"]


def test_a_chart_that_is_not_known_is_checked_against_the_newest() -> None:
    """There is always an index."""
    newest = charts.versions()[-1]
    assert charts.keys("99.0.0") == charts.keys(newest)
    assert isinstance(charts.keys(newest).below["prometheus"], Keys)


def test_the_index_is_small() -> None:
    """Facts, not a copy of the chart."""
    for version in charts.versions():
        path = Path(charts.__file__).parent / f"{charts.STACK}-{version}{charts.SUFFIX}"
        assert path.stat().st_size < 64 * 1024
        assert "://" not in path.read_text("utf-8")


@pytest.mark.parametrize("mode", ["full", "overlay"])
@pytest.mark.parametrize("rules", ["objects", "values"])
def test_every_key_exists_in_the_chart(tmp_path: Path, mode: str, rules: str) -> None:
    """All that a stack can ask for is known to the chart."""
    text = EVERYTHING.replace("release: kps", f"release: kps, retention: 60d, rules: {rules}")
    catalog = resolve(tmp_path, f"{text}  values: {{mode: {mode}}}\n")
    (artifact,) = VALUES.platform(catalog)
    assert list(charts.keys("88.5.3").unknown(parse(artifact.text))) == []
    assert problems(artifact.path, artifact.text) == []


PATH = "platform/values/kube-prometheus-stack.yaml"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("prometheus:\n  prometheusSpec:\n    retension: 1d\n", ["SLO202"]),
        ("# text\n\nprometeus: {}\nadditionalPrometheusRulesMap:\n  a: [\n", ["SLO202"]),
        ("grafana:\n  adminPassword: hunter2\n", ["SLO202", "SLO203"]),
        ("alertmanager:\n  config:\n    global:\n      slack_api_url: https://x\n", ["SLO203"]),
        (
            "alertmanager:\n  config:\n    receivers:\n    - pagerduty_configs:\n      - routing_key: abc\n",
            ["SLO203"],
        ),
        ("prometheus:\n  annotations:\n    note: https://hooks.slack.com/services/T0/B0/x\n", ["SLO203"]),
        ("prometheus:\n  prometheusSpec:\n    retention: 35d\n", []),
    ],
)
def test_a_build_refuses_unknown_keys_and_secrets(text: str, expected: list[str]) -> None:
    """Each is an error, so nothing is published."""
    assert [problem[:6] for problem in problems(PATH, text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind: Secret\ndata: {a: b}\n", ["SLO203"]),
        ("kind: ConfigMap\n---\nspec:\n  receivers:\n  - slackConfigs:\n    - apiURL: https://x\n", ["SLO203"]),
        ("spec:\n  receivers:\n  - slackConfigs:\n    - apiURL: {name: slack, key: url}\n", []),
        ("data:\n  a: " + "x" * CONFIG_MAP_LIMIT + "\n", ["SLO201"]),
    ],
)
def test_a_build_refuses_secrets_in_manifests_and_what_is_too_large(text: str, expected: list[str]) -> None:
    """Objects hold references to Secrets, and fit into a ConfigMap."""
    assert [problem[:6] for problem in problems("platform/manifests/x.yaml", text)] == expected


@pytest.mark.parametrize("stack", ["prod", "staging"])
def test_outputs_hold_references_to_secrets_alone(stack: str) -> None:
    """No file of values or manifests fails the scan, and each Secret of the stack file is named somewhere."""
    catalog = ours(stack)
    made = [*VALUES.platform(catalog), *MANIFESTS.platform(catalog)]
    assert [problem for artifact in made for problem in problems(artifact.path, artifact.text)] == []
    text = "".join(artifact.text for artifact in made)
    assert all(name in text for name in ("slack", "pagerduty", "heartbeat"))


def write_chart(folder: Path, about: str, values: str) -> Path:
    folder.mkdir()
    (folder / "Chart.yaml").write_text(about, "utf-8")
    (folder / "values.yaml").write_text(values, "utf-8")
    return folder


def test_the_tool_writes_an_index(tmp_path: Path, tool: ModuleType) -> None:
    """Commented keys are prose; the chart's own settings of a subchart lie over the subchart's."""
    about = "name: top\nversion: 1.2.3\ndependencies: [{name: sub, version: 2.0.*}]\n"
    chart = write_chart(tmp_path / "top", about, "a: 1\n# b: 2\nequals: =\nsub: {own: 1, free: {}}\n")
    sub = write_chart(tmp_path / "sub", "name: sub\nversion: 2.0.7\n", "free: {x: 1}\nmore: []\n")
    assert tool.main([str(chart), str(sub), "--output", str(tmp_path)]) == 0
    expected = "a\nequals\nsub\n free\n  x\n more*\n own\n"
    assert (tmp_path / "top-1.2.3.keys").read_text("utf-8").partition("\n")[2] == expected


@pytest.mark.parametrize("about", ["name: sub\nversion: 3.0.0\n", "name: other\nversion: 2.0.0\n"])
def test_the_tool_refuses_a_subchart_that_is_not_asked_for(tmp_path: Path, tool: ModuleType, about: str) -> None:
    """An index of mixed versions would prove nothing."""
    chart = write_chart(
        tmp_path / "top", "name: top\nversion: 1.2.3\ndependencies: [{name: sub, version: 2.0.*}]\n", ""
    )
    sub = write_chart(tmp_path / "sub", about, "a: 1\n")
    with pytest.raises(SystemExit, match=r"top 1\.2\.3 asks for no"):
        tool.main([str(chart), str(sub), "--output", str(tmp_path)])
