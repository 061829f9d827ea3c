"""Runbook pages: one for each alertname, safe to read and to paste from, whatever users write."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from compiler import names, pipeline
from compiler.artifact import header
from compiler.causes.cause import Kubectl
from compiler.causes.own import dry_run, in_context
from compiler.diagnostics import Report
from compiler.emit.runbooks import EMITTER, by_name, markdown, runbooks
from compiler.emit.runbooks.advice import undoing
from compiler.emit.runbooks.render import environment, has_template
from compiler.model.catalog import Catalog
from compiler.pipeline import Request, build
from compiler.rules.service import plan
from compiler.rules.texts.annotations import looks
from compiler.rules.texts.diagnosis import causes, findings

ROOT = Path(__file__).resolve().parents[2]
CASE = ROOT / "tests" / "cases" / "runbooks"
FENCE = re.compile(r"^(`{3,})(sh|promql|logql)\n(.*?)\n\1$", re.MULTILINE | re.DOTALL)
HOSTILE = (
    "{{ 7*7 }} {% raw %}",
    "`rm -rf` ```",
    "<script>alert(1)</script>",
    "](https://evil.example.com)",
    "one\n\n# two\n- three",
    "![x](https://evil.example.com/x.png)",
    "| a | b |\n|---|---|",
    "-->",
    "&lt;b&gt; *bold* _it_ ~~no~~ $x$",
)


def catalogs(folder: Path) -> tuple[Catalog, ...]:
    """What a slo/ folder declares; it must be right."""
    report = Report()
    found = pipeline.catalogs(folder, report)
    assert [d.message for d in report.items if d.severity.word == "error"] == []
    return found


def pages(folder: Path) -> dict[str, str]:
    """Every page of a slo/ folder, by stack and path."""
    return {
        f"{catalog.stack.name}/{made.path}": made.text
        for catalog in catalogs(folder)
        for service in catalog.services
        for made in runbooks(catalog, service)
    }


def variant(tmp_path: Path, *, stack: Mapping[str, object] = {}, service: Mapping[str, object] = {}) -> Path:
    """The case with some fields of its stack, or of its service's spec, set anew."""
    folder = tmp_path / "slo"
    folder.mkdir()
    for name, changes in (("stack", stack), ("checkout", service)):
        document = yaml.safe_load((CASE / "slo" / f"{name}.yaml").read_text("utf-8"))
        document["spec"] |= changes
        (folder / f"{name}.yaml").write_text(json.dumps(document), "utf-8")
    return folder


def with_slo(**changes: object) -> dict[str, object]:
    """The service's one SLO with some fields set anew."""
    document = yaml.safe_load((CASE / "slo" / "checkout.yaml").read_text("utf-8"))
    return {"slos": [document["spec"]["slos"][0] | changes]}


def fenced(text: str) -> list[str]:
    """What a page offers for copying."""
    return [match[3] for match in FENCE.finditer(text)]


def commands(text: str) -> list[str]:
    """The shell commands on a page."""
    return [line for match in FENCE.finditer(text) if match[2] == "sh" for line in match[3].splitlines()]


KINDS = {
    "burn": "ErrorBudgetBurn",
    "nodata": "NoData",
    "blind": "BlindIndicator",
    "spent": "BudgetSpent",
    "at-risk": "BudgetAtRisk",
}


@pytest.mark.parametrize("kind", KINDS)
def test_page_of_each_kind(kind: str, golden: Callable[[Path, str], None]) -> None:
    """Each kind of alert has a page that was read."""
    name = names.alert_base("checkout", "availability") + KINDS[kind]
    golden(CASE / "expected" / f"{kind}.md", pages(CASE / "slo")[f"prod/{names.runbook_path('checkout', name)}"])


def test_kinds_are_all_there() -> None:
    """The golden pages miss no kind of alert."""
    assert sorted([*KINDS.values(), names.TOO_MANY]) == sorted(names.ALERT_KINDS)


