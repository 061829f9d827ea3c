"""What is wrong with what was given to draw, or with the machine that draws it."""

from __future__ import annotations


class PreviewError(Exception):
    """Nothing can be drawn; the message is for people."""
