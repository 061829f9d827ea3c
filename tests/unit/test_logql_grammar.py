"""The grammar of LogQL that dashboards are judged by: it takes what Loki takes, and refuses what Loki refuses."""

from __future__ import annotations

import pytest

from tests.unit.logql_grammar import parse


@pytest.mark.parametrize(
    "text",
    [
        '{app="checkout"}',
        '{app="checkout", pod=~".+"} |= "a" or "b" != `c d` |~ "x|y" | json | level="error"',
        '{app="checkout"} | logfmt --strict --keep-empty | took>5m and (level="error" or code=~"5..")',
        '{app="checkout"} | line_format "{{.message}}" | label_format a=b,c="{{.d}}" | drop a, b="c" | decolorize',
        '{app="checkout"} | json status="response.code", took | keep status | took >= 1.5 or size <= 10KB',
        '{app="checkout"} | addr = ip("10.0.0.0/8") |= ip("10.0.0.1") | pattern "<_> <code>" | regexp "(?P<a>b)"',
        '{app="checkout"} |= ``',
        '{service_name=~".+"} | trace_id="4bf92f3577b34da6"',
    ],
)
def test_lines(text: str) -> None:
    """Selections with all that may stand behind a stream selector."""
    assert parse(text) == "lines"


@pytest.mark.parametrize(
    "text",
    [
        'sum by (level) (count_over_time({app="checkout"} | json | level=~"error|fatal" [5m]))',
        'topk(5, sum(rate({app="checkout"}[1m] offset 1m)) by (pod)) / 2 > bool 0',
        'quantile_over_time(0.9, {app="checkout"} | json | unwrap duration(took) [5m]) by (pod)',
        'sum(count_over_time({app="checkout"}[1h])) or vector(0)',
        'absent_over_time({app="checkout"}[5m])',
        'label_replace(rate({app="checkout"}[5m]), "a", "$1", "b", "(.*)") * on (pod) group_left (a) vector(1)',
    ],
)
def test_numbers(text: str) -> None:
    """Aggregations over a range and over series, and what joins them."""
    assert parse(text) == "numbers"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{app=~".*"}',
        '{app!="checkout"}',
        '{app="checkout"',
        '{app="checkout",,pod="x"}',
        "{app='checkout'}",
        'app{app="checkout"}',
        '{app="checkout"} |',
        '{app="checkout"} |= word',
        '{app="checkout"} | level=error',
        '{app="checkout"} | level > "5"',
        '{app="checkout"} | (level="error"',
        '{app="checkout"} | json }',
        '{app="checkout"} [5m]',
        'rate({app="checkout"})',
        'rate({app="checkout"}[5m]',
        'rate({app="checkout"}[$__rate_interval])',
        'rates({app="checkout"}[5m])',
        'sum({app="checkout"})',
        'sum_over_time({app="checkout"}[5m])',
        'rate({app="checkout"}[5m]) rate({app="checkout"}[5m])',
    ],
)
def test_what_is_no_query(text: str) -> None:
    """Brackets, quotes, ranges, selectors and numbers that Loki would refuse."""
    with pytest.raises(ValueError, match=r"."):
        parse(text)
