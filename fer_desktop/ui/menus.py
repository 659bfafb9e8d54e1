"""Menu bar and toolbar, made from the table of actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar, QSizePolicy, QToolBar, QToolButton, QWidget

from fer_desktop.settings import TABLE
from fer_desktop.settings_store import SettingsStore
from fer_desktop.ui import theme as look
from fer_desktop.ui.actions import Actions
from fer_desktop.ui.cameras import Camera, Cameras
from fer_desktop.ui.theme import px
from fer_desktop.ui.words import QT_TRANSLATE_NOOP, translate

_MENUS: Final = (
    (
        QT_TRANSLATE_NOOP("Menus", "&Open"),
        (
            "@cameras",
            "cameras",
            "open_file",
            "open_folder",
            "open_session",
            "open_stream",
            "open_demo",
            "@recent",
            "",
            "close_source",
            "quit",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Menus", "&Playback"),
        (
            "play",
            "step_back",
            "step_forward",
            "change_back",
            "change_forward",
            "",
            "live",
            "zoom_in",
            "zoom_out",
            "",
            "@faces",
            "face_auto",
            "name_face",
            "hide_face",
            "show_faces",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Menus", "&Session"),
        (
            "record",
            "marker",
            "",
            "stretch_begin",
            "stretch_end",
            "stretch_note",
            "stretch_copy",
            "stretch_export",
            "stretch_clear",
            "",
            "participant",
            "report",
            "export",
            "stop_writing",
            "sessions",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Menus", "&View"),
        (
            "why",
            "neutral",
            "mirror",
            "",
            "compact",
            "full_screen",
            "",
            "@theme",
            "@text_size",
            "@language",
            "",
            "settings",
        ),
    ),
    (QT_TRANSLATE_NOOP("Menus", "&Help"), ("help", "notice", "save_notice", "", "about")),
)
_SOURCES: Final = (
    "@cameras",
    "cameras",
    "open_file",
    "open_folder",
    "open_session",
    "open_stream",
    "open_demo",
    "@recent",
)

_WIDEST_NAME: Final = 220
_NARROWEST_NAME: Final = 64
_WITHOUT_TEXT: Final = ("play", "marker", "record", "neutral", "why")
"""Buttons that show only their symbol where there is no room, the best known symbols first."""
_TICK_MS: Final = 50
_SYMBOL: Final = 18


class Menus:
    """Builds menus once per language; what changes by itself is filled in when a menu opens."""

    def __init__(
        self,
        window: QMainWindow,
        actions: Actions,
        store: SettingsStore,
        *,
        cameras: Cameras,
        open_source: Callable[[str], object],
        choose_face: Callable[[int], object],
        choose_setting: Callable[[str, str], object],
    ) -> None:
        self._window = window
        self._actions = actions
        self._store = store
        self._cameras = cameras
        self._open_source = open_source
        self._choose_setting = choose_setting
        self._faces: list[QAction] = []
        self._source = ""
        self._asking: QMenu | None = None
        """The menu that waits for the cameras of now."""
        self._written: tuple[Camera, ...] | None = None
        for number in range(1, 10):
            action = QAction(window)
            action.setShortcut(QKeySequence(str(number)))
            action.triggered.connect(lambda _=False, number=number: choose_face(number))
            window.addAction(action)
            self._faces.append(action)
        self.source_menu = QMenu(window)
        self.source_button = QToolButton()
        self.toolbar = QToolBar()
        self._make_toolbar()
        self.retranslate()

    def retranslate(self) -> None:
        """Build all menus in the language of now."""
        bar = self._window.menuBar()
        self._asking = None
        _empty(bar)
        for number, action in enumerate(self._faces, 1):
            action.setText(translate("Menus", "Face {number}").format(number=number))
        for title, names in _MENUS:
            self._fill(bar.addMenu(translate("Menus", title)), names)
        _empty(self.source_menu)
        self._fill(self.source_menu, _SOURCES)
        self.source_button.setToolTip(translate("Menus", "Choose what to look at"))
        self.toolbar.setWindowTitle(translate("Menus", "Toolbar"))
        more = self.toolbar.findChild(QToolButton, "qt_toolbar_ext_button")
        if isinstance(more, QToolButton):
            more.setAccessibleName(translate("Menus", "More buttons"))

    @property
    def face_keys(self) -> list[QAction]:
        """The actions of 1 to 9."""
        return self._faces

    def set_source_name(self, name: str) -> None:
        """What is open, on the source button."""
        self._source = name or translate("Menus", "Choose a source")
        self.source_button.setAccessibleName(translate("Menus", "Source: {name}").format(name=self._source))
        self.fit()

    def fit(self) -> None:
        """Make the bar as narrow as the window, so that no button has to give way.

        First the source's name is cut, then one button after the other is left with its symbol, its text
        being in the tool tip and in what a screen reader says.
        """
        for name in _WITHOUT_TEXT:
            self._show_text(name, on=True)
        written = self._write_source(_WIDEST_NAME)
        if (over := self._too_wide()) > 0:
            self._write_source(max(look.px(_NARROWEST_NAME), written - over))
        for name in _WITHOUT_TEXT:
            if self._too_wide() <= 0:
                break
            self._show_text(name, on=False)

    def _too_wide(self) -> int:
        return self.toolbar.sizeHint().width() - self._window.width()

    def _show_text(self, name: str, *, on: bool) -> None:
        button = self.toolbar.widgetForAction(self._actions[name])
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if on else Qt.ToolButtonStyle.ToolButtonIconOnly
        if isinstance(button, QToolButton) and button.toolButtonStyle() != style:
            button.setToolButtonStyle(style)

    def _write_source(self, width: int) -> int:
        """Write the name in so many pixels; returns how many it takes."""
        metrics = self.source_button.fontMetrics()
        text = metrics.elidedText(self._source, Qt.TextElideMode.ElideMiddle, width)
        self.source_button.setText(" " + text)
        return metrics.horizontalAdvance(text)

    def fill_cameras(self, menu: QMenu) -> None:
        """Show the cameras that are known, and those of now as soon as the drivers have told."""
        self._cameras.look()
        self._write_cameras(menu)
        self._asking = menu
        self._follow_cameras()

    def _follow_cameras(self) -> None:
        if self._cameras.looking:
            QTimer.singleShot(_TICK_MS, self._window, self._follow_cameras)
        elif self._asking is not None and self._cameras.known != self._written:
            self._write_cameras(self._asking)

    def _write_cameras(self, menu: QMenu) -> None:
        menu.clear()
        self._written = cameras = self._cameras.known
        for camera in cameras or ():
            action = menu.addAction(camera.name)
            action.triggered.connect(lambda _=False, text=camera.source: self._open_source(text))
        if cameras is None:
            menu.addAction(translate("Cameras", "Looking for cameras …")).setEnabled(False)
        elif not cameras:
            menu.addAction(translate("Menus", "No camera found")).setEnabled(False)

    def fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        for text in self._store.current.recent:
            is_file = "://" not in text and not text.startswith("camera:")
            action = menu.addAction(Path(text).name if is_file else text)
            action.setToolTip(text)
            action.triggered.connect(lambda _=False, text=text: self._open_source(text))
        if not self._store.current.recent:
            menu.addAction(translate("Menus", "Nothing opened yet")).setEnabled(False)

    def scale(self) -> None:
        """Let the symbols go with the text."""
        self.toolbar.setIconSize(QSize(px(_SYMBOL), px(_SYMBOL)))

    def _make_toolbar(self) -> None:
        bar, button = self.toolbar, self.source_button
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setObjectName("source")
        button.setMenu(self.source_menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.addWidget(button)
        for name in ("play", "record", "marker", "why", "neutral"):
            bar.addAction(self._actions[name])
        spring = QWidget()
        spring.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(spring)
        for name in ("settings", "help"):
            bar.addAction(self._actions[name])
            quiet = bar.widgetForAction(self._actions[name])
            quiet.setObjectName("quiet")
            if isinstance(quiet, QToolButton):
                quiet.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        for child in bar.findChildren(QToolButton):
            child.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._window.addToolBar(bar)

    def _fill(self, menu: QMenu, names: Sequence[str]) -> None:
        menu.setToolTipsVisible(True)
        for name in names:
            if not name:
                menu.addSeparator()
            elif not name.startswith("@"):
                menu.addAction(self._actions[name])
            elif name == "@cameras":
                cameras = menu.addMenu(translate("Menus", "Camera"))
                cameras.aboutToShow.connect(lambda menu=cameras: self.fill_cameras(menu))
            elif name == "@recent":
                recent = menu.addMenu(translate("Menus", "Opened recently"))
                recent.setToolTipsVisible(True)
                recent.aboutToShow.connect(lambda menu=recent: self.fill_recent(menu))
            elif name == "@faces":
                menu.addMenu(translate("Menus", "Choose a face")).addActions(self._faces)
            else:
                self._add_choices(menu, name[1:])

    def _add_choices(self, menu: QMenu, setting: str) -> None:
        line = next(line for line in TABLE if line.name == setting)
        choices = menu.addMenu(translate("Settings", line.title))
        group = QActionGroup(choices)
        actions: dict[str, QAction] = {}
        for value, text in line.choices:
            actions[value] = action = choices.addAction(translate("Settings", text))
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, value=value: self._choose_setting(setting, value))
            group.addAction(action)
        # It may be chosen elsewhere, too.
        choices.aboutToShow.connect(lambda: actions[getattr(self._store.current, setting)].setChecked(True))


def _empty(menu: QMenu | QMenuBar) -> None:
    """Clear it, and delete the menus under it, which `clear` leaves alive."""
    for action in menu.actions():
        under = action.menu()
        if isinstance(under, QMenu):
            under.deleteLater()
    menu.clear()
