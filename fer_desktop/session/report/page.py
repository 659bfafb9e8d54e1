"""The frame of every report: one file that loads nothing, reads on any screen, and prints well."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Final

from fer_desktop.session.report.html import Html, joined, section, tag

_STYLE: Final = """
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem clamp(1rem, 4vw, 3rem) 4rem; max-width: 72rem;
  background: #fff; color: #1a1e27;
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
h1 { font-size: 1.9rem; line-height: 1.2; margin: .25rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; margin: 3rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid #d0d5de; }
h3 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p, li { max-width: 46rem; }
a { color: #0a5c91; }
.faint, caption, figcaption, .tile span, dt { color: #4d5563; }
.note { border-left: 4px solid #d55e00; padding: .2rem 0 .2rem .9rem; margin: 1rem 0; max-width: 46rem; }
.note p { margin: .3rem 0; }
.tiles {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .75rem; margin: 1.5rem 0;
}
.tile { border: 1px solid #d0d5de; border-radius: .5rem; padding: .7rem 1rem; }
.tile b { display: block; font-size: 1.5rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
.tile span { font-size: .85rem; display: block; }
nav ol { columns: 2; max-width: 40rem; padding-left: 1.4rem; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .875rem; }
caption { text-align: left; padding-bottom: .4rem; }
th, td { padding: .3rem .45rem; border-bottom: 1px solid #d0d5de; text-align: right; white-space: nowrap; }
th:first-child {
  padding-left: 0; text-align: left; min-width: 6rem; max-width: 16rem; overflow-wrap: anywhere;
  white-space: normal;
}
.words td, .words th { text-align: left; white-space: normal; overflow-wrap: anywhere; }
.remarks td:last-child, .remarks th:last-child { text-align: left; }
thead th, thead th:first-child {
  color: #4d5563; font-weight: 600; vertical-align: bottom; overflow-wrap: normal;
}
tbody th { font-weight: 500; }
figure { margin: 1.25rem 0 1.75rem; }
figcaption { font-size: .9rem; max-width: 46rem; margin-top: .3rem; }
svg { display: block; width: 100%; height: auto; }
.facts { display: grid; grid-template-columns: minmax(9rem, 14rem) 1fr; gap: .2rem 1rem; margin: 1rem 0; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.methods { border: 1px solid #d0d5de; border-radius: .5rem; padding: .8rem 1rem; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  nav ol { columns: 1; }
  .facts { grid-template-columns: 1fr; }
  figure { overflow-x: auto; }
  svg { min-width: 36rem; }
}
@media print {
  @page { margin: 15mm; }
  body { max-width: none; padding: 0; font-size: 10pt; color: #000; }
  a { color: inherit; text-decoration: none; }
  h1, h2, h3, caption { break-after: avoid; }
  figure, .tile, .short, tr, .note, .methods { break-inside: avoid; }
  .wide { overflow: visible; }
  table { font-size: 8pt; }
  th, td { padding: .15rem .35rem; }
  thead { display: table-header-group; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""

_SESSION: Final = "fer-desktop-session"
_OF_SESSION: Final = re.compile(f'<meta name="{_SESSION}" content="([^"]*)">')
_HEAD_LETTERS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the page and its entry in the table of contents."""

    key: str
    title: str
    content: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the head of a page."""

    name: str
    value: str
    note: str


def page(
    kind: str,
    title: str,
    summary: str,
    tiles: Sequence[Tile],
    parts: Sequence[Part],
    *,
    sessions: Sequence[str],
) -> Html:
    """The whole file; `sessions_of` tells the names of the sessions again."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        *(tag("meta", name=_SESSION, content=session) for session in sessions),
        # Nothing in the page asks for anything from elsewhere, and nothing may.
        tag(
            "meta",
            http_equiv="Content-Security-Policy",
            content="default-src 'none'; style-src 'unsafe-inline'",
        ),
        tag("title", f"{title}: {kind.lower()}"),
        tag("style", Html(_STYLE)),
    )
    contents = tag(
        "nav",
        tag("ol", *(tag("li", tag("a", part.title, href=f"#{part.key}")) for part in parts)),
        aria_label="Contents",
    )
    header = tag(
        "header",
        tag("p", kind, class_="faint"),
        tag("h1", title),
        tag("p", summary),
        tag("div", *map(_tile, tiles), class_="tiles"),
        contents,
    )
    body = tag("body", header, tag("main", *(section(part.key, part.title, *part.content) for part in parts)))
    return joined([Html("<!DOCTYPE html>\n"), tag("html", head, body, lang="en"), Html("\n")])


def sessions_of(path: Path) -> frozenset[str]:
    """Names of the sessions that a report was made from; none if the file is no report. Raises OSError."""
    with path.open(encoding="utf-8", errors="replace") as file:
        return frozenset(map(unescape, _OF_SESSION.findall(file.read(_HEAD_LETTERS))))


def note(sentences: Sequence[str]) -> Html:
    """What a reader must not miss; nothing where there is nothing to say."""
    if not sentences:
        return Html()
    return tag("div", *(tag("p", sentence) for sentence in sentences), class_="note", role="note")


def _tile(tile: Tile) -> Html:
    return tag("div", tag("span", tile.name), tag("b", tile.value), tag("span", tile.note), class_="tile")
