"""Drawing dashboards: what is asked for, what is refused, and what is said where a program is missing."""

from __future__ import annotations

import json
import re
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from tools.preview import answers, draw, programs, workshop
from tools.preview.faults import PreviewError
from tools.preview.jobs import Job, job, read_jobs

ROOT = Path(__file__).resolve().parents[2]
PREVIEW = ROOT / "tools" / "preview"
OK: dict[str, Any] = {"status": "success", "data": {"resultType": "vector", "result": []}}
TRACES: dict[str, Any] = {"data": [], "errors": None}


def panel(number: int, kind: str = "timeseries", refs: str = "A", **more: Any) -> dict[str, Any]:
    """A panel with a query for each letter."""
    targets = [{"refId": ref} for ref in refs]
    return {"id": number, "type": kind, "title": f"Panel {number}", "targets": targets, **more}


def row(number: int, *panels: dict[str, Any], collapsed: bool = True) -> dict[str, Any]:
    """A row with panels folded into it."""
    return {"id": number, "type": "row", "collapsed": collapsed, "panels": list(panels)}


class Desk:
    """A folder with a dashboard and answers to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def job(self, panels: list[Any], given: dict[str, Any], annotations: Any = None, **options: Any) -> Job:
        """A job on these panels and these answers."""
        data = {"range": {"from": 0, "to": 1}, "panels": given, "annotations": annotations or []}
        (self.folder / "d.json").write_text(json.dumps({"panels": panels}), "utf-8")
        (self.folder / "a.json").write_text(json.dumps(data), "utf-8")
        files = {"dashboard": self.folder / "d.json", "data": self.folder / "a.json", "out": self.folder / "x.png"}
        return job({**files, **options})

    def said(self, *arguments: Any, **options: Any) -> str:
        """Why such a job cannot be drawn."""
        with pytest.raises(PreviewError) as raised:
            answers.check(self.job(*arguments, **options))
        return str(raised.value)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A folder of its own."""
    return Desk(tmp_path)


def answered(body: Any = None, kind: str = "prometheus", ref: str = "A") -> dict[str, Any]:
    """One query's answer."""
    return {ref: {"type": kind, "body": OK if body is None else body}}


def test_every_query_answered(desk: Desk) -> None:
    """A dashboard with an answer for each query can be drawn, whatever the source."""
    panels = [panel(1), panel(2, "logs"), panel(3, "table"), panel(4, "text", ""), row(5, panel(6))]
    given = {"1": answered(), "2": answered(kind="loki"), "3": answered(TRACES, "jaeger")}
    made = desk.job(panels, given)
    assert answers.check(made) == made


def test_query_without_answer(desk: Desk) -> None:
    """Panel and query are named where an answer is missing; each is told, not the first alone."""
    said = desk.said([panel(1, refs="AB"), panel(2)], {"1": answered()})
    assert 'panel 1 "Panel 1", query B: no answer was given' in said
    assert 'panel 2 "Panel 2", query A: no answer was given' in said


def test_hidden_query_needs_none(desk: Desk) -> None:
    """A hidden query is not asked, so it needs no answer."""
    shown = panel(1, targets=[{"refId": "A"}, {"refId": "B", "hide": True}])
    assert answers.check(desk.job([shown], {"1": answered()}))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (
            answered({"status": "error", "error": "parse error: unexpected }"}),
            "is an error: parse error: unexpected }",
        ),
        (answered("too many outstanding requests", "loki"), "is no JSON object: too many outstanding requests"),
        (answered({"data": None, "errors": [{"code": 404, "msg": "trace not found"}]}, "jaeger"), "trace not found"),
        (answered({"data": None}, "jaeger"), "holds no list of traces"),
        (answered({"status": "success", "data": {}}), "has no result"),
        (answered({"status": "success", "data": {"result": [{"histograms": []}]}}), "holds native histograms"),
        (answered(kind="tempo"), "names none of the sources prometheus, loki, jaeger"),
    ],
)
def test_answer_that_is_none(desk: Desk, given: dict[str, Any], reason: str) -> None:
    """An answer that is an error, or of no known form, is refused with its reason."""
    said = desk.said([panel(7)], {"7": given})
    assert 'panel 7 "Panel 7", query A: ' in said
    assert reason in said


