"""Questions to the lab's servers, and waiting for an answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

from tests.lab.grafana import wire
from tests.lab.places import Places
from tests.lab.process import LabError

T = TypeVar("T")


def until(what: str, found: Callable[[], T], seconds: float, every: float = 1.0) -> T:
    """Ask until there is an answer that counts.

    Raises:
        LabError: there is none in time.
    """
    end = time.monotonic() + seconds
    while True:
        answer = found()
        if answer:
            return answer
        if time.monotonic() > end:
            raise LabError(f"not within {seconds:g}s: {what}")
        time.sleep(every)


class Asking:
    """The servers of one lab."""

    def __init__(self, places: Places) -> None:
        self.places = places

    def query(self, expr: str) -> list[dict[str, Any]]:
        """The series that a PromQL expression gives now."""
        data = self._get("prometheus", "/api/v1/query", query=expr)["data"]
        found: list[dict[str, Any]] = data["result"]
        return found

    def value(self, expr: str) -> float | None:
        """The value of the one series that an expression gives; None where it gives none."""
        found = self.query(expr)
        return float(found[0]["value"][1]) if found else None

    def alerts(self, pending: bool = False, **labels: str) -> list[dict[str, Any]]:
        """Alerts that fire in Prometheus, or are about to where asked, and carry these labels."""
        found = self._get("prometheus", "/api/v1/alerts")["data"]["alerts"]
        states = ("firing", "pending") if pending else ("firing",)
        return [a for a in found if a["state"] in states and labels.items() <= a["labels"].items()]

    def rules(self) -> list[dict[str, Any]]:
        """Every rule, and how its last evaluation went."""
        groups = self._get("prometheus", "/api/v1/rules")["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]

    def targets(self) -> list[dict[str, Any]]:
        """What Prometheus scrapes."""
        found: list[dict[str, Any]] = self._get("prometheus", "/api/v1/targets")["data"]["activeTargets"]
        return found

    def lines(self, query: str, seconds: float = 600, limit: int = 100) -> list[tuple[str, str]]:
        """Lines of Loki with their times in nanoseconds, the newest first."""
        end = time.time_ns()
        asked = {"query": query, "start": end - int(seconds * 1e9), "end": end, "limit": limit}
        streams = self._get("loki", "/loki/api/v1/query_range", **asked)["data"]["result"]
        return sorted((tuple(entry[:2]) for stream in streams for entry in stream["values"]), reverse=True)

    def trace(self, trace_id: str) -> list[dict[str, Any]]:
        """The spans of a trace, each with its ``service`` and ``resource``; none where Jaeger does not know it."""
        answer = self._answer("jaeger", f"/api/traces/{trace_id}")
        if answer.error.startswith("404"):
            return []
        found = self._body(answer)["data"] or []
        return [span | _made_by(trace["processes"][span["processID"]]) for trace in found for span in trace["spans"]]

    def notifications(self, **labels: str) -> list[dict[str, Any]]:
        """Alerts that Alertmanager has sent on while they fired, and that carry these labels."""
        if not self.places.notifications.exists():
            return []
        sent = [json.loads(line) for line in self.places.notifications.read_text("utf-8").splitlines()]
        alerts = [alert for each in sent for alert in each["alerts"] if alert["status"] == "firing"]
        return [alert for alert in alerts if labels.items() <= alert["labels"].items()]

    def _get(self, server: str, path: str, **asked: Any) -> dict[str, Any]:
        return self._body(self._answer(server, path, **asked))

    def _answer(self, server: str, path: str, **asked: Any) -> wire.Answer:
        return wire.get(f"{self.places.url(server)}{path}", asked)

    def _body(self, answer: wire.Answer) -> dict[str, Any]:
        if answer.error:
            raise LabError(f"{answer.url}: {answer.error}")
        found: dict[str, Any] = answer.body
        return found


def _made_by(process: dict[str, Any]) -> dict[str, Any]:
    resource = {tag["key"]: tag["value"] for tag in process["tags"]}
    return {"service": process["serviceName"], "resource": resource}
