"""How the plots look, how they are written, and the curves of runs.

A plot goes into a file as PNG or SVG on white, or into a page as SVG whose ink takes the colour of the
text around it, so that it reads in light and in dark.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fer_desktop.emotions import COLOURS
from training.errors import RunError

# matplotlib takes a second that `--help` and `list` should not, so functions import it.
if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK: Final = "#1f2328"
"""Text and axes; in pages it becomes the page's text colour."""
FAINT: Final = "#8b949e"
"""Grid and guides; readable on white and on black."""
BLUE: Final = "#0072B2"
VERMILION: Final = "#D55E00"
PALETTE: Final = (BLUE, VERMILION, "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#999999", "#F0E442")
"""Okabe and Ito's colours, those that read best on white first."""
DRAWN: Final = ("epoch", "loss", "rate")
"""Columns that every history has."""
DASHES: Final = ("-", "--", ":", "-.")

_LOOK: Final[dict[Any, Any]] = {
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": FAINT,
    "grid.alpha": 0.25,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "font.size": 10,
    "lines.linewidth": 1.8,
    # Pictures stay as many pixels as they have, however many share the axes.
    "image.composite_image": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "training",
}


@contextmanager
def look() -> Iterator[None]:
    """The look of every plot here; figures are made and written inside it."""
    import matplotlib as mpl

    with mpl.rc_context(_LOOK):
        yield


def new_figure(width: float, height: float) -> Figure:
    """An empty figure, its size in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def style_of(number: int) -> tuple[str, str]:
    """Colour and dashes of a curve: no two of the first 32 are alike."""
    return PALETTE[number % len(PALETTE)], DASHES[number // len(PALETTE) % len(DASHES)]


def colour_of(label: str, number: int) -> str:
    """The product's colour of an expression; the palette's next for any other label."""
    return COLOURS.get(label, style_of(number)[0])


def label_columns(axes: Axes, labels: Sequence[str]) -> None:
    """Name columns 0, 1, 2... below the axes, aslant where words would run into each other."""
    aslant: dict[str, Any] = (
        {"rotation": 35, "ha": "right", "rotation_mode": "anchor"} if max(map(len, labels)) > 3 else {}
    )
    axes.set_xticks(range(len(labels)), labels, **aslant)


def save_plot(figure: Figure, path: Path) -> Path:
    """Write as .png or .svg. Raises `RunError` if the file cannot be written."""
    metadata = {"Date": None} if path.suffix == ".svg" else None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with look():
            figure.savefig(path, dpi=150, metadata=metadata)
    except OSError as error:
        raise RunError(f"{path}: cannot be written ({error.strerror}).") from error
    return path


def page_svg(figure: Figure, key: str, text: str) -> str:
    """The figure as an SVG element for a page; `key` keeps its ids apart, `text` is for screen readers."""
    file = io.StringIO()
    with look():
        figure.savefig(file, format="svg", transparent=True)
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' xmlns(:\w+)?="[^"]*"', "", svg)
    svg = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{key}-", svg)
    svg = svg.replace(INK, "currentColor")
    size = re.search(r'width="([\d.]+)pt" height="[\d.]+pt"', svg)
    assert size is not None
    label = f'role="img" aria-label="{html.escape(text)}" style="width:{float(size[1]) / 12:.1f}rem"'
    return svg.replace(size[0], label, 1)


def read_history(path: Path) -> dict[str, list[float]]:
    """The columns of a `history.csv`, one row at least. Raises `RunError` if it is missing or torn."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        columns = {name: [float(row[name]) for row in rows] for name in (rows[0] if rows else ())}
    except OSError as error:
        raise RunError(f"{path}: cannot be read ({error.strerror}).") from error
    except (ValueError, TypeError, csv.Error) as error:
        raise RunError(f"{path}: is no history of a run ({error}).") from error
    missing = [name for name in DRAWN if name not in columns]
    if missing:
        raise RunError(
            f"{path}: is no history of a run; it has no row with {', '.join(missing)}. Delete it, and pages "
            "leave the curves out."
        )
    return columns


def plot_history(history: Path, picture: Path) -> None:
    """Draw the curves of a `history.csv` as .png or .svg."""
    save_plot(history_figure(read_history(history)), picture)


def history_figure(history: Mapping[str, Sequence[float]]) -> Figure:
    """Accuracy of each head, losses and learning rate over the epochs."""
    epochs = history["epoch"]
    with look():
        figure = new_figure(10, 3.4)
        right, loss, rate = figure.subplots(1, 3, width_ratios=(5, 5, 3))
        heads = [name for name in history if name.endswith("_accuracy")]
        for number, name in enumerate(heads):
            percent = [100 * value for value in history[name]]
            colour, _ = style_of(number)
            right.plot(epochs, percent, color=colour, label=name.removesuffix("_accuracy"), **_dots(epochs))
            best = max(range(len(percent)), key=percent.__getitem__)
            right.plot(epochs[best], percent[best], "o", mfc="none", mec=colour, ms=9)
            right.annotate(
                f"{percent[best]:.1f}",
                (epochs[best], percent[best]),
                (0, 8),
                textcoords="offset points",
                ha="center",
                fontsize=9,
                color=INK,
            )
        right.set(title="Right on the validation part (%)", xlabel="epoch")
        right.margins(y=0.12)
        right.legend(loc="lower right")
        loss.plot(epochs, history["loss"], color=INK, label="training", **_dots(epochs))
        if "validation_loss" in history:
            loss.plot(
                epochs, history["validation_loss"], "--", color=VERMILION, label="validation", **_dots(epochs)
            )
        loss.set(title="Loss", xlabel="epoch")
        loss.legend(loc="upper right")
        rate.plot(epochs, history["rate"], color=FAINT, **_dots(epochs))
        rate.set(title="Learning rate", xlabel="epoch")
        rate.set_ylim(bottom=0)
        for axes in (right, loss, rate):
            _whole_epochs(axes)
            _mark_sizes(axes, epochs, history.get("size", ()))
    return figure


def overlaid_histories(runs: Mapping[str, Mapping[str, Sequence[float]]], column: str) -> Figure:
    """One column of several histories over the epochs: `loss`, or `<head>_accuracy` in per cent."""
    share = column.endswith("_accuracy")
    with look():
        figure = new_figure(6.4, 3.8)
        axes = figure.subplots()
        for number, (name, history) in enumerate(runs.items()):
            if column in history:
                colour, dashes = style_of(number)
                values = [100 * value if share else value for value in history[column]]
                axes.plot(history["epoch"], values, dashes, color=colour, label=name, **_dots(values))
        words = column.removesuffix("_accuracy").replace("_", " ")
        title = f"Right on the validation part, {words} (%)" if share else words.capitalize()
        axes.set(title=title, xlabel="epoch")
        axes.legend()
        _whole_epochs(axes)
    return figure


def _dots(points: Sequence[float]) -> dict[str, Any]:
    """A short curve shows its points, a long one is clearer without."""
    return {"marker": "o", "markersize": 3.5} if len(points) <= 40 else {}


def _whole_epochs(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))


def _mark_sizes(axes: Axes, epochs: Sequence[float], sizes: Sequence[float]) -> None:
    """A line where the pictures became larger."""
    for epoch, before, after in zip(epochs[1:], sizes, sizes[1:], strict=False):
        if before != after:
            axes.axvline(epoch - 0.5, color=FAINT, linestyle=":", linewidth=1.2)
            axes.annotate(
                f"{after:.0f} px",
                (epoch - 0.5, 0.02),
                (3, 0),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                fontsize=8,
                color=FAINT,
            )
