"""OpenCV's captures, opened in one way everywhere: FFmpeg only, with time limits, and quiet.

Bad files are our sentences to tell; FFmpeg and OpenCV would also write pages to stderr. Their
switches are environment variables that are read once, so they are set before OpenCV is imported.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
os.environ.setdefault("OPENCV_LOG_LEVEL", "OFF")
# Windows: opening a camera takes half a minute with these on.
os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")

import cv2

# The variable is too late where somebody else imported OpenCV first.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

_RAW = -1


def open_file(path: str, *, packets: bool = False) -> cv2.VideoCapture:
    """A capture of a video file; `packets` gives undecoded packets, many times faster."""
    options = [cv2.CAP_PROP_FORMAT, _RAW] if packets else []
    return cv2.VideoCapture(path, cv2.CAP_FFMPEG, options)


def open_url(url: str, open_timeout_s: float, read_timeout_s: float) -> cv2.VideoCapture:
    """A capture of a network stream whose calls return after these times at the latest."""
    options = [
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
        int(open_timeout_s * 1000),
        cv2.CAP_PROP_READ_TIMEOUT_MSEC,
        int(read_timeout_s * 1000),
    ]
    return cv2.VideoCapture(url, cv2.CAP_FFMPEG, options)


def position_s(capture: cv2.VideoCapture) -> float:
    """Time of the frame (or packet) grabbed last; 0 where the file does not tell."""
    return capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
