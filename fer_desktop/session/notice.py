"""The page for the person who is recorded: who, what, how long, and which rights. English and Spanish.

The pages are in assets/notice; `{{name}}` in them is filled in.
"""

from __future__ import annotations

import html
import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from fer_desktop import paths
from fer_desktop.session.folder import cannot_write

VERSION: Final = "1"
"""Rises with every change of the pages; a consent names it. A test holds the two together."""
LANGUAGES: Final = ("en", "es")
_TO_SIGN: Final = "<!-- to sign -->"
_FIELD: Final = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Blanks:
    """What only the person who records knows; what is empty is left to be filled in by hand."""

    who: str = ""
    contact: str = ""
    purpose: str = ""
    keep: str = ""


EMPTY: Final = Blanks()


def notice_page(language: str, blanks: Blanks = EMPTY) -> str:
    """A whole page that needs nothing but itself; empty fields can be typed into, or filled in on paper."""
    values = {**asdict(blanks), "version": VERSION}
    page = notice_file(language).read_text(encoding="utf-8")
    return _FIELD.sub(lambda field: html.escape(values.get(field[1], "")), page)


def notice_to_read(language: str, blanks: Blanks = EMPTY) -> str:
    """The page without the lines to sign, and without sizes of letters: the window has its own."""
    page = notice_page(language, blanks).partition(_TO_SIGN)[0]
    head, _, rest = page.partition("<style>")
    return head + rest.partition("</style>")[2]


def notice_file(language: str) -> Path:
    """Where the page comes from."""
    return paths.assets_dir() / "notice" / f"{language}.html"


def write_notice(path: Path, language: str, blanks: Blanks = EMPTY) -> None:
    """Put the page in place in one step; raises `SessionError`."""
    temporary = path.with_name(f"{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(notice_page(language, blanks), encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise cannot_write(path.parent, error) from error
