"""The composition root: ties the rooms together and runs the window."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Final

import onnxruntime  # noqa: F401 - on Windows its DLLs must be loaded before Qt's
from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from fer_desktop import paths
from fer_desktop.capture.choose import make_source
from fer_desktop.capture.discovery import CameraIdentity, list_cameras
from fer_desktop.capture.modes import USUAL, CameraWish, Modes, modes_of
from fer_desktop.capture.source import Source
from fer_desktop.link.live import OFF, LinkChoice
from fer_desktop.session.folder import sessions_folder
from fer_desktop.settings import Settings, camera_choice
from fer_desktop.settings_store import SettingsStore
from fer_desktop.ui import icons
from fer_desktop.ui.camera_permission import camera_gate
from fer_desktop.ui.cameras import THUMBNAIL, Camera, Cameras
from fer_desktop.ui.compare import LoadSecond
from fer_desktop.ui.controller import LiveController
from fer_desktop.ui.garbage import Collector
from fer_desktop.ui.linking import link_of
from fer_desktop.ui.main_window import MainWindow
from fer_desktop.ui.notifications import Notification, Notifications, Severity
from fer_desktop.ui.theme import ThemeKeeper
from fer_desktop.ui.why import LoadInsight
from fer_desktop.ui.words import Words, translate
from fer_desktop.vision.insight import Insight
from fer_desktop.vision.second import SecondNetwork
from fer_desktop.vision.vision import Vision

log = logging.getLogger(__name__)

APP_ID: Final = "io.github.fer_desktop.FerDesktop"
"""The name of the program's entry in the system's menu, by which windows are matched to their icon."""
_PICTURE_SIZE: Final = (1280, 800)
_LOG_BYTES: Final = 1_000_000
_TICK_MS: Final = 20


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says instead of the settings, for this run only."""

    model: str = ""
    detector: str = ""
    provider: str = "auto"
    link: LinkChoice = OFF


def cameras() -> list[Camera]:
    """The cameras that are plugged in now, as the menu shows them."""
    found = list_cameras()
    names = [camera.name for camera in found]
    return [
        Camera(
            camera.name,
            f"camera:{camera.name if names.count(camera.name) == 1 else camera.index}",
            camera.key,
            camera.index,
        )
        for camera in found
    ]


def camera_modes(camera: Camera) -> Modes:
    """What a camera of the menu can be asked for."""
    found = next((identity for identity in list_cameras() if identity.key == camera.key), None)
    return USUAL if found is None else modes_of(found)


def camera_preview(camera: Camera) -> Source:
    """A camera of the menu as a source of thumbnails."""
    return make_source(camera.source, lambda _: CameraWish(*THUMBNAIL, fps=15.0))


def source_maker(
    store: SettingsStore, plugged_in: Callable[[], Collection[str]] = tuple
) -> Callable[[str], Source]:
    """How sources are made: a camera is asked for what was chosen for it.

    `plugged_in` gives the keys of the cameras that are there now.
    """

    def wish(camera: CameraIdentity) -> CameraWish:
        choice = camera_choice(store.current, camera.key, plugged_in())
        chosen = CameraWish(choice.width, choice.height, choice.fps, choice.pixels)
        # Somebody may have edited the file.
        return chosen if min(choice.width, choice.height) > 0 and len(choice.pixels) == 4 else CameraWish()

    return lambda text: make_source(text, wish)


def vision_loader(overrides: Overrides) -> Callable[[Settings], Vision]:
    """How the network is loaded: the command line wins over the settings."""

    def load(settings: Settings) -> Vision:
        model = paths.find_model(overrides.model or settings.model)
        provider = settings.provider if overrides.provider == "auto" else overrides.provider
        return Vision(model, overrides.detector or settings.detector, provider, thrifty=True)

    return load


def second_loader(settings: Settings) -> SecondNetwork:
    """How the network to compare with is loaded."""
    return SecondNetwork(paths.find_model(settings.compare), settings.provider)


def first_source(store: SettingsStore, found: Sequence[Camera]) -> str:
    """What to open when nothing was asked for: the camera that was used last or the first one, else the demo
    clip."""
    for used in (store.current.last_source, *store.current.recent):
        for camera in found:
            if used in {camera.source, f"camera:{camera.index}"}:
                return camera.source
    return found[0].source if found else "demo"


