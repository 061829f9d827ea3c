"""The diagnosis of every kind of workload, as promtool expands it: in health, in each fault, with metrics missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from compiler.prose.parts import template
from compiler.rules.rule import Context
from compiler.rules.texts.diagnosis import diagnosis
from tests.behaviour import cluster
from tests.behaviour.cluster import (
    BLIND,
    CONVENTIONS,
    INFO,
    MINUTE,
    NEW,
    OLD,
    PODS,
    PROGRESSING,
    QUEUE,
    WHOLE,
    Convention,
    Name,
    World,
    alert,
    argo,
    changed,
    daemon,
    deploy,
    healthy,
    held,
    hpa,
    node,
    one,
    quota,
    revision,
    stateful,
)
from tests.behaviour.played import Scene, play
from tests.unit.stacks import resolve

pytestmark = pytest.mark.slow

KINDS = tuple(PODS)
ALL = "rollout, readiness, restarts, autoscaler, node, quota, payment"
SERVICE = """\
  workload: {{namespace: shop, {kind}: checkout, autoscaler: checkout}}
  dependsOn: [payment]
  slos:
    - name: availability
      objective: 99.9%
      sli: {{ratio: {{errors: 'r_total{{job="c",code="500"}}', total: 'r_total{{job="c"}}'}}}}
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is otherwise than in health, and the line that then stands in the page."""

    changes: Mapping[Name, str | None]
    line: str
    found: str = ""
    """The cause that is not ok; none where it is no fault."""


def restarted(kind: str, *pods: int) -> dict[Name, str | None]:
    """Containers that restarted three minutes ago."""
    name = "kube_pod_container_status_restarts_total"
    return {one(name, pod=PODS[kind][n], container="checkout"): held(2, 3, MINUTE - 3) for n in pods}


def killed(kind: str, pod: int) -> dict[Name, str | None]:
    """A container that had no memory left."""
    name = "kube_pod_container_status_last_terminated_reason"
    return {one(name, pod=PODS[kind][pod], container="checkout", reason="OOMKilled"): WHOLE}


def unready(kind: str, *pods: int) -> dict[Name, str | None]:
    """Pods that are not ready."""
    found = {one("kube_pod_status_ready", pod=PODS[kind][n], condition="true"): held(0) for n in pods}
    missing = {
        "deployment": deploy("status_replicas_unavailable"),
        "daemonSet": daemon("status_number_unavailable"),
        "rollout": argo("_replicas_unavailable"),
    }
    if kind == "statefulSet":
        return {**found, stateful("status_replicas_ready"): held(4 - len(pods))}
    return {**found, missing[kind]: held(len(pods))}


def names(kind: str, *pods: int) -> str:
    """Names of pods."""
    return " ".join(PODS[kind][n] for n in pods)


def faults(kind: str) -> dict[str, Fault]:
    """Every fault that a workload of this kind may have."""
    return {**_of_pods(kind), **_of_autoscaler(), **_of_surroundings(kind), **_ROLLOUTS[kind]()}


def _of_pods(kind: str) -> dict[str, Fault]:
    return {
        "one pod": Fault(unready(kind, 1), f"1 of 4 pods not ready: {names(kind, 1)}", "readiness"),
        "four pods": Fault(unready(kind, 0, 1, 2, 3), f"4 of 4 pods not ready: {names(kind, 0, 1, 2)}", "readiness"),
        **_waiting(kind),
        "one restart": Fault(restarted(kind, 0), "1 container restarted in the last 15m", "restarts"),
        "restarts": Fault(restarted(kind, 0, 2), "2 containers restarted in the last 15m", "restarts"),
        "no memory": Fault(
            restarted(kind, 0, 2) | killed(kind, 2),
            "2 containers restarted in the last 15m, 1 out of memory",
            "restarts",
        ),
        "killed yesterday": Fault(killed(kind, 1), ""),
    }


def _waiting(kind: str) -> dict[str, Fault]:
    """Pods that wait for something that an exporter can name; each pod counts once, whatever waits in it."""

    def waits(metric: str, pod: int, **labels: str) -> dict[Name, str | None]:
        return {one(f"kube_pod_{metric}", pod=PODS[kind][pod], **labels): WHOLE}

    image = waits("container_status_waiting_reason", 0, container="checkout", reason="ImagePullBackOff")
    again = waits("init_container_status_waiting_reason", 0, container="setup", reason="ErrImagePull")
    config = waits("init_container_status_waiting_reason", 1, container="setup", reason="CreateContainerConfigError")
    making = waits("container_status_waiting_reason", 2, container="checkout", reason="ContainerCreating")
    unplaced = waits("status_unschedulable", 3)
    two, all_four = unready(kind, 0, 2), unready(kind, 0, 1, 2, 3)
    why = "1 unable to pull the image"
    return {
        "no image": Fault(
            two | image | again | making, f"2 of 4 pods not ready, {why}: {names(kind, 0, 2)}", "readiness"
        ),
        "each reason": Fault(
            all_four | image | config | unplaced,
            f"4 of 4 pods not ready, {why}, 1 misconfigured, 1 unschedulable: {names(kind, 0, 1, 2)}",
            "readiness",
        ),
    }


def _of_autoscaler() -> dict[str, Fault]:
    over: dict[Name, str | None] = {hpa("status_target_metric", **cluster.CPU): held(90)}
    full: dict[Name, str | None] = {hpa("status_current_replicas"): held(20)}
    queue: dict[Name, str | None] = {
        hpa("spec_target_metric", **QUEUE): held(30),
        hpa("status_target_metric", **QUEUE): held(80),
    }
    late = "autoscaler checkout has not caught up: its metric is over target at 4 of at most 20 pods"
    ceiling = "autoscaler checkout is at its ceiling of 20 pods"
    return {
        "ceiling": Fault(full, ceiling, "autoscaler"),
        "ceiling and more": Fault(full | over, f"{ceiling}, its metric still over target", "autoscaler"),
        "late": Fault(over, late, "autoscaler"),
        "late by a queue": Fault(queue, late, "autoscaler"),
        "blind": Fault({BLIND: held(1)}, "autoscaler checkout reads no metric and stands still", "autoscaler"),
        "scaled to 0": Fault({BLIND: held(1), hpa("status_current_replicas"): held(0)}, ""),
        "almost over": Fault({hpa("status_target_metric", **cluster.CPU): held(65)}, ""),
    }


def _of_surroundings(kind: str) -> dict[str, Fault]:
    waiting = one("kube_pod_info", pod=PODS[kind][0], node="node-0")
    unplaced = one("kube_pod_info", pod=PODS[kind][0], node="")
    return {
        "a node": Fault({node(1): held(0)}, "1 of its nodes is not ready or gone", "node"),
        "a node gone": Fault({node(1): None}, "1 of its nodes is not ready or gone", "node"),
        "nodes": Fault({node(0): held(0), node(2): None}, "2 of its nodes are not ready or gone", "node"),
        "a pod without a node": Fault({waiting: None, unplaced: WHOLE}, ""),
        "a quota": Fault({quota("pods", "used"): held(10)}, "1 resource of the quota of shop is used up", "quota"),
        "quotas": Fault(
            {quota("pods", "used"): held(10), quota("limits.cpu", "used"): held(41)},
            "2 resources of the quota of shop are used up",
            "quota",
        ),
        "no quota": Fault({quota(name, of): None for name in ("pods", "limits.cpu") for of in ("hard", "used")}, ""),
        "payment pages": Fault({alert("page"): WHOLE}, "payment, which it calls, is failing too", "payment"),
        "payment is down": Fault(
            {alert("nodata", "down"): WHOLE}, "payment, which it calls, is failing too", "payment"
        ),
        "payment is blind": Fault({alert("nodata"): WHOLE}, ""),
        "payment has a ticket": Fault({alert("ticket"): WHOLE}, ""),
    }


def _deployment() -> dict[str, Fault]:
    new = revision("deployment", NEW, 3_000)
    since = " (newest revision since 00:50 UTC)"
    return {
        "under way": Fault(
            {**new, deploy("status_replicas_updated"): held(1)},
            f"rollout of deploy/checkout in shop is under way{since}",
            "rollout",
        ),
        "recreated": Fault(
            {**new, deploy("status_replicas"): held(1), deploy("status_replicas_updated"): held(1)},
            f"rollout of deploy/checkout in shop is under way{since}",
            "rollout",
        ),
        "recent": Fault(new, f"deploy/checkout in shop was rolled out within the hour{since}", "rollout"),
        "stuck": Fault(
            {**new, deploy("status_replicas_updated"): held(1), PROGRESSING: held(1)},
            f"rollout of deploy/checkout in shop failed or is stuck{since}",
            "rollout",
        ),
        "scaling up": Fault({deploy("spec_replicas"): held(9)}, ""),
        "a neighbour's rollout": Fault(
            {
                one("kube_replicaset_created", replicaset="checkout-api-5d9"): held(3_000),
                one(
                    "kube_replicaset_owner",
                    replicaset="checkout-api-5d9",
                    owner_kind="Deployment",
                    owner_name="checkout-api",
                ): WHOLE,
            },
            "",
        ),
        "more missing than wanted": Fault(
            {deploy("status_replicas_unavailable"): held(6)}, "6 pods not ready", "readiness"
        ),
    }


def _stateful_set() -> dict[str, Fault]:
    update = {stateful("status_update_revision", revision=OLD): None}
    going = "_x60 1x90"
    new = {stateful("status_update_revision", revision=NEW): going}
    before = {stateful("status_update_revision", revision=OLD): f"1x59 _x{cluster.STEPS - 60}"}
    now = {stateful("status_current_revision", revision=NEW): WHOLE}
    return {
        "under way": Fault(update | new, "rollout of statefulset/checkout in shop is under way", "rollout"),
        "recent": Fault(
            {**new, **before, **now},
            "statefulset/checkout in shop was rolled out within the hour",
            "rollout",
        ),
        "more ready than wanted": Fault({stateful("status_replicas_ready"): held(6)}, ""),
        "a pod that is missing": Fault(
            {stateful("status_replicas_ready"): held(3)}, "1 of 4 pods not ready", "readiness"
        ),
    }


def _daemon_set() -> dict[str, Fault]:
    return {
        "under way": Fault(
            {daemon("status_updated_number_scheduled"): held(1)},
            "rollout of daemonset/checkout in shop is under way",
            "rollout",
        ),
        "recent": Fault(
            {daemon("metadata_generation"): held(3, 4)},
            "daemonset/checkout in shop was rolled out within the hour",
            "rollout",
        ),
        "a node more": Fault({daemon("status_desired_number_scheduled"): held(5)}, ""),
    }


def _argo() -> dict[str, Fault]:
    done = {argo("", phase="Completed"): None}
    since = " (newest revision since 00:50 UTC)"
    new = revision("rollout", NEW, 3_000)
    found = {
        phase: Fault(
            {**done, **new, argo("", phase=phase): WHOLE},
            f"rollout of rollout/checkout in shop {words}{since}",
            "rollout",
        )
        for phase, words in (
            ("Progressing", "is under way"),
            ("Paused", "is under way"),
            ("Abort", "failed or is stuck"),
            ("Error", "failed or is stuck"),
            ("Timeout", "failed or is stuck"),
            ("InvalidSpec", "failed or is stuck"),
        )
    }
    return {
        **found,
        "recent": Fault(new, f"rollout/checkout in shop was rolled out within the hour{since}", "rollout"),
    }


_ROLLOUTS = {"deployment": _deployment, "statefulSet": _stateful_set, "daemonSet": _daemon_set, "rollout": _argo}


def told(
    promtool: str, folder: Path, kind: str, convention: Convention, worlds: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """What the diagnosis reads in each world."""
    stack = f"  cluster: prod-1\n  conventions: {convention.said}\n"
    catalog = resolve(folder, stack, SERVICE.format(kind=kind))
    service = catalog.services[0]
    text = template(diagnosis(Context(catalog, service, service.objectives[0])))
    rule = {
        "alert": "Felt",
        "expr": "felt",
        "labels": {"slo": "availability", "slo_tier": "page"},
        "annotations": {"diagnosis": text},
    }
    rules = folder / "rules.yaml"
    rules.write_text(yaml.safe_dump({"groups": [{"name": "felt", "rules": [rule]}]}, width=100_000), "utf-8")
    scenes = [Scene(f"s{n}", {**series, "felt": WHOLE}, (MINUTE,)) for n, series in enumerate(worlds.values())]
    played = play(promtool, folder, [rules], scenes)
    return {name: played[f"s{n}", MINUTE][0].texts["diagnosis"] for n, name in enumerate(worlds)}


def expected(fault: Fault) -> str:
    """The line about the fault, and the causes that are ok."""
    well = ", ".join(name for name in ALL.split(", ") if name != fault.found)
    return f"{fault.line}\nok: {well}." if fault.line else f"ok: {well}."


def lines(text: str) -> str:
    """Without the commands that mend."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("CHANGES: "))


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_is_named(kind: str, tmp_path: Path, promtool: str) -> None:
    """Each fault alone is found, with its text to the letter, and what is no fault is ok."""
    convention, well = CONVENTIONS["kube-prometheus-stack"], healthy(kind)
    known = {"health": Fault({}, ""), **faults(kind)}
    worlds = {name: cluster.written(changed(well, fault.changes), convention) for name, fault in known.items()}
    read = told(promtool, tmp_path, kind, convention, worlds)
    assert {name: lines(text) for name, text in read.items()} == {name: expected(f) for name, f in known.items()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", sorted(set(CONVENTIONS) - {"kube-prometheus-stack"}))
def test_labels_by_another_name(name: str, kind: str, tmp_path: Path, promtool: str) -> None:
    """Under every convention health reads as health, and all faults at once read as under the default."""
    worlds: dict[str, dict[str, dict[str, str]]] = {}
    for convention in (name, "kube-prometheus-stack"):
        (tmp_path / convention).mkdir()
        written = {
            "health": cluster.written(healthy(kind), CONVENTIONS[convention]),
            "faults": cluster.written(sick(kind), CONVENTIONS[convention]),
        }
        worlds[convention] = {"read": told(promtool, tmp_path / convention, kind, CONVENTIONS[convention], written)}
    assert worlds[name] == worlds["kube-prometheus-stack"]
    assert worlds[name]["read"]["health"] == f"ok: {ALL}."
    assert "ok:" not in worlds[name]["read"]["faults"]
    assert "not checked" not in worlds[name]["read"]["faults"]


def sick(kind: str) -> World:
    """All that can be wrong at once."""
    world = healthy(kind)
    known = faults(kind)
    first = "Progressing" if kind == "rollout" else "under way"
    for name in (first, "four pods", "no memory", "ceiling and more", "nodes", "quotas", "payment pages"):
        world = changed(world, known[name].changes)
    return world


_SIGNS = {
    "rollout": ("rollout of", "rolled out"),
    "readiness": ("not ready: ", "pods not ready"),
    "restarts": ("restarted",),
    "autoscaler": ("autoscaler",),
    "node": ("of its nodes",),
    "quota": ("of the quota",),
    "payment": ("which it calls",),
}


def found(text: str) -> set[str]:
    """The causes that were found."""
    said = "\n".join(line for line in lines(text).splitlines() if not line.startswith(("ok: ", "not checked")))
    return {cause for cause, signs in _SIGNS.items() if any(sign in said for sign in signs)}


def fine(text: str) -> set[str]:
    """The causes that are said to be ok."""
    (line,) = [line for line in text.splitlines() if line.startswith("ok: ")] or ["ok: ."]
    return set(line.removeprefix("ok: ").split(".")[0].split(", ")) - {""}


def metrics(world: World) -> Iterable[tuple[str, World]]:
    """The world without one metric."""
    for metric in dict.fromkeys(name for name, _ in world):
        yield f"no {metric}", {name: values for name, values in world.items() if name[0] != metric}


def series(world: World) -> Iterable[tuple[str, World]]:
    """The world without one series."""
    for gone in world:
        yield f"no {gone}", {name: values for name, values in world.items() if name != gone}


def dropped(world: World) -> Iterable[tuple[str, World]]:
    """The world without one metric, and without one series."""
    yield from metrics(world)
    yield from series(world)


@pytest.mark.parametrize("kind", KINDS)
def test_any_input_missing(kind: str, tmp_path: Path, promtool: str) -> None:
    """Without one metric or one series no text breaks, nothing is found that was not, nothing is ok that was not."""
    convention = CONVENTIONS["kube-prometheus-stack"]
    recent = changed(healthy(kind), faults(kind)["recent"].changes)
    states = {"health": (healthy(kind), dropped), "faults": (sick(kind), dropped), "recent": (recent, metrics)}
    for state, (world, without) in states.items():
        (tmp_path / state).mkdir()
        worlds = {"whole": world, **dict(without(world))}
        read = told(
            promtool,
            tmp_path / state,
            kind,
            convention,
            {name: cluster.written(each, convention) for name, each in worlds.items()},
        )
        whole = read.pop("whole")
        for name, text in read.items():
            assert "error expanding" not in text, name
            assert "<no value>" not in text, name
            # A node without a word about it is one that is gone.
            more = {"node"} if "kube_node_status_condition" in name and "node-" in name else set()
            assert found(text) <= found(whole) | more, name
            # Without a word about quotas a namespace has none, without alerts none fires: docs/causes.md says so.
            none = {"quota"} if name == "no kube_resourcequota" else {"payment"} if "ALERTS" in name else set()
            assert fine(text) <= fine(whole) | none, name


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_known(kind: str, tmp_path: Path, promtool: str) -> None:
    """Where no exporter is, nothing is ok, and each object is named that no metric tells of."""
    (text,) = told(promtool, tmp_path, kind, CONVENTIONS["exported"], {"nothing": {}}).values()
    about = f"{kind.lower()} checkout, pods of checkout, containers of checkout, autoscaler checkout"
    assert text == f"not checked, no metric about: {about}, nodes of checkout, namespace shop, service payment."


@pytest.mark.parametrize("kind", KINDS)
def test_two_exporters(kind: str, tmp_path: Path, promtool: str) -> None:
    """Two kube-state-metrics that overlap, with any series of the one missing, say what one says."""
    convention = CONVENTIONS["kube-prometheus-stack"]
    for state, world in (("health", healthy(kind)), ("faults", sick(kind))):
        (tmp_path / state).mkdir()
        other = cluster.written(world, convention, "10.1.0.2:8080")
        first = cluster.written(world, convention)
        worlds = {"one": first, "two": {**first, **other}}
        worlds |= {
            f"without {gone}": {**{name: v for name, v in first.items() if name != gone}, **other}
            for gone in first
            if gone.startswith("kube_")
        }
        read = told(promtool, tmp_path / state, kind, convention, worlds)
        assert {name: text for name, text in read.items() if text != read["one"]} == {}


def test_a_command_stands_only_under_what_calls_for_it(tmp_path: Path, promtool: str) -> None:
    """The ceiling is raised where it is reached, not for an autoscaler that is late or blind."""
    convention, well, known = CONVENTIONS["kube-prometheus-stack"], healthy("deployment"), faults("deployment")
    worlds = {
        name: cluster.written(changed(well, known[name].changes), convention)
        for name in ("ceiling", "ceiling and more", "late", "blind", "under way", "a node")
    }
    read = told(promtool, tmp_path, "deployment", convention, worlds)
    said = {name: [line for line in text.splitlines() if line.startswith("CHANGES: ")] for name, text in read.items()}
    higher = 'CHANGES: kubectl patch hpa checkout --patch \'{"spec":{"maxReplicas":REPLICAS}}\' -n shop'
    undo = (
        "CHANGES: kubectl rollout undo deploy/checkout --to-revision=REVISION -n shop"
        " (REVISION from kubectl rollout history deploy/checkout -n shop)"
    )
    assert said == {
        "ceiling": [higher],
        "ceiling and more": [higher],
        "late": [],
        "blind": [],
        "under way": [undo],
        "a node": [],
    }


def test_no_word_of_the_neighbour(tmp_path: Path, promtool: str) -> None:
    """A service that this stack's Prometheus does not measure is not said to be well."""
    convention = CONVENTIONS["kube-prometheus-stack"]
    world = cluster.written(changed(healthy("deployment"), {INFO: None}), convention)
    (text,) = told(promtool, tmp_path, "deployment", convention, {"alone": world}).values()
    assert text.endswith("quota. not checked, no metric about: service payment.")
