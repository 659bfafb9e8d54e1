"""Icons of the toolbar, drawn from a few strokes each on a 24 x 24 grid in the theme's own colours.

`python -m fer_desktop.ui.icons` writes the program's own icon as PNG beside its SVG.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from fer_desktop import paths

_STROKES: Final = {
    "camera": '<rect x="3" y="6" width="13" height="12" rx="3"/><path d="M16 11 21 8 V16 L16 13"/>',
    "play": '<path d="M8 5 19 12 8 19Z" fill="INK"/>',
    "pause": '<path d="M8.5 5.5V18.5M15.5 5.5V18.5" stroke-width="3"/>',
    "record": '<circle cx="12" cy="12" r="6" fill="INK"/>',
    "stop": '<rect x="6.5" y="6.5" width="11" height="11" rx="2" fill="INK"/>',
    "marker": '<path d="M6 21V4H18L15 8.5 18 13H6"/>',
    "step_back": '<path d="M17 6 9 12 17 18Z" fill="INK"/><path d="M6 6V18"/>',
    "step_forward": '<path d="M7 6 15 12 7 18Z" fill="INK"/><path d="M18 6V18"/>',
    "settings": '<path d="M4 7H12M18 7H20M4 17H6M12 17H20"/><circle cx="15" cy="7" r="2.6"/>'
    '<circle cx="9" cy="17" r="2.6"/>',
    "help": '<circle cx="12" cy="12" r="9"/><path d="M9.5 9.6C9.5 8 10.6 7.2 12 7.2S14.6 8.1 14.6 9.6 12 '
    '11.6 12 13.6"/><path d="M12 16.7V16.8" stroke-width="2.4"/>',
    "close": '<path d="M6.5 6.5 17.5 17.5M17.5 6.5 6.5 17.5"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11V17"/><path d="M12 7.4V7.5" stroke-width="2.4"/>',
    "warning": '<path d="M12 4 21.5 20H2.5Z"/><path d="M12 10V14.5"/><path d="M12 17.2V17.3" '
    'stroke-width="2.4"/>',
    "done": '<circle cx="12" cy="12" r="9"/><path d="M7.5 12.3 10.8 15.5 16.5 9"/>',
    "file": '<path d="M6 3H14L19 8V21H6Z"/><path d="M14 3V8H19"/>',
    "folder": '<path d="M3 6H10L12 8.5H21V19H3Z"/>',
    "lost": '<rect x="3" y="6" width="13" height="12" rx="3"/><path d="M16 11 21 8V16L16 13M3 21 21 3"/>',
    "face": '<rect x="4" y="4" width="16" height="16" rx="5"/><path d="M9 9V10.5M15 9V10.5M8.5 14.5C9.5 16 '
    '14.5 16 15.5 14.5"/>',
    "why": '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z"/>'
    '<circle cx="12" cy="12" r="2.8" fill="INK"/>',
    "compact": '<rect x="3" y="5" width="18" height="14" rx="3"/>'
    '<rect x="12" y="11.5" width="6" height="4.5" rx="1" fill="INK"/>',
    "ended": '<path d="M6 12A6 6 0 1 0 8 7.5"/><path d="M8 3V8H13"/>',
}


def pixmap(name: str, colour: str, size: int = 20, ratio: float = 2.0) -> QPixmap:
    """The icon `name` in one colour, `size` logical pixels wide."""
    body = _STROKES[name].replace("INK", colour)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{colour}" '
        f'stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">{body}</svg>'
    )
    return _drawn(QSvgRenderer(QByteArray(svg.encode())), size, ratio)


def icon(name: str, colour: str, disabled: str) -> QIcon:
    """The icon for a button, with its look while the button does nothing."""
    both = QIcon(pixmap(name, colour))
    both.addPixmap(pixmap(name, disabled), QIcon.Mode.Disabled)
    return both


def app_icon() -> QIcon:
    """The program's own icon, from the SVG in the assets."""
    renderer = QSvgRenderer(str(_own()))
    symbol = QIcon()
    for size in (16, 32, 48, 128, 256):
        symbol.addPixmap(_drawn(renderer, size, 1.0))
    return symbol


def _own() -> Path:
    return paths.assets_dir() / "icons" / "fer-desktop.svg"


def _drawn(renderer: QSvgRenderer, size: int, ratio: float) -> QPixmap:
    canvas = QPixmap(round(size * ratio), round(size * ratio))
    canvas.fill(Qt.GlobalColor.transparent)
    with QPainter(canvas) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        renderer.render(painter, QRectF(0, 0, canvas.width(), canvas.height()))
    canvas.setDevicePixelRatio(ratio)
    return canvas


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _app = QGuiApplication(sys.argv)
    _drawn(QSvgRenderer(str(_own())), 512, 1.0).save(str(_own().with_suffix(".png")))
