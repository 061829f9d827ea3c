"""Log lines: what Loki's ruler is told to count, what Prometheus makes of it, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler import charts, logql, names, promql
from compiler.artifact import Artifact
from compiler.emit.loki import loki
from compiler.emit.manifests import manifests
from compiler.emit.values import values
from compiler.emit.values.loki import remote_write
from compiler.logql import LogqlError
from compiler.model.catalog import Catalog
from compiler.promql import Matcher, quote
from compiler.rules.info import info
from compiler.rules.rule import Record
from compiler.rules.service import plan
from tests.unit.dashboards import FACTS
from tests.unit.language import CASES
from tests.unit.stacks import SERVICE, parse, resolve
from tests.unit.test_dashboards_queries import judge, query_of, series
from tests.unit.test_rules_expressions import STACK, block, made

LOGS = f"{STACK}  logs: {{}}\n"
KINDS = {
    "logs-errors": """sli: {logs: {errors: '{app="a"} | json | level="error"', total: '{app="a"}'}}""",
    "logs-good": "groupBy: {labels: [{label: service, as: upstream}], limit: 9},"
    """ sli: {logs: {good: '{app="a"} |= "ok"', total: '{app="a"}'}}""",
}


def catalog(folder: Path, name: str, stack: str = LOGS) -> Catalog:
    """One service with one SLO of lines."""
    service = (
        f"  owner: {{team: shop}}\n  workload: none\n  slos:\n    - {{name: one, objective: 99%, {KINDS[name]}}}\n"
    )
    return resolve(folder, stack, service, "a")


@pytest.mark.parametrize("name", KINDS)
def test_what_is_counted_and_recorded(name: str, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    """The file of Loki's ruler, the base series in Prometheus, and what would be blind."""
    found = catalog(tmp_path, name)
    (file,) = loki(found, found.services[0])
    groups = plan(found, found.services[0]).groups
    first = [rule for rule in groups["fast"].rules if isinstance(rule, Record) and "increase" not in rule.name]
    blind = [rule for rule in groups["slow"].rules if rule.name.endswith("BlindIndicator")]
    text = f"{file.text}\n" + "\n".join(block(rule) for rule in [*first, *blind])
    golden(CASES / "rules" / f"{name}.txt", text.replace('{service="a",slo="one"}', "{S}"))


def test_on_a_central_server_the_cluster_is_on_the_counts(tmp_path: Path) -> None:
    """Each cluster has a Loki of its own, and its counts meet those of others."""
    found = catalog(tmp_path, "logs-errors", LOGS.replace("367d}", "367d, scope: global}"))
    (file,) = loki(found, found.services[0])
    (group,) = parse(file.text)["groups"]
    assert (group["interval"], {rule["labels"]["cluster"] for rule in group["rules"]}) == ("1m", {"prod-1"})
    total = plan(found, found.services[0]).groups["fast"].rules[0].expr
    assert total == 'sum(sum_over_time(slo:log_total:count1m{cluster="prod-1",service="a",slo="one"}[5m])) / 300'


def test_a_service_without_lines_has_no_such_file(tmp_path: Path) -> None:
    """Nor are there values for Loki, a ConfigMap, or a Prometheus that takes what is written to it."""
    found = resolve(tmp_path, LOGS, SERVICE)
    assert list(loki(found, found.services[0])) == []
    assert [file.path for file in manifests(found) if "loki" in file.path] == []
    assert [file.path for file in values(found)] == ["platform/values/kube-prometheus-stack.yaml"]
    assert "enableRemoteWriteReceiver" not in next(values(found)).text


@pytest.mark.parametrize("mode", ["overlay", "full"])
def test_values(mode: str, tmp_path: Path) -> None:
    """The ruler writes to Prometheus, which takes it; an overlay leaves it to the cluster where rules are kept."""
    found = catalog(tmp_path, "logs-errors", f"{LOGS}  values: {{mode: {mode}}}\n")
    made: dict[str, Artifact] = {Path(file.path).stem: file for file in values(found)}
    spec = parse(made["kube-prometheus-stack"].text)["prometheus"]["prometheusSpec"]
    assert spec["enableRemoteWriteReceiver"] is True
    content = parse(made["loki"].text)
    assert list(charts.keys(charts.versions("loki")[-1], "loki").unknown(content)) == []
    ruler = content["loki"]["rulerConfig"]
    assert ruler["remote_write"]["clients"]["prometheus"] == {"url": remote_write(found.stack)}
    assert ("storage" in ruler) == (mode == "full")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("  prometheus: {release: kps, namespace: obs}", "http://kps-kube-prometheus-stack-prometheus.obs.svc:9090"),
        ("", "http://kube-prometheus-stack-prometheus.monitoring.svc:9090"),
        ("  prometheus: {release: production}", "http://production-kube-prometheus-prometheus.monitoring.svc:9090"),
        ("  logs: {remoteWrite: 'http://mimir.obs.svc'}", "http://mimir.obs.svc"),
    ],
)
def test_where_counts_are_written_to(said: str, expected: str, tmp_path: Path) -> None:
    """As the chart names Prometheus, cut to 26 characters as it cuts; or as the stack file says."""
    stack = f"  cluster: prod-1\n{said}\n" + ("" if "logs" in said else "  logs: {}\n")
    assert remote_write(resolve(tmp_path, stack, SERVICE).stack).removesuffix("/api/v1/write") == expected


