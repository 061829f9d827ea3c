"""Which files below slo/ are read, in which order, and what is said of those that cannot be."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from compiler.diagnostics import Report, ToolError
from compiler.source.files import read_documents
from tests.unit.language import SERVICE, STACK, Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def problems(folder: Path) -> list[str]:
    report = Report()
    read_documents(folder, report)
    return [f"{d.span} {d.code} {d.message}; {d.hint}" for d in report.sorted()]


def test_yaml_files_are_read_at_any_depth_sorted_by_path_and_others_are_not(project: Project) -> None:
    for name in ("b/c/deep.yml", "a.yaml", "b.yaml", "notes.txt", "a.yaml.bak", "B.yaml"):
        project.write(name, SERVICE)
    found = read_documents(project.slo, Report())
    assert [d.file for d in found] == ["slo/B.yaml", "slo/a.yaml", "slo/b.yaml", "slo/b/c/deep.yml"]


def test_a_document_knows_its_kind_name_folder_and_place(project: Project) -> None:
    project.write("shop/all.yaml", STACK + "---\n" + SERVICE)
    found = read_documents(project.slo, Report())
    assert [(d.kind, d.name, d.folder) for d in found] == [
        ("ObservabilityStack", "prod", "slo/shop"),
        ("ServiceLevel", "checkout", "slo/shop"),
    ]
    assert [str(d.name_span) for d in found] == ["slo/shop/all.yaml:3:18", "slo/shop/all.yaml:17:18"]


@pytest.mark.parametrize("given", [".", "../slo", "./"])
def test_files_are_named_by_the_folder_whatever_it_was_called_by(
    project: Project, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    project.write("a.yaml", SERVICE)
    monkeypatch.chdir(project.slo)
    assert [d.file for d in read_documents(Path(given), Report())] == ["slo/a.yaml"]


def test_no_folder_is_wrong_usage_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"there is no folder .*; `slo new service NAME` writes a first file into it"):
        read_documents(tmp_path / "slo", Report())


def test_a_byte_order_mark_and_windows_line_ends_are_read(project: Project) -> None:
    project.write("a.yaml", b"\xef\xbb\xbf" + SERVICE.replace("\n", "\r\n").encode())
    (found,) = read_documents(project.slo, Report())
    assert (found.name, str(found.name_span)) == ("checkout", "slo/a.yaml:3:18")


@pytest.mark.parametrize("text", ["", "\n\n", "# a remark\n", "---\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_told(project: Project, text: str | bytes) -> None:
    project.write("a.yaml", text)
    assert problems(project.slo) == ["slo/a.yaml SLO007 is empty; delete it, or write a document into it"]


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"caf\xe9", "1:4"),
        ("é: 1\n  é".encode() + b"\xff", "2:4"),
        (b"\xff\xfea\x00", "1:1"),
        (b"\xef\xbb\xbfa\xff", "1:2"),
    ],
)
def test_what_is_not_utf_8_is_told_at_its_character(project: Project, raw: bytes, place: str) -> None:
    project.write("a.yaml", raw)
    assert problems(project.slo) == [f"slo/a.yaml:{place} SLO002 is not UTF-8 here; save the file as UTF-8"]


def test_a_file_may_have_a_megabyte_and_not_a_byte_more(project: Project) -> None:
    project.write("a.yaml", SERVICE + "#" * (1_048_576 - len(SERVICE)))
    assert problems(project.slo) == []
    project.write("a.yaml", SERVICE + "#" * (1_048_577 - len(SERVICE)))
    assert problems(project.slo) == ["slo/a.yaml SLO003 is larger than 1 MiB; split it"]


def test_what_is_no_file_is_told_and_not_opened(project: Project) -> None:
    (project.slo / "folder.yaml").mkdir()
    os.mkfifo(project.slo / "fifo.yaml")
    (project.slo / "device.yaml").symlink_to("/dev/zero")
    (project.slo / "dangling.yaml").symlink_to("nowhere")
    (project.slo / "loop.yaml").symlink_to("loop.yaml")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(project.slo / "s.yaml"))
        found = problems(project.slo)
    assert found == [
        "slo/dangling.yaml SLO006 cannot be read: No such file or directory; it is a link to what does not exist",
        "slo/device.yaml SLO006 is not a file that can be read; it is a device",
        "slo/fifo.yaml SLO006 is not a file that can be read; it is a FIFO",
        "slo/folder.yaml SLO006 is not a file that can be read; it is a folder",
        "slo/loop.yaml SLO006 cannot be read: Too many levels of symbolic links; it is a link to what does not exist",
        "slo/s.yaml SLO006 is not a file that can be read; it is a socket",
    ]


def test_a_link_to_a_file_is_read(project: Project, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text(SERVICE, "utf-8")
    (project.slo / "a.yaml").symlink_to(tmp_path / "elsewhere")
    assert [d.name for d in read_documents(project.slo, Report())] == ["checkout"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [(b"a\nb.yaml", r"slo/a\nb.yaml"), (b"\x1b[31m.yaml", r"slo/\x1b[31m.yaml"), (b"\xff.yaml", r"slo/\xff.yaml")],
)
def test_a_file_name_that_cannot_be_printed_is_refused(project: Project, name: bytes, shown: str) -> None:
    """It would stand in the first line of what is compiled, and a line end in it would end that comment."""
    path = os.fsencode(project.slo) + b"/" + name
    with open(path, "wb") as file:  # noqa: PTH123 - no str is this name
        file.write(SERVICE.encode())
    assert problems(project.slo) == [f"{shown} SLO006 its name holds characters that cannot be printed; rename it"]
