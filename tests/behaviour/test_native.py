"""Native histograms of every make, counted on promtool by the compiled rules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from tests.behaviour.played import compiled, found_in
from tests.behaviour.test_kinds import written

pytestmark = pytest.mark.slow


def histogram(schema: int, buckets: Mapping[int, float], more: str = "") -> str:
    """One value in promtool's notation; buckets by their number."""
    first, last = min(buckets), max(buckets)
    counts = " ".join(f"{buckets.get(n, 0):g}" for n in range(first, last + 1))
    return f"{{{{schema:{schema} count:{sum(buckets.values()):g} {more}offset:{first} buckets:[{counts}]}}}}"


def growing(start: str, each: str, steps: int) -> str:
    """A value, and so many more."""
    return f"{start}+{each}x{steps}"


def counts(
    folder: Path, promtool: str, threshold: str, series: Mapping[str, str], expected: tuple[float, float]
) -> str:
    """What promtool finds where errors and total of the last 5 minutes, after half an hour, should be these."""
    said = f"objective: 99%, sli: {{latency: {{histogram: l_seconds, threshold: {threshold}, native: true}}}}"
    output = compiled(written(folder / "slo", "plain", said), folder / "output")
    identity = '{service="b", slo="one"}'
    tests = [
        {
            "expr": f"round(300 * slo:{events}:rate5m, 0.001)",
            "eval_time": "30m",
            "exp_samples": [{"labels": identity, "value": value}],
        }
        for events, value in zip(("errors", "total"), expected, strict=True)
    ]
    inputs = [{"series": name, "values": values} for name, values in series.items()]
    document = {
        "rule_files": [str(output / "plain/services/b/rules/fast.yaml")],
        "evaluation_interval": "30s",
        "tests": [{"interval": "30s", "input_series": inputs, "promql_expr_test": tests}],
    }
    file = folder / "test.yaml"
    file.write_text(yaml.safe_dump(document, width=10_000), "utf-8")
    return "".join(found_in(promtool, [file]).values())


def test_a_threshold_at_a_bound_is_exact_whatever_the_resolution(tmp_path: Path, promtool: str) -> None:
    """One second is a bound in every schema; the target halves its resolution in the middle of the window."""
    fine, coarse = {-2: 6.0, 0: 1, 1: 2, 3: 1}, {-1: 6.0, 0: 1, 1: 2, 2: 1}
    before = growing(histogram(1, dict.fromkeys(fine, 0)), histogram(1, fine), 54)
    after = growing(histogram(0, {n: 55 * v for n, v in coarse.items()}), histogram(0, coarse), 60)
    series = {'l_seconds{instance="a"}': f"{before} {after}"}
    assert counts(tmp_path, promtool, "1s", series, (30, 100)) == ""


def test_custom_buckets_are_exact_at_their_bounds(tmp_path: Path, promtool: str) -> None:
    """A classic histogram that the server scrapes as a native one keeps its bounds."""
    bounds = "custom_values:[0.1 0.3 1] "
    start = histogram(-53, {0: 0, 3: 0}, bounds)
    each = histogram(-53, {0: 5, 1: 2, 2: 2, 3: 1}, bounds)
    assert counts(tmp_path, promtool, "300ms", {"l_seconds": growing(start, each, 80)}, (30, 100)) == ""


def test_between_two_bounds_the_one_bucket_is_interpolated(tmp_path: Path, promtool: str) -> None:
    """At 300 ms all that is under 250 ms is fast and all over 500 ms slow; of those between, a share is told slow."""
    buckets = {-2: 4.0, -1: 4.0, 0: 2.0}
    start, each = histogram(0, dict.fromkeys(buckets, 0)), histogram(0, buckets)
    slow = 10 * (2 + 4 * 0.736966)  # log2(0.5 / 0.3) of the bucket from 0.25 to 0.5
    assert counts(tmp_path, promtool, "300ms", {"l_seconds": growing(start, each, 80)}, (round(slow, 3), 100)) == ""


def test_a_gap_in_scraping_loses_nothing(tmp_path: Path, promtool: str) -> None:
    """All that came meanwhile is told by the first sample behind it, which lies within the last 5 minutes."""
    start, each = histogram(0, {-2: 0, 1: 0}), histogram(0, {-2: 9, 1: 1})
    after = growing(histogram(0, {-2: 9 * 55, 1: 55}), each, 20)
    series = {'l_seconds{instance="a"}': f"{growing(start, each, 34)} _x20 {after}"}
    assert counts(tmp_path, promtool, "1s", series, (26, 260)) == ""


def test_the_first_slow_requests_of_a_new_series_are_counted(tmp_path: Path, promtool: str) -> None:
    """A route that is called for the first time, at a target that was up, counts from 0."""
    start, each = histogram(0, {-2: 0, 1: 0}), histogram(0, {-2: 9, 1: 1})
    series = {
        'l_seconds{instance="a",route="/"}': growing(start, each, 80),
        'l_seconds{instance="a",route="/new"}': f"_x59 {histogram(0, {-2: 3, 1: 2})}x30",
    }
    assert counts(tmp_path, promtool, "1s", series, (10 + 2, 100)) == ""


def test_classic_series_alone_are_no_data(tmp_path: Path, promtool: str) -> None:
    """Buckets under that name are not what is asked for: nothing is recorded, and the indicator is missing."""
    said = "objective: 99%, sli: {latency: {histogram: l_seconds, threshold: 1s, native: true}}"
    output = compiled(written(tmp_path / "slo", "plain", said), tmp_path / "output")
    classic = {'l_seconds_bucket{le="1"}': "0+9x60", "l_seconds_count": "0+10x60", "l_seconds": "0+1x60"}
    document = {
        "rule_files": [str(output / "plain/services/b/rules/fast.yaml")],
        "tests": [
            {
                "interval": "30s",
                "input_series": [{"series": name, "values": values} for name, values in classic.items()],
                "promql_expr_test": [{"expr": '{__name__=~"slo:.+"}', "eval_time": "20m"}],
            }
        ],
    }
    file = tmp_path / "test.yaml"
    file.write_text(yaml.safe_dump(document), "utf-8")
    assert found_in(promtool, [file]) == {}
