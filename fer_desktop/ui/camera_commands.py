"""What is chosen for cameras: which one, its size and rate, and whether its picture is mirrored."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fer_desktop.capture.source import SourceKind
from fer_desktop.errors import SourceError
from fer_desktop.settings import CameraChoice, SettingsError, camera_choice, with_camera
from fer_desktop.ui.camera_dialog import CameraDialog
from fer_desktop.ui.cameras import Cameras

if TYPE_CHECKING:
    from fer_desktop.ui.main_window import MainWindow


class CameraCommands:
    """Handlers of the actions that concern cameras."""

    def __init__(self, window: MainWindow, cameras: Cameras) -> None:
        self._window = window
        self.cameras = cameras

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What each action of the table does, by its name."""
        return {"cameras": self.show, "mirror": self.toggle_mirror}

    def show(self) -> None:
        """List the cameras with their pictures, once the system lets the program see them."""
        window = self._window
        try:
            if not window.controller.camera_allowed(self.show):
                return
        except SourceError as error:
            window.notifications.post_error(error, "open")
            return
        CameraDialog(
            window,
            self.cameras,
            window.controller,
            window.themes.theme,
            choice_for=self.choice_for,
            choose=self.choose,
            open_source=window.commands.open,
        ).open()

    def choice_for(self, key: str) -> CameraChoice:
        """What was chosen for a camera."""
        return camera_choice(self._window.store.current, key, self.cameras.keys)

    def choose(self, choice: CameraChoice) -> None:
        """Remember a choice, and act on it at once where it concerns the camera in use."""
        window = self._window
        before = self.choice_for(choice.camera)
        try:
            window.store.keep(with_camera(window.store.current, choice))
        except SettingsError as error:
            window.notifications.post_error(error, "settings")
        self.refresh()
        asked_before = (before.width, before.height, before.fps, before.pixels)
        asked_now = (choice.width, choice.height, choice.fps, choice.pixels)
        if asked_now != asked_before and choice.camera == self._in_use():
            window.controller.reopen()

    def toggle_mirror(self) -> None:
        """Change left and right over in what the camera in use shows, or no longer."""
        key = self._in_use()
        if key is not None:
            here = self.choice_for(key)
            size = (here.width, here.height, here.fps, here.pixels)
            self.choose(CameraChoice(key, *size, not here.mirror))
        self.refresh()

    def refresh(self) -> None:
        """Show the picture as it was chosen for what is open."""
        window, key = self._window, self._in_use()
        mirrored = key is not None and self.choice_for(key).mirror
        for view in (window.stage.view, window.compact.view):
            view.set_mirrored(mirrored)
        window.actions_["mirror"].setEnabled(key is not None)
        window.actions_["mirror"].setChecked(mirrored)

    def _in_use(self) -> str | None:
        """The key of the camera that is open; None without one."""
        running = self._window.controller.current
        if running is None or running.kind is not SourceKind.CAMERA or running.info is None:
            return None
        return running.info.path
