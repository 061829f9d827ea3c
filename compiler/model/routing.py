"""Who is told what: receivers, routes, and the dead man's switch."""

from __future__ import annotations

from dataclasses import dataclass

from compiler.model.words import NAME, OBJECT_NAME, SECRET_KEY, WORD
from compiler.shapes import ListOf, Record, Spec, Text, key


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKey(Spec):
    """A key inside a Kubernetes Secret: the only way in which a secret is given."""

    name: str = key(OBJECT_NAME, "The Secret, in the namespace of Prometheus.")
    key: str = key(SECRET_KEY, "The key in it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack(Spec):
    """Slack by an incoming webhook."""

    channel: str = key(Text(longest=100), "The channel.", example='"#payments"')
    url_secret: SecretKey = key(Record(SecretKey), "The webhook's address.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerDuty(Spec):
    """PagerDuty, Events API v2."""

    routing_key_secret: SecretKey = key(Record(SecretKey), "The routing key.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook(Spec):
    """Any receiver of Alertmanager's JSON."""

    url_secret: SecretKey = key(Record(SecretKey), "The address.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Email(Spec):
    """Mail, by the smarthost of Alertmanager's own settings."""

    to: str = key(Text("an address", r"[^@\s]+@[^@\s]+"), "The address.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver(Spec):
    """Somebody who can be told."""

    name: str = key(NAME, "What routes call it.")
    slack: Slack | None = key(Record(Slack), "Slack.", default=None)
    pager_duty: PagerDuty | None = key(Record(PagerDuty), "PagerDuty.", default=None)
    webhook: Webhook | None = key(Record(Webhook), "A webhook.", default=None)
    email: Email | None = key(Record(Email), "Mail.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Spec):
    """Which alerts go to whom; an empty field takes all."""

    team: str = key(WORD, "The label team.", default="")
    severity: str = key(WORD, "The label severity, in the house's words.", default="")
    receiver: str = key(NAME, "A receiver.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat(Spec):
    """The dead man's switch, outside the cluster: told every minute that alerting lives."""

    url_secret: SecretKey = key(Record(SecretKey), "The address that is to be called.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertmanagerStack(Spec):
    """Routing."""

    receivers: tuple[Receiver, ...] = key(ListOf(Record(Receiver)), "Who can be told.", default=())
    routes: tuple[Route, ...] = key(ListOf(Record(Route)), "Who is told what; the first that fits.", default=())
    heartbeat: Heartbeat | None = key(Record(Heartbeat), "The dead man's switch.", default=None)
