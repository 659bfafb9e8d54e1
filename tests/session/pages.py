"""Pages as a browser takes them apart."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"meta", "col"}


class Page(HTMLParser):
    """A page as a browser takes it apart; fails where an element is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.loads: list[str] = []
        self.elements: set[str] = set()
        self.tables: list[list[list[str]]] = []
        self.unnamed: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.elements.add(name)
        if name not in VOID:
            self._open.append(name)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if str(values.get("href", "")).startswith("#"):
            self.targets.append(str(values["href"])[1:])
        self.loads += [str(values[key]) for key in ("src", "srcset", "data", "action") if key in values]
        if name == "svg" and not values.get("aria-label"):
            self.unnamed.append(name)
        if name == "th" and values.get("scope") not in {"col", "row"}:
            self.unnamed.append(name)
        if name == "table":
            self.tables.append([])
        if name == "tr":
            self.tables[-1].append([])
        if name in {"td", "th"}:
            self.tables[-1][-1].append("")

    def handle_endtag(self, name: str) -> None:
        assert self._open.pop() == name

    def handle_data(self, data: str) -> None:
        if self._open and {"td", "th"} & set(self._open):
            self.tables[-1][-1][-1] += data

    def rows(self, first_header: str) -> dict[str, list[str]]:
        """The first table whose first column is called so: rows by their names."""
        table = next(table for table in self.tables if table[0][0] == first_header)
        return {row[0]: row[1:] for row in table[1:]}


def drawings(text: str) -> list[str]:
    return re.findall(r"<svg.*?</svg>", text, re.DOTALL)
