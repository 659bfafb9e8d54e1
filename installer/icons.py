"""The program's icon in the forms that systems want, all drawn from its SVG.

Windows' .ico and Apple's .icns are boxes of PNG pictures, so they are put together here.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Final

SIZES: Final = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_SVG: Final = Path(__file__).resolve().parents[1] / "assets" / "icons" / "fer-desktop.svg"
_ICO_SIZES: Final = (16, 24, 32, 48, 64, 128, 256)
_ICNS_KINDS: Final = {
    b"icp4": 16, b"icp5": 32, b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024,
    b"ic11": 32, b"ic12": 64, b"ic13": 256, b"ic14": 512,
}  # fmt: skip


def png(size: int) -> bytes:
    """The icon as a PNG, `size` pixels wide and high."""
    from PySide6.QtCore import QBuffer, QByteArray  # noqa: PLC0415 - Qt only where something is drawn
    from PySide6.QtGui import QImage, QPainter  # noqa: PLC0415
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    with QPainter(image) as painter:
        QSvgRenderer(QByteArray(_SVG.read_bytes())).render(painter)
    written = QByteArray()
    buffer = QBuffer(written)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(written.data())


def ico() -> bytes:
    """Windows' icon file."""
    pictures = [png(size) for size in _ICO_SIZES]
    offset = 6 + 16 * len(pictures)
    head = struct.pack("<HHH", 0, 1, len(pictures))
    for size, picture in zip(_ICO_SIZES, pictures, strict=True):
        head += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), offset)
        offset += len(picture)
    return head + b"".join(pictures)


def icns() -> bytes:
    """Apple's icon file."""
    body = b""
    for kind, size in _ICNS_KINDS.items():
        picture = png(size)
        body += kind + struct.pack(">I", 8 + len(picture)) + picture
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def write_icons(folder: Path) -> None:
    """Write fer-desktop.ico and fer-desktop.icns."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "fer-desktop.ico").write_bytes(ico())
    (folder / "fer-desktop.icns").write_bytes(icns())
