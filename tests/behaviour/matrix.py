"""Cases of what the language can say, few enough to evaluate all: each two values of any two axes meet in one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

HOSTILE = "ü\"\\ {}`'#$ \\d+.*" + "x" * 300
"""A label's value with all that has a meaning somewhere on the way to Prometheus."""
Q = '"' + HOSTILE.replace("\\", "\\\\").replace('"', '\\"') + '"'
"""The same as PromQL, and as YAML, write it between double quotes."""
CONDITIONS = f""",path={Q},route!~{Q},verb=~"[üé\\"]|\\\\\\\\{{1,2}}x{{1,9}}",version!="''\""""


_NAMED = HOSTILE.replace("'", "''")


@dataclass(frozen=True)
class Kind:
    """A kind of indicator: the forms that it takes in turn, case by case, and what it cannot be combined with."""

    forms: tuple[str, ...]
    """YAML of the indicator and of the SLO's keys that go with it; MORE is where further conditions stand."""
    without: frozenset[str] = frozenset()
    """Values of other axes that have no meaning for it."""


_SLICES = "budgeting: {slices: 2m, good: 95%}"
KINDS = {
    "ratio": Kind(
        (
            """sli: {ratio: {errors: 'r_total{job="a",code=~"5.."MORE}', total: 'r_total{job="a"MORE}'}}""",
            """sli: {ratio: {errors: 'r_total{code=~"5.."MORE}', total: 'r_total{code!=""MORE}'}}, counting: rate""",
            """sli: {ratio: {errors: 'failed_total{job="a"MORE}', total: 'r_total{job="a"MORE}'}}""",
        )
    ),
    "good": Kind(
        (
            """sli: {ratio: {good: 'r_total{job="a",code="200"MORE}', total: 'r_total{job="a"MORE}'}}""",
            """sli: {ratio: {good: 'ok_total{job=~"a|b"MORE}', total: 'all_total{job=~"a|b"MORE}'}}""",
        )
    ),
    "latency": Kind(
        (
            """sli: {latency: {histogram: l_seconds, selector: 'job="a"MORE', threshold: 2500ms}}""",
            """sli: {latency: {histogram: l_milliseconds, selector: 'job="a"MORE', threshold: 1s}}""",
            """sli: {latency: {histogram: l_seconds, selector: 'job!=""MORE', threshold: 1s}}""",
        )
    ),
    "native": Kind(
        (
            """sli: {latency: {histogram: l_seconds, selector: 'job="a"MORE', threshold: 300ms, native: true}}""",
            """sli: {latency: {histogram: l_milliseconds, selector: 'a!=""MORE', threshold: 1024ms, native: true}}""",
        )
    ),
    "probe": Kind(
        (
            """sli: {probe: {metric: 'up{job="a"MORE}'}}""",
            """sli: {probe: {metric: 'probe_success{target!=""MORE}'}}""",
        )
    ),
    "threshold": Kind(
        (
            """sli: {threshold: {expr: 'depth{job="a"MORE}', above: 90%}}""",
            """sli: {threshold: {expr: 'free_bytes{job="a"MORE}', below: -1.5}}""",
            """sli: {threshold: {expr: 'time() - last_success{job=~"a|b"MORE}', above: 1h}}""",
        )
    ),
    "spans": Kind(
        (
            """sli: {spans: {service: 'a', selector: 'ns="b"MORE'}}""",
            """sli: {spans: {service: a, threshold: 250ms, selector: 'ns="b"MORE'}}""",
            """sli: {spans: {service: a, threshold: 1s, unit: milliseconds, kind: client, selector: 'n="b"MORE'}}""",
        )
    ),
    "free": Kind(
        (
            """sli: {ratio: {errors: 'rate(b{x="1"MORE}[$window])', total: 'rate(a{x!=""MORE}[$window])'}}""",
            """sli: {ratio: {good: 'rate(g{x="1"MORE}[$window])', total: 'rate(a{x!=""MORE}[$window])'}}""",
        )
    ),
    "slices": Kind(
        (
            f"{_SLICES}, sli: {{ratio: {{errors: 'r_total{{x=\"5\"MORE}}', total: 'r_total{{x!=\"\"MORE}}'}}}}",
            f"{_SLICES}, sli: {{latency: {{histogram: l_seconds, selector: 'job=\"a\"MORE', threshold: 1s}}}}",
        ),
        frozenset({"sparse"}),
    ),
    "logs": Kind(
        (
            """sli: {logs: {errors: '{app="a"} |= "error"', total: '{app="a"}'}}""",
            """sli: {logs: {good: '{app="a"} | json | level="info"', total: '{app="a"} | json'}}""",
        ),
        frozenset({"hostile"}),
    ),
    "composite": Kind(
        ("sli: {composite: {slos: [{ref: a/one}, {ref: a/two, weight: 2.5}]}}",),
        frozenset({"hostile", "limit", "objectives"}),
    ),
    "recipe": Kind(
        (
            """sli: {recipe: {name: kubernetes/apiserver-availability}}""",
            """sli: {recipe: {name: etcd/wal-fsync, parameters: {threshold: 8ms}}}""",
            """sli: {recipe: {name: traefik/availability, parameters: {label: service, service: 'NAME'}}}""",
        )
    ),
}
STACKS = {
    "plain": "",
    "central": ", scope: global, ruleInterval: 60s",
    "quick": ", ruleInterval: 20s, scrapeInterval: 15s",
    "sparse": ", scrapeInterval: 2m",
    "late": ", queryOffset: 30s",
}
AXES: Mapping[str, Mapping[str, str]] = {
    "kind": dict.fromkeys(KINDS, ""),
    "window": {
        **{length: f"window: {length}" for length in ("7d", "28d", "30d", "90d")},
        "week": "window: {calendar: week, timeZone: Australia/Sydney}",
        "month": "window: {calendar: month, timeZone: Europe/Berlin}",
        "quarter": "window: {calendar: quarter, timeZone: America/New_York}",
    },
    "group": {
        "none": "",
        "limit": "groupBy: {labels: [{label: service, as: upstream}, zone], limit: 3}",
        "objectives": f"groupBy: {{labels: [region], objectives: {{eu: 99.9%, {Q}: 99.8%}}}}",
    },
    "policy": {
        "google-30d": "",
        "gentle-30d": "policy: gentle-30d",
        "single-window-30d": "policy: single-window-30d",
        "ours": "policy: ours",
    },
    "silence": {
        "defaults": "",
        "tickets": "noData: {targetDown: ticket, vanished: ticket, missing: ticket}, lowTraffic: off",
        "ignored": "noData: {targetDown: ignore, vanished: ignore, missing: ignore}, lowTraffic: {minEvents: 12}",
        "pages": "noData: {targetDown: page, vanished: page, missing: page}",
    },
    "mode": {
        "page": "",
        "ticket": "mode: ticket",
        "observe": "mode: observe",
        "named": "page: {name: BurnsA, severity: P1, labels: {a: b}, annotations: {who: me}},"
        " ticket: {name: BurnsB, severity: P3}, budget: {severity: P5, labels: {c: d}},"
        " annotations: {who: '{{ $labels.team }} of {{$labels.service}}, {{ query }}'}",
        "pages alone": "ticket: {enabled: false}, budget: {enabled: false}",
        "tickets alone": "page: {enabled: false}",
    },
    "workload": {
        "none": "",
        "deployment": "  workload: {namespace: ns, deployment: b, autoscaler: b}\n",
        "statefulSet": "  workload: {namespace: ns, statefulSet: b}\n",
    },
    "maintenance": {
        "none": "",
        "planned": """\
  maintenance:
    - {weekly: "Sun 02:00", for: 2h, timeZone: Europe/Berlin}
    - {from: "2027-01-24T22:00:00+01:00", to: "2027-01-25T04:00:00Z"}
""",
    },
    "objective": {"99.5%": "objective: 99.5%", "95%": "objective: 95%", "99.95%": "objective: 99.95%"},
    "conditions": {"plain": "", "hostile": CONDITIONS.replace("'", "''")},
    "stack": STACKS,
}
"""What an SLO can say, by axis: each value's name, and its YAML."""
_STACK = "  cluster: c-1\n  outputs: [rules, tests, loki]\n  logs: {}\n"
STEPS = """\
  slos:
    - {name: one, objective: 99%, sli: {ratio: {errors: failed_total, total: tried_total}}}
    - {name: two, objective: 99%, sli: {probe: {metric: up}}}
"""
"""What a composite is made of."""
POLICY = """\
apiVersion: slo-compiler.dev/v1
kind: BurnRatePolicy
metadata: {name: ours}
spec:
  window: 30d
  tiers:
    - {name: fast, alert: page, long: 2h, short: 10m, factor: 14.4}
    - {name: held, alert: page, long: 12h, short: 1h, budget: 5%, for: 5m}
    - {name: slow, alert: ticket, long: 3d, short: 6h, budget: 10%, for: 30m, labels: {why: slow}}
"""

