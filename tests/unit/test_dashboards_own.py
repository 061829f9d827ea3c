"""A service's own page: the same as everybody's, with the service fixed, and where its alerts lead."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler import names
from compiler.emit.dashboards import EMITTER
from compiler.rules.rule import Alert
from compiler.rules.service import plan
from tests.unit.dashboards import page, panels, resolved, texts
from tests.unit.language import SERVICE, STACK, Project

OWN = SERVICE.replace("  workload: none\n", "  workload: none\n  dashboards: {own: true}\n")
UID = "slo-service-checkout"


def project(tmp_path: Path, service: str, stack: str = "") -> Project:
    """One service and a stack with something added."""
    made = Project(tmp_path)
    made.write("service.yaml", service)
    made.write("stack.yaml", STACK + stack)
    return made


def leads_to(tmp_path: Path, service: str, stack: str = "") -> set[str]:
    """The dashboards that the alerts of the service name."""
    (catalog,), _ = project(tmp_path, service, stack).report()
    rules = [rule for group in plan(catalog, catalog.services[0]).groups.values() for rule in group.rules]
    found = [rule.annotations["dashboard_url"] for rule in rules if isinstance(rule, Alert)]
    return {re.split(r"[/?]", url)[4] for url in found}


def test_only_who_asks_has_one() -> None:
    """One more file, beside those that serve all."""
    assert set(texts("own")) - set(texts("prod")) == {f"platform/dashboards/{UID}.json"}
    assert {path: text for path, text in texts("own").items() if UID not in path} == texts("prod")


def test_it_shows_what_the_common_page_shows() -> None:
    """The same panels at the same places; what is asked is the same once the service is put in."""
    own, common = page(UID, "own"), page(names.SERVICE_UID)
    assert own["title"] == "SLO service: checkout"
    for mine, theirs in zip(panels(own), panels(common), strict=True):
        assert (mine["id"], mine["title"], mine["gridPos"]) == (theirs["id"], theirs["title"], theirs["gridPos"])
        asked = [[resolved(json.dumps(t)) for t in p.get("targets", [])] for p in (mine, theirs)]
        assert asked[0] == asked[1] or mine["id"] == 3


def test_its_service_is_fixed() -> None:
    """Nobody chooses it, and nothing is asked for its values; on a central server its cluster is fixed as well."""
    variables = {v["name"]: v for v in page(UID, "own")["templating"]["list"]}
    assert (variables["service"]["type"], variables["service"]["query"]) == ("constant", "checkout")
    assert variables["slo"]["type"] == "query"


def test_links_within_it_stay_on_it() -> None:
    """Another SLO, and a trace, are shown on the same page; the drill-down is everybody's."""
    board = page(UID, "own")
    others = next(p for p in board["panels"] if p["id"] == 80)  # those that it depends on have but the common page
    rest = json.dumps([p for p in board["panels"] if p is not others] + board["links"])
    assert f"/d/{names.SERVICE_UID}?" in json.dumps(others)
    assert f"/d/{names.SERVICE_UID}?" not in rest
    assert f"/d/{UID}?" in rest
    assert f"/d/{names.WORKLOAD_UID}?" in rest


@pytest.mark.parametrize(
    ("service", "stack", "uid"),
    [
        (SERVICE, "", names.SERVICE_UID),
        (OWN, "", UID),
        (OWN, "  role: services\n", names.SERVICE_UID),  # who writes no dashboards promises none
        (OWN, "  outputs: [rules]\n", names.SERVICE_UID),
    ],
)
def test_alerts_lead_to_it(service: str, stack: str, uid: str, tmp_path: Path) -> None:
    """Every alert of the service, where such a page is written."""
    assert leads_to(tmp_path, service, stack) == {uid}


def test_it_comes_from_both_files(tmp_path: Path) -> None:
    """Whoever changes the service, or the stack, changes the page."""
    assert EMITTER.platform
    (catalog,), _ = project(tmp_path, OWN).report()
    made = {a.path: a.sources for a in EMITTER.platform(catalog)}
    assert made[f"platform/dashboards/{UID}.json"] == ("slo/service.yaml", "slo/stack.yaml")
    assert made[f"platform/dashboards/{names.SERVICE_UID}.json"] == ("slo/stack.yaml",)


def test_what_else_it_may_say(tmp_path: Path) -> None:
    """A word for the truth value is refused with what to write."""
    assert "true or false" in project(tmp_path, OWN.replace("own: true", "own: yes")).said("SLO011")


DNS = st.from_regex(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True)


@given(DNS, DNS)
def test_uids_fit_and_differ(one: str, other: str) -> None:
    """At most 40 characters, of another service another."""
    assert len(names.own_page(one)) <= 40
    assert (names.own_page(one) == names.own_page(other)) == (one == other)
