"""In which forms a session leaves, and where they go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fer_desktop.ui.readout import announce
from fer_desktop.ui.scrolled import Scrolled
from fer_desktop.ui.theme import px
from fer_desktop.ui.words import translate

FORMS: Final[dict[str, tuple[object, object]]] = {
    "xlsx": (
        QT_TRANSLATE_NOOP("Export", "Excel workbook"),
        QT_TRANSLATE_NOOP("Export", "Log, states, events, summary and dictionary, a sheet each."),
    ),
    "csv": (
        QT_TRANSLATE_NOOP("Export", "Tables (CSV)"),
        QT_TRANSLATE_NOOP("Export", "The session's own tables, a summary, and what every column means."),
    ),
    "pack": (
        QT_TRANSLATE_NOOP("Export", "Research pack"),
        QT_TRANSLATE_NOOP(
            "Export",
            "One file with all forms, a methods paragraph and the model card. Opens again as a session.",
        ),
    ),
    "elan": (
        QT_TRANSLATE_NOOP("Export", "ELAN"),
        QT_TRANSLATE_NOOP("Export", "A tier for each face and one for events, linked with the video."),
    ),
    "parquet": (
        QT_TRANSLATE_NOOP("Export", "Parquet"),
        QT_TRANSLATE_NOOP("Export", "Typed columns for Python, R and databases."),
    ),
    "bids": (
        QT_TRANSLATE_NOOP("Export", "BIDS"),
        QT_TRANSLATE_NOOP("Export", "Events and evenly sampled faces, as brain imaging studies keep them."),
    ),
    "openface": (
        QT_TRANSLATE_NOOP("Export", "OpenFace"),
        QT_TRANSLATE_NOOP("Export", "For scripts that read OpenFace 2."),
    ),
    "facereader": (
        QT_TRANSLATE_NOOP("Export", "FaceReader"),
        QT_TRANSLATE_NOOP("Export", "A detailed and a state log of each face."),
    ),
}
"""Title and explanation of each form, by its name; the most usual first."""
_FIRST: Final = ("xlsx",)
_MARGIN: Final = 24
_WIDTH: Final = 640
_REST: Final = 210
"""Height of what stands under the forms."""
_SHARE_OF_SCREEN: Final = 0.9


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was chosen."""

    formats: tuple[str, ...]
    folder: Path
    """Where they go. A film always goes into the session."""
    film: bool = False
    blur: bool = False


class ExportDialog(QDialog):
    """Ticks for the forms, one place for all of them."""

    def __init__(
        self,
        folder: Path,
        parent: QWidget,
        export: Callable[[Wanted], object],
        there: Callable[[Wanted], Sequence[Path]],
        *,
        can_be_filmed: bool,
    ) -> None:
        """`folder` is suggested. `there` tells which files of a wish exist already and would be replaced."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._folder = folder
        self._export = export
        self._there = there
        self.setWindowTitle(translate("Export", "Export the session"))
        self.forms = {name: QCheckBox(translate("Export", str(title))) for name, (title, _) in FORMS.items()}
        self.film = QCheckBox(translate("Export", "Annotated video"))
        self.blur = QCheckBox(translate("Export", "Hide all faces in it"))
        rows = self._rows(can_be_filmed=can_be_filmed)
        self._where = QLabel()
        self._where.setWordWrap(True)
        change = QPushButton(translate("Export", "Change…"))
        change.setAccessibleName(translate("Export", "Change the folder that the exports go to"))
        change.clicked.connect(self._ask_folder)
        place = QHBoxLayout()
        place.addWidget(self._where, 1)
        place.addWidget(change)
        self._told = QLabel()
        self._told.setObjectName("muted")
        self._told.setWordWrap(True)
        buttons = QDialogButtonBox()
        self.go = buttons.addButton(translate("Export", "Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setObjectName("primary")
        buttons.addButton(translate("Settings", "Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        layout.setSpacing(16)
        layout.addWidget(Scrolled(rows), 1)
        layout.addLayout(place)
        layout.addWidget(self._told)
        layout.addWidget(buttons)
        for box in (*self.forms.values(), self.film):
            box.toggled.connect(self._check)
        self._check()
        self.forms[_FIRST[0]].setFocus()
        room = self.screen().availableSize()
        size = self.sizeHint().expandedTo(QSize(px(_WIDTH), rows.sizeHint().height() + px(_REST)))
        self.resize(size.boundedTo(QSize(room.width(), round(_SHARE_OF_SCREEN * room.height()))))

    @property
    def wanted(self) -> Wanted:
        """What is ticked now."""
        formats = tuple(name for name, box in self.forms.items() if box.isChecked())
        return Wanted(formats, self._folder, self.film.isChecked(), self.blur.isChecked())

    @property
    def told(self) -> str:
        """What will be replaced; empty where nothing is there yet."""
        return self._told.text()

    def choose_folder(self, folder: Path) -> None:
        """Let the exports go there."""
        self._folder = folder
        self._check()

    def _rows(self, *, can_be_filmed: bool) -> QWidget:
        rows = QWidget()
        grid = QGridLayout(rows)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(_MARGIN)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        for name, (_, meaning) in FORMS.items():
            self.forms[name].setChecked(name in _FIRST)
            self._add(grid, self.forms[name], translate("Export", str(meaning)))
        film = translate("Export", "The file's pictures and sound with boxes, labels and bars.")
        if not can_be_filmed:
            film = translate("Export", "Only of sessions that were made from a video file.")
        self.film.setEnabled(can_be_filmed)
        self._add(grid, self.film, film)
        self.blur.setEnabled(False)
        self.film.toggled.connect(self.blur.setEnabled)
        grid.addWidget(self.blur, grid.rowCount(), 1)
        return rows

    def _add(self, grid: QGridLayout, box: QCheckBox, meaning: str) -> None:
        row = grid.rowCount()
        explained = QLabel(meaning)
        explained.setObjectName("muted")
        explained.setWordWrap(True)
        box.setAccessibleDescription(meaning)
        grid.addWidget(box, row, 0)
        grid.addWidget(explained, row, 1)

    def _check(self) -> None:
        wanted = self.wanted
        self._where.setText(translate("Export", "To: {folder}").format(folder=wanted.folder))
        names = ", ".join(path.name for path in self._there(wanted))
        told = translate("Export", "There already, and replaced: {names}").format(names=names)
        if names and told != self._told.text():
            announce(self, told)
        self._told.setText(told if names else "")
        self._told.setVisible(bool(names))
        self.go.setEnabled(bool(wanted.formats) or wanted.film)

    def _ask_folder(self) -> None:
        title = translate("Export", "Where the exports go")
        dialog = QFileDialog(self, title, str(self._folder))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda chosen: self.choose_folder(Path(chosen)))
        dialog.open()

    def _accept(self) -> None:
        self._export(self.wanted)
        self.accept()