def test_page_of_too_many_groups(tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    """Where an SLO is grouped, its tickets have a page of their own, and too many groups one."""
    made = pages(variant(tmp_path, service=with_slo(groupBy=["region"])))
    base = names.alert_base("checkout", "availability")
    golden(CASE / "expected" / "groups.md", made[f"prod/{names.runbook_path('checkout', base + names.TOO_MANY)}"])
    assert f"prod/{names.runbook_path('checkout', base + names.BURN + 'Ticket')}" in made


def test_page_for_every_address_and_none_over(tmp_path: Path) -> None:
    """In a build of slo/, the pages are exactly those that a runbook_url names."""
    report = Report()
    change = build(Request(ROOT / "slo", tmp_path / "output", only=("rules", "runbooks")), report)
    assert change is not None
    sites = {c.stack.name: c.stack.spec.urls.runbooks for c in pipeline.catalogs(ROOT / "slo", Report())}
    assert len(sites) == 2
    named = set()
    for path in (tmp_path / "output").glob("*/*/*/rules/*.yaml"):
        stack = path.relative_to(tmp_path / "output").parts[0]
        for group in yaml.safe_load(path.read_text("utf-8"))["groups"]:
            urls = [rule["annotations"]["runbook_url"] for rule in group["rules"] if "alert" in rule]
            assert all(url.startswith(f"{sites[stack]}/") for url in urls)
            named |= {f"{stack}/{url.removeprefix(f'{sites[stack]}/')}" for url in urls}
    written = {p.relative_to(tmp_path / "output").as_posix() for p in (tmp_path / "output").rglob("*.md")}
    assert written == named
    assert written


def test_pages_without_an_address(tmp_path: Path) -> None:
    """A stack that does not serve them has the same pages."""
    bare = variant(tmp_path, stack={"urls": {}})
    assert sorted(pages(bare)) == sorted(pages(CASE / "slo"))
    assert not any("](http" in text.replace("](https://wiki", "") for text in pages(bare).values())


def test_first_line_names_the_sources() -> None:
    """The first line is a comment that says from what the page was made."""
    for text in pages(CASE / "slo").values():
        assert text.startswith("<!-- Generated from slo/checkout.yaml. Change that, not this. -->\n# Slo")


def test_no_page_has_loose_ends() -> None:
    """Pages have no blank lines in a row, no space at a line's end, no tag and no template left over."""
    for path, text in pages(ROOT / "slo").items():
        assert "\n\n\n" not in text, path
        assert text.endswith(".\n"), path
        assert [line for line in text.splitlines() if line != line.rstrip()] == []
        prose = FENCE.sub("", text)
        assert re.findall(r"\{\{|\}\}|\{%|None|Undefined", prose) == []


def test_no_placeholder_in_angle_brackets() -> None:
    """A command can be pasted without the shell reading a redirection."""
    for path, text in pages(ROOT / "slo").items():
        assert [c for c in commands(text) if re.search(r"[<>]", c)] == [], path
        assert re.findall(r"<[A-Za-z/]", "\n".join(text.splitlines()[1:])) == []


def test_links_within_a_page_lead_somewhere() -> None:
    """Every #anchor is the heading of the same page, as GitHub spells it."""
    for path, text in pages(ROOT / "slo").items():
        headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
        anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}
        assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors, path


def test_commands_name_the_cluster() -> None:
    """Every kubectl command carries the stack's context, the user's own included."""
    for path, text in pages(ROOT / "slo").items():
        context = {"prod": "prod-1", "staging": "staging-1"}[path.split("/")[0]]
        found = [command for command in commands(text) if "kubectl" in command]
        assert [command for command in found if f"--context {context}" not in command] == [], path
    assert found


def test_commands_without_a_context(tmp_path: Path) -> None:
    """A stack without kubeContext leaves the commands as they are."""
    document = yaml.safe_load((CASE / "slo" / "stack.yaml").read_text("utf-8"))
    folder = variant(tmp_path, stack=document["spec"] | {"kubeContext": "x"})
    del document["spec"]["kubeContext"]
    (folder / "stack.yaml").write_text(json.dumps(document), "utf-8")
    assert not any("--context" in text for text in pages(folder).values())


def test_page_shows_all_that_the_alert_advises() -> None:
    """Every command of an alert's fix, and of every finding, stands on its page."""
    for catalog in catalogs(ROOT / "slo"):
        context_of = {c.objective.name: c for c in plan(catalog, catalog.by_name["checkout"]).contexts}
        made = {a.path: a.text for a in runbooks(catalog, catalog.by_name["checkout"])}
        for slo, alerts in plan(catalog, catalog.by_name["checkout"]).alerts.items():
            context = context_of[slo]
            for alert in alerts:
                text = made[names.runbook_path("checkout", alert.name)]
                assert [command for command in looks(alert, context) if command not in commands(text)] == []


def test_every_cause_has_its_words() -> None:
    """Each cause that the compiler knows says what to expect of its commands."""
    assert [cause.name for cause in causes() if not has_template(f"causes/{cause.name}.md.j2")] == []