def test_unknown_kind(desk: Desk) -> None:
    """A panel of a kind without a drawing is refused by its name."""
    assert "panel 3 \"Panel 3\": there is no drawing for panels of type 'news'" in desk.said([panel(3, "news")], {})


def test_annotation_that_failed(desk: Desk) -> None:
    """An annotation whose query failed, or of which nothing is known, cannot be drawn."""
    said = desk.said([], {}, [{"name": "Pages", "error": "500: timed out"}, {"name": "Rollouts"}])
    assert 'annotation "Pages": 500: timed out' in said
    assert 'annotation "Rollouts": it has no list of events' in said


def test_folded_rows(desk: Desk) -> None:
    """Panels of a folded row need answers where the row is opened, and only there."""
    panels = [row(5, panel(6)), row(7, panel(8))]
    assert answers.check(desk.job(panels, {}))
    assert answers.check(desk.job(panels, {"6": answered()}, open="5"))
    assert "panel 8" in desk.said(panels, {"6": answered()}, open="all")
    assert "there is no row 9; its rows are 5, 7" in desk.said(panels, {}, open="9")


def test_one_panel_of_a_folded_row(desk: Desk) -> None:
    """Where one panel is asked for, the row that folds it is opened; an unknown one is refused."""
    panels = [panel(1), row(5, panel(6))]
    given = {"1": answered(), "6": answered()}
    assert answers.check(desk.job(panels, given, panel=6)).open == "5"
    assert answers.check(desk.job(panels, given, panel=1)).open is None
    assert "there is no panel 9" in desk.said(panels, given, panel=9)


@pytest.mark.parametrize(
    ("content", "reason"),
    [("{", "not JSON"), ("[]", "not a dashboard"), ('{"panels": 3}', "not a dashboard")],
)
def test_not_a_dashboard(desk: Desk, content: str, reason: str) -> None:
    """What is no dashboard is refused with the file's name."""
    made = desk.job([], {})
    made.dashboard.write_text(content, "utf-8")
    with pytest.raises(PreviewError, match=rf"d\.json: {reason}"):
        answers.check(made)


def test_not_answers(desk: Desk) -> None:
    """What are no answers is refused with what is missing; so is a file that is not there."""
    made = desk.job([], {})
    made.data.write_text("{}", "utf-8")
    with pytest.raises(PreviewError, match=r"a\.json: .* range and panels missing"):
        answers.check(made)
    made.data.unlink()
    with pytest.raises(PreviewError, match=r"a\.json: No such file"):
        answers.check(made)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"out": None}, "lacks out"),
        ({"theme": "blue"}, "'blue' is neither dark nor light"),
        ({"width": 0}, "width is 0"),
        ({"panel": "6"}, "panel is '6'"),
        ({"colour": "red"}, "has no 'colour'"),
    ],
)
def test_job_of_no_use(change: dict[str, Any], reason: str) -> None:
    """A job with a key that is missing, unknown or of no use is refused."""
    with pytest.raises(PreviewError, match=reason):
        job({"dashboard": "d", "data": "a", "out": "o", **change})


def test_jobs_of_a_file(tmp_path: Path) -> None:
    """A file lists many pictures, each with what it says and the defaults."""
    listed = tmp_path / "jobs.json"
    listed.write_text(json.dumps([{"dashboard": "d", "data": "a", "out": "o", "theme": "light"}]), "utf-8")
    assert read_jobs(listed) == [Job(Path("d"), Path("a"), Path("o"), "light", 1440)]
    listed.write_text("[]", "utf-8")
    with pytest.raises(PreviewError, match="not a list of jobs"):
        read_jobs(listed)


