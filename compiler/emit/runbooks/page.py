"""What every page says, whatever its alert: whose it is, where it leads, the user's own steps, how to silence it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from compiler import names
from compiler.burn.explain import Explanation, explain_objective
from compiler.causes.own import dry_run, in_context
from compiler.emit.runbooks.markdown import Markdown, link
from compiler.model.catalog import Objective, Service
from compiler.model.service import Owner
from compiler.rules.rule import Alert, Context
from compiler.rules.texts.annotations import looks
from compiler.rules.texts.links import LOGS_PANEL, TRACES_PANEL, page_uid, silence

_RANGE = "&from=now-3h&to=now"


@dataclass(frozen=True, slots=True)
class OwnStep:
    """A step of the user's: something to look at, or to change, which ``when`` then conditions."""

    text: str
    run: str
    when: str
    dry: str


@dataclass(frozen=True, slots=True)
class Callee:
    """A service that this one calls, and who answers for it."""

    name: str
    owner: Owner


@dataclass(frozen=True, slots=True)
class Raised:
    """One alert of the page's name: what it is worth, by this house's word."""

    reaction: str
    severity: str
    tier: str
    state: str
    hold: str


@dataclass(frozen=True, slots=True)
class Page:
    """The facts that all pages share."""

    alert: str
    kind: str
    title: str
    service: str
    place: str
    owner: Owner
    felt: bool
    """Whether users may feel it now."""
    observed: bool
    raised: tuple[Raised, ...]
    worth: str
    """What its alerts are raised as, each once; empty where they are raised as nothing."""
    links: Markdown
    description: str
    promise: str
    impact: str
    events: str
    verb: str
    looks: tuple[OwnStep, ...]
    changes: tuple[OwnStep, ...]
    others: tuple[str, ...]
    """Commands of the alert's ``fix`` that no step and no cause shows."""
    callees: tuple[Callee, ...]
    numbers: str
    window: str
    mute: str
    muted: str
    silence: Markdown
    """Alertmanager's form; empty where its address is not known."""
    source: str


def page(context: Context, alerts: tuple[Alert, ...]) -> Page:
    """The shared facts of the page of these alerts, which have one name."""
    service, objective, first = context.service, context.objective, alerts[0]
    felt = first.kind in (names.BURN, names.NO_DATA)
    steps = _steps(objective, context.catalog.stack.spec.kube_context)
    return Page(
        alert=first.name,
        kind=first.kind,
        title=context.title,
        service=service.name,
        place=context.place,
        owner=service.owner,
        felt=felt,
        observed=objective.alerting.mode == "observe",
        raised=tuple(_raised(alert) for alert in alerts),
        worth=_worth(alerts),
        links=links(context),
        description=service.description,
        promise=objective.description,
        impact=objective.runbook.impact,
        events=context.words.events,
        verb=context.words.verb,
        looks=tuple(step for step in steps if not step.when),
        changes=tuple(step for step in steps if step.when),
        others=() if felt else _others(first, context),
        callees=_callees(context),
        numbers=explained(objective, context.words.events).sentence,
        window=objective.over,
        mute=_mute(first, context),
        muted=_amtool("query", first, context, ""),
        silence=_form("Alertmanager, for the whole SLO", context),
        source=str(objective.span),
    )


_EXPLAINED: dict[tuple[object, ...], Explanation] = {}


def explained(objective: Objective, events: str) -> Explanation:
    """The numbers of an SLO, worked out once for all SLOs that promise the same."""
    alerting = objective.alerting
    tiers = tuple((t.name, t.alert, t.long, t.short, t.factor, t.hold) for t in objective.tiers)
    said = (alerting.low_traffic, alerting.mode, events)
    known = (objective.objective, objective.window_name, tiers, *said)
    if known not in _EXPLAINED:
        _EXPLAINED[known] = explain_objective(objective, events)
    return _EXPLAINED[known]


def _raised(alert: Alert) -> Raised:
    return Raised(alert.reaction, alert.labels["severity"], alert.tier, alert.state, str(alert.hold))


def _worth(alerts: tuple[Alert, ...]) -> str:
    found = [f"{a.reaction} (severity {a.labels['severity']})" for a in alerts if a.reaction != "none"]
    return " and as ".join(dict.fromkeys(found))


def _others(alert: Alert, context: Context) -> tuple[str, ...]:
    own = {step.run for step in _steps(context.objective, context.catalog.stack.spec.kube_context)}
    return tuple(command for command in looks(alert, context) if command not in own)


@lru_cache(maxsize=8)
def _steps(objective: Objective, kube_context: str) -> tuple[OwnStep, ...]:
    found = []
    for step in objective.runbook.steps:
        run = in_context(step.run.strip(), kube_context)
        found.append(OwnStep((step.look or step.change).rstrip(" ."), run, step.when.rstrip(" ."), dry_run(run)))
    return tuple(found)


@lru_cache(maxsize=8)
def links(context: Context) -> Markdown:
    """One line of where to go; what this stack or this service lacks is left out."""
    stack, service = context.catalog.stack.spec, context.service
    found = []
    if stack.urls.grafana:
        dashboard = _dashboard(context, service)
        found.append(link("Dashboard", dashboard))
        if service.logs and stack.logs:
            found.append(link("Logs", f"{dashboard}&viewPanel={LOGS_PANEL}"))
        if service.traces and stack.traces:
            found.append(link("Traces", f"{dashboard}&viewPanel={TRACES_PANEL}"))
    if stack.urls.jaeger and service.traces and stack.traces:
        found.append(link("Failed requests in Jaeger", _jaeger(context)))
    if stack.urls.alertmanager:
        found.append(_form("Silence", context))
    if context.objective.runbook.url:
        found.append(link("The team's own runbook", context.objective.runbook.url))
    return Markdown(" · ".join(found))


def _form(text: str, context: Context) -> Markdown:
    site = context.catalog.stack.spec.urls.alertmanager
    return link(text, silence(site, context)) if site else Markdown()


def _dashboard(context: Context, service: Service) -> str:
    stack = context.catalog.stack
    cluster = {"cluster": stack.spec.cluster} if stack.is_global else {}
    chosen = {"service": service.name, "slo": context.objective.name, **cluster}
    return names.dashboard_link(stack.spec.urls.grafana, page_uid(context), **chosen) + _RANGE


def _jaeger(context: Context) -> str:
    traces = context.service.traces
    assert traces is not None
    name, _, value = traces.failed_tag.partition("=")
    tags = quote(f'{{"{name}":"{value}"}}', safe="")
    site = context.catalog.stack.spec.urls.jaeger.rstrip("/")
    return f"{site}/search?service={quote(traces.service, safe='')}&tags={tags}&lookback=1h"


def _callees(context: Context) -> tuple[Callee, ...]:
    known = context.catalog.by_name
    return tuple(Callee(n, known[n].owner if n in known else Owner()) for n in context.service.depends_on)


def _mute(alert: Alert, context: Context) -> str:
    return _amtool("add", alert, context, "--duration=1h --comment='who looks at it, and why' ")


def _amtool(verb: str, alert: Alert, context: Context, flags: str) -> str:
    """An amtool command about the alerts of this page alone."""
    site = context.catalog.stack.spec.urls.alertmanager.rstrip("/")
    where = f"--alertmanager.url={shlex.quote(site)} " if site else ""
    matchers = " ".join(f"{name}={value}" for name, value in (("alertname", alert.name), *context.identity))
    return f"amtool silence {verb} {where}{flags}{matchers}"
