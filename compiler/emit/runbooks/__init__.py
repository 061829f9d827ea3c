"""One Markdown page an alertname, at exactly the address of its runbook_url."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from compiler import names
from compiler.artifact import Artifact, Emitter, header
from compiler.emit.runbooks.advice import advice
from compiler.emit.runbooks.kinds import blind, budget, burn, no_data, too_many
from compiler.emit.runbooks.meta import meta_page
from compiler.emit.runbooks.page import page
from compiler.emit.runbooks.render import template
from compiler.model.catalog import Catalog, Service
from compiler.rules.meta.alert import runbook_path
from compiler.rules.meta.group import alerts as about_rules
from compiler.rules.rule import Alert, Context
from compiler.rules.service import plan

_KINDS: dict[str, tuple[str, Callable[[Context, tuple[Alert, ...]], Any]]] = {
    names.BURN: ("burn.md.j2", burn),
    names.NO_DATA: ("nodata.md.j2", no_data),
    names.BLIND: ("blind.md.j2", blind),
    names.SPENT: ("budget.md.j2", budget),
    names.AT_RISK: ("budget.md.j2", budget),
    names.TOO_MANY: ("groups.md.j2", too_many),
}
"""The template of each kind of alert, and what makes the record that it reads as ``own``."""


def runbooks(catalog: Catalog, service: Service) -> Iterator[Artifact]:
    """The pages of a service; alerts that share a name share one."""
    made = plan(catalog, service)
    head = header(service.sources, "<!--")
    for context in made.contexts:
        for name, alerts in by_name(made.alerts[context.objective.name]).items():
            path = names.runbook_path(service.name, name)
            yield Artifact(path, head + write(context, alerts), service.sources)


def by_name(alerts: Iterable[Alert]) -> dict[str, tuple[Alert, ...]]:
    """Alerts in their order, those of one name together."""
    found: dict[str, tuple[Alert, ...]] = {}
    for alert in alerts:
        found[alert.name] = (*found.get(alert.name, ()), alert)
    return found


def write(context: Context, alerts: tuple[Alert, ...]) -> str:
    """The page of the alerts of one name, without its first line."""
    name, make = _KINDS[alerts[0].kind]
    found = page(context, alerts)
    more = advice(context) if found.felt else ""
    return template(name).render(page=found, own=make(context, alerts), advice=more)


def meta(catalog: Catalog) -> Iterator[Artifact]:
    """The pages of the alerts about the rules themselves."""
    for alert in about_rules(catalog) if catalog.services else ():
        text = template("meta.md.j2").render(page=meta_page(alert, catalog))
        yield Artifact(runbook_path(alert), header(catalog.stack.sources, "<!--") + text, catalog.stack.sources)


EMITTER = Emitter("runbooks", service=runbooks, platform=meta)
