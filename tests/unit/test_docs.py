"""The documentation: nothing that exists is without an entry, and nothing that it says is untrue."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from compiler import names, pipeline
from compiler.burn.policy import BUILT_IN
from compiler.checks.run import checks
from compiler.cli import slo
from compiler.diagnostics import Report
from compiler.model.stack import OUTPUTS
from compiler.rules.rule import Alert
from compiler.rules.service import plan
from compiler.rules.texts.diagnosis import causes
from compiler.schema.documents import DOCUMENTS, kinds
from compiler.schema.reference import MINIMAL, anchor, reference
from compiler.series.page import row_of
from compiler.source.yaml_loader import LOADER

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    [*DOCS.rglob("*.md"), *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG", "tools/README"))]
)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STACK = """apiVersion: slo-compiler.dev/v1
kind: ObservabilityStack
metadata: {name: prod}
spec: {cluster: prod-1, logs: {}}
"""
NAMED = [path.relative_to(ROOT).as_posix() for path in PAGES]


def read(name: str) -> str:
    """A page of docs/."""
    return (DOCS / name).read_text("utf-8")


def headings(text: str) -> list[str]:
    """The headings of a page."""
    return re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)


def commands(group: click.Group = slo, above: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command with its words."""
    for name, command in group.commands.items():
        yield " ".join((*above, name)), command
        if isinstance(command, click.Group):
            yield from commands(command, (*above, name))


def parse(line: str) -> click.Command:
    """The command of a line like ``slo build --check``, its options read as click reads them.

    Raises:
        click.UsageError: there is no such command, option or value.
    """
    args = shlex.split(line.removeprefix("$ "), comments=True)
    while args and "=" in args[0]:
        args.pop(0)
    args = args[: next((i for i, word in enumerate(args) if word in (">", "|", "&&")), len(args))]
    assert args.pop(0) == "slo", line
    command: click.Command = slo
    context = click.Context(slo, info_name="slo")
    while isinstance(command, click.Group) and args:
        name, found, args = command.resolve_command(context, args)
        assert found is not None
        command, context = found, click.Context(found, info_name=name, parent=context)
    return command.make_context(command.name, args).command


@pytest.fixture(autouse=True)
def _in_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_reference_is_fresh() -> None:
    """docs/reference.md is what `make docs` writes."""
    assert read("reference.md") == reference()


def test_reference_has_every_key() -> None:
    """Every kind of document is there, and opens with the least that a service needs."""
    assert reference().index(MINIMAL) < reference().index("## ServiceLevel")
    assert [kind for kind in DOCUMENTS if f"## {kind}" not in reference()] == []


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_command_has_an_entry(name: str) -> None:
    """docs/cli.md names each command, and each of its options where it speaks of it or of all."""
    text = read("cli.md")
    assert f"slo {name}" in text
    if " " not in name:
        assert f"slo {name}" in headings(text)
    own = text.split(f"\n### slo {name.split(maxsplit=1)[0]}\n")[1].split("\n### ")[0]
    general = text.split("\n### ")[0]
    options = [flag for p in dict(commands())[name].params if isinstance(p, click.Option) for flag in p.opts]
    assert [flag for flag in options if f"`{flag}" not in general and flag not in own] == []


def test_option_table_is_true() -> None:
    """The table of common options names the commands that have each."""
    for flag, said in re.findall(
        r"^\| `(--[a-z]+)[^|]*?` \| (.+?) \|", read("cli.md").replace("\\|", "/"), re.MULTILINE
    ):
        having = {name.split()[0] for name, c in commands() for p in c.params if flag in p.opts}
        if "`" in said:
            assert set(re.findall(r"`(\w+)`", said)) == having, flag


def test_every_code_has_an_entry() -> None:
    """docs/diagnostics.md has a section for each code that the compiler may report, and for none besides."""
    used = set()
    for path in (ROOT / "compiler").rglob("*.py"):
        used |= set(re.findall(r"\"(SLO\d{3})\"", path.read_text("utf-8")))
    assert sorted(code for code in headings(read("diagnostics.md")) if re.fullmatch(r"SLO\d{3}", code)) == sorted(
        used
    )


