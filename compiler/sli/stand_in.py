"""What an indicator kind must say that only names another: all but its words and its checks is that one's."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from compiler.diagnostics import Report
from compiler.shapes import Spec
from compiler.sli.kind import Words


class StandIn(ABC):
    """A kind that stands for another one, which is what is counted."""

    kind: str
    record: type[Spec]
    doc: str
    example: str

    @abstractmethod
    def reduces(self, spec: Any) -> tuple[str, Mapping[str, Any]]:
        """The kind that it stands for, by name, and the fields of that kind's record."""

    @abstractmethod
    def words(self, spec: Any) -> Words:
        """How people speak of it."""

    @abstractmethod
    def check(self, spec: Any, report: Report) -> None:
        """Problems within what was written; of what it stands for the other kind tells."""
