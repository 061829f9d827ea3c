"""The group of all alerts about the rules themselves."""

from __future__ import annotations

from compiler.model.catalog import Catalog
from compiler.rules.meta.alert import INTERVAL, NAME, MetaAlert
from compiler.rules.meta.groups import about_groups
from compiler.rules.meta.series import about_series
from compiler.rules.rule import Group


def alerts(catalog: Catalog) -> tuple[MetaAlert, ...]:
    """All of them."""
    return (*about_groups(), *about_series(catalog))


def group(catalog: Catalog) -> dict[str, object]:
    """The group as Prometheus reads it."""
    head = Group(f"slo-{NAME}", INTERVAL, ()).as_group()
    return head | {"rules": [alert.as_rule(catalog) for alert in alerts(catalog)]}
