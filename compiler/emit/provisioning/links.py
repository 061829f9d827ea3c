"""What the links between data sources share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TRACE_LABEL = "trace_id"
"""What OpenTelemetry calls a trace's id, on exemplars and beside log lines."""
VIEW = "View trace"


def correlation(
    uid: str, label: str, about: str, field: str, target: Mapping[str, Any], *transformations: Mapping[str, str]
) -> dict[str, Any]:
    """A link in Explore from a field of one data source's answers to a query of another.

    Grafana takes the type below ``config``, where its older releases ask for it and its newer ones pass it over: a
    type beside the label made some of them fail. They also fail without a description.

    Args:
        uid: the data source that is asked; one that is missing keeps Grafana from starting.
        label: the link's text.
        about: its description.
        field: where it is shown.
        target: the query, with ``${…}`` for fields and for what transformations find.
        transformations: what makes variables of the field's text.
    """
    config: dict[str, Any] = {"type": "query", "field": field, "target": dict(target)}
    if transformations:
        config["transformations"] = [dict(item) for item in transformations]
    return {"targetUID": uid, "label": label, "description": about, "config": config}