def test_every_command_of_a_cause_is_there() -> None:
    """No cause's words leave out one of its commands."""
    (catalog,) = catalogs(CASE / "slo")
    (context,) = plan(catalog, catalog.services[0]).contexts
    text = pages(CASE / "slo")["prod/services/checkout/runbooks/slocheckoutavailabilityerrorbudgetburn.md"]
    asked = findings(context)
    assert {f.name for f in asked} >= {"rollout", "readiness", "restarts", "autoscaler", "node", "quota"}
    assert [look for finding in asked for look in finding.look if look not in commands(text)] == []


def test_what_changes_is_marked_and_conditional() -> None:
    """Nothing that changes a cluster stands without the word CHANGES in the two paragraphs before it."""
    changing = re.compile(
        r"rollout undo|rollouts undo|rollback|patch|set env|app set|silence add|apply|delete|scale|drain"
    )
    for path, text in pages(ROOT / "slo").items():
        parts = FENCE.split(text)
        for before, body in zip(parts[0::4], parts[3::4], strict=False):
            if changing.search(body) and "--dry-run" not in body and "app diff" not in body:
                assert "CHANGES" in before[-400:], (path, body)


@pytest.mark.parametrize(
    ("delivery", "steps", "dry", "verify"),
    [
        (
            "kubectl",
            ["kubectl --context prod-1 rollout undo deploy/checkout --to-revision=REVISION -n shop"],
            "kubectl --context prod-1 rollout undo deploy/checkout --to-revision=REVISION -n shop --dry-run=server",
            "kubectl --context prod-1 rollout status deploy/checkout --timeout=60s -n shop",
        ),
        (
            "flagger",
            ["kubectl --context prod-1 rollout undo deploy/checkout --to-revision=REVISION -n shop"],
            "kubectl --context prod-1 rollout undo deploy/checkout --to-revision=REVISION -n shop --dry-run=server",
            "kubectl --context prod-1 rollout status deploy/checkout --timeout=60s -n shop",
        ),
        (
            "helm",
            ["helm rollback checkout REVISION -n shop --kube-context prod-1"],
            "helm rollback checkout REVISION -n shop --kube-context prod-1 --dry-run",
            "kubectl --context prod-1 rollout status deploy/checkout --timeout=60s -n shop",
        ),
        (
            "rollouts",
            ["kubectl argo rollouts undo checkout --to-revision=REVISION -n shop --context prod-1"],
            "",
            "kubectl argo rollouts status checkout --timeout 60s -n shop --context prod-1",
        ),
        (
            {"argocd": {"application": "shop"}},
            [
                "argocd app set shop --sync-policy none",
                "argocd app rollback shop REVISION",
                "argocd app set shop --sync-policy automated --self-heal",
            ],
            "argocd app diff shop --revision COMMIT",
            "argocd app get shop",
        ),
    ],
)
def test_undo_by_delivery(delivery: object, steps: list[str], dry: str, verify: str, tmp_path: Path) -> None:
    """A change is taken back the way it was delivered, with its dry run and its proof."""
    workload = {"namespace": "shop", "deployment": "checkout", "delivery": delivery}
    folder = variant(tmp_path, service={"workload": workload})
    (catalog,) = catalogs(folder)
    found = undoing(catalog.services[0], Kubectl("prod-1"))
    assert found is not None
    assert (list(found.steps), found.dry, found.verify) == (steps, dry, verify)
    text = pages(folder)["prod/services/checkout/runbooks/slocheckoutavailabilityerrorbudgetburn.md"]
    assert [c for c in [*steps, *([dry] if dry else []), verify] if c not in commands(text)] == []


def test_no_undo_without_a_workload(tmp_path: Path) -> None:
    """What is run by nothing that is declared cannot be undone, and the page does not pretend."""
    text = "".join(pages(variant(tmp_path, service={"workload": "none", "dependsOn": []})).values())
    assert "undo" not in text
    assert "No workload is declared for checkout" in text


def test_alert_ends_below_its_threshold() -> None:
    """The way to verify a fix is each tier's short window against the threshold that the rule has."""
    (catalog,) = catalogs(CASE / "slo")
    text = pages(CASE / "slo")["prod/services/checkout/runbooks/slocheckoutavailabilityerrorbudgetburn.md"]
    verify = text.split("## How to verify")[1].split("## Whom to call")[0]
    made = plan(catalog, catalog.services[0]).alerts["availability"]
    rules = " ".join(" ".join(alert.expr.split()) for alert in made if alert.kind == names.BURN)
    asked = re.findall(r"at or below ([\d.]+)% \(([\d.]+)\), for the (page|ticket)", verify)
    assert asked == [
        ("1.44", "0.0144", "page"),
        ("0.6", "0.006", "page"),
        ("0.3", "0.003", "ticket"),
        ("0.1", "0.001", "ticket"),
    ]
    for expr, factor in zip(fenced(verify), ("14.4", "6", "3", "1"), strict=True):
        assert f"{expr} > {factor} * 0.001" in rules


