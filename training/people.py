"""Which expressions people show in their photos (document B): a table, and charts that compare them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.errors import UserError
from fer_desktop.vision.model_file import read_model_file
from training.data.pictures import folders_in
from training.errors import DataError
from training.files import write_whole
from training.measure.plots import INK, colour_of, look, new_figure, save_plot
from training.onnx_files import open_model
from training.photos import Face, FaceFinder, Watch, photos_in

# pandas takes a second that `--help` should not, so functions import it.
if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

NO_FACE: Final = "no face"
DAMAGED: Final = "damaged"


class Reader:
    """Reads the expressions of photos with a model file."""

    def __init__(self, model: Path, detector: str = "") -> None:
        """Raises `DataError` or `ExportError` if the model or the detector cannot be used."""
        try:
            described = read_model_file(model)
        except UserError as error:
            raise DataError(str(error)) from error
        self._head = described.heads[0]
        self._session = open_model(model)
        self._finder = FaceFinder(detector, described.crop, described.input_size)

    @property
    def labels(self) -> tuple[str, ...]:
        """What the model's first head tells apart."""
        return self._head.labels

    def faces(self, photo: Path) -> list[tuple[Face, NDArray[np.float32]]]:
        """Each face of a photo with its calibrated probabilities (C,), the largest first."""
        faces = self._finder.faces(photo)
        if not faces:
            return []
        pixels = np.stack([face.image for face in faces])[:, None].astype(np.float32)
        (logits,) = self._session.run([self._head.output], {"face": pixels})
        scaled = np.asarray(logits, np.float64) / self._head.temperature
        shares = np.exp(scaled - scaled.max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        return list(zip(faces, shares.astype(np.float32), strict=True))


@dataclass(frozen=True, slots=True)
class Findings:
    """What people show: one row per photo, and how often each label came per person."""

    photos: pd.DataFrame
    """person, photo, label (or why there is none), number of faces, probability of each label."""
    absolute: pd.DataFrame
    """Photos per person (rows) and label; also those without a face and the damaged ones."""
    relative: pd.DataFrame
    """Shares of the photos with a face per person (rows) and label."""


def check_out(root: Path, out: Path) -> None:
    """Raises `DataError` if `out` lies among the people's folders under `root`: the next time, the charts
    there would be taken for a person's photos."""
    album, place = root.resolve(), out.resolve()
    if place != album and place.is_relative_to(album):
        raise DataError(
            f"{out}: lies in the album {root}, whose folders are people, so its charts would be taken for "
            "photos; choose an --out elsewhere."
        )


def read_people(root: Path, reader: Reader, watch: Watch = iter) -> Findings:
    """Read the largest face of each photo in one folder per person under `root`.

    Raises `DataError` if there are no such folders, or one is empty.
    """
    folders = folders_in(root) if root.is_dir() else []
    if not folders:
        raise DataError(f"{root}: has no sub-folders; make one per person, with that person's photos.")
    person_of = {photo: folder.name for folder in folders for photo in photos_in(folder)}
    rows = [
        {"person": person_of[photo], "photo": photo.relative_to(root).as_posix(), **_read(photo, reader)}
        for photo in watch(list(person_of))
    ]
    return summarise_people(rows, reader.labels)


def _read(photo: Path, reader: Reader) -> dict[str, object]:
    try:
        faces = reader.faces(photo)
    except DataError:
        return {"label": DAMAGED, "faces": 0}
    if not faces:
        return {"label": NO_FACE, "faces": 0}
    shares = faces[0][1]
    by_label = dict(zip(reader.labels, map(float, shares), strict=True))
    return {"label": reader.labels[int(shares.argmax())], "faces": len(faces), **by_label}


def summarise_people(rows: Iterable[dict[str, object]], labels: Sequence[str]) -> Findings:
    """Count labels per person; rows as `Findings.photos` has them."""
    import pandas as pd

    photos = pd.DataFrame(rows).reindex(columns=["person", "photo", "label", "faces", *labels])
    counts = pd.crosstab(photos["person"], photos["label"])
    absolute = counts.reindex(columns=[*labels, NO_FACE, DAMAGED], fill_value=0)
    absolute.columns.name = None
    shown = absolute[list(labels)]
    # Without any face there are no shares: not 0 of everything.
    relative = shown.div(shown.sum(axis=1).where(lambda total: total > 0), axis=0)
    return Findings(photos, absolute, relative)


def write_findings(findings: Findings, out: Path) -> list[Path]:
    """Write `people.xlsx` with three sheets, the same as CSV files, and the chart `people.png`."""
    import pandas as pd

    tables = {
        "photos": findings.photos.set_index("person"),
        "absolute": findings.absolute,
        "relative": findings.relative,
    }
    book = io.BytesIO()
    with pd.ExcelWriter(book, engine="openpyxl") as writer:
        for name, table in tables.items():
            table.to_excel(writer, sheet_name=name)
            sheet = writer.sheets[name]
            sheet.freeze_panes = "B2"
            for column in sheet.columns:
                widest = max(len(str(cell.value if cell.value is not None else "")) for cell in column)
                sheet.column_dimensions[column[0].column_letter].width = min(40, max(10, widest + 2))
                for cell in column[1:]:
                    if isinstance(cell.value, float):
                        cell.number_format = "0.0%"
    write_whole(out / "people.xlsx", book.getvalue())
    for name, table in tables.items():
        write_whole(out / f"{name}.csv", table.to_csv(lineterminator="\n"))
    save_plot(draw_people(findings), out / "people.png")
    return [out / "people.xlsx", *(out / f"{name}.csv" for name in tables), out / "people.png"]


def draw_people(findings: Findings) -> Figure:
    """One bar per person, divided by how often each expression came."""
    relative = findings.relative.dropna()
    seen = findings.absolute[list(relative.columns)].sum(axis=1)
    with look():
        figure = new_figure(9, 1.6 + 0.55 * max(2, len(relative)))
        axes = figure.subplots()
        places = np.arange(len(relative))
        left = np.zeros(len(relative))
        for number, label in enumerate(relative.columns):
            share = 100 * relative[label].to_numpy()
            ink = _ink_on(colour_of(label, number))
            axes.barh(
                places, share, 0.7, left, color=colour_of(label, number), edgecolor="white", label=label
            )
            for place, (start, width) in enumerate(zip(left, share, strict=True)):
                if width >= 5:
                    axes.text(
                        start + width / 2,
                        place,
                        f"{width:.0f}",
                        ha="center",
                        va="center",
                        fontsize=9,
                        color=ink,
                    )
            left += share
        names = [f"{person}  ({seen[person]})" for person in relative.index]
        axes.set_yticks(places, names)
        axes.invert_yaxis()
        axes.grid(visible=False)
        axes.set(xlim=(0, 100), xlabel="share of the photos with a face (%); in brackets their number")
        axes.set_title("Expressions per person", pad=12)
        figure.legend(loc="outside lower center", ncols=4)
    return figure


def _ink_on(colour: str) -> str:
    """What reads on a colour: white where it is dark."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return INK if 0.3 * red + 0.59 * green + 0.11 * blue > 110 else "white"


def draw_photo(face: Face, shares: NDArray[np.float32], labels: Sequence[str], title: str) -> Figure:
    """A face as the network sees it, and a bar for each probability."""
    with look():
        figure = new_figure(7.5, 3.2)
        picture, axes = figure.subplots(1, 2, width_ratios=(1, 1.6))
        picture.imshow(face.image, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        picture.axis("off")
        places = np.arange(len(labels))
        colours = [colour_of(label, number) for number, label in enumerate(labels)]
        axes.barh(places, 100 * shares, color=colours)
        for place, share in enumerate(shares):
            axes.text(100 * share + 1, place, f"{100 * share:.1f}", va="center", fontsize=9, color=INK)
        axes.set_yticks(places, labels)
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        axes.set(xlim=(0, 112), xlabel="probability (%)", title=title)
        axes.set_xticks(range(0, 101, 20))
    return figure