def test_every_check_has_an_entry() -> None:
    """Each check's codes are explained."""
    codes = headings(read("diagnostics.md"))
    assert [code for check in checks() for code in check.codes if code not in codes] == []


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("indicators.md", [kind.kind for kind in kinds()]),
        ("causes.md", [cause.name for cause in causes()]),
        ("output.md", sorted(OUTPUTS)),
        ("language.md", list(DOCUMENTS)),
        ("rules.md", [*BUILT_IN, *names.ALERT_KINDS]),
    ],
)
def test_every_plugin_has_an_entry(page: str, found: list[str]) -> None:
    """Each indicator kind, cause and output has a section; each kind of document, policy and alert its place."""
    text, titles = read(page), headings(read(page))
    assert found
    for name in found:
        assert name in titles or (page in ("language.md", "rules.md") and f"`{name}`" in text), name


def test_every_emitter_has_an_entry() -> None:
    """Whatever writes files is described."""
    assert [found.output for found in pipeline.emitters() if found.output not in headings(read("output.md"))] == []


def test_every_name_is_listed() -> None:
    """docs/series.md has every series that slo/ records and every label of slo:info, docs/naming.md every alert."""
    series, naming = read("series.md"), read("naming.md")
    for catalog in pipeline.catalogs(ROOT / "slo", Report()):
        for service in catalog.services:
            for speed, group in plan(catalog, service).groups.items():
                for rule in group.rules:
                    own = set(rule.labels) - set(service.labels)
                    if isinstance(rule, Alert):
                        assert [n for n in own | {rule.kind} if f"`{n}`" not in naming] == []
                    else:
                        row = row_of(rule.name, speed.split("-")[0])
                        assert row and f"| `{row.name}` |" in series, rule.name
                        assert [n for n in own if f"`{n}`" not in series] == []


@pytest.mark.parametrize("name", NAMED)
def test_links_lead_somewhere(name: str) -> None:
    """Every relative link is a file that exists, and every anchor a heading in it."""
    path = ROOT / name
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", path.read_text("utf-8"))):
        if target.startswith("https://"):
            continue
        file, _, fragment = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), f"{name}: {target}"
        if fragment:
            assert fragment in map(anchor, headings(there.read_text("utf-8"))), f"{name}: {target}"


def blocks(name: str, language: str) -> list[str]:
    """The examples of a language on a page."""
    text = (ROOT / name).read_text("utf-8")
    return [body for kind, body in FENCE.findall(text) if kind == language]


@pytest.mark.parametrize("name", [name for name in NAMED if blocks(name, "yaml")])
def test_examples_compile(name: str, tmp_path: Path) -> None:
    """All documents of a page, together and with a stack, have no error; parts of one fit into a service."""
    folder = tmp_path / "slo"
    folder.mkdir()
    wholes = [body for body in blocks(name, "yaml") if body.startswith("apiVersion")]
    wholes += [_service(n, body) for n, body in enumerate(b for b in blocks(name, "yaml") if _is_part(b))]
    if not any("name: prod}" in body for body in wholes):
        wholes.append(STACK)
    for number, body in enumerate(wholes):
        (folder / f"{number}.yaml").write_text(body, "utf-8")
    report = Report()
    found = pipeline.catalogs(folder, report)
    assert [f"{d.span}: {d.message}" for d in report.items if d.severity.word == "error"] == []
    assert found


def _is_part(body: str) -> bool:
    return body.startswith(("sli:", "runbook:", "alerting:"))


def _service(number: int, part: str) -> str:
    """A service whose one SLO has this part."""
    slo = {"name": "example", "objective": "99.9%", "sli": {"probe": {"metric": "up"}}}
    slo |= yaml.load(part, Loader=LOADER)
    document = {"apiVersion": "slo-compiler.dev/v1", "kind": "ServiceLevel", "metadata": {"name": f"part-{number}"}}
    return json.dumps(document | {"spec": {"slos": [slo]}})


def lines(text: str) -> list[str]:
    """The commands that a page shows as typed."""
    typed = [line for kind, body in FENCE.findall(text) if kind == "console" for line in body.splitlines()]
    return [line for line in typed if re.match(r"\$ (\w+=\S+ )*slo ", line)]


