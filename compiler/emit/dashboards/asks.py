"""The PromQL that both pages ask: shares, burn, budget and alerts of the SLOs in a scope.

Every expression names base series of this stack's base window W alone, so that SLOs of any window and policy, and of
other catalogues on the same Prometheus, stand in one table. What an SLO records beyond that is found by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from compiler import names, promql
from compiler.model.catalog import Catalog
from compiler.promql import Matcher, Selector
from compiler.units import Duration

HOUR = Duration.of("1h")
_SHARED = (names.INFO, names.MAINTENANCE, "ALERTS", "ALERTS_FOR_STATE")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which SLOs are asked about, and which labels tell one from another."""

    base: Duration
    """W, the base window."""
    key: str
    page: str
    """The house's word for a severity that wakes somebody."""
    ticket: str
    matchers: tuple[Matcher, ...] = ()
    group: str = ""
    """Conditions on the labels of groups, as a variable holds them; series that every group shares go without."""

    @classmethod
    def of(cls, catalog: Catalog) -> Scope:
        """All SLOs of a stack's Prometheus."""
        stack, words = catalog.stack, catalog.stack.spec.severities
        key = "cluster, service, slo" if stack.is_global else "service, slo"
        return cls(stack.base_window, key, words.labels("page")["severity"], words.labels("ticket")["severity"])

    def within(self, **labels: str) -> Scope:
        """The same, held to these labels; a value that begins with ``~`` is a regular expression."""
        return replace(self, matchers=(*self.matchers, *_matchers(labels)))

    def series(self, metric: str, **labels: str) -> str:
        """A selector of a recorded series, or of ALERTS."""
        found = str(Selector(metric, (*self.matchers, *_matchers(labels))))
        return found if not self.group or metric in _SHARED else f"{found[:-1]},{self.group}}}"

    @property
    def info(self) -> str:
        """Everything that is known of the SLOs."""
        return self.series(names.INFO)

    def each(self, expr: str) -> str:
        """One value an SLO: the greatest of its groups, which of failures is the worst."""
        return f"max by ({self.key}) ({expr})"

    def least(self, expr: str) -> str:
        """One value an SLO: the least of its groups, which of what is left is the worst."""
        return f"min by ({self.key}) ({expr})"


def _matchers(labels: dict[str, str]) -> tuple[Matcher, ...]:
    return tuple(_matcher(name, value) for name, value in labels.items())


def _matcher(name: str, value: str) -> Matcher:
    for mark, op in (("!~", "!~"), ("~", "=~"), ("!", "!=")):
        if value.startswith(mark):
            return Matcher(name, op, value.removeprefix(mark))
    return Matcher(name, "=", value)


def failing_now(scope: Scope) -> str:
    """The share of events that failed within W; NaN without traffic."""
    errors, total = (scope.series(names.rate(events, scope.base)) for events in ("errors", "total"))
    return f"{errors} / {total}"


def failing_hour(scope: Scope) -> str:
    """The share within an hour: as recorded for the page, else from the base series."""
    recorded = " / ".join(scope.series(names.increase(events, HOUR)) for events in ("errors", "total"))
    summed = " / ".join(
        f"sum_over_time({scope.series(names.rate(events, scope.base))}[{HOUR}])" for events in ("errors", "total")
    )
    return f"({recorded} or {summed})"


def budget(scope: Scope) -> str:
    """The share of events that may fail: a group's own, or that of all where groups have none of their own."""
    every = replace(scope, group="").series(names.BUDGET)
    return f"({scope.series(names.BUDGET)} or on ({scope.key}) {every})" if scope.group else every


def burn(scope: Scope) -> str:
    """How many times faster than allowed the last hour spent the budget."""
    return f"{scope.each(failing_hour(scope))} / on ({scope.key}) {scope.each(budget(scope))}"


def remaining(scope: Scope) -> str:
    """The share of the window's budget that is left, of the group that has least; negative where it is overspent."""
    return scope.least(scope.series(names.REMAINING))


def measured(expr: str, scope: Scope) -> str:
    """An SLO's value, left out where its indicator is blind: no errors seen is then no news."""
    return f"{scope.each(expr)} unless on ({scope.key}) {blind(scope)}"


def blind(scope: Scope) -> str:
    """Indicators of which an alert says that they cannot see errors."""
    return scope.series("ALERTS", alertname=f"~.+{names.BLIND}", alertstate="firing")


def unmeasured(scope: Scope) -> str:
    """SLOs of which no events, no errors, or only blind ones come."""
    seen = " and ".join(scope.series(names.rate(events, scope.base)) for events in ("total", "errors"))
    return f"{scope.each(scope.info)} unless on ({scope.key}) ({seen} unless on ({scope.key}) {blind(scope)})"


def pages(scope: Scope, metric: str = "ALERTS") -> str:
    """Alerts that wake somebody and fire now."""
    return _alerts(scope, metric, slo_tier="~page|nodata", severity=scope.page)


