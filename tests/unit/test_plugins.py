"""One-file extensions are found by what their module exports."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from compiler import plugins


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An importable package with nothing in it; what it made importable goes again."""
    folder = tmp_path / "extensions_of_a_test"
    folder.mkdir()
    (folder / "__init__.py").write_text("", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.startswith(folder.name)]:
        del sys.modules[name]
    plugins.discover.cache_clear()


def test_modules_and_packages_are_found_by_name_and_helpers_are_passed_over(package: Path) -> None:
    (package / "b.py").write_text("THING = 'b'", "utf-8")
    (package / "helper.py").write_text("OTHER = 1", "utf-8")
    (package / "a").mkdir()
    (package / "a" / "__init__.py").write_text("THING = 'a'", "utf-8")
    assert plugins.discover(package.name, "THING") == ("a", "b")


def test_one_more_file_is_all_that_it_takes(package: Path) -> None:
    assert plugins.discover(package.name, "THING") == ()
    plugins.discover.cache_clear()
    (package / "new.py").write_text("THING = 'new'", "utf-8")
    assert plugins.discover(package.name, "THING") == ("new",)


def test_a_module_that_does_not_import_is_an_error_and_not_left_out(package: Path) -> None:
    (package / "broken.py").write_text("import no_such_module_at_all", "utf-8")
    with pytest.raises(ImportError, match="no_such_module_at_all"):
        plugins.discover(package.name, "THING")
