"""Routing in Alertmanager's own format, with every secret as a file that its pods mount."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from compiler.emit.values import notices, routing
from compiler.emit.values.routing import Branch, Inhibition
from compiler.model.catalog import Stack
from compiler.model.routing import Receiver, SecretKey
from compiler.promql import Matcher

SHIPPED_INHIBITIONS: list[dict[str, Any]] = [
    {
        "source_matchers": ["severity = critical"],
        "target_matchers": ["severity =~ warning|info"],
        "equal": ["namespace", "alertname"],
    },
    {
        "source_matchers": ["severity = warning"],
        "target_matchers": ["severity = info"],
        "equal": ["namespace", "alertname"],
    },
    {
        "source_matchers": ["alertname = InfoInhibitor"],
        "target_matchers": ["severity = info"],
        "equal": ["namespace"],
    },
    {"target_matchers": ["alertname = InfoInhibitor"]},
]
"""The chart's own: a list of ours would replace them, so they are repeated."""


def config(stack: Stack) -> dict[str, Any]:
    """All of ``alertmanager.config`` but what the chart sets and no list of ours replaces."""
    branches = (routing.watchdog(stack), routing.observed(), routing.objectives(stack), *routing.others(stack))
    return {
        "inhibit_rules": [*SHIPPED_INHIBITIONS, *map(_inhibition, routing.inhibitions(stack))],
        "route": {
            "receiver": routing.NOBODY,
            "group_by": ["namespace"],
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": "12h",
            "routes": [_route(branch) for branch in branches],
        },
        "receivers": [
            {"name": routing.NOBODY},
            *_heartbeat(stack),
            *(_receiver(receiver, stack) for receiver in routing.receivers(stack)),
        ],
    }


def secrets(stack: Stack) -> list[str]:
    """The Secrets that the pods of Alertmanager mount."""
    return sorted({reference.name for reference in _references(stack)})


def _references(stack: Stack) -> Iterable[SecretKey]:
    if stack.spec.alertmanager.heartbeat:
        yield stack.spec.alertmanager.heartbeat.url_secret
    for receiver in routing.receivers(stack):
        if receiver.slack:
            yield receiver.slack.url_secret
        if receiver.pager_duty:
            yield receiver.pager_duty.routing_key_secret
        if receiver.webhook:
            yield receiver.webhook.url_secret


def _file(secret: SecretKey) -> str:
    return f"/etc/alertmanager/secrets/{secret.name}/{secret.key}"


def _heartbeat(stack: Stack) -> list[dict[str, Any]]:
    beat = stack.spec.alertmanager.heartbeat
    if not beat:
        return []
    hook = {"url_file": _file(beat.url_secret), "send_resolved": False}
    return [{"name": routing.HEARTBEAT, "webhook_configs": [hook]}]


def _receiver(receiver: Receiver, stack: Stack) -> dict[str, Any]:
    made: dict[str, Any] = {"name": receiver.name}
    if receiver.slack:
        made["slack_configs"] = [
            {
                "api_url_file": _file(receiver.slack.url_secret),
                "channel": receiver.slack.channel,
                "send_resolved": True,
                "title": notices.TITLE,
                "text": notices.slack(),
            }
        ]
    if receiver.pager_duty:
        made["pagerduty_configs"] = [
            {
                "routing_key_file": _file(receiver.pager_duty.routing_key_secret),
                "severity": notices.pagerduty_severity(*routing.severities(stack)),
                "description": notices.TITLE,
                "details": {"alerts": notices.plain()},
            }
        ]
    if receiver.webhook:
        made["webhook_configs"] = [{"url_file": _file(receiver.webhook.url_secret)}]
    if receiver.email:
        made["email_configs"] = [
            {"to": receiver.email.to, "send_resolved": True, "headers": {"Subject": notices.TITLE}}
        ]
    return made


def _route(branch: Branch) -> dict[str, Any]:
    made: dict[str, Any] = {
        "receiver": branch.receiver,
        "matchers": _matchers(branch.matchers),
        "group_by": list(branch.group_by),
        "group_wait": branch.group_wait,
        "group_interval": branch.group_interval,
        "repeat_interval": branch.repeat_interval,
        "routes": [_route(below) for below in branch.branches],
    }
    return {key: value for key, value in made.items() if value}


def _inhibition(rule: Inhibition) -> dict[str, Any]:
    return {
        "source_matchers": _matchers(rule.source),
        "target_matchers": _matchers(rule.target),
        "equal": list(rule.equal),
    }


def _matchers(matchers: Iterable[Matcher]) -> list[str]:
    return [f"{m.label} {m.op} {json.dumps(m.value, ensure_ascii=False)}" for m in matchers]
