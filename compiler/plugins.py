"""Finds one-file extensions: every module of a package that exports one well-known name."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import Any


@cache
def discover(package: str, export: str) -> tuple[Any, ...]:
    """The value named ``export`` of each module or package directly below ``package``, by module name.

    Modules without it are helpers and are passed over.

    Raises:
        ImportError: a module cannot be imported.
    """
    root = importlib.import_module(package)
    names = sorted(info.name for info in pkgutil.iter_modules(root.__path__))
    modules: list[ModuleType] = [importlib.import_module(f"{package}.{name}") for name in names]
    return tuple(getattr(module, export) for module in modules if hasattr(module, export))
