"""Lines of Loki beside the graphs: Kubernetes events about the workload, and all lines of the service."""

from __future__ import annotations

from compiler import logql
from compiler.emit.dashboards import links
from compiler.emit.dashboards.grafana import Panel, Query, Source
from compiler.emit.dashboards.panels.causes import EVENTS, LINES, NAMESPACE, WORKLOAD
from compiler.emit.dashboards.view import View
from compiler.model.stack import Events
from compiler.promql import quote

OPTIONS = {
    "showTime": True,
    "wrapLogMessage": False,
    "enableLogDetails": True,
    "sortOrder": "Descending",
    "dedupStrategy": "none",
}


def lines(source: Source, expr: str) -> list[Query]:
    """The newest lines of a LogQL query."""
    return [Query(source, {"refId": "A", "expr": expr, "queryType": "range", "maxLines": 100})]


def events(view: View, logs: Source, said: Events, place: tuple[int, int, int, int]) -> Panel:
    """What Kubernetes says of the workload, its pods and its autoscaler."""
    return Panel(
        id=EVENTS,
        type="logs",
        title="Kubernetes events of ${workload:text}/${workload:raw}",
        description=(
            "Events about the workload and all that is named after it: its ReplicaSets, pods and autoscaler. "
            f"Lines of the stream {logql.stream(said.selector)}, as the stack file says under logs.events."
        ),
        place=place,
        queries=lines(logs, _events(view, said)),
        options=OPTIONS,
        defaults={"noValue": "no events in this range, or no collector writes them to this stream"},
    )


def _events(view: View, said: Events) -> str:
    stream = dict(said.selector) | ({"cluster": "$cluster"} if view.is_global else {})
    parser, shown = f" | {said.format}", ""
    if said.format == "none":
        # The name is beside the line and not in it, where the reader would look for it.
        parser, shown = "", f' | line_format "{{{{.{said.name}}}}}: {{{{__line__}}}}"'
    about = f"{said.namespace}={quote(NAMESPACE)} | {said.name}=~{quote(f'{WORKLOAD}([-.].+)?')}"
    return f"{logql.stream(stream)}{parser} | {about}{shown}"


def every_line(view: View, logs: Source, place: tuple[int, int, int, int]) -> Panel:
    """All lines of the service, errors or not."""
    return Panel(
        id=LINES,
        type="logs",
        title="Log lines of $service",
        description="All lines of the service, the newest first. A line's details lead to its trace.",
        place=place,
        queries=lines(logs, "${logs:raw}"),
        # Nobody has chosen what is shown of them: the reason may stand at the end of a line.
        options=OPTIONS | {"wrapLogMessage": True},
        defaults={"noValue": "no lines in this range, or no logs are declared for this service"},
        links=[links.link("All lines in Explore", view.explore_logs(logs), new_tab=True)],
    )
