"""The chips on the picture: mark, id or name, and expression of each face, none over another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from fer_desktop.emotions import UNSURE
from fer_desktop.engine.result import Face
from fer_desktop.ui import theme as look
from fer_desktop.ui.marks import paint_mark
from fer_desktop.ui.words import emotion_name, translate

_GROUND: Final = QColor(16, 18, 22, 215)
_HEIGHT: Final = 24
_WIDEST_NAME: Final = 160
_PAD: Final = 8.0
_DOT: Final = 10.0
_GAP: Final = 6.0


@dataclass(frozen=True, slots=True)
class Chip:
    """What a chip says, and the box of its face in the view's own coordinates."""

    face: Face
    box: QRectF
    who: str
    text: str
    chosen: bool


def chip_text(face: Face, labels: tuple[str, ...]) -> str:
    """`happiness 86 %`, or `unsure`."""
    if face.stable_label == UNSURE or face.stable_label not in labels:
        return emotion_name(face.stable_label)
    share = float(face.shown[labels.index(face.stable_label)])
    return translate("VideoView", "{label} {percent} %").format(
        label=emotion_name(face.stable_label), percent=round(100 * share)
    )


def place_chip(width: float, height: float, box: QRectF, picture: QRectF, taken: Sequence[QRectF]) -> QRectF:
    """Above its box, else below it, else within it; where no other chip is, if there is such a place."""
    left = max(picture.left() + 4, min(box.left(), picture.right() - width - 4))
    above, below = box.top() - height - 4, box.bottom() + 4
    tops = [above] if above >= picture.top() else []
    tops.append(max(picture.top() + 4, box.top() + 4))
    if below + height <= picture.bottom():
        tops.insert(len(tops) - 1, below)
    places = [QRectF(left, top, width, height) for top in tops]
    free = (place for place in places if not any(place.intersects(other) for other in taken))
    return next(free, places[0])


def paint_chips(painter: QPainter, chips: Sequence[Chip], picture: QRectF, theme: look.Theme) -> None:
    """Paint them; the chosen face's has the first choice of its place and lies on top."""
    taken: list[QRectF] = []
    first = sorted(chips, key=lambda chip: not chip.chosen)
    for chip in first:
        taken.append(place_chip(_width(chip), look.px(_HEIGHT), chip.box, picture, taken))
    for chip, area in zip(reversed(first), reversed(taken), strict=True):
        _paint_chip(painter, chip, area, theme)


def _who(chip: Chip) -> tuple[str, float]:
    """Id and name as far as there is room, and how wide they are."""
    metrics = QFontMetricsF(look.font(look.NORMAL, bold=chip.chosen))
    who = metrics.elidedText(chip.who, Qt.TextElideMode.ElideRight, _WIDEST_NAME)
    return who, metrics.horizontalAdvance(who)


def _width(chip: Chip) -> float:
    text = QFontMetricsF(look.font(look.NORMAL, bold=chip.chosen)).horizontalAdvance(chip.text)
    return 4 * _PAD + 2 * (_DOT + _GAP) + _who(chip)[1] + text


def _paint_chip(painter: QPainter, chip: Chip, area: QRectF, theme: look.Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GROUND)
    painter.drawRoundedRect(area, 6, 6)
    painter.setFont(look.font(look.NORMAL, bold=chip.chosen))
    line = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    who, who_width = _who(chip)
    x, y = area.left() + _PAD, area.center().y()
    paint_mark(painter, chip.face.reading.face_id, QPointF(x + _DOT / 2, y), _DOT, QColor(theme.on_stage))
    x += _DOT + _GAP
    painter.setPen(QColor(theme.on_plot))
    painter.drawText(QRectF(x, area.top(), who_width + 2, area.height()), line, who)
    x += who_width + 2 * _PAD
    paint_swatch(painter, QPointF(x + _DOT / 2, y), _DOT, chip.face.stable_label)
    x += _DOT + _GAP
    painter.setPen(QColor(theme.on_stage))
    painter.drawText(QRectF(x, area.top(), area.right() - x, area.height()), line, chip.text)


def paint_swatch(painter: QPainter, centre: QPointF, size: float, label: str) -> None:
    """The mark of an expression: a filled dot in its colour, or an empty ring for `unsure`."""
    if label == UNSURE:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(look.data_colour(label)), 2, Qt.PenStyle.DotLine))
        painter.drawEllipse(centre, size / 2 - 1, size / 2 - 1)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.data_colour(label)))
    painter.drawEllipse(centre, size / 2, size / 2)