def test_mode_ticket_pages_nobody(tmp_path: Path) -> None:
    """Under mode ticket the page speaks of one ticket; under observe of nobody."""
    folder = variant(tmp_path, service=with_slo(alerting={"mode": "ticket"}))
    text = pages(folder)["prod/services/checkout/runbooks/slocheckoutavailabilityerrorbudgetburn.md"]
    assert "raised as ticket (severity warning); the label" in text
    assert "| page |" not in text
    (tmp_path / "two").mkdir()
    folder = variant(tmp_path / "two", service=with_slo(alerting={"mode": "observe"}))
    text = pages(folder)["prod/services/checkout/runbooks/slocheckoutavailabilityerrorbudgetburn.md"]
    assert "is being observed" in text
    assert "raised as" not in text


def test_no_owner_is_said(tmp_path: Path) -> None:
    """Without an owner the page says where one is declared."""
    folder = variant(tmp_path, service={"owner": {}})
    text = pages(folder)["prod/services/checkout/runbooks/slocheckoutavailabilitynodata.md"]
    assert "No owner is declared. `owner: {team: …}` in `slo/checkout.yaml" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(text: str, tmp_path: Path) -> None:
    """A user's text adds no link, no tag, no heading and no fence, and no template reads it."""
    plain = {"look": "plain?", "run": "true"}
    step = {"look": text, "run": "true"}
    change = {"change": text, "run": "true", "when": text}
    spec = {"description": text, "owner": {"team": "payments", "channel": text[:100]}}
    folder = variant(
        tmp_path, service=spec | with_slo(description=text, runbook={"impact": text, "steps": [step, change]})
    )
    (tmp_path / "tame").mkdir()
    calm = {"description": "x", "owner": {"team": "payments", "channel": "x"}}
    steps = [plain, {"change": "x", "run": "true", "when": "x"}]
    tame = variant(
        tmp_path / "tame", service=calm | with_slo(description="x", runbook={"impact": "x", "steps": steps})
    )
    wild, quiet = pages(folder), pages(tame)
    for path, page in wild.items():
        assert _shape(page) == _shape(quiet[path]), path


def _shape(page: str) -> dict[str, object]:
    """What a Markdown reader would make of a page, texts left out."""
    prose = FENCE.sub("", page)
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", prose)
    inline = re.sub(r"(`+).+?\1", "", bare)
    return {
        "fences": len(FENCE.findall(page)),
        "headings": len(re.findall(r"^#{1,6} ", inline, re.MULTILINE)),
        "links": len(re.findall(r"\]\(", inline)),
        "tags": len(re.findall(r"<[A-Za-z/!]", inline)),
        "rows": len(re.findall(r"^\|", inline, re.MULTILINE)),
        "items": len(re.findall(r"^- ", inline, re.MULTILINE)),
        "braces": len(re.findall(r"\{\{|\{%|\$|~~|\*", inline)),
        "entities": len(re.findall(r"&\w+;", inline)),
        "ticks and angles": [bare.count("`"), bare.count(">")],
    }


@pytest.mark.parametrize("text", ["echo '```'", "echo ````", "a\n```\n# b"])
def test_no_command_ends_its_fence(text: str) -> None:
    """A fence is longer than any run of backticks within it."""
    found = markdown.fence(text)
    marks = found.split("sh\n")[0]
    assert found == f"{marks}sh\n{text}\n{marks}"
    assert marks not in text


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_escape_loses_no_letter(text: str) -> None:
    """What a reader sees of an escaped text is the text, its white space made single spaces."""
    seen = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown.escape(text))
    assert seen == " ".join(text.split())


@given(st.text(alphabet="`<>[]()*_{}|&~$#-+1. \\a\n", max_size=40))
@settings(max_examples=200, deadline=None)
def test_escape_leaves_nothing_active(text: str) -> None:
    """No character that Markdown or a site generator reads is left without a backslash before it."""
    found = markdown.escape(text)
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", found)
    assert re.findall(r"[`<>\[\]*{}|&~$\\\n]", bare) == []
    assert re.match(r"(#{1,6}|[-+]|-{3,}|=+|\d{1,9}[.)])( |$)", found) is None


