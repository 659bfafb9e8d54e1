"""What a user can choose. Knows nothing of Qt; the settings dialog is made from its table."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from fer_desktop.errors import UserError


class SettingsError(UserError):
    """The settings file cannot be read or written."""


@dataclass(frozen=True, slots=True)
class CameraChoice:
    """What a user chose for one camera."""

    camera: str
    """Its key: name, make and, at the end, the port."""
    width: int = 0
    """Pixels; 0: size and rate are left to the program."""
    height: int = 0
    fps: float = 0.0
    pixels: str = ""
    """Four letters: the form in which the pictures come."""
    mirror: bool = False
    """On screen only."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every choice, with the value that holds until the user makes it."""

    model: str = ""
    compare: str = ""
    detector: str = ""
    provider: str = "auto"
    smoothing_ms: str = "200"
    sessions_folder: str = ""
    look_back: str = "off"
    keep_days: str = "0"
    """Days after which a recording is to be deleted; 0: no date."""
    notice_who: str = ""
    """Who records: as the notice for participants says it."""
    notice_contact: str = ""
    notice_purpose: str = ""
    link: str = "off"
    """What the live link sends by: `off`, `udp` or `lsl`."""
    lsl_markers: str = ""
    """Name of the LSL stream whose markers are received, or `any`; empty: none."""
    delays: tuple[str, ...] = ()
    """What the delay self-test found, a JSON object for each camera."""
    theme: str = "auto"
    text_size: str = "auto"
    language: str = "auto"
    readout: str = "on"
    last_source: str = ""
    recent: tuple[str, ...] = ()
    notice_seen: bool = False
    why: bool = False
    """Whether what the network looks at is shown in red."""
    why_strength: int = 70
    """How strongly, in per cent."""
    geometry: str = ""
    """Qt's own bytes as base64, as are the splitters'."""
    across: str = ""
    down: str = ""
    compact: str = ""
    """Where the small view was."""
    cameras: tuple[CameraChoice, ...] = ()
    """What was chosen for each camera, the last choice first."""