def tickets(scope: Scope, metric: str = "ALERTS") -> str:
    """Alerts that wait for the morning and fire now; told by tier where the house has one word for both."""
    tiers = "~.+" if scope.page != scope.ticket else "~ticket|budget"
    return _alerts(scope, metric, slo_tier=tiers, severity=scope.ticket)


def _alerts(scope: Scope, metric: str, **labels: str) -> str:
    state = {"alertstate": "firing"} if metric == "ALERTS" else {}
    return scope.series(metric, **labels, **state)


def state(scope: Scope) -> str:
    """How bad an SLO stands, for sorting: hundreds tell the kind, the burn of the last hour the rest.

    500 a page fires, 400 a ticket fires, 300 not measured, 100 ok, 0 no traffic.
    """
    idle = f"{scope.series(names.rate('total', scope.base))} == 0"
    kinds = (
        ("500", scope.each(pages(scope))),
        ("400", scope.each(tickets(scope))),
        ("300", f"({unmeasured(scope)})"),
        ("0", scope.each(idle)),
        ("100", scope.each(scope.info)),
    )
    rank = f" or on ({scope.key}) ".join(f"({number} + 0 * {expr})" for number, expr in kinds)
    pace = f"(clamp_max({burn(scope)}, 99) >= 0 or on ({scope.key}) 0 * {scope.each(scope.info)})"
    return f"({rank}) + on ({scope.key}) {pace}"


def since(scope: Scope) -> str:
    """When the worst alert of each SLO began, in unix milliseconds; the label ``alert`` says page, ticket or none.

    0 where none fires: an empty answer would take the column away.
    """
    none = tagged(f"0 * {scope.each(scope.info)}", "alert", "none")
    kinds = (_began(pages, "page", scope), _began(tickets, "ticket", scope), none)
    return f"1000 * ({f' or on ({scope.key}) '.join(kinds)})"


def _began(kind: Callable[[Scope, str], str], word: str, scope: Scope) -> str:
    firing = f"{kind(scope, 'ALERTS_FOR_STATE')} and ignoring (alertstate) {kind(scope, 'ALERTS')}"
    return f"min by ({scope.key}, alert) ({tagged(firing, 'alert', word)})"


def gone_in(scope: Scope) -> str:
    """Seconds until the budget is gone at the pace of the last hour; 0 where it is spent, nothing where it lasts.

    The budget in events follows from what is recorded: errors of the window / (1 - remaining).
    """
    left, each = remaining(scope), scope.each
    window = f"{of_window('errors', scope)} and on ({scope.key}, window) {scope.info}"
    budget = f"{each(window)} / on ({scope.key}) (1 - {left} > 0)"
    errors = scope.series(names.rate("errors", scope.base))
    pace = each(f"avg_over_time({errors}[{HOUR}])") + " > 0"
    spent = f"0 * ({left} <= 0)"
    runs_out = f"({left} > 0) * on ({scope.key}) ({budget}) / on ({scope.key}) ({pace})"
    return f"({runs_out} and on ({scope.key}) {burn(scope)} > 1) or {spent}"


def of_window(events: str, scope: Scope) -> str:
    """Every recorded increase of ``errors`` or ``total`` but the tiles, its length as the label ``window``."""
    prefix = f"slo:{events}:increase"
    matchers = (
        Matcher("__name__", "=~", f"{prefix}.+"),
        Matcher("__name__", "!~", f"{names.increase(events, names.TILE)}(:.+)?"),
        *scope.matchers,
    )
    selector = "{" + ",".join([*map(str, matchers), *([scope.group] if scope.group else [])]) + "}"
    return f'label_replace({selector}, "window", "$1", "__name__", "{prefix}(.+)")'


def attained(scope: Scope) -> str:
    """The share of good events within each SLO's own window, of the worst group."""
    good = f"1 - {of_window('errors', scope)} / {of_window('total', scope)}"
    return scope.least(f"({good}) and on ({scope.key}, window) {scope.info}")


def open_alerts(scope: Scope) -> str:
    """How many alerts of each SLO fire; 0 where none does."""
    return f"count by ({scope.key}) ({_alerts(scope, 'ALERTS')}) or 0 * {scope.each(scope.info)}"


def burn_by_window(scope: Scope) -> str:
    """The burn rate in every window that is recorded, the base window first."""
    key = f"{scope.key}, window"
    tops = f"sum by ({key}) ({of_window('errors', scope)}) / sum by ({key}) ({of_window('total', scope)})"
    now = tagged(scope.each(failing_now(scope)), "window", str(scope.base))
    return f"({now} or {tops}) / on ({scope.key}) group_left () {scope.each(budget(scope))}"


def tagged(expr: str, label: str, value: str) -> str:
    """An expression with a label set to a fixed text."""
    return f'label_replace({expr}, {promql.quote(label)}, {promql.quote(value)}, "", "")'