def test_exit_code_and_message(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be drawn ends with 2 and the message, before any program is looked for."""
    made = desk.job([panel(1)], {})
    files = ["--dashboard", str(made.dashboard), "--data", str(made.data)]
    assert draw.main([*files, "--out", str(made.out)]) == 2
    assert 'tools/preview: d.json: panel 1 "Panel 1", query A: no answer was given' in capsys.readouterr().err
    assert draw.main(files) == 2
    assert "lacks out" in capsys.readouterr().err
    assert draw.main([*files, "--jobs", "jobs.json"]) == 2
    assert "--jobs names everything" in capsys.readouterr().err


def program(folder: Path, name: str, says: str) -> Path:
    """A program that says something."""
    made = folder / name
    made.write_text(f"#!/bin/sh\necho '{says}'\n", "utf-8")
    made.chmod(made.stat().st_mode | stat.S_IXUSR)
    return made


def test_programs_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each missing program is named, with the Debian packages that bring it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PreviewError, match=r"no node on PATH.*20 or newer.*apt-get install.* nodejs npm"):
        programs.node()
    with pytest.raises(PreviewError, match=r"no npm on PATH.*apt-get install.* nodejs npm"):
        programs.npm()
    with pytest.raises(PreviewError, match=r"no chromium on PATH.*apt-get install.* chromium.*\$CHROMIUM"):
        programs.chromium({})
    with pytest.raises(PreviewError, match=r"\$CHROMIUM is /nowhere, and there is no such program"):
        programs.chromium({"CHROMIUM": "/nowhere"})


def test_programs_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser that is named comes before that on PATH; a Node that is too old is refused with its version."""
    named, on_path = program(tmp_path, "chrome", ""), program(tmp_path, "chromium", "")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert programs.chromium({"CHROMIUM": str(named)}) == str(named)
    assert programs.chromium({}) == str(on_path)
    runner = program(tmp_path, "node", "v20.1.0")
    assert programs.node() == str(runner)
    program(tmp_path, "node", "v18.20.4")
    with pytest.raises(PreviewError, match=r"is Node v18\.20\.4: 20 or newer is needed"):
        programs.node()


def test_key_changes_with_sources(tmp_path: Path) -> None:
    """A change of the page builds it anew, a change of the lock installs anew, and neither touches the other."""
    copy = tmp_path / "preview"
    shutil.copytree(PREVIEW, copy, ignore=shutil.ignore_patterns("node_modules", "out"))

    def keys() -> tuple[str, str]:
        return workshop.key(workshop.lock_files(copy), copy), workshop.key(workshop.page_files(copy), copy)

    lock, page = keys()
    assert (lock, page) == (workshop.key(workshop.lock_files()), workshop.key(workshop.page_files()))
    (copy / "README.md").write_text("other words", "utf-8")
    assert keys() == (lock, page)
    (copy / "src" / "main.tsx").write_text("// nothing", "utf-8")
    assert keys()[0] == lock
    assert keys()[1] != page
    page = keys()[1]
    (copy / "package-lock.json").write_text("{}", "utf-8")
    assert keys()[0] != lock
    assert keys()[1] == page


def test_made_once(tmp_path: Path) -> None:
    """A folder that was not made to the end is made anew; one that was is left alone."""
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "half").touch()
    made: list[Path] = []

    def make(where: Path) -> None:
        where.mkdir()
        made.append(where)

    workshop.once(folder, make)
    workshop.once(folder, make)
    assert made == [folder]
    assert not (folder / "half").exists()


def test_kinds_are_files() -> None:
    """What the page can draw is what there are files for."""
    index = (PREVIEW / "src" / "panels" / "index.ts").read_text("utf-8")
    table = index[index.index("kinds: Record") :]
    named = set(re.findall(r"^ +'?([\w-]+)'?: \w+Panel,$", table, re.MULTILINE))
    assert named == answers.known_kinds()
    assert named >= {"timeseries", "stat", "table", "bargauge", "heatmap", "logs", "traces", "text"}


def test_lock_is_pinned_and_names_no_host() -> None:
    """Every package is pinned by its hash, and where it is fetched from stands nowhere."""
    lock = json.loads((PREVIEW / "package-lock.json").read_text("utf-8"))
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert packages
    assert [name for name, each in packages.items() if not each.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, each in packages.items() if "resolved" in each] == []
    wanted = json.loads((PREVIEW / "package.json").read_text("utf-8"))
    exact = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert {name: packages[f"node_modules/{name}"]["version"] for name in exact} == exact


def test_files_are_small() -> None:
    """A file of the page has one concern, and at most 250 lines, as one of the compiler's."""
    long = [str(path) for path in workshop.page_files() if len(path.read_text("utf-8").splitlines()) > 250]
    assert long == []
