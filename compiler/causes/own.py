"""Commands that a user wrote: held to the stack's cluster, and with a dry run where kubectl has one."""

from __future__ import annotations

import re

_VERBS = (
    "get|describe|logs|exec|top|events|explain|auth|api-resources|api-versions|cluster-info|port-forward|cp|debug"
    "|attach|proxy|diff|wait|certificate|rollout|set|scale|autoscale|apply|create|replace|patch|edit|delete"
    "|annotate|label|expose|run|taint|drain|cordon|uncordon"
)
_KUBECTL = re.compile(rf"(?<![-\w./])kubectl (?=-|(?:{_VERBS})\b)")
"""kubectl before a flag or a word of its own; a plugin's name takes no flags before it."""
_DRY = re.compile(
    r"kubectl (--context \S+ )?(-n \S+ )?(rollout undo|set|scale|autoscale|apply|create|replace|patch|delete"
    r"|annotate|label|expose|taint|drain|cordon|uncordon)\b[^|;&<>`$]*"
)


def in_context(command: str, context: str) -> str:
    """The command with the stack's kubectl context, where it names none: the shell's may be another cluster."""
    if not context or "--context" in command:
        return command
    return _KUBECTL.sub(lambda _: f"kubectl --context {context} ", command)


def dry_run(command: str) -> str:
    """The same command asking the API server what it would do; empty where there is no such question."""
    whole = _DRY.fullmatch(command)
    if not whole or "--dry-run" in command or " -- " in command:
        return ""
    return f"{command} --dry-run=server"
