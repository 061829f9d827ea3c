"""The service that is measured, compiled as a user would compile it."""

from __future__ import annotations

from pathlib import Path

from compiler.diagnostics import Report
from compiler.pipeline import Request, build

STACK = """\
apiVersion: slo-compiler.dev/v1
kind: ObservabilityStack
metadata: {name: prod}
spec: {cluster: prod-1, prometheus: {retention: 100d}}
"""
SERVICE = """\
apiVersion: slo-compiler.dev/v1
kind: ServiceLevel
metadata: {name: checkout}
spec:
  slos:
    - name: availability
      objective: 99.9%
      window: WINDOW
      sli:
        ratio:
          errors: http_requests_total{job="checkout",code=~"5.."}
          total: http_requests_total{job="checkout"}
"""
IDENTITY = '{service="checkout",slo="availability"}'


def compiled(folder: Path, window: str = "30d", spec: str = "") -> list[Path]:
    """The rule files of the service, with a window as YAML and more lines of its SLO.

    Raises:
        RuntimeError: the compiler found an error.
    """
    (folder / "slo").mkdir(parents=True)
    (folder / "slo" / "stack.yaml").write_text(STACK, "utf-8")
    (folder / "slo" / "checkout.yaml").write_text(SERVICE.replace("WINDOW", window) + spec, "utf-8")
    report = Report()
    if build(Request(folder / "slo", folder / "output", only=("rules",)), report) is None:
        raise RuntimeError("\n".join(f"{d.span}: {d.message}" for d in report.items))
    return sorted((folder / "output/prod/services/checkout/rules").glob("*.yaml"))