Pair = tuple[tuple[str, str], tuple[str, str]]


@dataclass(frozen=True)
class Case:
    """One SLO: a value of each axis, and which form of its kind."""

    values: tuple[str, ...]
    """In the order of the axes."""
    form: str

    @property
    def name(self) -> str:
        """What tells it from all others."""
        return " ".join((*self.values, str(KINDS[self.values[0]].forms.index(self.form))))

    def documents(self) -> dict[str, str]:
        """Its YAML, by file."""
        said = {axis: AXES[axis][value] for axis, value in zip(AXES, self.values, strict=True)}
        alerting = ", ".join(filter(None, (said["policy"], said["silence"], said["mode"])))
        slo = (
            said["objective"],
            said["window"],
            said["group"],
            self.form.replace("MORE", said["conditions"]).replace("NAME", _NAMED),
        )
        keys = ", ".join(filter(None, (*slo, f"alerting: {{{alerting}}}" if alerting else "")))
        stack = f"{_STACK}  prometheus: {{retention: 367d{said['stack']}}}"
        spec = f"{said['workload']}{said['maintenance']}  slos:\n    - {{name: one, {keys}}}"
        steps = {"steps": _document("ServiceLevel", "a", STEPS)} if self.values[0] == "composite" else {}
        return {
            **steps,
            "ours": POLICY,
            "stack": _document("ObservabilityStack", "prod", stack),
            "service": _document("ServiceLevel", "b", spec),
        }


