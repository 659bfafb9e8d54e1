"""Everything that can be done, in one table: menus, toolbar, shortcuts and the help page are made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from fer_desktop.ui import icons
from fer_desktop.ui import theme as look
from fer_desktop.ui.words import QT_TRANSLATE_NOOP, translate


@dataclass(frozen=True, slots=True)
class Spec:
    """One action: what it is called, which keys, which icon."""

    name: str
    text: str
    keys: str = ""
    icon: str = ""
    short: str = ""
    """For the toolbar, where the text is too long for it."""
    also: str = ""
    """A second key."""


TABLE: Final = (
    Spec("cameras", QT_TRANSLATE_NOOP("Actions", "Cameras, sizes and rates…"), "Ctrl+K", "camera"),
    Spec("open_file", QT_TRANSLATE_NOOP("Actions", "Photo or video…"), "Ctrl+O", "file"),
    Spec("open_folder", QT_TRANSLATE_NOOP("Actions", "Folder of photos…"), "Ctrl+Shift+O", "folder"),
    Spec("open_session", QT_TRANSLATE_NOOP("Actions", "Finished session…"), "Ctrl+R", "folder"),
    Spec("open_stream", QT_TRANSLATE_NOOP("Actions", "Stream address…"), "Ctrl+U"),
    Spec("open_demo", QT_TRANSLATE_NOOP("Actions", "Demo clip"), "Ctrl+D", "face"),
    Spec("close_source", QT_TRANSLATE_NOOP("Actions", "Close source"), "Ctrl+W"),
    Spec("quit", QT_TRANSLATE_NOOP("Actions", "Quit"), "Ctrl+Q"),
    Spec("play", QT_TRANSLATE_NOOP("Actions", "Play or pause"), "Space", "play"),
    Spec("step_back", QT_TRANSLATE_NOOP("Actions", "One frame back"), "Left", "step_back"),
    Spec("step_forward", QT_TRANSLATE_NOOP("Actions", "One frame forward"), "Right", "step_forward"),
    Spec("change_back", QT_TRANSLATE_NOOP("Actions", "Last change of expression"), "Ctrl+Left"),
    Spec("change_forward", QT_TRANSLATE_NOOP("Actions", "Next change of expression"), "Ctrl+Right"),
    Spec("live", QT_TRANSLATE_NOOP("Actions", "Back to live"), "L", also="Home"),
    Spec("zoom_in", QT_TRANSLATE_NOOP("Actions", "Timeline: less time, larger"), "+"),
    Spec("zoom_out", QT_TRANSLATE_NOOP("Actions", "Timeline: more time"), "-"),
    Spec("stretch_begin", QT_TRANSLATE_NOOP("Actions", "A stretch begins here"), "["),
    Spec("stretch_end", QT_TRANSLATE_NOOP("Actions", "A stretch ends here"), "]"),
    Spec("stretch_note", QT_TRANSLATE_NOOP("Actions", "Add a note to the stretch…"), "Ctrl+M", "",
         QT_TRANSLATE_NOOP("Actions", "Add note…")),
    Spec("stretch_copy", QT_TRANSLATE_NOOP("Actions", "Copy the stretch's figures"), "Ctrl+C", "",
         QT_TRANSLATE_NOOP("Actions", "Copy figures")),
    Spec("stretch_export", QT_TRANSLATE_NOOP("Actions", "Export the stretch's rows…"), "Ctrl+E", "",
         QT_TRANSLATE_NOOP("Actions", "Export rows…")),
    Spec("stretch_clear", QT_TRANSLATE_NOOP("Actions", "Forget the stretch"), "Esc", "",
         QT_TRANSLATE_NOOP("Actions", "Close")),
    Spec("record", QT_TRANSLATE_NOOP("Actions", "Record"), "R", "record"),
    Spec("marker", QT_TRANSLATE_NOOP("Actions", "Set a marker"), "M", "marker",
         QT_TRANSLATE_NOOP("Actions", "Marker")),
    Spec("why", QT_TRANSLATE_NOOP("Actions", "Why: what the network looks at"), "W", "why",
         QT_TRANSLATE_NOOP("Actions", "Why")),
    Spec("neutral", QT_TRANSLATE_NOOP("Actions", "My neutral: count from this face at rest"), "N", "face",
         QT_TRANSLATE_NOOP("Actions", "My neutral")),
    Spec("participant", QT_TRANSLATE_NOOP("Actions", "Participant and consent…"), "Ctrl+P"),
    Spec("mirror", QT_TRANSLATE_NOOP("Actions", "Mirror the picture, on screen only"), "X"),
    Spec("sessions", QT_TRANSLATE_NOOP("Actions", "Open the sessions folder"), "Ctrl+Shift+S", "folder"),
    Spec("export", QT_TRANSLATE_NOOP("Actions", "Export the session…"), "Ctrl+Shift+E", "file"),
    Spec("report", QT_TRANSLATE_NOOP("Actions", "Report of the session…"), "Ctrl+Shift+R", "file"),
    Spec("stop_writing", QT_TRANSLATE_NOOP("Actions", "Stop writing the file")),
    Spec("face_auto", QT_TRANSLATE_NOOP("Actions", "Follow the largest face"), "0"),
    Spec("name_face", QT_TRANSLATE_NOOP("Actions", "Name this face…"), "F2"),
    Spec("hide_face", QT_TRANSLATE_NOOP("Actions", "Hide this face"), "H"),
    Spec("show_faces", QT_TRANSLATE_NOOP("Actions", "Show all faces"), "Shift+H"),
    Spec("compact", QT_TRANSLATE_NOOP("Actions", "Small view on top of other windows"), "C", "compact"),
    Spec("full_screen", QT_TRANSLATE_NOOP("Actions", "Full screen"), "F"),
    Spec("settings", QT_TRANSLATE_NOOP("Actions", "Settings…"), "Ctrl+,", "settings"),
    Spec("help", QT_TRANSLATE_NOOP("Actions", "Keys and help"), "F1", "help"),
    Spec("notice", QT_TRANSLATE_NOOP("Actions", "What the numbers mean")),
    Spec("save_notice", QT_TRANSLATE_NOOP("Actions", "Notice for participants…"), "Ctrl+Shift+P"),
    Spec("about", QT_TRANSLATE_NOOP("Actions", "About FER Desktop")),
)  # fmt: skip

_WITH_SHIFT: Final = "Shift"
_NEED_ANYTHING: Final = {"close_source", "face_auto"}
_NEED_SOURCE: Final = {"record"}
_NEED_PLAYING: Final = {"play", "neutral"}
_NEED_PAST: Final = {"step_back", "step_forward", "change_back", "change_forward", "live"}
_NEED_TIMELINE: Final = {"zoom_in", "zoom_out", "stretch_begin", "stretch_end"}
_REPEATED: Final = {*_NEED_PAST, *_NEED_TIMELINE}


class Actions:
    """The table as Qt's actions, connected to what does them."""

    def __init__(self, window: QWidget, handlers: Mapping[str, Callable[[], object]]) -> None:
        self._actions: dict[str, QAction] = {}
        self._icons = {spec.name: spec.icon for spec in TABLE}
        self._theme = look.LIGHT
        for spec in TABLE:
            action = QAction(window)
            if spec.keys:
                action.setShortcuts([QKeySequence(keys) for keys in (spec.keys, spec.also) if keys])
                action.setAutoRepeat(spec.name in _REPEATED)
            handler = handlers[spec.name]
            action.triggered.connect(lambda _=False, handler=handler: handler())
            window.addAction(action)  # shortcuts work in full screen too, where the menu is hidden
            self._actions[spec.name] = action
        for name in ("record", "why", "neutral", "mirror", "face_auto"):
            self._actions[name].setCheckable(True)
        self.retranslate()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def retranslate(self) -> None:
        for spec in TABLE:
            action = self._actions[spec.name]
            action.setText(translate("Actions", spec.text))
            action.setIconText(" " + translate("Actions", spec.short or spec.text))
            keys = _native(spec.keys)
            action.setToolTip(f"{action.text()} ({keys})" if keys else action.text())

    def set_theme(self, theme: look.Theme) -> None:
        self._theme = theme
        for name, symbol in self._icons.items():
            self._paint(name, symbol)

    def set_playing(self, playing: bool) -> None:
        """The play button shows what a press will do."""
        symbol = "pause" if playing else "play"
        if self._icons["play"] != symbol:
            self._icons["play"] = symbol
            self._paint("play", symbol)
        action = self._actions["play"]
        action.setIconText(" " + (translate("Actions", "Pause") if playing else translate("Actions", "Play")))

    def set_recording(self, recording: bool) -> None:
        action = self._actions["record"]
        action.setChecked(recording)
        action.setIconText(
            " " + (translate("Actions", "Stop") if recording else translate("Actions", "Record"))
        )
        self._actions["marker"].setEnabled(recording)
        self._icons["record"] = "stop" if recording else "record"
        self._paint("record", self._icons["record"])

    def set_on(self, name: str, on: bool) -> None:
        """Show that something is switched on."""
        self._actions[name].setChecked(on)
        self._paint(name, self._icons[name])

    def enable(self, *, source: bool, playing: bool, past: bool) -> None:
        """What can be done now: with a source, with one that plays, with one that has a past."""
        opened = source or past
        needs = (
            (_NEED_ANYTHING, opened),
            (_NEED_SOURCE, source),
            (_NEED_PLAYING, playing),
            (_NEED_PAST | _NEED_TIMELINE, past),
        )
        for names, on in needs:
            for name in names:
                self._actions[name].setEnabled(on)

    def _paint(self, name: str, symbol: str) -> None:
        if not symbol:
            return
        theme = self._theme
        colour = theme.danger if name == "record" and symbol == "record" else theme.text
        if self._actions[name].isChecked():
            colour = theme.on_accent
        self._actions[name].setIcon(icons.icon(symbol, colour, theme.muted))


def keys_of_help() -> list[tuple[str, str]]:
    """(keys, what they do) for the help page, in the table's order."""
    rows = [
        (", ".join(_native(keys) for keys in (spec.keys, spec.also) if keys), spec.text)
        for spec in TABLE
        if spec.keys
    ]
    rows.append(("1 – 9", QT_TRANSLATE_NOOP("Actions", "Choose the face with this number")))
    rows.append((_WITH_SHIFT, QT_TRANSLATE_NOOP("Actions", "Drag over the timeline: choose a stretch")))
    rows.append(("Esc", QT_TRANSLATE_NOOP("Actions", "Leave full screen or the small view")))
    return [(keys, translate("Actions", text)) for keys, text in rows]


def _native(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
