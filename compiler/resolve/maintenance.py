"""Planned maintenance: windows that end after they begin, and leave time in which events count."""

from __future__ import annotations

from collections.abc import Iterable

from compiler.clock.maintenance import Once, Weekly, Window
from compiler.diagnostics import Report
from compiler.model.service import Maintenance
from compiler.units import Duration

_MOST = Duration.of("6d")


def planned(windows: Iterable[Maintenance], report: Report) -> tuple[Window, ...]:
    """The windows of a service; SLO109 for what is none."""
    found = [_window(window, report) for window in windows]
    return tuple(window for window in found if window)


def _window(window: Maintenance, report: Report) -> Window | None:
    if window.weekly is not None and window.lasts is not None:
        if window.lasts > _MOST:
            text = f"weekly maintenance of {window.lasts} leaves too little of the week"
            report.error("SLO109", text, window.at("lasts"), f"at most {_MOST}")
            return None
        return Weekly(window.weekly, window.lasts, window.time_zone)
    if window.begin is None or window.end is None:
        return None
    if window.end <= window.begin:
        report.error("SLO109", "the maintenance ends before it begins", window.at("end"))
        return None
    return Once(window.begin, window.end)
