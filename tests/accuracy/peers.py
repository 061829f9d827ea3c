"""The rules that sloth 0.16 and pyrra write for the same service, by their published formulas, at 99.9 %.

Names and formulas are theirs; labels that only they read are shortened.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Rule = dict[str, Any]
SLOTH, PYRRA = "sloth", "pyrra"
OBJECTIVE = 0.999


def selectors(job: str) -> tuple[str, str]:
    """Errors and total of a job."""
    return f'http_requests_total{{job="{job}",code=~"5.."}}', f'http_requests_total{{job="{job}"}}'


def write(path: Path, groups: Iterable[tuple[str, int, list[Rule]]]) -> Path:
    """Groups, each with its name, its interval in seconds and its rules, as a rule file."""
    made = [{"name": name, "interval": f"{interval}s", "rules": rules} for name, interval, rules in groups]
    path.write_text(json.dumps({"groups": made}), "utf-8")
    return path


# sloth


def sloth(name: str, job: str, pages_only: bool = False, interval: int = 30) -> list[tuple[str, int, list[Rule]]]:
    """Its three groups of one SLO over 30 d; with ``pages_only`` without what its page does not read."""
    labels = {"sloth_id": name, "sloth_service": "checkout", "sloth_slo": name}
    pick = ",".join(f'{key}="{value}"' for key, value in labels.items())
    windows = ("5m", "30m", "1h", "6h") if pages_only else ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
    recordings = [sloth_ratio(job, window, labels) for window in windows]
    page = {"alert": "SlothPage", "expr": _sloth_alert(pick, ("5m", "1h", 14.4), ("30m", "6h", 6))}
    groups = [(f"sloth-slo-sli-recordings-{name}", interval, recordings)]
    alerts = [page | {"labels": {**labels, "peer": SLOTH}}]
    if not pages_only:
        recordings.append(_sloth_period(pick, labels))
        groups.append((f"sloth-slo-meta-recordings-{name}", interval, _sloth_meta(pick, labels)))
        ticket = _sloth_alert(pick, ("2h", "1d", 3), ("6h", "3d", 1))
        alerts.append({"alert": "SlothTicket", "expr": ticket, "labels": {**labels, "peer": "none"}})
    return [*groups, (f"sloth-slo-alerts-{name}", interval, alerts)]


def sloth_ratio(job: str, window: str, labels: dict[str, str]) -> Rule:
    """The error ratio of one window, from the raw series."""
    errors, total = selectors(job)
    return {
        "record": f"slo:sli_error:ratio_rate{window}",
        "expr": f"(sum(rate({errors}[{window}]))) / (sum(rate({total}[{window}])))",
        "labels": {**labels, "sloth_window": window},
    }


def sloth_window(pick: str, window: str) -> str:
    """The ratio of its longest window: the average of the ratios of five minutes."""
    ratio = f"slo:sli_error:ratio_rate5m{{{pick}}}[{window}]"
    return f"sum_over_time({ratio}) / ignoring (sloth_window) count_over_time({ratio})"


def _sloth_period(pick: str, labels: dict[str, str]) -> Rule:
    record = "slo:sli_error:ratio_rate30d"
    return {"record": record, "expr": sloth_window(pick, "30d"), "labels": {**labels, "sloth_window": "30d"}}


def _sloth_meta(pick: str, labels: dict[str, str]) -> list[Rule]:
    on = "on(sloth_id, sloth_slo, sloth_service) group_left"
    budget = f"slo:error_budget:ratio{{{pick}}}"
    expressions = {
        "slo:objective:ratio": "vector(0.9990000000000001)",
        "slo:error_budget:ratio": "vector(1-0.9990000000000001)",
        "slo:time_period:days": "vector(30)",
        "slo:current_burn_rate:ratio": f"slo:sli_error:ratio_rate5m{{{pick}}} / {on} {budget}",
        "slo:period_burn_rate:ratio": f"slo:sli_error:ratio_rate30d{{{pick}}} / {on} {budget}",
        "slo:period_error_budget_remaining:ratio": f"1 - slo:period_burn_rate:ratio{{{pick}}}",
        "sloth_slo_info": "vector(1)",
    }
    return [{"record": name, "expr": expr, "labels": labels} for name, expr in expressions.items()]


def _sloth_alert(pick: str, *tiers: tuple[str, str, float]) -> str:
    def over(window: str, factor: float) -> str:
        ratio = f"slo:sli_error:ratio_rate{window}{{{pick}}}"
        return f"max({ratio} > ({factor} * 0.0009999999999999432)) without (sloth_window)"

    return " or ".join(f"({over(short, factor)} and {over(long, factor)})" for short, long, factor in tiers)


# pyrra

_PYRRA = ((5, 60, 14, 2), (30, 360, 7, 15), (120, 1440, 2, 60), (360, 5760, 1, 180))
"""Short and long window, factor and ``for``, in minutes, at 28 d; other windows are scaled and rounded to minutes."""


def pyrra(name: str, job: str, pages_only: bool = False, days: int = 30) -> list[tuple[str, int, list[Rule]]]:
    """Its two groups of one SLO."""
    labels = {"job": job, "slo": f"pyrra-{name}"}
    tiers = _PYRRA[:2] if pages_only else _PYRRA
    errors, total = selectors(job)
    lengths = sorted({minutes for short, long, _, _ in tiers for minutes in (short, long)})
    rules: list[Rule] = [
        {
            "record": f"http_requests:burnrate{_scaled(minutes, days)}",
            "expr": f"sum(rate({errors}[{_scaled(minutes, days)}])) / sum(rate({total}[{_scaled(minutes, days)}]))",
            "labels": labels,
        }
        for minutes in lengths
    ]
    rules += (_pyrra_alert(tier, labels, days) for tier in tiers)
    groups = [(f"pyrra-{name}", 30, rules)]
    if not pages_only:
        increase = f"sum by (code) (increase({total}[{days}d]))"
        record = {"record": f"http_requests:increase{days}d", "expr": increase, "labels": labels}
        absent = {"alert": "SLOMetricAbsent", "expr": f"absent({total}) == 1", "for": "6m", "labels": labels}
        groups.append((f"pyrra-{name}-increase", 150, [record, absent]))
    return groups


def pyrra_window(job: str, window: str) -> str:
    """The ratio of its longest window: increases of the raw series."""
    errors, total = selectors(job)
    return f"sum(increase({errors}[{window}])) / sum(increase({total}[{window}]))"


def _pyrra_alert(tier: tuple[int, int, int, int], labels: dict[str, str], days: int) -> Rule:
    short, long, factor, hold = tier
    pick = ",".join(f'{key}="{value}"' for key, value in labels.items())
    ratios = [f"http_requests:burnrate{_scaled(minutes, days)}{{{pick}}}" for minutes in (short, long)]
    over = [f"{ratio} > ({factor} * (1-{OBJECTIVE}))" for ratio in ratios]
    peer = PYRRA if factor in (14, 7) else "none"
    own = {**labels, "peer": peer, "long": _scaled(long, days)}
    return {"alert": "ErrorBudgetBurn", "expr": " and ".join(over), "for": _scaled(hold, days), "labels": own}


def _scaled(minutes: int, days: int) -> str:
    left, text = round(minutes * days / 28), ""
    for unit, size in (("d", 1440), ("h", 60), ("m", 1)):
        text += f"{left // size}{unit}" if left // size else ""
        left %= size
    return text
