"""What became of a mutant."""

from __future__ import annotations

from dataclasses import dataclass

from tests.mutation.mutants import Mutant

SAME = "proof"
REPLAY = "replay"


@dataclass(frozen=True)
class Verdict:
    """A mutant and what saw it: the title of a case, the replay, or nothing; or the proof that it is no change."""

    mutant: Mutant
    seen_by: str

    @property
    def lives(self) -> bool:
        """Whether it is a change, as far as is known, and nothing saw it."""
        return not self.seen_by

    @property
    def same(self) -> bool:
        """Whether it is proved to be no change."""
        return self.seen_by == SAME