class Program:
    """Application, window and what they need, put together; `window.close()` ends it."""

    def __init__(
        self,
        settings_path: Path | None = None,
        overrides: Overrides = Overrides(),
        *,
        make: Callable[[str], Source] | None = None,
        find_cameras: Callable[[], Sequence[Camera]] = cameras,
        modes: Callable[[Camera], Modes] = camera_modes,
        preview: Callable[[Camera], Source] = camera_preview,
        load_vision: Callable[[Settings], Vision] | None = None,
        load_insight: LoadInsight = Insight,
        load_second: LoadSecond = second_loader,
        theme: str = "",
    ) -> None:
        self.app = application()
        self.store = SettingsStore(settings_path or paths.settings_file())
        self.notifications = Notifications()
        self.words = Words(self.app)
        self.words.speak(self.store.current.language)
        self.themes = ThemeKeeper(self.app, theme or self.store.current.theme, self.store.current.text_size)
        self._cameras = Cameras(find_cameras, modes, preview)
        self.controller = LiveController(
            self.store,
            self.notifications,
            make or source_maker(self.store, lambda: self._cameras.keys),
            load_vision or vision_loader(overrides),
            load_insight=load_insight,
            load_second=load_second,
            camera_allowed=camera_gate(self.app),
        )
        self.window = MainWindow(
            store=self.store,
            controller=self.controller,
            notifications=self.notifications,
            themes=self.themes,
            words=self.words,
            cameras=self._cameras,
        )
        self.controller.link.switch(overrides.link if overrides.link.on else link_of(self.store.current))
        if self.store.trouble is not None:
            self.notifications.post_error(self.store.trouble, "settings")

    def open_first(self, asked: str | None) -> None:
        """Open what was asked for, else a camera, else the demo clip, and say so."""
        self.controller.reminder.look(sessions_folder(self.store.current))
        self._cameras.look()
        if asked is not None:
            self.controller.open(asked)
            return
        self._open_found()

    def _open_found(self) -> None:
        """Once the drivers have told which cameras there are, unless the user was quicker."""
        window, controller = self.window, self.controller
        opened = controller.pending, controller.current, controller.session, controller.failure
        if any(one is not None for one in (*opened, controller.sessions.progress)):
            return
        if not (window.isVisible() or window.compact.isVisible()):
            return  # closed meanwhile
        if self._cameras.looking:
            QTimer.singleShot(_TICK_MS, window, self._open_found)
            return
        text = first_source(self.store, self._cameras.known or ())
        if text == "demo":
            self.notifications.post(
                Notification(
                    Severity.INFO,
                    translate("App", "No camera was found, so this is the demo clip."),
                    translate("App", "Its faces are averages of many people: they are nobody's."),
                    "demo",
                )
            )
        self.controller.open(text)


def application() -> QApplication:
    """The one QApplication, made if there is none yet."""
    # `opencv-python`, if a user has it, points this variable at its own Qt 5 plugins.
    os.environ.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("FER Desktop")
    app.setDesktopFileName(APP_ID)
    app.setWindowIcon(icons.app_icon())
    return app


def log_into(path: Path) -> Callable[[], None]:
    """Write warnings of the program into a file, which never grows beyond some megabytes; returns what ends
    that. Where it cannot be written, the program goes on without."""
    logger = logging.getLogger("fer_desktop")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8")
    except OSError:
        log.warning("%s cannot be written", path)
        return lambda: None
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    logger.addHandler(handler)

    def end() -> None:
        logger.removeHandler(handler)
        handler.close()

    return end


def install_hooks(notifications: Notifications) -> Callable[[], None]:
    """Show what nobody caught as a notification, from whichever thread; returns what undoes it."""
    before = sys.excepthook, threading.excepthook

    def tell(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        log.error("not caught", exc_info=(kind, error or kind(), trace))
        notifications.post(
            Notification(
                Severity.ERROR,
                translate("App", "Something went wrong inside the program ({error}).").format(error=error),
                translate("App", "It goes on; please report this."),
                "bug",
            )
        )

    def main_thread(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        tell(kind, error, trace)

    def other_threads(args: threading.ExceptHookArgs) -> None:
        if args.exc_type is not SystemExit:
            tell(args.exc_type, args.exc_value, args.exc_traceback)

    def undo() -> None:
        sys.excepthook, threading.excepthook = before

    sys.excepthook, threading.excepthook = main_thread, other_threads
    return undo


def _tell_qt_message(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Without a screen there is no window manager, and Qt says so for every window."""
    if "propagateSizeHints" not in text:
        sys.stderr.write(f"{text}\n")


def hush_qt(app: QApplication) -> Callable[[], None]:
    """Keep Qt's remarks about missing window managers out of the terminal; returns what undoes it."""
    if app.platformName() != "offscreen":
        return lambda: None
    before = qInstallMessageHandler(_tell_qt_message)

    def undo() -> None:
        qInstallMessageHandler(before)

    return undo


def run_window(
    source_text: str | None,
    *,
    model: str = "",
    detector: str = "",
    provider: str = "auto",
    link: LinkChoice = OFF,
    settings_path: Path | None = None,
    log_path: Path | None = None,
    screenshot: Path | None = None,
    quit_after_s: float | None = None,
) -> int:
    """Run the window until it is closed; returns the exit code.

    `screenshot` is written just before the window closes by itself after `quit_after_s`.
    """
    close_log = log_into(log_path or paths.log_file())
    program = Program(settings_path, Overrides(model, detector, provider, link))
    undo = install_hooks(program.notifications)
    unhush = hush_qt(program.app)
    window = program.window

    def leave() -> None:
        if screenshot is not None:
            window.grab().save(str(screenshot))
        window.close()

    if screenshot is not None:
        window.resize(*_PICTURE_SIZE)
    if quit_after_s is not None:
        QTimer.singleShot(round(1000 * quit_after_s), leave)
    window.show()
    collector = Collector()
    collector.start()
    try:
        program.open_first(source_text)
        program.controller.rescue.look(sessions_folder(program.store.current))
        return program.app.exec()
    finally:
        collector.stop()
        undo()
        close_log()
        unhush()
