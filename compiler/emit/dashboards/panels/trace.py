"""One trace on the page itself."""

from __future__ import annotations

from compiler.emit.dashboards.grafana import Panel, Query, Row, Source


def one_trace(traces: Source, y: int) -> Row:
    """The trace that was chosen in the list of failed ones."""
    trace = Panel(
        id=61,
        type="traces",
        title="Trace ${trace}",
        description=(
            "Click an ID in the table of failed traces above to see that trace here; until then the panel says that "
            "an ID is missing. For those who may not open Explore."
        ),
        place=(0, y + 1, 24, 12),
        queries=[Query(traces, {"refId": "A", "query": "${trace}"})],
    )
    return Row(id=60, title="One trace", y=y, panels=(trace,))
