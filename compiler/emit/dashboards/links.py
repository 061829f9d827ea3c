"""Links that carry the service, the SLO, data sources, labels and the time range: to pages, panels and Explore."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from compiler.emit.dashboards.grafana import Source

TIME = "${__url_time_range}"
_VARIABLE = re.compile(r"\$\{[^}]*\}")


def link(title: str, url: str, new_tab: bool = False) -> dict[str, Any]:
    """A link of a panel, a field or a cell."""
    return {"title": title, "url": url, "targetBlank": new_tab}


def in_head(title: str, url: str, icon: str = "external link", new_tab: bool = True) -> dict[str, Any]:
    """A link in a dashboard's head; of icons Grafana knows seven, and draws none of another name."""
    shape = {"type": "link", "title": title, "url": url, "icon": icon, "targetBlank": new_tab, "tooltip": title}
    return shape | {"asDropdown": False, "includeVars": False, "keepTime": not new_tab, "tags": []}


def to(uid: str, carried: Sequence[str], panel: int = 0, more: str = "") -> str:
    """To a page with what is chosen now and the time range.

    Args:
        uid: of the page.
        carried: the variables that both pages have.
        panel: the panel that is shown enlarged; 0 for the whole page.
        more: further parameters, each with its ``&``.
    """
    chosen = "&".join(f"${{{name}:queryparam}}" for name in carried)
    return f"/d/{uid}?{chosen}&{TIME}{more}" + (f"&viewPanel=panel-{panel}" if panel else "")


def of_row(uid: str, fields: Sequence[str], carried: Sequence[str]) -> str:
    """To a page with what a row of a table says, by fields that are called as the variables, and what is chosen."""
    said = "".join(f"&var-{name}=${{__data.fields.{name}:percentencode}}" for name in fields)
    return to(uid, carried, more=said)


def head(uid: str, carried: Sequence[str]) -> str:
    """The address of a page in another's head, where Grafana adds the time range by itself."""
    return f"/d/{uid}?" + "&".join(f"${{{name}:queryparam}}" for name in carried)


def silence(alertmanager: str, labels: tuple[str, ...]) -> str:
    """A new silence in Alertmanager, for what is chosen now."""
    matchers = ",".join(f'{label}="${{{label}:percentencode}}"' for label in labels)
    return f"{alertmanager.rstrip('/')}/#/silences/new?filter={_encoded('{' + matchers + '}')}"


def explore(org: int, source: Source, query: Mapping[str, Any]) -> str:
    """Explore with one query over the page's time range.

    Everything is percent-encoded but ``${…}``, which Grafana replaces, and which says ``percentencode`` itself.
    """
    asked = {"refId": "A", "datasource": source.ref, **query}
    pane = {"datasource": source.uid, "queries": [asked], "range": {"from": "${__from}", "to": "${__to}"}}
    text = json.dumps({"a": pane}, separators=(",", ":"), ensure_ascii=False)
    return f"/explore?schemaVersion=1&orgId={org}&panes={_encoded(text)}"


def _encoded(text: str) -> str:
    """Percent-encoded, with ``${…}`` as it is."""
    parts, at = [], 0
    for match in _VARIABLE.finditer(text):
        parts += [quote(text[at : match.start()], safe=""), match.group()]
        at = match.end()
    return "".join([*parts, quote(text[at:], safe="")])
