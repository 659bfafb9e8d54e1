"""How long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Progress = Callable[[Iterable[Any], str, int | None], Iterable[Any]]
"""Called with what is gone through, words for it, and how many there are; gives the same back, one by one."""


def silent(items: Iterable[Any], _words: str, _total: int | None) -> Iterable[Any]:
    """Tells nothing."""
    return items
