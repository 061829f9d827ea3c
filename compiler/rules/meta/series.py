"""Alerts about what rules record and say: a text that broke, a series that stopped, errors above total."""

from __future__ import annotations

from compiler import names, promql
from compiler.model.catalog import Catalog
from compiler.promql import Matcher, Selector
from compiler.rules.meta.alert import LOG, MetaAlert, Play
from compiler.rules.meta.groups import once
from compiler.units import Duration


def about_series(catalog: Catalog) -> tuple[MetaAlert, ...]:
    """All of them; those about recorded series know this stack's base window."""
    return (_broken_text(), _gone(catalog), _above(catalog))


def _broken_text() -> MetaAlert:
    metric = "prometheus_template_text_expansion_failures_total"
    return MetaAlert(
        name="SloTemplateFailing",
        reaction="ticket",
        expr=f"sum by (instance) (increase({metric}[15m])) > 0",
        hold=Duration(0),
        summary="a text of an alert cannot be written",
        meaning="Whoever is paged may read an error where the text should be. The alert itself fires.",
        looks=(
            (
                "Which one?",
                f"{LOG} --tail=500 | grep template",
            ),
        ),
        mend="A text of this compiler cannot fail by what it asks. One that you wrote may: make its query safe.",
        sick={promql.series(metric, {"instance": "a"}): "0x10 1x20"},
        healthy={promql.series(metric, {"instance": "a"}): "7x30"},
        shown={"instance": "a"},
        asked=Duration.of("15m"),
        edges=once(promql.series(metric, {"instance": "a"})),
    )


def _by(catalog: Catalog) -> str:
    return "cluster, service, slo" if catalog.stack.is_global else "service, slo"


def _identity(catalog: Catalog) -> dict[str, str]:
    labels = {"service": "checkout", "slo": "availability"}
    return {"cluster": catalog.stack.spec.cluster, **labels} if catalog.stack.is_global else labels


def _gone(catalog: Catalog) -> MetaAlert:
    info = str(Selector(names.INFO, (Matcher("catalog", "=", catalog.stack.spec.catalog),)))
    labels = _identity(catalog) | {"catalog": catalog.stack.spec.catalog}
    another = labels | {"catalog": "another"}
    by = f"max by ({_by(catalog)})"
    return MetaAlert(
        name="SloSeriesStopped",
        reaction="ticket",
        expr=f"{by} (last_over_time({info}[6h])) unless {by} ({info})",
        hold=Duration.of("15m"),
        summary="nothing is recorded of {{ $labels.service }}/{{ $labels.slo }} any more",
        meaning="Its rules are gone from Prometheus, or not evaluated. Removed on purpose, this ends in 6h.",
        looks=(
            ("Is the object there?", "kubectl get prometheusrules -A -l app.kubernetes.io/managed-by=slo-compiler"),
        ),
        mend="Apply output/ again; look at the operator's log where it refuses the object.",
        sick=_ended(labels),
        healthy={promql.series(names.INFO, labels): "1x60"},
        shown=_identity(catalog),
        asked=Duration.of("45m"),
        edges=(
            Play("almost 6h after the last sample", _ended(labels), Duration.of("6h9m"), fires=True),
            Play("6h after the last sample", _ended(labels), Duration.of("6h10m"), fires=False),
            Play("another catalog's", _ended(another), Duration.of("45m"), fires=False),
            Play(
                "another catalog has one of that name still",
                _ended(labels) | {promql.series(names.INFO, another): "1x60"},
                Duration.of("45m"),
                fires=True,
            ),
        ),
    )


def _ended(labels: dict[str, str]) -> dict[str, str]:
    """An SLO that was there and is gone."""
    return {promql.series(names.INFO, labels): "1x10 stale"}


def _above(catalog: Catalog) -> MetaAlert:
    errors, total = (names.rate(events, catalog.stack.base_window) for events in ("errors", "total"))
    blind = f'ALERTS{{alertname=~".+{names.BLIND}"}}'
    labels = _identity(catalog)
    sick = {promql.series(errors, labels): "2x60", promql.series(total, labels): "1x60"}
    return MetaAlert(
        name="SloErrorsAboveTotal",
        reaction="ticket",
        expr=f"{errors} > {total} unless on ({_by(catalog)}) {blind}",
        hold=Duration.of("30m"),
        summary="{{ $labels.service }}/{{ $labels.slo }} counts more errors than events",
        meaning="Its error share is over 100%, so its budget is spent faster than anything happens.",
        looks=(("Which?", f"{errors} > {total}"),),
        mend="Total leaves out events that errors count: compare their selectors, label by label.",
        sick=sick,
        healthy={promql.series(errors, labels): "1x60", promql.series(total, labels): "1x60"},
        shown=labels,
        asked=Duration.of("45m"),
        edges=(
            Play("its own alert tells already", sick | {_blind(labels): "1x60"}, Duration.of("45m"), fires=False),
            Play(
                "another one's alert tells of that one",
                sick | {_blind(labels | {"slo": "another"}): "1x60"},
                Duration.of("45m"),
                fires=True,
            ),
        ),
    )


def _blind(labels: dict[str, str]) -> str:
    return promql.series("ALERTS", labels | {"alertname": f"SloX{names.BLIND}", "alertstate": "firing"})
