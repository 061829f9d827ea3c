"""The house: which room may import which, who may touch what, and how large a file may be."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler import plugins
from compiler.artifact import Emitter
from compiler.causes.cause import Cause
from compiler.checks.check import Check
from compiler.checks.run import check
from compiler.diagnostics import Report
from compiler.sli.kind import SliKind
from compiler.sli.stand_in import StandIn
from tests.unit.language import SERVICE, STACK, Project, command

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "compiler"
FILES = sorted(HOUSE.rglob("*.py"))
NAMES = [path.relative_to(HOUSE).as_posix() for path in FILES]

ROOMS = (
    "units",
    "diagnostics",
    "promql",
    "promql_free",
    "promql_rates",
    "logql",
    "yaml_text",
    "plugins",
    "clock",
    "names",
    "charts",
    "example",
    "source",
    "shapes",
    "recipes",
    "model",
    "sli",
    "schema",
    "burn",
    "resolve",
    "prose",
    "artifact",
    "manifest",
    "causes",
    "rules",
    "backfill",
    "checks",
    "emit",
    "verify",
    "replay",
    "parallel",
    "staging",
    "publish",
    "pipeline",
    "series",
    "explain",
    "simulate",
    "ask",
    "cli",
    "__main__",
)
"""In the order in which they may import: a room imports only rooms above it, and its own."""

ALLOWED = {
    "grafanalib": ("emit/dashboards/",),
    "jinja2": ("emit/runbooks/",),
    "subprocess": ("verify/", "replay/"),
    "socket": (),
    "urllib.request": ("ask/",),
    "http.client": ("ask/",),
    "ssl": ("ask/",),
    "requests": (),
    "random": (),
    "secrets": (),
    "locale": (),
}
"""Where a module may be imported: below these paths and nowhere else."""
LINES = 250
STATEMENT_LINES = 60


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, with the line; of ``from compiler import x`` the room x."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: a relative import"
            assert node.module
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def room(module: str) -> str:
    """The room of a module of the house; empty for another's."""
    parts = module.split(".")
    return parts[1] if parts[0] == "compiler" and len(parts) > 1 and parts[1] in ROOMS else ""


def calls(path: Path) -> Iterator[tuple[str, int]]:
    """What a file calls, as it is written: ``print``, ``yaml.dump``."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def test_every_room_is_known() -> None:
    """Every file and folder of the house is a room of the list, and each of the list is there."""
    found = {path.stem if path.is_file() else path.name for path in HOUSE.iterdir() if path.name[:2] != "__"}
    assert found | {"__main__"} == set(ROOMS)


def test_order() -> None:
    """A room imports only rooms above it."""
    wrong = []
    for path in FILES:
        own = room(".".join(["compiler", *path.relative_to(HOUSE).with_suffix("").parts]))
        for module, line in imports(path):
            other = room(module)
            if own and other and ROOMS.index(other) > ROOMS.index(own):
                wrong.append(f"{path.relative_to(ROOT)}:{line}: {own} imports {other}, which is below it")
    assert sorted(set(wrong)) == []


@pytest.mark.parametrize(
    ("folder", "shared"),
    [
        ("sli", {"frame", "kind", "measured", "native", "sides", "stand_in"}),
        ("causes", {"cause", "kinds", "own", "undo"}),
        ("checks", {"check"}),
    ],
)
def test_extensions_do_not_know_each_other(folder: str, shared: set[str]) -> None:
    """No indicator, cause or check imports another of its kind, but for what its folder shares."""
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: imports {module}"
        for path in (HOUSE / folder).glob("*.py")
        for module, line in imports(path)
        if module.startswith(f"compiler.{folder}.") and module.split(".")[2] not in shared
    ]
    assert wrong == []


@pytest.mark.parametrize("module", ALLOWED)
def test_where_a_module_may_be_imported(module: str) -> None:
    """What draws, renders, starts programs or opens connections stays in its room."""
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: imports {found}"
        for path, name in zip(FILES, NAMES, strict=True)
        for found, line in imports(path)
        if (found == module or found.startswith(f"{module}.")) and not name.startswith(ALLOWED[module] or ("-",))
    ]
    assert sorted(set(wrong)) == []


def test_no_print() -> None:
    """Commands speak through click, everything else through a report."""
    wrong = [f"{path.relative_to(ROOT)}:{line}" for path in FILES for name, line in calls(path) if name == "print"]
    assert wrong == []


def test_no_other_yaml() -> None:
    """YAML is written by yaml_text alone."""
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in FILES
        for name, line in calls(path)
        if name in ("yaml.dump", "yaml.safe_dump", "yaml.dump_all", "yaml.serialize", "yaml.emit")
    ]
    assert wrong == []


def test_yaml_is_read_safely() -> None:
    """No YAML is read by a loader that builds objects."""
    unsafe = ("Loader", "FullLoader", "UnsafeLoader", "unsafe_load", "full_load")
    wrong = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = node.attr if isinstance(node, ast.Attribute) else ""
            if name in unsafe and ast.unparse(node).startswith("yaml."):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}")
    assert wrong == []


def test_no_clock_and_no_environment() -> None:
    """What is compiled depends on slo/ alone: verify, replay, ask and cli look at clock and environment."""
    clock = ("time.time", "time.localtime", "datetime.now", "datetime.utcnow", "date.today")
    machine = ("os.getenv", "os.environ.get", "os.getlogin", "platform.node", "uuid.uuid4")
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path, module in zip(FILES, NAMES, strict=True)
        for name, line in calls(path)
        if name in (*clock, *machine) and not module.startswith(("verify/tools", "replay/player", "ask/", "cli/"))
    ]
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_size(name: str) -> None:
    """A file has at most 250 lines, a function at most 60."""
    text = (HOUSE / name).read_text("utf-8")
    assert len(text.splitlines()) <= LINES
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]
    long = [f"{name}:{f.lineno}: {f.name}" for f in functions if (f.end_lineno or 0) - f.lineno >= STATEMENT_LINES]
    assert long == []


@pytest.mark.parametrize(
    ("package", "export", "kind"),
    [
        ("compiler.sli", "SLI", (SliKind, StandIn)),
        ("compiler.causes", "CAUSE", Cause),
        ("compiler.checks", "CHECK", Check),
        ("compiler.emit", "EMITTER", Emitter),
    ],
)
def test_every_extension_is_found(package: str, export: str, kind: type | tuple[type, ...]) -> None:
    """Whatever stands in the folder with the well-known name is found, and is of its kind."""
    folder = HOUSE / package.removeprefix("compiler.")
    exporting = set()
    for path in [*folder.glob("*.py"), *folder.glob("*/__init__.py")]:
        names = [t.id for n in ast.parse(path.read_text("utf-8")).body for t in _targets(n)]
        if export in names:
            exporting.add(path.parent.name if path.name == "__init__.py" else path.stem)
    found = plugins.discover(package, export)
    assert all(isinstance(each, kind) for each in found)
    assert len(found) == len(exporting) > 0


def _targets(node: ast.stmt) -> Iterator[ast.Name]:
    targets = (
        node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    )
    yield from (target for target in targets if isinstance(target, ast.Name))


NEW_CHECK = '''
"""SLO199: a check of a test."""
from compiler.checks.check import Check

def run(catalog, report):
    for service in catalog.services:
        report.warning("SLO199", f"{service.name} was seen", service.span)

CHECK = Check(("SLO199",), "Services are seen.", run)
'''
NEW_EMITTER = '''
"""Names, one a line."""
from compiler.artifact import Artifact, Emitter

def names(catalog, service):
    yield Artifact(f"services/{service.name}/name.txt", service.name + "\\n", service.sources)

EMITTER = Emitter("rules", service=names)
'''
NEW_CAUSE = """
from compiler.causes.rollout import CAUSE as known
from dataclasses import replace
CAUSE = replace(known, name="weather", title="The weather")
"""
NEW_KIND = """
from compiler.sli.probe import Probe
class Weather(Probe):
    kind = "weather"
    doc = "Days of rain."
