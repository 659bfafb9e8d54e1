"""Reports and exports of sessions, rows of a stretch: where they go is asked, then they are written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from fer_desktop.capture.source import SourceKind
from fer_desktop.errors import SessionError
from fer_desktop.session.exports.stretch import Stretch, export_stretch
from fer_desktop.session.frames import has_media_time
from fer_desktop.session.reader import read_session
from fer_desktop.session.recorder import Recorder
from fer_desktop.ui.export_dialog import ExportDialog, Wanted
from fer_desktop.ui.lens import Span
from fer_desktop.ui.moments import TimeBase
from fer_desktop.ui.outputs import Report
from fer_desktop.ui.words import translate

if TYPE_CHECKING:
    from fer_desktop.session.exports.persons import Told
    from fer_desktop.ui.main_window import MainWindow

_HTML: Final = "HTML (*.html)"
_CSV: Final = "CSV (*.csv)"
_SHARE_OF_FILM: Final = 0.8
"""Of the time that all forms and the film take."""
_THOUSANDTHS: Final = 1000


def made_of(folder: Path, wanted: Wanted) -> list[Path]:
    """The files and folders that a wish stands for."""
    from fer_desktop.session.exports.formats import FORMATS  # noqa: PLC0415 - only when asked
    from fer_desktop.session.film.annotate import FILE  # noqa: PLC0415

    name = folder.resolve().name
    made = [wanted.folder / f"{name}{FORMATS[form].ending}" for form in wanted.formats]
    return [*made, folder / FILE] if wanted.film else made


def sentence_of(told: Told) -> str:
    """What exports carry of persons, in the window's language."""
    persons = told.persons
    parts = {
        translate("Outputs", "the participant's code ({code})").format(code=persons.participant): (
            persons.participant
        ),
        translate("Outputs", "a consent, noted by {name}").format(name=persons.noted_by): persons.noted_by,
        translate("Outputs", "names given to faces ({names})").format(names=", ".join(persons.names)): (
            persons.names
        ),
        translate("Outputs", "notes about stretches"): persons.notes,
    }
    sentence = translate("Outputs", "Before you hand on {files}, look at what goes along: {parts}.")
    return sentence.format(
        files=", ".join(f"'{name}'" for name in told.files),
        parts="; ".join(words for words, there in parts.items() if there),
    )


def part_of(report: Report, begins: float, share: float) -> Report:
    """Hears of a part of the work as of the whole, in thousandths."""
    return lambda done, total: report(
        round(_THOUSANDTHS * (begins + share * (done / total if total else 0))), _THOUSANDTHS
    )