def test_rules_come_as_a_config_map(tmp_path: Path) -> None:
    """The sidecar finds it by its label; in it lies the file as it is, but for its head."""
    found = catalog(tmp_path, "logs-errors")
    (file,) = loki(found, found.services[0])
    (config,) = [parse(made.text) for made in manifests(found) if made.path.endswith("manifests/loki-a.yaml")]
    assert config["metadata"]["labels"]["loki_rule"] == "1"
    assert yaml.safe_load(config["data"]["slo-a.yaml"]) == yaml.safe_load(file.text)


def test_bad_events(tmp_path: Path) -> None:
    """Lines of errors, or lines less the good ones."""
    (errors,) = made(tmp_path, f"objective: 99%, {KINDS['logs-errors']}", LOGS).contexts
    assert info(errors)["bad_events"] == 'sum_over_time(slo:log_errors:count1m{service="a",slo="one"}[range])'
    (tmp_path / "good").mkdir()
    (good,) = made(tmp_path / "good", f"objective: 99%, {KINDS['logs-good']}", LOGS).contexts
    assert info(good)["bad_events"].count("[range]") == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('sum(rate({a="b"}[5m]))', "counted by the compiler"),
        ('|= "e"', "begins with a stream selector"),
        ("", "begins with a stream selector"),
        ("{}", "needs a label with a value"),
        ('{a=~".*"}', "needs a label with a value"),
        ('{a!="b"}', "needs a label with a value"),
        ('{a=""}', "needs a label with a value"),
        ('{a="b"', "the stream selector is none"),
        ('{a="b" c="d"}', "the stream selector is none"),
        ('{a="b",}', "the stream selector is none"),
        ('{a="b", }', "the stream selector is none"),
        ('{a="b"} [5m]', "without a range"),
        ('{a="b"} |= "e" # all', "a comment"),
        ('{a="b}', "a string does not end"),
        ("{a='b'}", "single quotes"),
        ('{a="b"} |= `\n`', "several lines"),
        ('{a="b"} error', "begins with |"),
        ('{a="b"} | json | (x="y"', "brackets"),
        ('{a="b"} | json }', "brackets"),
        ('{a="b"} | unwrap x', "leave out unwrap"),
        ('{a="b"} |= "x" offset 5m', "leave out unwrap and offset"),
    ],
)
def test_what_is_no_selection(text: str, told: str) -> None:
    """One sentence each."""
    with pytest.raises(LogqlError) as error:
        logql.check_selection(text)
    assert told in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        '{app="a"}',
        '{ app = "a" , zone=~"x|y", b!="" }',
        '{app=~".+"} |= "e" != `f{` |~ "g[0-9]+" !~ "h#"',
        '{app="a"} != "e"',
        '{app="a"} | json | line_format "{{.msg}}" |= "e" | status >= 500 or (level="error" and x!="")',
        '{app="a"}\n  | logfmt\n  | duration > 1s',
        '{app=`a"`} | json',
    ],
)
def test_what_is_a_selection(text: str) -> None:
    """Filters, parsers, and conditions on what they find."""
    logql.check_selection(text)


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\n"), min_size=1, max_size=60))
def test_values_of_any_kind(value: str) -> None:
    """A label's value may hold any sign, and comes back as it was."""
    text = f"{{app={quote(value)}}} |= {quote(value)}"
    logql.check_selection(text)
    assert logql.matchers(text)[0].label == "app"
    if value.isprintable():
        assert logql.matchers(text) == (Matcher("app", "=", value),)


@pytest.mark.parametrize(
    ("selection", "guarded"),
    [
        ('{a="b"} | json | x="y"', True),
        ('{a="b"} | logfmt', True),
        ('{a="b"} |= "json"', False),
        ('{a="b"} | json | __error__="JSONParserErr"', False),
    ],
)
def test_lines_that_do_not_parse_are_left_out(selection: str, guarded: bool) -> None:
    """One such line would fail the whole query; where the user speaks of them, they are his."""
    guard = ' | __error__=""' if guarded else ""
    assert logql.lines_a_minute(selection) == f"count_over_time({selection}{guard} [1m] offset 1m)"


@pytest.mark.slow
def test_dashboards_find_the_bad_events(tmp_path: Path) -> None:
    """The service page's variable holds an expression that counts them: here by two ranges."""
    (context,) = made(tmp_path, f"objective: 99%, {KINDS['logs-good']}", LOGS).contexts
    lines = 'sum_over_time(slo:log_{}:count1m{{service="a",slo="one"}}[10800s])'
    expected = f"{lines.format('total')} - {lines.format('good')}"
    facts = FACTS | {"service": ("a", "a"), "slo": ("one", "one")}
    labels = {"failed": expected, "split_by": "code"}
    judge(tmp_path, [series(names.INFO, info(context), "1x80")], {query_of("failed", facts): [(labels, 1)]})
    promql.check(expected)
