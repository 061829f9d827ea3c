"""The page of an alert about the rules themselves."""

from __future__ import annotations

from dataclasses import dataclass

from compiler import promql
from compiler.causes.own import in_context
from compiler.emit.runbooks.markdown import Markdown, fence
from compiler.emit.runbooks.queries import ask, asked_of
from compiler.model.catalog import Catalog
from compiler.rules.meta.alert import MetaAlert


@dataclass(frozen=True, slots=True)
class MetaPage:
    """What the template reads."""

    alert: str
    cluster: str
    meaning: str
    worth: str
    hold: str
    looks: tuple[tuple[str, Markdown], ...]
    mend: str
    check: Markdown
    """The alert's own expression."""


def meta_page(alert: MetaAlert, catalog: Catalog) -> MetaPage:
    """The facts of the page."""
    stack = catalog.stack.spec
    return MetaPage(
        alert=alert.name,
        cluster=stack.cluster,
        meaning=alert.meaning,
        worth=f"{alert.reaction} (severity {alert.labels(catalog)['severity']})",
        hold=str(alert.hold),
        looks=tuple((question, _shown(run, catalog)) for question, run in alert.looks),
        mend=alert.mend,
        check=ask(asked_of(alert.expr, catalog)),
    )


def _shown(run: str, catalog: Catalog) -> Markdown:
    """A command for a shell, or a question to Prometheus."""
    if run.startswith("kubectl "):
        return fence(in_context(run, catalog.stack.spec.kube_context), "sh")
    promql.check(run)
    return ask(asked_of(run, catalog))
