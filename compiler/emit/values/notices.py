"""What a notification says: the annotations of each alert that fires, in the order in which they are read."""

from __future__ import annotations

import json

_PARTS = ("impact", "description", "diagnosis", "fix")
_PAGERDUTY = ("critical", "error", "warning", "info")
_LINKS = {
    "runbook_url": "Runbook",
    "dashboard_url": "Dashboard",
    "logs_url": "Logs",
    "traces_url": "Traces",
    "silence_url": "Silence",
}

_HEADLINE = "{{ or .Annotations.summary .Labels.alertname }}"
TITLE = (
    f'{{{{ if eq .Status "firing" }}}}{{{{ with index .Alerts.Firing 0 }}}}{_HEADLINE}{{{{ end }}}}'
    '{{ else }}RESOLVED {{ .GroupLabels.SortedPairs.Values | join " " }}{{ end }}'
)
"""The headline of the first alert; of what is over, its group."""


def slack() -> str:
    """Every alert that fires, with links in Slack's own markup."""
    links = "".join(
        f"{{{{ with .Annotations.{name} }}}}<{{{{ . }}}}|{text}> {{{{ end }}}}" for name, text in _LINKS.items()
    )
    return _alerts(f"*{_HEADLINE}*", links)


def plain() -> str:
    """Every alert that fires, with links as plain addresses."""
    links = "".join(
        f"{{{{ with .Annotations.{name} }}}}{text}: {{{{ . }}}}\n{{{{ end }}}}" for name, text in _LINKS.items()
    )
    return _alerts(_HEADLINE, links)


def pagerduty_severity(page: str, ticket: str) -> str:
    """PagerDuty's word: that of a page where anything that fires pages, else that of a ticket.

    Args:
        page: this house's word for what pages. Where PagerDuty knows it, it stays: staging may page by a warning.
        ticket: the same for what waits.
    """
    word = json.dumps(page, ensure_ascii=False)
    worst = page if page in _PAGERDUTY else "critical"
    mild = ticket if ticket in _PAGERDUTY else "warning"
    return (
        f'{{{{ $worst := "{mild}" }}}}{{{{ range .Alerts.Firing }}}}'
        f'{{{{ if eq .Labels.severity {word} }}}}{{{{ $worst = "{worst}" }}}}{{{{ end }}}}'
        "{{ end }}{{ $worst }}"
    )


def _alerts(head: str, links: str) -> str:
    names = " ".join(f'"{name}"' for name in _PARTS)
    return (
        f"{{{{ range .Alerts.Firing }}}}{head}\n"
        f"{{{{ $all := .Annotations }}}}{{{{ range stringSlice {names} }}}}"
        "{{ with index $all . }}{{ . }}\n{{ end }}{{ end }}"
        f"{links}\n{{{{ end }}}}"
    )
