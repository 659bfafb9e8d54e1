"""What vision's tests share."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from fer_desktop import paths
from fer_desktop.capture.frame import Image


@pytest.fixture(scope="session")
def demo_frame() -> Image:
    """A frame of the demo clip with its one main face, BGR (480, 640, 3)."""
    capture = cv2.VideoCapture(str(paths.demo_clip()))
    capture.set(cv2.CAP_PROP_POS_MSEC, 1000)
    found, frame = capture.read()
    capture.release()
    assert found, "the demo clip belongs to the project"
    return np.asarray(frame, np.uint8)
