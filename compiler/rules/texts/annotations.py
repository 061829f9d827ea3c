"""All that an alert carries."""

from __future__ import annotations

from compiler import names
from compiler.rules.rule import Alert, Context
from compiler.rules.texts.description import description
from compiler.rules.texts.diagnosis import diagnosis, findings, kubectl
from compiler.rules.texts.links import links
from compiler.rules.texts.summary import summary
from compiler.rules.texts.template import escape

LOOKS = 4
"""Commands on a page; the runbook has all of them."""


def annotate(alert: Alert, context: Context) -> dict[str, str]:
    """Summary, description, impact, diagnosis, fix and links; the user's own last."""
    runbook = context.objective.runbook
    found = {
        "summary": summary(alert, context),
        "description": description(alert, context),
        "impact": escape(runbook.impact) if _felt(alert) else "",
        "diagnosis": diagnosis(context) if _felt(alert) else "",
        "fix": fix(alert, context),
        **links(alert, context),
    }
    found |= {name: escape(text) for name, text in context.objective.alerting.annotations.items()}
    return {name: text for name, text in found.items() if text}


def _felt(alert: Alert) -> bool:
    """Whether users may feel it now; a spent budget and a blind indicator say nothing of this minute."""
    return alert.kind == names.BURN or alert.state in ("down", "vanished")


def fix(alert: Alert, context: Context) -> str:
    """The next commands: only such as read. What changes things stands under its diagnosis."""
    return "\n".join(f"Look: {command}" for command in looks(alert, context)[:LOOKS])


def looks(alert: Alert, context: Context) -> tuple[str, ...]:
    """The read-only commands for an alert: the user's own, then those of the causes, each once."""
    own = [escape(step.run) for step in context.objective.runbook.steps if step.look]
    if _felt(alert):
        own += [command for finding in _by_turns(context) for command in finding]
    elif context.service.workload:
        own.append(kubectl(context).run("get pods", context.service.namespace))
    return tuple(dict.fromkeys(own))


def _by_turns(context: Context) -> list[tuple[str, ...]]:
    """The first command of each cause, then the second of each."""
    asked = findings(context)
    longest = max((len(finding.look) for finding in asked), default=0)
    return [tuple(f.look[n] for f in asked if n < len(f.look)) for n in range(longest)]
