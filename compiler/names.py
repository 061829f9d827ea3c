"""Names are an API: recorded series, groups, objects, alerts, dashboards, paths. docs/naming.md lists them."""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import quote

from compiler.units import Duration

INFO = "slo:info"
SLICE_VALUE = "slo:slice_value:worst"
SLICE_BAD = "slo:slice_bad:bool"
BUDGET = "slo:budget:ratio"
COVERAGE = "slo:window_coverage:ratio"
REMAINING = "slo:budget_remaining:ratio"
TIMEZONE = "slo:timezone_offset:seconds"
MAINTENANCE = "slo:maintenance:active"
ELAPSED = "slo:calendar_elapsed:seconds"
LEFT = "slo:calendar_remaining:seconds"
EXPECTED = "slo:total:expected"
TILE = Duration.of("4m")
"""P, the length of a tile; every longer window is a sum of tiles."""

OVERVIEW_UID = "slo-overview"
SERVICE_UID = "slo-service"
WORKLOAD_UID = "slo-workload"
PLATFORM_UID = "slo-platform"
STACK_UID = "slo-stack"

BURN = "ErrorBudgetBurn"
NO_DATA = "NoData"
BLIND = "BlindIndicator"
SPENT = "BudgetSpent"
AT_RISK = "BudgetAtRisk"
TOO_MANY = "TooManyGroups"
_LONGEST_UID = 40
ALERT_KINDS = (BURN, NO_DATA, BLIND, SPENT, AT_RISK, TOO_MANY)


def rate(events: str, base: Duration) -> str:
    """The base series of ``errors`` or ``total``, events per second over the base window."""
    return f"slo:{events}:rate{base}"


def slice_rate(events: str, length: Duration) -> str:
    """The events of a time slice of this length, per second: ``slo:errors:slicerate1m``."""
    return f"slo:{events}:slicerate{length}"


def measured(events: str) -> str:
    """What a whole expression of a user's gives, events per second, before anything is made of it."""
    return f"slo:{events}:measured"


def lines(events: str) -> str:
    """The log lines of one minute, as Loki's ruler counts them."""
    return f"slo:log_{events}:count1m"


def increase(events: str, window: Duration | str) -> str:
    """Events within a window: ``slo:errors:increase1h``; so far in a calendar one: ``slo:errors:increasemonth``."""
    return f"slo:{events}:increase{window}"


def calendar(unit: str) -> str:
    """The period that it is now, as a label of the period's own name: ``slo:calendar:month``."""
    return f"slo:calendar:{unit}"


def tagged(events: str, unit: str) -> str:
    """Tiles with the calendar period in which they began: ``slo:errors:increase4m:month``."""
    return f"{increase(events, TILE)}:{unit}"


def camel(*names: str) -> str:
    """``Checkout`` ``Availability`` run together, from DNS labels."""
    return "".join(word.capitalize() for name in names for word in re.split(r"[-.]", name))


def alert_base(service: str, objective: str) -> str:
    """What an SLO's alert names begin with, unless it says otherwise."""
    return f"Slo{camel(service, objective)}"


def group(service: str, speed: str) -> str:
    """A rule group: ``checkout.fast``."""
    return f"{service}.{speed}"


def rule_object(service: str) -> str:
    """The PrometheusRule of a service."""
    return f"slo-{service}"


def runbook_path(service: str, alert: str) -> str:
    """A runbook page, from the stack's folder on."""
    return f"services/{service}/runbooks/{alert.lower()}.md"


def own_page(service: str) -> str:
    """The uid of a service's own dashboard: ``slo-service-checkout``; Grafana takes 40 characters."""
    whole = f"{SERVICE_UID}-{service}"
    if len(whole) <= _LONGEST_UID:
        return whole
    told = sha256(service.encode()).hexdigest()[:8]
    return f"{whole[: _LONGEST_UID - 9]}-{told}"


def dashboard_link(grafana: str, uid: str, **variables: str) -> str:
    """A dashboard's address with its variables set; without a time range."""
    chosen = "&".join(f"var-{name}={quote(value, safe='')}" for name, value in variables.items())
    return f"{grafana.rstrip('/')}/d/{uid}?{chosen}"