@given(st.text(alphabet="`a |", min_size=1, max_size=20).filter(str.strip))
@settings(max_examples=100, deadline=None)
def test_code_holds_its_text(text: str) -> None:
    """A code span ends where its text ends."""
    found = markdown.code(text)
    marks = re.match("`+", found)
    assert marks is not None
    inside = found.removeprefix(marks[0]).removesuffix(marks[0])
    assert marks[0] not in re.findall("`+", inside)
    assert inside.strip() == " ".join(text.split())


def test_undefined_names_raise() -> None:
    """A template that names what is not there fails, rather than print nothing."""
    with pytest.raises(UndefinedError):
        environment().from_string("{{ page.no_such }}").render(page=object())
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nobody }}").render()


def test_templates_are_sandboxed() -> None:
    """A template reaches no attribute that begins with an underscore."""
    with pytest.raises(Exception, match="unsafe"):
        environment().from_string("{{ ''.__class__.__mro__ }}").render()


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("kubectl get pods -n shop", "kubectl --context prod-1 get pods -n shop"),
        ("kubectl -n shop get pods", "kubectl --context prod-1 -n shop get pods"),
        ("kubectl --context other get pods", "kubectl --context other get pods"),
        ("kubectl get pods -o name | head -1", "kubectl --context prod-1 get pods -o name | head -1"),
        ("kubectl argo rollouts get rollout a", "kubectl argo rollouts get rollout a"),
        ("./my-kubectl get pods", "./my-kubectl get pods"),
        ("curl https://example.com", "curl https://example.com"),
    ],
)
def test_user_commands_get_the_context(command: str, expected: str) -> None:
    """A user's kubectl command is held to the stack's cluster; a plugin's, another context's, is left alone."""
    assert in_context(command, "prod-1") == expected
    assert in_context(command, "") == command


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("kubectl set env deploy/a B=c", "kubectl set env deploy/a B=c --dry-run=server"),
        ("kubectl --context x -n y delete pod z", "kubectl --context x -n y delete pod z --dry-run=server"),
        ("kubectl rollout restart deploy/a", ""),
        ("kubectl exec a -- delete b", ""),
        ("kubectl delete pod a && kubectl delete pod b", ""),
        ("kubectl delete pod a --dry-run=client", ""),
        ("psql -c 'delete from a'", ""),
    ],
)
def test_dry_run_where_kubectl_has_one(command: str, expected: str) -> None:
    """A dry run is offered only for one whole kubectl command that knows it."""
    assert dry_run(command) == expected


def test_silence_is_of_this_alert_alone() -> None:
    """The command to silence names alert, service and SLO, and needs no quoting."""
    text = pages(CASE / "slo")["prod/services/checkout/runbooks/slocheckoutavailabilitybudgetspent.md"]
    (command,) = [c for c in commands(text) if c.startswith("amtool silence add")]
    assert command == (
        "amtool silence add --alertmanager.url=https://alertmanager.example.com --duration=1h "
        "--comment='who looks at it, and why' "
        "alertname=SloCheckoutAvailabilityBudgetSpent service=checkout slo=availability"
    )


def test_central_server_names_the_cluster(tmp_path: Path) -> None:
    """On a central ruler queries, silences and the dashboard are held to the cluster."""
    stack = yaml.safe_load((CASE / "slo" / "stack.yaml").read_text("utf-8"))["spec"]
    folder = variant(tmp_path, stack=stack | {"prometheus": {"scope": "global"}})
    for text in pages(folder).values():
        promql = [match[3] for match in FENCE.finditer(text) if match[2] == "promql"]
        assert [expr for expr in promql if 'cluster="prod-1"' not in expr] == []
        assert "var-cluster=prod-1" in text
        assert " cluster=prod-1 service=checkout" in text


def test_file_names_cannot_leave_the_first_line() -> None:
    """A file's name neither ends the comment nor breaks the line."""
    assert header(["slo/a--><b>.yaml"], "<!--").count("-->") == 1
    assert header(["slo/a\nb: c.yaml"]).count("\n") == 1


def test_alerts_of_one_name_share_a_page() -> None:
    """Alerts keep their order, and those of one name stand together."""
    (catalog,) = catalogs(CASE / "slo")
    made = plan(catalog, catalog.services[0]).alerts["availability"]
    assert {name.removeprefix("SloCheckoutAvailability"): len(found) for name, found in by_name(made).items()} == {
        "ErrorBudgetBurn": 2,
        "NoData": 3,
        "BlindIndicator": 1,
        "BudgetSpent": 1,
        "BudgetAtRisk": 1,
    }


def test_emitter_is_found() -> None:
    """The pipeline finds it under the word that --only takes."""
    assert [found for found in pipeline.emitters() if found.output == "runbooks"] == [EMITTER]
