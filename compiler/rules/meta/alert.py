"""What an alert about the rules themselves says, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from compiler.model.catalog import Catalog
from compiler.prose.template import escape
from compiler.units import Duration

NAME = "meta"
INTERVAL = Duration.of("1m")
TIER = "meta"
LOG = "kubectl logs -l app.kubernetes.io/name=prometheus -c prometheus"
SAYS = ("What does Prometheus say of it?", f"{LOG} --tail=50")


@dataclass(frozen=True, slots=True)
class Play:
    """Series at the edge of an alert, and whether it fires at a time."""

    text: str
    series: Mapping[str, str]
    """By selector, in promtool's notation at INTERVAL."""
    at: Duration
    fires: bool


@dataclass(frozen=True, slots=True)
class MetaAlert:
    """One alert, what whoever gets it should know, and series under which it fires and stays silent."""

    name: str
    reaction: str
    expr: str
    hold: Duration
    summary: str
    """A template; ``{{ $labels.x }}`` are labels of the expression."""
    meaning: str
    """What it costs, in plain sentences."""
    looks: tuple[tuple[str, str], ...]
    """Questions, each with an expression or a command that answers it."""
    mend: str
    sick: Mapping[str, str]
    """Series by selector, in promtool's notation at INTERVAL, under which it fires."""
    healthy: Mapping[str, str]
    shown: Mapping[str, str]
    """The labels of the expression under ``sick``."""
    asked: Duration
    """When it fires under ``sick``."""
    edges: tuple[Play, ...] = ()
    """Where it is decided."""

    def labels(self, catalog: Catalog) -> dict[str, str]:
        """The labels of the alert."""
        stack = catalog.stack.spec
        labels = {"namespace": catalog.stack.objects_namespace, "slo_tier": TIER}
        return dict(stack.severities.labels(self.reaction)) | labels

    def annotations(self, catalog: Catalog) -> dict[str, str]:
        """Summary, description, and where to go."""
        word = {"page": "PAGE", "ticket": "TICKET"}[self.reaction]
        found = {
            "summary": f"{word} SLO rules: {self.summary} · {catalog.stack.spec.cluster}",
            "description": escape(self.meaning),
            "fix": escape("\n".join(f"Look: {run}" for _, run in self.looks)),
        }
        site = catalog.stack.spec.urls.runbooks
        return found | ({"runbook_url": f"{site.rstrip('/')}/{runbook_path(self)}"} if site else {})

    def as_rule(self, catalog: Catalog) -> dict[str, object]:
        """As Prometheus reads it."""
        rule: dict[str, object] = {"alert": self.name, "expr": self.expr}
        if self.hold.milliseconds:
            rule["for"] = str(self.hold)
        return rule | {"labels": self.labels(catalog), "annotations": self.annotations(catalog)}


def runbook_path(alert: MetaAlert) -> str:
    """Its page, from the stack's folder on."""
    return f"packs/{NAME}/runbooks/{alert.name.lower()}.md"