@pytest.mark.parametrize("name", NAMED)
def test_commands_in_docs_exist(name: str) -> None:
    """Each `slo …` that a page shows is a command with these options."""
    text = (ROOT / name).read_text("utf-8")
    for line in lines(text):
        parse(line)
    known = dict(commands())
    for words in re.findall(r"`(slo [a-z][^`]*)`", FENCE.sub("", text)):
        name_of = next((n for n in sorted(known, key=len, reverse=True) if f"{words} ".startswith(f"slo {n} ")), None)
        assert name_of, words
        flags = {flag for p in known[name_of].params for flag in p.opts} | {"--help"}
        assert set(re.findall(r"--[a-z-]+", words)) <= flags, words


@pytest.mark.parametrize("name", ["", *(name for name, _ in commands())])
def test_help_examples_are_true(name: str) -> None:
    """Each example in a command's help is one that can be given."""
    text = CliRunner().invoke(slo, [*name.split(), "--help"]).output
    examples = [
        re.split(r"\s{2,}", line.strip())[0] for line in text.splitlines() if re.match(r" +(\w+=\S+ )?slo ", line)
    ]
    assert examples or name == "completion"
    for example in examples:
        parse(example)


@pytest.mark.parametrize(
    "line",
    [
        "slo explain checkout/availability",
        "slo explain checkout --stack staging",
        "slo show checkout",
        "slo show checkout --stack staging",
        "slo check",
        "slo schema",
        "slo list",
        "slo version",
        "slo completion bash",
    ],
)
def test_examples_that_only_read_run(line: str) -> None:
    """What needs no server and writes nothing runs on our own slo/."""
    assert CliRunner().invoke(slo, line.split()[1:]).exit_code == 0


def test_readme_says_what_explain_says(tmp_path: Path) -> None:
    """The sentence in README.md is the one that its example gives."""
    (tmp_path / "slo").mkdir()
    for number, body in enumerate(blocks("README.md", "yaml")):
        (tmp_path / "slo" / f"{number}.yaml").write_text(body, "utf-8")
    said = CliRunner().invoke(slo, ["explain", "checkout", "--slo", str(tmp_path / "slo")]).output
    (sentence,) = [line for line in said.splitlines() if line.startswith("99.9% over 30 days: ")]
    assert sentence in " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert blocks("README.md", "yaml")[0] == MINIMAL


def test_example_of_a_message(tmp_path: Path) -> None:
    """The message that docs/diagnostics.md opens with is what the mistake gives."""
    (tmp_path / "slo").mkdir()
    (tmp_path / "slo" / "checkout.yaml").write_text(MINIMAL.replace("99.9%", "0.999"), "utf-8")
    (tmp_path / "slo" / "prod.yaml").write_text(STACK, "utf-8")
    said = CliRunner().invoke(slo, ["check", "--slo", str(tmp_path / "slo")]).output
    assert said.startswith(blocks("docs/diagnostics.md", "")[0])


def test_three_steps_to_the_line() -> None:
    """From README.md by two links to the file that writes alerts, which has the function that is named."""
    assert "](docs/architecture.md)" in (ROOT / "README.md").read_text("utf-8")
    assert "](../compiler/rules/alerts.py)" in read("architecture.md")
    assert "def condition(" in (ROOT / "compiler/rules/alerts.py").read_text("utf-8")


def test_every_room_is_on_the_map() -> None:
    """docs/architecture.md names each package and module below compiler/."""
    text = read("architecture.md")
    rooms = [path.name for path in (ROOT / "compiler").iterdir() if (path / "__init__.py").is_file()]
    assert [room for room in rooms if f"`{room}/`" not in text] == []
    modules = [path.name for path in (ROOT / "compiler").glob("*.py") if not path.name.startswith("__")]
    assert [module for module in modules if f"`{module}`" not in text] == []


def test_no_key_without_a_meaning() -> None:
    """Every key of the language says what it means."""
    for row in re.findall(r"^\| `.*$", read("reference.md"), re.MULTILINE):
        assert len(re.split(r"(?<!\\)\|", row)[5].strip()) > 3, row
