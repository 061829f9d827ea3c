"""Whether every panel that is to be drawn can be: its kind is known, and each of its queries has an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.preview.faults import PreviewError
from tools.preview.jobs import Job, read_json

KINDS = Path(__file__).resolve().parent / "src" / "panels" / "kinds"
SOURCES = ("prometheus", "loki", "jaeger")


def known_kinds() -> frozenset[str]:
    """The kinds of panels that have a drawing: one file each."""
    return frozenset(path.stem for path in KINDS.glob("*.tsx"))


def check(job: Job) -> Job:
    """The job, ready to draw: where its one panel stands in a folded row, that row is opened.

    Raises:
        PreviewError: what cannot be drawn, a line each, with panel and query.
    """
    dashboard, data = read_json(job.dashboard), read_json(job.data)
    if not isinstance(dashboard, dict) or not isinstance(dashboard.get("panels"), list):
        raise PreviewError(f"{job.dashboard}: not a dashboard: it has no panels")
    lacking = [
        key for key in ("range", "panels") if not isinstance(data, dict) or not isinstance(data.get(key), dict)
    ]
    if lacking:
        raise PreviewError(f"{job.data}: not the answers to a dashboard: {' and '.join(lacking)} missing")
    job = with_row_of_panel(job, dashboard)
    drawn = list(panels_drawn(job, dashboard))
    wrong = [fault for panel in drawn for fault in faults_of(panel, data["panels"].get(str(panel["id"]), {}))]
    wrong += annotation_faults(data.get("annotations") or [])
    if wrong:
        raise PreviewError("\n".join(f"{job.dashboard.name}: {fault}" for fault in wrong))
    return job


def with_row_of_panel(job: Job, dashboard: Mapping[str, Any]) -> Job:
    """The job with the folded row opened that holds its one panel.

    Raises:
        PreviewError: the dashboard has no such panel.
    """
    if job.panel is None:
        return job
    for panel in dashboard["panels"]:
        if panel.get("id") == job.panel and panel.get("type") != "row":
            return job
        if any(inner.get("id") == job.panel for inner in panel.get("panels") or []):
            return Job(**{**vars(job), "open": str(panel["id"])})
    raise PreviewError(f"{job.dashboard.name}: there is no panel {job.panel}")


def panels_drawn(job: Job, dashboard: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The panels that come into the picture: those of a folded row only where it is opened.

    Raises:
        PreviewError: the row to open is not there.
    """
    rows = {str(panel.get("id")) for panel in dashboard["panels"] if panel.get("type") == "row"}
    if job.open not in (None, "all") and job.open not in rows:
        raise PreviewError(
            f"{job.dashboard.name}: there is no row {job.open}; its rows are {', '.join(sorted(rows))}"
        )
    for panel in dashboard["panels"]:
        if panel.get("type") != "row":
            yield panel
        elif not panel.get("collapsed") or job.open in ("all", str(panel.get("id"))):
            yield from panel.get("panels") or []


def faults_of(panel: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[str]:
    """Why a panel cannot be drawn, a sentence each."""
    name = f'panel {panel["id"]} "{panel.get("title", "")}"'
    if panel.get("type") not in known_kinds():
        yield f"{name}: there is no drawing for panels of type {panel.get('type')!r}"
        return
    asked = [target["refId"] for target in panel.get("targets") or [] if not target.get("hide")]
    for ref in asked:
        if ref not in answers:
            yield f"{name}, query {ref}: no answer was given"
            continue
        fault = answer_fault(answers[ref])
        if fault:
            yield f"{name}, query {ref}: {fault}"


def annotation_faults(annotations: list[Mapping[str, Any]]) -> Iterator[str]:
    """Why annotations cannot be drawn, a sentence each."""
    for each in annotations:
        if not isinstance(each.get("events"), list):
            yield f'annotation "{each.get("name", "")}": {each.get("error") or "it has no list of events"}'


def answer_fault(answer: Any) -> str | None:
    """What is wrong with an answer; None where nothing is."""
    if not isinstance(answer, dict) or answer.get("type") not in SOURCES:
        return f"its answer names none of the sources {', '.join(SOURCES)}"
    body = answer.get("body")
    if not isinstance(body, dict):
        return f"its answer is no JSON object: {str(body)[:200]}"
    if answer["type"] == "jaeger":
        return jaeger_fault(body)
    if body.get("status") != "success":
        return f"its answer is an error: {body.get('error') or body.get('message') or body.get('status')}"
    if not isinstance(body.get("data"), dict) or "result" not in body["data"]:
        return "its answer has no result"
    return histogram_fault(body["data"]["result"])


def histogram_fault(result: Any) -> str | None:
    """That a result holds native histograms, which have no drawing; None where it does not."""
    series = result if isinstance(result, list) else []
    native = any(isinstance(each, dict) and ("histogram" in each or "histograms" in each) for each in series)
    return "its answer holds native histograms, for which there is no drawing" if native else None


def jaeger_fault(body: Mapping[str, Any]) -> str | None:
    """What is wrong with an answer of Jaeger's; None where nothing is."""
    if body.get("errors"):
        return f"its answer is an error: {'; '.join(str(each.get('msg', each)) for each in body['errors'])}"
    return None if isinstance(body.get("data"), list) else "its answer holds no list of traces"
