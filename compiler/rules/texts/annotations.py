"""All that an alert carries."""

from __future__ import annotations

from collections.abc import Sequence

from compiler import names
from compiler.causes.own import in_context
from compiler.prose.parts import Part, Plain, template
from compiler.prose.template import LABEL
from compiler.rules.rule import Alert, Context
from compiler.rules.texts.description import description
from compiler.rules.texts.diagnosis import diagnosis, findings, kubectl
from compiler.rules.texts.links import links
from compiler.rules.texts.summary import summary

LOOKS = 4
"""Commands on a page; the runbook has all of them."""


def annotate(alert: Alert, context: Context) -> dict[str, str]:
    """Summary, description, impact, diagnosis, fix and links; the user's own last."""
    return {name: text for name, parts in texts(alert, context).items() if (text := template(parts))}


def texts(alert: Alert, context: Context) -> dict[str, Sequence[Part]]:
    """What the annotations are made of; an alert's own, whatever it was annotated with."""
    runbook = context.objective.runbook
    return {
        "summary": summary(alert, context),
        "description": description(alert, context),
        "impact": (_own(runbook.impact, alert),) if _felt(alert) else (),
        "diagnosis": diagnosis(context) if _felt(alert) else (),
        "fix": (Plain(fix(alert, context)),),
        **links(alert, context),
        **{name: (_own(text, alert),) for name, text in _annotations(alert, context).items()},
    }


def _annotations(alert: Alert, context: Context) -> dict[str, str]:
    """The user's: of the SLO, and of this kind of alert."""
    alerting = context.objective.alerting
    return {**alerting.annotations, **alerting.raised(alert.tier).annotations}


def _own(text: str, alert: Alert) -> Part:
    """The user's words with the alert's labels filled in: a template sees those of the expression's result alone."""
    known = {**alert.labels, "alertname": alert.name}
    return Plain(LABEL.sub(lambda found: known.get(found[1], found[0]), text))


def _felt(alert: Alert) -> bool:
    """Whether users may feel it now; a spent budget and a blind indicator say nothing of this minute."""
    return alert.kind == names.BURN or alert.state in ("down", "vanished")


def fix(alert: Alert, context: Context) -> str:
    """The next commands: only such as read. What changes things stands under its diagnosis."""
    return "\n".join(f"Look: {command}" for command in looks(alert, context)[:LOOKS])


def looks(alert: Alert, context: Context) -> tuple[str, ...]:
    """The read-only commands for an alert: the user's own, then those of the causes, each once."""
    at = kubectl(context).context
    own = [in_context(step.run.strip(), at) for step in context.objective.runbook.steps if step.look]
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