SLI = Weather()
"""


@pytest.fixture
def extended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for each kind of extension, which counts as a part of the package while the test runs."""
    for name in ("checks", "emit", "causes", "sli"):
        (tmp_path / name).mkdir()
        package = importlib.import_module(f"compiler.{name}")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path / name)])
    plugins.discover.cache_clear()
    yield tmp_path
    for name in [name for name in sys.modules if name.endswith(".of_a_test")]:
        del sys.modules[name]
    plugins.discover.cache_clear()


def test_one_file_is_a_check(extended: Path, tmp_path: Path) -> None:
    """A file in the folder of checks is a check: nothing else is to be written."""
    (extended / "checks" / "of_a_test.py").write_text(NEW_CHECK, "utf-8")
    project = Project(tmp_path)
    project.write("stacks/prod.yaml", STACK)
    project.write("checkout.yaml", SERVICE)
    report = Report()
    catalogs, _ = project.report()
    check(catalogs, report)
    assert [d.message for d in report.items if d.code == "SLO199"] == ["checkout was seen"]


def test_one_file_is_an_output(
    extended: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file in the folder of outputs makes files, and is listed with its first sentence."""
    (extended / "emit" / "of_a_test.py").write_text(NEW_EMITTER, "utf-8")
    project = Project(tmp_path)
    project.write("stacks/prod.yaml", STACK + "  outputs: [rules]\n")
    project.write("checkout.yaml", SERVICE)
    monkeypatch.chdir(tmp_path)
    assert command(capsys, "build").status == 0
    assert (project.output / "prod" / "services" / "checkout" / "name.txt").read_text("utf-8") == "checkout\n"
    assert "Names, one a line." in command(capsys, "list").stdout


@pytest.mark.parametrize(
    ("folder", "text", "line"),
    [("causes", NEW_CAUSE, "weather"), ("sli", NEW_KIND, "weather")],
)
def test_one_file_is_found(
    extended: Path, capsys: pytest.CaptureFixture[str], folder: str, text: str, line: str
) -> None:
    """A file in the folder of causes, or of indicators, is one of them."""
    (extended / folder / "of_a_test.py").write_text(text, "utf-8")
    export = {"causes": "CAUSE", "sli": "SLI"}[folder]
    names = [
        getattr(each, "name", "") or getattr(each, "kind", "")
        for each in plugins.discover(f"compiler.{folder}", export)
    ]
    assert line in names
