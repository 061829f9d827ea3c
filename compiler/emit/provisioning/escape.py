"""What others would read into a text: Grafana the environment, Helm a template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def provisioned(value: Any) -> Any:
    """``$`` doubled: a provisioning file would put the environment in its place."""
    return _texts(value, lambda text: text.replace("$", "$$"))


def templated(value: Any) -> Any:
    """``{{`` as a template that gives it: the chart hands the data sources in its values to ``tpl``."""
    return _texts(value, lambda text: text.replace("{{", "{{`{{`}}"))


def _texts(value: Any, change: Callable[[str], str]) -> Any:
    """A value with each text in it changed, keys left as they are."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _texts(item, change) for key, item in value.items()}
    return [_texts(item, change) for item in value] if isinstance(value, list) else value