class OutputCommands:
    """Handlers of the actions that write files."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What each action of the table does, by its name."""
        return {
            "report": self.ask_report,
            "export": self.ask_export,
            "stretch_export": self.ask_stretch,
            "stop_writing": self._window.controller.outputs.cancel,
        }

    def refresh(self) -> None:
        """Let the actions say what can be written now."""
        actions = self._window.actions_
        for name in ("report", "export"):
            actions[name].setEnabled(self._session() is not None)
        actions["stop_writing"].setEnabled(self._window.controller.outputs.busy)
        span = self._window.timeline.stretch
        actions["stretch_export"].setEnabled(span is not None and self._logged(span) is not None)

    def ask_report(self) -> None:
        """Let the user say where the report of the session goes."""
        folder = self._session()
        if folder is not None:
            title = translate("Outputs", "Report of {name}").format(name=folder.name)
            self._ask(title, folder / "report.html", _HTML, lambda out: self.write_report(folder, out))

    def write_report(self, folder: Path, out: Path) -> None:
        """Write the report of a session to a file."""

        def write(report: Report) -> str:
            from fer_desktop.session.report.report import report_session  # noqa: PLC0415 - only when asked

            report_session(folder, out, replace=True, report=report)
            return ""

        self._window.controller.outputs.make(out, write, self._window.commands.show_folder)

    def ask_export(self) -> None:
        """Let the user say in which forms the session leaves."""
        from fer_desktop.session.film.annotate import can_be_filmed  # noqa: PLC0415 - only when asked

        folder = self._session()
        if folder is None:
            return
        try:
            kind = read_session(folder).metadata.source.kind
        except SessionError as error:
            self._window.notifications.post_error(error, "output")
            return
        ExportDialog(
            folder / "exports",
            self._window,
            lambda wanted: self.write_exports(folder, wanted),
            lambda wanted: [path for path in made_of(folder, wanted) if path.exists()],
            can_be_filmed=can_be_filmed(SourceKind(kind)),
        ).open()

    def write_exports(self, folder: Path, wanted: Wanted) -> None:
        """Write what is wanted of a session, over what is there."""

        def write(report: Report) -> str:
            from fer_desktop.session.exports.export import export, told_of_persons  # noqa: PLC0415
            from fer_desktop.session.film.annotate import annotate  # noqa: PLC0415

            forms, told = list(wanted.formats), []
            film_begins = 0.0 if not forms else 1 - _SHARE_OF_FILM if wanted.film else 1.0
            if forms:
                hear = part_of(report, 0.0, film_begins)
                made = export(folder, forms, wanted.folder, replace=True, report=hear)
                told = [sentence_of(one) for one in told_of_persons(folder, forms, made)]
            if wanted.film:
                hear = part_of(report, film_begins, 1 - film_begins)
                film = annotate(folder, blur=wanted.blur, replace_film=True, report=hear)
                told += [film.note] if film is not None and film.note else []
            return " ".join(told)

        out = wanted.folder if wanted.formats else made_of(folder, wanted)[0]
        self._window.controller.outputs.make(out, write, self._window.commands.show_folder)

    def ask_stretch(self) -> None:
        """Let the user say where the rows of the stretch go."""
        span = self._window.timeline.stretch
        folder = None if span is None else self._logged(span)
        if span is None or folder is None:
            return
        stretch = self._stretch(span)
        first, last = (f"{t:.1f}".rstrip("0").rstrip(".") for t in (stretch.start, stretch.end))
        suggested = folder / f"stretch_{first}-{last}.csv"
        title = translate("Outputs", "Export the rows of this stretch")
        self._ask(title, suggested, _CSV, lambda out: self.write_stretch(folder, stretch, out))

    def write_stretch(self, folder: Path, stretch: Stretch, out: Path) -> None:
        """Write the rows of a stretch to a file."""

        def write(report: Report) -> str:
            rows = export_stretch(folder, stretch, out, report=report)
            return translate("Outputs", "{count} rows of the log.").format(count=rows)

        self._window.controller.outputs.make(out, write, self._window.commands.show_folder)

    def _ask(self, title: str, suggested: Path, kind: str, then: Callable[[Path], object]) -> None:
        dialog = QFileDialog(self._window, title, str(suggested.parent), kind)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suggested.suffix[1:])
        dialog.selectFile(suggested.name)
        dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
        dialog.open()

    def _session(self) -> Path | None:
        """The session that is open or, beside a source, the one that was recorded last."""
        controller = self._window.controller
        if controller.session is not None:
            return controller.session.session.folder
        return controller.recording.last

    def _logged(self, span: Span) -> Path | None:
        """The session whose log has this stretch of the timeline, finished or still being recorded."""
        controller = self._window.controller
        if controller.session is not None:
            return controller.session.session.folder
        recorder = self._recorder(span)
        return None if recorder is None else recorder.folder

    def _recorder(self, span: Span) -> Recorder | None:
        controller, history = self._window.controller, self._window.timeline.history
        if controller.current is None:
            return None
        clock = history is not None and history.time_base is TimeBase.CLOCK
        return controller.recording.recorder_of(controller.current.engine, span if clock else None)

    def _stretch(self, span: Span) -> Stretch:
        """A stretch of the timeline in the log's own times."""
        controller, history = self._window.controller, self._window.timeline.history
        base = TimeBase.MEDIA if history is None else history.time_base
        if base is TimeBase.INDEX:
            return Stretch("frame", span.start, span.end)
        if controller.session is not None:
            media = has_media_time(controller.session.session.metadata)
            return Stretch("media_t_s" if media else "t_s", span.start, span.end)
        recorder = self._recorder(span)
        if base is TimeBase.CLOCK and recorder is not None:
            return Stretch("t_s", recorder.t_s(span.start), recorder.t_s(span.end))
        return Stretch("media_t_s", span.start, span.end)
