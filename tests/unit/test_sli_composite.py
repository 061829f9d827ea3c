"""User journeys: what is recorded of their steps, how the steps are found, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler import promql
from compiler.emit.runbooks.queries import what_fails
from compiler.rules.info import info
from compiler.rules.rule import Context, Record
from compiler.rules.service import plan
from compiler.sli.composite import SLI, CompositeSpec, Part, series
from compiler.sli.composite import WEIGHT as SHAPE
from compiler.units import Duration, UnitError
from tests.unit.language import CASES
from tests.unit.stacks import resolve
from tests.unit.test_rules_expressions import STACK, block

RATIO = "{ratio: {errors: 'r_total{code=\"500\"}', total: r_total}}"
SERVICE = f"""\
  owner: {{team: shop}}
  workload: none
  slos:
    - {{name: plain, objective: 99%, sli: {RATIO}}}
    - {{name: zones, objective: 99%, groupBy: {{labels: [{{label: zone, as: place}}], limit: 9}}, sli: {RATIO}}}
    - {{name: always, objective: 99%, sli: {{threshold: {{expr: depth or vector(0), above: 3}}}}}}
    - name: journey
      objective: 99.9%
      sli: {{composite: {{slos: [{{ref: a/plain, weight: 2.50}}, {{ref: a/zones}}]}}}}
    - name: by-place
      objective: 99%
      groupBy: {{labels: [place], limit: 9}}
      sli: {{composite: {{slos: [{{ref: a/zones, weight: 3}}]}}}}
    - {{name: whole, objective: 99%, sli: {{composite: {{slos: [{{ref: a/journey}}, {{ref: a/always}}]}}}}}}
"""
BASE = Duration.of("5m")


def contexts(folder: Path, stack: str = STACK) -> dict[str, Context]:
    """Each SLO of the service, by its name."""
    catalog = resolve(folder, stack, SERVICE, "a")
    return {c.objective.name: c for c in plan(catalog, catalog.services[0]).contexts}


@pytest.mark.parametrize("name", ["journey", "by-place"])
def test_what_is_recorded_first(name: str, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    """The weighted sums, the base of them, and when a step is not seen."""
    catalog = resolve(tmp_path, STACK, SERVICE, "a")
    groups = plan(catalog, catalog.services[0]).groups
    own = [rule for speed in ("fast", "slow") for rule in groups[speed].rules if rule.labels["slo"] == name]
    first = [rule for rule in own if isinstance(rule, Record) and "increase" not in rule.name]
    blind = [rule for rule in own if rule.name.endswith("BlindIndicator")]
    text = "\n".join(block(rule) for rule in [*first, *blind])
    golden(CASES / "rules" / f"composite-{name}.txt", text.replace(f'{{service="a",slo="{name}"}}', "{S}"))


def test_on_a_central_server_steps_are_held_to_the_cluster(tmp_path: Path) -> None:
    """By their identity, which names it."""
    found = contexts(tmp_path, STACK.replace("367d}", "367d, scope: global}"))["journey"]
    ((_, total), _) = found.kind.records(found.objective.indicator.spec, found.frame)
    selectors = [read.selector for read in promql.reads(total)]
    assert selectors == [
        'slo:total:rate5m{cluster="prod-1",service="a",slo="plain"}',
        'slo:total:rate5m{cluster="prod-1",service="a",slo="zones"}',
    ]


def test_parts_know_their_groups_and_whether_they_are_always_there(tmp_path: Path) -> None:
    """Of one's own service alone, for its rules are in the file under test; through a journey, too."""
    found = contexts(tmp_path)
    parts = {name: found[name].objective.indicator.spec.parts for name in ("journey", "whole")}
    assert [(part.title, part.weight, part.groups, part.always) for part in parts["journey"]] == [
        ("a/plain", Fraction(5, 2), (), False),
        ("a/zones", Fraction(1), ("place",), False),
    ]
    assert [part.always for part in parts["whole"]] == [False, True]
    spec = found["whole"].objective.indicator.spec
    assert (SLI.feeds(spec), SLI.proofs(spec)) == ((), ())


def test_what_people_are_told(tmp_path: Path) -> None:
    """Steps that fail; dashboards count the recorded errors, and the runbook asks which step it is."""
    found = contexts(tmp_path)["journey"]
    assert (found.words.events, found.words.verb) == ("steps", "fail")
    assert info(found)["bad_events"] == '30 * sum_over_time(slo:errors:rate5m{service="a",slo="journey"}[range])'
    assert "selector_total" not in info(found)
    label, asked = what_fails(found) or ("", None)
    assert (label, asked is not None) == ("slo", True)
    steps = '2.5 * slo:errors:rate5m{service="a",slo="plain"}\nor\nslo:errors:rate5m{service="a",slo="zones"}'
    assert asked is not None and asked.expr == f"topk(5, sum by (service, slo) ({steps}))"


def test_a_journey_of_one_step_cannot_miss_another() -> None:
    """Then there is nothing to be blind to; its own alerts tell of that step."""
    part = Part("a/b", Fraction(1), series((("service", "a"), ("slo", "b")), BASE))
    assert SLI.blindness(CompositeSpec(slos=(), parts=(part,)), None) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["0", "0.0", "-1", "1e3", "10%", "", "1.", ".5", "1234567", "٣", "1,5", "nan", " 2"])
def test_what_is_no_weight(text: str) -> None:
    """Anything but a plain decimal above zero."""
    with pytest.raises(UnitError):
        SHAPE.parse(text)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 999_999_999_999))
def test_a_weight_is_exact(millionths: int) -> None:
    """Not a digit of it is lost on its way into the rule."""
    text = f"{millionths // 10**6}.{millionths % 10**6:06d}"
    part = Part("a/b", SHAPE.parse(text), series((("service", "a"), ("slo", "b")), BASE))
    steps = SLI.steps(CompositeSpec(slos=(), parts=(part,)), None)  # type: ignore[arg-type]
    number = steps.partition(" * ")[0] if " * " in steps else "1"
    assert Fraction(number) == Fraction(millionths, 10**6)