def _document(kind: str, name: str, spec: str) -> str:
    return f"apiVersion: slo-compiler.dev/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n{spec}\n"


@cache
def cases() -> tuple[Case, ...]:
    """Few cases, in which each two values that go together meet; each kind's forms in turn."""
    open_pairs = {pair for pair in pairs() if fits(dict(pair))}
    used: Counter[tuple[str, str]] = Counter()
    found = []
    while open_pairs:
        case = _next(open_pairs, used)
        open_pairs -= set(combinations(case.items(), 2))
        used.update(case.items())
        forms = KINDS[case["kind"]].forms
        found.append(Case(tuple(case.values()), forms[(used["kind", case["kind"]] - 1) % len(forms)]))
    return tuple(found)


def pairs() -> Sequence[Pair]:
    """Each two values of two axes, in order."""
    return [((one, a), (two, b)) for one, two in combinations(AXES, 2) for a in AXES[one] for b in AXES[two]]


def _next(open_pairs: set[Pair], used: Counter[tuple[str, str]]) -> dict[str, str]:
    """The first open pair, and of every other axis the value that closes most; among equals the least used."""
    case = dict(next(pair for pair in pairs() if pair in open_pairs))
    for axis in AXES:
        if axis not in case:
            fitting = [value for value in AXES[axis] if fits({**case, axis: value})]
            case[axis] = min(fitting, key=lambda v: (-_closed({**case, axis: v}, axis, open_pairs), used[axis, v]))
    return {axis: case[axis] for axis in AXES}


def _closed(case: Mapping[str, str], axis: str, open_pairs: set[Pair]) -> int:
    """How many open pairs the value of an axis closes with the others of a case."""
    ordered = [(name, case[name]) for name in AXES if name in case]
    return sum(pair in open_pairs for pair in combinations(ordered, 2) if axis in dict(pair))


def fits(case: Mapping[str, str]) -> bool:
    """Whether values go together."""
    kind = KINDS.get(case.get("kind", ""))
    return not kind or not kind.without & set(case.values())
