"""Routing as AlertmanagerConfig objects, which add to the routing of a cluster and take none of it away.

The operator puts each one's route before the cluster's own and lets alerts go on to those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from compiler.artifact import Artifact
from compiler.emit.manifests.objects import manifest, metadata
from compiler.emit.values import notices, routing
from compiler.emit.values.overlay import routed
from compiler.emit.values.routing import Branch, Inhibition
from compiler.model.catalog import Catalog, Stack
from compiler.model.routing import Receiver, SecretKey
from compiler.promql import Matcher

_WHY = """\
# Alertmanager must run with alertmanagerConfigMatcherStrategy: OnNamespaceExceptForAlertmanagerNamespace (or None):
# otherwise only alerts of its own namespace come here. The Secrets that are named lie in the same namespace.
"""


def alertmanager_config(catalog: Catalog) -> Iterator[Artifact]:
    """The routing of SLO alerts, and of the heartbeat; nothing where the stack tells nobody."""
    stack = catalog.stack
    if not routed(stack):
        return
    objects = []
    if stack.spec.alertmanager.receivers:
        objects.append(_object(catalog, "", _routing(stack)))
    if stack.spec.alertmanager.heartbeat:
        objects.append(_object(catalog, "-heartbeat", _heartbeat(stack)))
    yield manifest(catalog, "alertmanagerconfig", *objects, why=_WHY)


def _object(catalog: Catalog, suffix: str, spec: dict[str, Any]) -> dict[str, Any]:
    prometheus = catalog.stack.spec.prometheus
    name = f"slo-{catalog.stack.spec.catalog}{suffix}"
    about = metadata(catalog, name, prometheus.namespace, {"release": prometheus.release}, {})
    return {
        "apiVersion": "monitoring.coreos.com/v1alpha1",
        "kind": "AlertmanagerConfig",
        "metadata": about,
        "spec": spec,
    }


def _routing(stack: Stack) -> dict[str, Any]:
    return {
        "route": _route(routing.objectives(stack)),
        "receivers": [{"name": routing.NOBODY}, *(_receiver(item, stack) for item in routing.receivers(stack))],
        "inhibitRules": [_inhibition(rule) for rule in routing.inhibitions(stack)],
    }


def _heartbeat(stack: Stack) -> dict[str, Any]:
    beat = stack.spec.alertmanager.heartbeat
    assert beat is not None
    hook = {"urlSecret": _secret(beat.url_secret), "sendResolved": False}
    return {
        "route": _route(routing.watchdog(stack)),
        "receivers": [{"name": routing.HEARTBEAT, "webhookConfigs": [hook]}],
    }


def _receiver(receiver: Receiver, stack: Stack) -> dict[str, Any]:
    made: dict[str, Any] = {"name": receiver.name}
    if receiver.slack:
        made["slackConfigs"] = [
            {
                "apiURL": _secret(receiver.slack.url_secret),
                "channel": receiver.slack.channel,
                "sendResolved": True,
                "title": notices.TITLE,
                "text": notices.slack(),
            }
        ]
    if receiver.pager_duty:
        made["pagerdutyConfigs"] = [
            {
                "routingKey": _secret(receiver.pager_duty.routing_key_secret),
                "sendResolved": True,
                "severity": notices.pagerduty_severity(*routing.severities(stack)),
                "description": notices.TITLE,
                "details": [{"key": "alerts", "value": notices.plain()}],
            }
        ]
    if receiver.webhook:
        made["webhookConfigs"] = [{"urlSecret": _secret(receiver.webhook.url_secret), "sendResolved": True}]
    if receiver.email:
        subject = [{"key": "Subject", "value": notices.TITLE}]
        made["emailConfigs"] = [{"to": receiver.email.to, "sendResolved": True, "headers": subject}]
    return made


def _secret(secret: SecretKey) -> dict[str, str]:
    return {"name": secret.name, "key": secret.key}


def _route(branch: Branch) -> dict[str, Any]:
    made: dict[str, Any] = {
        "receiver": branch.receiver,
        "matchers": _matchers(branch.matchers),
        "groupBy": list(branch.group_by),
        "groupWait": branch.group_wait,
        "groupInterval": branch.group_interval,
        "repeatInterval": branch.repeat_interval,
        "routes": [_route(below) for below in branch.branches],
    }
    return {key: value for key, value in made.items() if value}


def _inhibition(rule: Inhibition) -> dict[str, Any]:
    return {
        "sourceMatch": _matchers(rule.source),
        "targetMatch": _matchers(rule.target),
        "equal": list(rule.equal),
    }


def _matchers(matchers: Iterable[Matcher]) -> list[dict[str, str]]:
    return [{"name": m.label, "matchType": m.op, "value": m.value} for m in matchers]
