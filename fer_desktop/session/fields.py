"""Whether a JSON object holds what a dataclass describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints


def without_none(hint: Any) -> Any:
    """`X` for the type `X | None`, a value that may be null; any other type as it is."""
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    return kinds[0] if type(None) in get_args(hint) and len(kinds) == 1 else hint


def wrong_fields(kind: type, data: object, name: str = "the whole") -> Iterator[str]:
    """What is missing or of a wrong type, each as `field is ...`; unknown fields are of a newer version."""
    if not isinstance(data, Mapping):
        yield f"{name} is not an object"
        return
    prefix = "" if name == "the whole" else f"{name}."
    later = {entry.name for entry in fields(kind) if entry.default is None}
    for field, hint in _hints(kind).items():
        if field in data:
            yield from _wrong_value(hint, data[field], prefix + field)
        elif field not in later:
            yield f"{prefix}{field} is missing"


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _wrong_value(hint: Any, value: object, name: str) -> Iterator[str]:
    kind = without_none(hint)
    if value is None and kind is not hint:
        return
    if get_origin(kind) is dict:
        if not isinstance(value, Mapping):
            yield f"{name} is not an object"
        elif get_args(kind)[1] is not Any:
            for key, entry in value.items():
                yield from _wrong_value(get_args(kind)[1], entry, f"{name}.{key}")
    elif get_origin(kind) is tuple:
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            yield f"{name} is not a list of texts"
    elif is_dataclass(kind) and isinstance(kind, type):
        yield from wrong_fields(kind, value, name)
    elif not _is_a(value, kind):
        yield f"{name} is not of type {kind.__name__}"


def _is_a(value: object, kind: type) -> bool:
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (int, float)) if kind is float else isinstance(value, kind)
