"""All explanations on one page that needs no other file."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from training.errors import RunError
from training.files import write_whole
from training.measure.pages import write_page
from training.measure.plots import save_plot

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OWN_TEMPLATES: Final = Path(__file__).with_name("templates")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file and what to say of it."""

    path: Path
    caption: str = ""

    @property
    def source(self) -> str:
        """The file's content as an address, so that the page needs no file beside it."""
        return f"data:image/png;base64,{base64.b64encode(self.path.read_bytes()).decode()}"


@dataclass(slots=True)
class Section:
    """One kind of explanation: how to read it, then its pictures and tables."""

    key: str
    title: str
    reading: str
    """A sentence or two on what can be seen, and what cannot."""
    findings: list[str] = field(default_factory=list)
    """Sentences on what came out here."""
    pictures: list[Picture] = field(default_factory=list)
    tables: list[tuple[str, list[str], list[list[str]]]] = field(default_factory=list)
    """Caption, header and rows."""

    def draw(self, figure: Figure, path: Path, caption: str = "") -> None:
        """Write a plot as PNG, and show it here. Raises `RunError` if it cannot be written."""
        self.pictures.append(Picture(save_plot(figure, path), caption))


def write_rows(rows: Sequence[Any], kind: type[Any], path: Path) -> Path:
    """Write objects of the dataclass `kind` as CSV, one column per field.

    Raises `RunError` if the file cannot be written.
    """
    import pandas as pd

    table = pd.DataFrame([asdict(row) for row in rows], columns=[one.name for one in fields(kind)])
    write_whole(path, table.to_csv(index=False, float_format="%.6g"))
    return path


def write_explained(title: str, summary: str, sections: Sequence[Section], path: Path) -> Path:
    """Fill the page. Raises `RunError` if it cannot be written."""
    values = {"title": title, "summary": summary, "sections": sections}
    try:
        return write_page("explained.html", values, path, OWN_TEMPLATES)
    except OSError as error:
        raise RunError(f"{error.filename}: cannot be read again ({error.strerror}).") from error
