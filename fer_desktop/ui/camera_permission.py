"""macOS asks the user before a program may see a camera; on other systems it may at once."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCameraPermission, QCoreApplication, Qt

from fer_desktop.errors import SourceError
from fer_desktop.ui.words import translate

AskCamera = Callable[[Callable[[], object]], bool]
"""Whether a camera may be opened now; else what it takes is called when the user has answered."""


def camera_gate(app: QCoreApplication) -> AskCamera:
    """How this program comes to a camera here."""
    # Started from a terminal it is no program in the eyes of macOS: the terminal is asked about, by OpenCV.
    if platform.system() != "Darwin" or not getattr(sys, "frozen", False):
        return lambda _: True
    # OpenCV would ask in a thread that cannot.
    os.environ["OPENCV_AVFOUNDATION_SKIP_AUTH"] = "1"
    return partial(camera_allowed, app)


def camera_allowed(app: QCoreApplication, again: Callable[[], object]) -> bool:
    """Whether a camera may be opened now. If nobody has asked yet the user is asked, and `again` is called
    with the answer given; raises `SourceError` where the answer is no."""
    status = app.checkPermission(QCameraPermission())
    if status is Qt.PermissionStatus.Undetermined:
        app.requestPermission(QCameraPermission(), app, again)
        return False
    if status is Qt.PermissionStatus.Denied:
        raise SourceError(
            translate("Controller", "The system does not let FER Desktop see the camera."),
            translate("Controller", "Allow it in the system's settings under privacy, camera."),
        )
    return True
