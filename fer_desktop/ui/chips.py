"""The chips on the picture: mark, id or name, and expression of each face, none over another or its face."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
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
_SPARE: Final = 12


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


def laid_out(
    chips: Sequence[Chip], picture: QRectF, cramped: Container[int] = ()
) -> list[tuple[Chip, QRectF]]:
    """Each chip with its area, the chosen face's first: above its box, else below it, else within it.

    Chips keep off each other and off other faces. Where one has no place for all its words, it has none, only
    mark, id and colour. Those of the faces `cramped` had none before, and get them back only where there is
    room to spare: words must not come and go with each tremble of a box.
    """
    found: list[tuple[Chip, QRectF]] = []
    for chip in sorted(chips, key=lambda chip: not chip.chosen):
        chips_there = [area for _, area in found]
        there = [*chips_there, *(other.box for other in chips if other is not chip)]
        spare = look.px(_SPARE) if chip.face.reading.face_id in cramped else 0
        roomy = [area.adjusted(-spare, -spare, spare, spare) for area in there]
        short = replace(chip, text="")
        full, bare = _places(chip, picture), _places(short, picture)
        tries = (
            *((chip, area, roomy) for area in full[:-1]),
            *((short, area, there) for area in bare[:-1]),
            (chip, full[-1], roomy),
            (short, bare[-1], there),
            *((short, area, chips_there) for area in bare),
        )
        free = ((said, area) for said, area, others in tries if not any(map(area.intersects, others)))
        found.append(next(free, (short, bare[-1])))
    return found


def _places(chip: Chip, picture: QRectF) -> list[QRectF]:
    """Above its box and below it, as far as that is in the picture; the last one is at the top of its box."""
    width, height = _width(chip), look.px(_HEIGHT)
    left = max(picture.left() + 4, min(chip.box.left(), picture.right() - width - 4))
    beside = (chip.box.top() - height - 4, chip.box.bottom() + 4)
    tops = [top for top in beside if picture.top() <= top and top + height <= picture.bottom()]
    tops.append(max(picture.top() + 4, chip.box.top() + 4))
    return [QRectF(left, top, width, height) for top in tops]


def paint_chips(
    painter: QPainter,
    chips: Sequence[Chip],
    picture: QRectF,
    theme: look.Theme,
    cramped: Container[int] = (),
) -> frozenset[int]:
    """Paint them, the chosen face's on top; returns the faces whose chips have no words, for next time."""
    placed = laid_out(chips, picture, cramped)
    for chip, area in reversed(placed):
        _paint_chip(painter, chip, area, theme)
    return frozenset(chip.face.reading.face_id for chip, _ in placed if not chip.text)


def _who(chip: Chip) -> tuple[str, float]:
    """Id and name as far as there is room, and how wide they are."""
    metrics = QFontMetricsF(look.font(look.NORMAL, bold=chip.chosen))
    who = metrics.elidedText(chip.who, Qt.TextElideMode.ElideRight, _WIDEST_NAME)
    return who, metrics.horizontalAdvance(who)


def _width(chip: Chip) -> float:
    text = QFontMetricsF(look.font(look.NORMAL, bold=chip.chosen)).horizontalAdvance(chip.text)
    return 4 * _PAD + 2 * _DOT + _GAP + _who(chip)[1] + (_GAP + text if chip.text else 0)


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
