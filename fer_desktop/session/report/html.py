"""Markup that escapes what it is given, for pages and the drawings in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from fer_desktop.session.exports.text import xml_text

_VOID: Final = frozenset({"meta", "col"})
_ROWS_OF_A_SHORT_TABLE: Final = 16
"""So many stay on one sheet of paper."""


class Html(str):
    """Markup that is right as it stands; any other text is escaped where it is put in."""

    __slots__ = ()


NOTHING: Final = Html()


def tag(name: str, /, *children: str, **attributes: object) -> Html:
    """An element; `class_` is class, `stroke_width` is stroke-width, and what is None is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_value(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{joined(children)}</{name}>")


def joined(parts: Iterable[str]) -> Html:
    """Parts one after the other; those that are no markup are escaped."""
    return Html("".join(part if isinstance(part, Html) else escape(xml_text(part)) for part in parts))


def paragraph(*children: str, class_: str | None = None) -> Html:
    """A paragraph."""
    return tag("p", *children, class_=class_)


def listed(items: Iterable[str]) -> Html:
    """A list with bullets."""
    return tag("ul", *(tag("li", item) for item in items))


def section(key: str, title: str, *children: str) -> Html:
    """A part of the page that the table of contents can lead to."""
    return tag("section", tag("h2", title, id=key), *children, aria_labelledby=key)


def figure(drawing: Html, caption: str = "") -> Html:
    """A drawing with what it shows in words."""
    return tag("figure", drawing, tag("figcaption", caption) if caption else NOTHING)


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    caption: str,
    *,
    words: bool = False,
    remarks: bool = False,
) -> Html:
    """A table whose first column names its rows.

    With `words` all cells are texts, with `remarks` those of the last column, else they are numbers.
    """
    rows = list(rows)
    head = tag("thead", tag("tr", *(tag("th", name, scope="col") for name in header)))
    body = tag(
        "tbody",
        *(tag("tr", tag("th", row[0], scope="row"), *(tag("td", cell) for cell in row[1:])) for row in rows),
    )
    kind = "words" if words else "remarks" if remarks else None
    whole = tag("table", tag("caption", caption), head, body, class_=kind)
    class_ = "wide short" if len(rows) <= _ROWS_OF_A_SHORT_TABLE else "wide"
    # Reached by the keyboard, so that a wide table can be scrolled without a mouse.
    return tag("div", whole, class_=class_, tabindex=0, role="region", aria_label=caption)


def facts(rows: Iterable[tuple[str, str]]) -> Html:
    """Names and what they stand for."""
    return tag("dl", *(joined([tag("dt", name), tag("dd", value)]) for name, value in rows), class_="facts")


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:z.2f}".rstrip("0").rstrip(".")
    return xml_text(str(value))
