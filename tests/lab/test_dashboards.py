"""Every question of every dashboard, asked of the real servers while something fails; and every link."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.conftest import Paged
from tests.lab.grafana import ask, links
from tests.lab.grafana.answers import EMPTY, ERROR, OK, Outcome
from tests.lab.grafana.destinations import Broken, Dashboard, Explore
from tests.lab.grafana.links import Link
from tests.lab.pages import Pages
from tests.lab.walk import Screen

UIDS = ("slo-overview", "slo-service", "slo-workload", "slo-platform", "slo-stack")
SETTLED = 240.0
"""Seconds after the fault in which slower groups of rules have told what they have to tell."""
SHARE = 0.95


@pytest.fixture(scope="session")
def screens(pages: Pages, rollout: Paged) -> dict[str, Screen]:
    """All pages, with the service that fails, the SLO that pages, and one of its failed traces."""
    rollout.wait_until_on_for(SETTLED)
    alert = Screen.from_alert(pages, rollout.alert["annotations"]["dashboard_url"])
    trace = (min(alert.traces(22)),)
    carried = ("now-15m", "now")
    found = {}
    for uid in UIDS:
        chosen = {"service": ("checkout",), "slo": ("availability",), "trace": trace}
        found[uid] = Screen.at(pages, Dashboard(uid, chosen, carried))
    return found


def test_every_page_is_looked_at(pages: Pages) -> None:
    """What is compiled is what is asked."""
    assert set(pages.boards) == set(UIDS)


@pytest.mark.parametrize("uid", UIDS)
def test_every_question_is_answered_without_an_error(screens: dict[str, Screen], uid: str) -> None:
    """Variables, panels in folded rows too, annotations."""
    assert [str(found) for found in screens[uid].found.report() if found.state == ERROR] == []


def test_panels_show_data_while_something_fails(screens: dict[str, Screen]) -> None:
    """At least 95 % of all panels that ask something."""
    states = {(uid, panel): state for uid, screen in screens.items() for panel, state in _panels(screen)}
    empty = sorted(f"{uid} {panel}" for (uid, panel), state in states.items() if state == EMPTY)
    share = 1 - len(empty) / len(states)
    print(f"{share:.1%} of {len(states)} panels show data; empty: {', '.join(empty) or 'none'}")
    assert share >= SHARE


def _panels(screen: Screen) -> Iterator[tuple[str, str]]:
    """Each panel that asks, and whether any of its questions has an answer with something in it."""
    by_panel: dict[str, list[Outcome]] = {}
    for outcome in screen.found.report():
        if outcome.where.startswith("panel "):
            by_panel.setdefault(outcome.where.rpartition(" ")[0] + f" {outcome.title}", []).append(outcome)
    for panel, outcomes in by_panel.items():
        yield panel, OK if any(outcome.state == OK for outcome in outcomes) else EMPTY


@pytest.mark.parametrize("uid", UIDS)
def test_every_link_lands(pages: Pages, screens: dict[str, Screen], uid: str) -> None:
    """On a page that there is, with the service and the time; in Explore with a question that is answered."""
    screen = screens[uid]
    now = screen.page.range.end
    for link in _each_once(screen.all_links()):
        assert not isinstance(link.to, Broken), link
        if isinstance(link.to, Dashboard):
            page = links.followed(link.to, pages.boards.values(), pages.sources, now)
            assert page.range.start == screen.page.range.start, link
            if link.to.variables.get("service"):
                assert page.variables.all["slo"].chosen, link
        if isinstance(link.to, Explore):
            replies = ask.of_explore(link.to, pages.sources, now)
            assert [reply.error for reply in replies if reply.error] == [], link
            assert any(not reply.empty for reply in replies), link
            assert link.to.range == (str(screen.page.range.start), str(now)), link


def _each_once(found: Iterator[Link]) -> list[Link]:
    """Links that lead elsewhere than those before them."""
    return list({link.url: link for link in found}.values())