Kind = Literal["choice", "network", "folder", "text"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the settings dialog."""

    name: str
    kind: Kind
    title: str
    sentence: str
    choices: tuple[tuple[str, str], ...] = ()
    """(stored value, text) for the kind `choice`; those of a `network` come along, it may be a file too."""
    restarts: bool = False
    """Whether the running source must be opened again for it to count."""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: ARG001 - Qt's translation tool reads it here
    """Mark a text of a table for translation where it is shown."""
    return text


TABLE: Final = (
    Setting(
        "theme",
        "choice",
        QT_TRANSLATE_NOOP("Settings", "Theme"),
        QT_TRANSLATE_NOOP("Settings", "Automatic follows the system."),
        (
            ("auto", QT_TRANSLATE_NOOP("Settings", "Automatic")),
            ("light", QT_TRANSLATE_NOOP("Settings", "Light")),
            ("dark", QT_TRANSLATE_NOOP("Settings", "Dark")),
        ),
    ),
    Setting(
        "text_size",
        "choice",
        QT_TRANSLATE_NOOP("Settings", "Text size"),
        QT_TRANSLATE_NOOP("Settings", "Automatic follows the system."),
        (
            ("auto", QT_TRANSLATE_NOOP("Settings", "Automatic")),
            ("100", "100 %"),
            ("125", "125 %"),
            ("150", "150 %"),
            ("200", "200 %"),
        ),
    ),
    Setting(
        "language",
        "choice",
        QT_TRANSLATE_NOOP("Settings", "Language"),
        QT_TRANSLATE_NOOP("Settings", "Automatic follows the system."),
        (
            ("auto", QT_TRANSLATE_NOOP("Settings", "Automatic")),
            ("en", "English"),
            ("es", "Español"),
        ),
    ),
    Setting(
        "readout",
        "choice",
        QT_TRANSLATE_NOOP("Settings", "Screen reader"),
        QT_TRANSLATE_NOOP(
            "Settings", "Changes only, at most every four seconds; silent without a screen reader."
        ),
        (
            ("on", QT_TRANSLATE_NOOP("Settings", "Say the expression")),
            ("off", QT_TRANSLATE_NOOP("Settings", "Say nothing")),
        ),
    ),
    Setting(
        "model",
        "network",
        QT_TRANSLATE_NOOP("Settings", "Network"),
        QT_TRANSLATE_NOOP("Settings", "One that comes along, or an ONNX file of the model contract."),
        (
            ("", QT_TRANSLATE_NOOP("Settings", "Accurate")),
            ("expression-small", QT_TRANSLATE_NOOP("Settings", "Small: for weak machines and many faces")),
        ),
        restarts=True,
    ),
    Setting(
        "compare",
        "network",
        QT_TRANSLATE_NOOP("Settings", "Compare with"),
        QT_TRANSLATE_NOOP("Settings", "A second network beside the first, on screen only: never recorded."),
        (
            ("", QT_TRANSLATE_NOOP("Settings", "Nothing")),
            ("expression", QT_TRANSLATE_NOOP("Settings", "Accurate")),
            ("expression-small", QT_TRANSLATE_NOOP("Settings", "Small: for weak machines and many faces")),
        ),
    ),
    Setting(
        "detector",
        "network",
        QT_TRANSLATE_NOOP("Settings", "Face detector"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "One that comes along (the cascade needs OpenCV 4), or an ONNX file like YuNet.",
        ),
        (
            ("", QT_TRANSLATE_NOOP("Settings", "Network")),
            ("cascade", QT_TRANSLATE_NOOP("Settings", "Cascade: upright frontal faces only")),
        ),
        restarts=True,
    ),
    Setting(
        "provider",
        "choice",
        QT_TRANSLATE_NOOP("Settings", "Computed on"),
        QT_TRANSLATE_NOOP("Settings", "The status line shows what is really used."),
        (
            ("auto", QT_TRANSLATE_NOOP("Settings", "Automatic")),
            ("cuda", QT_TRANSLATE_NOOP("Settings", "Graphics card (CUDA)")),
            ("cpu", QT_TRANSLATE_NOOP("Settings", "Processor (CPU)")),
        ),
        restarts=True,
    ),
    Setting(
        "smoothing_ms",
        "choice",
        QT_TRANSLATE_NOOP("Settings", "Smoothing on screen"),
        QT_TRANSLATE_NOOP("Settings", "The raw values in the log are never smoothed."),
        (
            ("80", QT_TRANSLATE_NOOP("Settings", "Quick (0.08 s)")),
            ("200", QT_TRANSLATE_NOOP("Settings", "Normal (0.2 s)")),
            ("500", QT_TRANSLATE_NOOP("Settings", "Calm (0.5 s)")),
        ),
        restarts=True,
    ),
    Setting(
        "look_back",
        "choice",
        QT_TRANSLATE_NOOP("Settings", "Pictures to look back at"),
        QT_TRANSLATE_NOOP("Settings", "Of cameras, in memory only: never on the disk, gone with the window."),
        (
            ("off", QT_TRANSLATE_NOOP("Settings", "Not kept")),
            ("on", QT_TRANSLATE_NOOP("Settings", "The last two minutes")),
        ),
    ),
    Setting(
        "sessions_folder",
        "folder",
        QT_TRANSLATE_NOOP("Settings", "Sessions folder"),
        QT_TRANSLATE_NOOP("Settings", "Where recordings go. Empty: FER Desktop in your documents."),
    ),
    Setting(
        "keep_days",
        "choice",
        QT_TRANSLATE_NOOP("Settings", "Keep recordings for"),
        QT_TRANSLATE_NOOP("Settings", "Reminds you when the time is over; never deletes by itself."),
        (
            ("0", QT_TRANSLATE_NOOP("Settings", "No date")),
            ("30", QT_TRANSLATE_NOOP("Settings", "30 days")),
            ("90", QT_TRANSLATE_NOOP("Settings", "90 days")),
            ("365", QT_TRANSLATE_NOOP("Settings", "One year")),
            ("1826", QT_TRANSLATE_NOOP("Settings", "Five years")),
            ("3652", QT_TRANSLATE_NOOP("Settings", "Ten years")),
        ),
    ),
    Setting(
        "notice_who",
        "text",
        QT_TRANSLATE_NOOP("Settings", "Who records"),
        QT_TRANSLATE_NOOP("Settings", "Name and address, for the notice that participants read."),
    ),
    Setting(
        "notice_contact",
        "text",
        QT_TRANSLATE_NOOP("Settings", "Contact"),
        QT_TRANSLATE_NOOP("Settings", "Whom participants may ask, for the same notice."),
    ),
    Setting(
        "notice_purpose",
        "text",
        QT_TRANSLATE_NOOP("Settings", "What for"),
        QT_TRANSLATE_NOOP("Settings", "The purpose of your recordings, for the same notice."),
    ),
    Setting(
        "link",
        "choice",
        QT_TRANSLATE_NOOP("Settings", "Live link"),
        QT_TRANSLATE_NOOP(
            "Settings", "Numbers, never pictures. UDP stays on this computer; LSL reaches the local network."
        ),
        (
            ("off", QT_TRANSLATE_NOOP("Settings", "Off")),
            ("udp", QT_TRANSLATE_NOOP("Settings", "JSON over UDP (127.0.0.1, port 17817)")),
            ("lsl", QT_TRANSLATE_NOOP("Settings", "Lab Streaming Layer (LSL)")),
        ),
    ),
    Setting(
        "lsl_markers",
        "text",
        QT_TRANSLATE_NOOP("Settings", "Markers from LSL"),
        QT_TRANSLATE_NOOP(
            "Settings", "A stream's name, or 'any': its markers become events of the recording. Empty: none."
        ),
    ),
)
"""What the settings dialog shows, in its order. The other fields of `Settings` are remembered silently."""

_MOST_RECENT: Final = 8
_MOST_CAMERAS: Final = 16


def with_recent(settings: Settings, source: str) -> Settings:
    """The settings after `source` was opened: it is the last and the first of the recent ones."""
    recent = (source, *(other for other in settings.recent if other != source))
    return dataclasses.replace(settings, last_source=source, recent=recent[:_MOST_RECENT])


def camera_choice(settings: Settings, camera: str, plugged_in: Collection[str] = ()) -> CameraChoice:
    """What was chosen for this camera or, in a port where it has not been, for the last one of its kind.

    Of the cameras that are `plugged_in` now each is itself: their choices are not another one's.
    """
    exact = [choice for choice in settings.cameras if choice.camera == camera]
    gone = [choice for choice in settings.cameras if choice.camera not in plugged_in]
    alike = [choice for choice in gone if _kind(choice.camera) == _kind(camera)]
    return dataclasses.replace(next(iter(exact or alike), CameraChoice(camera)), camera=camera)


def _kind(camera: str) -> str:
    return camera.rpartition("|")[0] or camera


def with_camera(settings: Settings, choice: CameraChoice) -> Settings:
    """The settings after something was chosen for a camera."""
    others = (other for other in settings.cameras if other.camera != choice.camera)
    return dataclasses.replace(settings, cameras=(choice, *others)[:_MOST_CAMERAS])
