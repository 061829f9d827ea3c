"""Burn-rate policies, and how the built-in one is fitted to a window.

Source: Google SRE Workbook, chapter 5, table 5-8, for 30 days; docs/rules.md says how other windows scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from compiler.model.catalog import Tier
from compiler.names import TILE
from compiler.units import BurnRate, Duration

DEFAULT = "google-30d"
_DAY = Duration.of("1d")
_MONTH = Duration.of("30d")
_WEEK = Duration.of("7d")
_TILED = Duration.of("6h")


@dataclass(frozen=True, slots=True)
class PolicyTier:
    """One pair of windows; ``factor`` or ``share`` of the policy window's budget, exactly one of them."""

    name: str
    alert: str
    long: Duration
    short: Duration
    factor: BurnRate | None = None
    share: Fraction | None = None
    hold: Duration = Duration(0)
    labels: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A catalogue of tiers; ``scales`` where its windows follow the SLO's."""

    name: str
    window: Duration
    tiers: tuple[PolicyTier, ...]
    scales: bool = False


def _tier(name: str, alert: str, long: str, short: str, share: str) -> PolicyTier:
    return PolicyTier(name, alert, Duration.of(long), Duration.of(short), share=Fraction(share))


GOOGLE = (
    _tier("fast", "page", "1h", "5m", "0.02"),
    _tier("slow", "page", "6h", "30m", "0.05"),
    _tier("day", "ticket", "1d", "2h", "0.10"),
    _tier("days", "ticket", "3d", "6h", "0.10"),
)
GENTLE = (
    _tier("hours", "page", "6h", "30m", "0.05"),
    _tier("day", "page", "1d", "2h", "0.10"),
    _tier("days", "ticket", "3d", "6h", "0.10"),
)
"""Without the hour, in which a quiet service has too few events to tell anything by."""
SINGLE = (_tier("hour", "page", "1h", "1h", "0.02"), _tier("days", "ticket", "3d", "3d", "0.10"))
"""One window each: simple to explain; it stays for as long as the window holds the errors."""
BUILT_IN: Mapping[str, Policy] = {
    name: Policy(name, _MONTH, tiers, scales=True)
    for name, tiers in ((DEFAULT, GOOGLE), ("gentle-30d", GENTLE), ("single-window-30d", SINGLE))
}


def fit(policy: Policy, window: Duration, base: Duration, interval: Duration) -> tuple[Tier, ...]:
    """The tiers of a policy for an SLO of this window, without those that another makes needless.

    Args:
        policy: the built-in one scales; a user's is taken literally.
        window: the SLO's own, whole days.
        base: W, the base window.
        interval: i, of the fast group.
    """
    if policy.scales:
        is_near = Fraction(9, 10) <= window.fraction / policy.window.fraction <= Fraction(11, 10)
        length = policy.window if is_near else max(window, _WEEK)
        tiers = [_scaled(tier, length, base, interval) for tier in policy.tiers]
        tiers = [tier for tier in tiers if tier.long <= window]
    else:
        tiers = [_literal(tier, policy.window) for tier in policy.tiers]
    return tuple(tier for tier in tiers if not _needless(tier, tiers))


def _literal(tier: PolicyTier, window: Duration) -> Tier:
    factor = tier.factor or BurnRate.spending(tier.share or Fraction(0), tier.long, window)
    return Tier(tier.name, tier.alert, tier.long, tier.short, factor, tier.hold, dict(tier.labels or {}))


def _scaled(tier: PolicyTier, window: Duration, base: Duration, interval: Duration) -> Tier:
    """The tier's windows times window / 30 d; the factor stays, but where a floor moved the long window."""
    share = tier.share or Fraction(0)
    exact = tier.long.fraction * window.fraction / _MONTH.fraction
    long = max(_rounded(exact, interval), base * 3)
    short = max(_rounded(long.fraction * tier.short.fraction / tier.long.fraction, interval), base)
    factor = BurnRate.spending(share, tier.long, _MONTH)
    if long.fraction != exact:
        factor = BurnRate.spending(share, long, window)
    return Tier(tier.name, tier.alert, long, short, factor, tier.hold)


def _rounded(seconds: Fraction, interval: Duration) -> Duration:
    """To the interval; from 6 h up to whole tiles, which its sums are made of."""
    step = TILE.fraction if seconds >= _TILED.fraction else interval.fraction
    return Duration.seconds_of(round(seconds / step) * step)


def _needless(tier: Tier, tiers: list[Tier]) -> bool:
    """Whether another tier of the same windows and reaction asks for less."""
    same = [t for t in tiers if (t.long, t.short, t.alert) == (tier.long, tier.short, tier.alert)]
    return min(same, key=lambda t: t.factor) is not tier


def at_risk_window(window: Duration) -> Duration:
    """The last tenth of the window, whose pace is judged; a whole number of tiles for whole days."""
    return Duration(window.milliseconds // 10)
