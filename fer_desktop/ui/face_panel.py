"""The chosen face: who, which expression, since when, and the bars."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fer_desktop.emotions import EMOTIONS, UNSURE
from fer_desktop.engine.explainer import Explanation
from fer_desktop.engine.quality import QualityMeter
from fer_desktop.engine.result import Face
from fer_desktop.ui import theme as look
from fer_desktop.ui.bars import NAME_AT, SLIM_ROW, Bars, Reading
from fer_desktop.ui.chips import paint_swatch
from fer_desktop.ui.face_tag import FaceTag
from fer_desktop.ui.feed import Shown
from fer_desktop.ui.quality_row import QualityRow
from fer_desktop.ui.why_box import WhyBox
from fer_desktop.ui.words import emotion_name, translate


class _Mark(QWidget):
    """The dot of the expression beside its name."""

    def __init__(self) -> None:
        super().__init__()
        self.label = ""
        self.setFixedSize(NAME_AT, 16)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        if self.label:
            with QPainter(self) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                paint_swatch(painter, QPointF(7, 8), 13, self.label)


class _Aside(QLabel):
    """A small line that is there only if it has something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted = ""
        self.setObjectName("muted")
        self.setWordWrap(True)
        look.dress(self, look.SMALL)
        self.hide()

    def write(self) -> None:
        if self.wanted != self.text():
            self.setText(self.wanted)
            self.setVisible(bool(self.wanted))


class FacePanel(QFrame):
    """Shows one face: label, bars and, where it is wanted, what the answer hangs on."""

    def __init__(self, theme: look.Theme, corner: QWidget | None = None) -> None:
        """`corner` stands at the top right and makes the panel a slim one, for the small view."""
        super().__init__()
        self.setObjectName("panel")
        self.bars = Bars(theme) if corner is None else Bars(theme, SLIM_ROW)
        self.why = WhyBox(theme)
        self.why.hide()
        self._when = QLabel()
        self._when.setObjectName("past")
        look.dress(self._when, look.SMALL, bold=True)
        self._when.hide()
        self._who = FaceTag()
        self._label = QLabel()
        look.dress(self._label, look.LARGE, bold=True)
        self._detail = QLabel()
        self._detail.setObjectName("muted")
        self._detail.setWordWrap(True)
        self._mark = _Mark()
        self._second = _Aside()
        self.quality = QualityRow(theme)
        self._meter = QualityMeter()
        self._shown: Shown | None = None
        self._face: Face | None = None
        self._write_now = True
        self._live = True
        self._mark.hide()
        self.bars.set_labels(EMOTIONS)
        self.setMinimumWidth(264)
        title = QHBoxLayout()
        title.setSpacing(0)
        title.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        title.addWidget(self._label, 1)
        layout = self._layout = QVBoxLayout(self)
        edge = 16 if corner is None else 8
        layout.setContentsMargins(max(12, edge), edge, max(12, edge), edge)
        layout.setSpacing(4 if corner is None else 2)
        who = QHBoxLayout()
        who.addWidget(self._who, 1)
        if corner is not None:
            who.addWidget(corner)
        layout.addWidget(self._when, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(who)
        layout.addLayout(title)
        layout.addWidget(self._detail)
        layout.addWidget(self._second)
        layout.addWidget(self.quality)
        layout.addSpacing(4 if corner is None else 0)
        layout.addWidget(self.bars, 1)
        layout.addWidget(self.why)
        self._who.set_colour(theme.muted)
        self.retranslate()

    @property
    def headline(self) -> str:
        """The large text: the expression, `unsure`, or that there is no face."""
        return self._label.text()

    @property
    def when(self) -> str:
        """What is said of the time of a past moment; empty for the present."""
        return self._when.text()

    def set_when(self, text: str) -> None:
        """Say that this is not now but then; empty: it is now."""
        if text != self._when.text():
            self._when.setText(text)
            self._when.setVisible(bool(text))

    @property
    def who(self) -> str:
        """Whose expression it is, and who else is there."""
        return self._who.text

    def heightForWidth(self, width: int) -> int:
        """The least: bars give way before anything has to be scrolled."""
        return self._layout.totalMinimumHeightForWidth(width)

    def set_theme(self, theme: look.Theme) -> None:
        self._who.set_colour(theme.muted)
        self.quality.set_theme(theme)
        self.bars.set_theme(theme)
        self.why.set_theme(theme)

    def describe(self, sentence: str) -> None:
        """What a screen reader finds here: a sentence, and at the bars all figures."""
        self.setAccessibleDescription(sentence)
        names = () if self._shown is None else map(emotion_name, self._shown.labels)
        figures = zip(names, self.bars.numbers, strict=False)
        self.bars.setAccessibleDescription(", ".join(f"{name} {number}" for name, number in figures))

    def retranslate(self) -> None:
        self.setAccessibleName(translate("FacePanel", "Face and expression"))
        self._write()
        self.quality.retranslate()
        self.bars.retranslate()
        self.why.retranslate()

    def clear(self, labels: tuple[str, ...] = ()) -> None:
        """A new source: nothing is known yet."""
        self._shown = self._face = None
        self._meter = QualityMeter()
        self.quality.show_quality(None)
        if labels:
            self.bars.set_labels(labels)
        self.bars.clear()
        self._write()

    def show_frame(self, shown: Shown, now_s: float, *, live: bool) -> None:
        """Take over what this frame says of the chosen face."""
        self._live = live
        self._shown = shown
        self.bars.set_labels(shown.labels)
        changed = _word(shown.face) != _word(self._face)
        self._face = shown.face
        if shown.face is not None:
            unsure = shown.face.stable_label == UNSURE
            raw = shown.face.smoothed if shown.face.corrected is not None else None
            self.bars.show_reading(Reading(shown.face.shown, unsure, raw), now_s)
        elif shown.past:
            self.bars.clear()
        self._judge(shown)
        self._write_now |= changed

    def _judge(self, shown: Shown) -> None:
        """How well the face can be read is told of the present only, where it can still be helped."""
        self.quality.setVisible(not shown.past)
        if shown.past:
            self.quality.show_quality(None)
        elif shown.face is not None:
            captured_s = shown.result.frame.captured_s
            self.quality.show_quality(self._meter.see(shown.face.reading, shown.frame_size, captured_s))

    @property
    def second(self) -> str:
        """What is said of a second network; empty without one."""
        return self._second.text()

    def show_second(self, values: NDArray[np.float32] | None, text: str) -> None:
        """What a second network says of this face, in the order of the bars; None: there is none."""
        self.bars.show_second(values)
        self._second.wanted = text
        self._write_now |= bool(text) != bool(self._second.text())

    def show_explanation(self, explanation: Explanation | None) -> None:
        """What the answer for the face of now hangs on."""
        labels = () if self._shown is None else self._shown.labels
        self.why.show_explanation(self._face, explanation, labels)
        self.bars.show_covered(None if explanation is None else explanation.covered)

    def advance(self, now_s: float, *, held: bool, beat: bool) -> None:
        """Move bars and, on a beat, write text."""
        self.bars.held = held and self._face is not None
        self.bars.advance(now_s, beat=beat)
        if self.bars.empty:
            self._face = None  # too old to be shown as the present
            self.quality.show_quality(None)
        if beat or self._write_now:
            self._write_now = False
            self._write()
            self._second.write()

    def _write(self) -> None:
        shown, face = self._shown, self._face
        if shown is None or face is None:
            nobody = translate("FacePanel", "Chosen face")
            self._who.show_face(0, "  ·  ".join([nobody, *_others(shown)]))
            self._set("", translate("FacePanel", "No face"), "")
            return
        face_id = face.reading.face_id
        self._who.show_face(face_id, "  ·  ".join([shown.people.title(face_id), *_others(shown)]))
        if face.stable_label == UNSURE:
            detail = translate("FacePanel", "no expression stands out")
        else:
            place = shown.labels.index(face.stable_label) if face.stable_label in shown.labels else 0
            detail = translate("FacePanel", "{percent} % sure").format(
                percent=round(100 * float(face.shown[place]))
            )
        frame = shown.result.frame
        clock = frame.captured_s if frame.media_t_s is None else frame.media_t_s
        held_s = clock - face.stable_since_s
        if self._live and held_s >= 0:
            stable = translate("FacePanel", "for {seconds} s").format(seconds=f"{held_s:.1f}")
            detail = f"{detail}  ·  {stable}"
        self._set(face.stable_label, emotion_name(face.stable_label), detail)

    def _set(self, mark: str, label: str, detail: str) -> None:
        self._label.setText(label)
        self._label.setEnabled(bool(mark))
        self._detail.setText(detail or " ")
        if self._mark.label != mark:
            self._mark.label = mark
            self._mark.setVisible(bool(mark))
            self._mark.update()


def _others(shown: Shown | None) -> list[str]:
    """How many faces there are, where that is more than one, and how many of them are hidden."""
    if shown is None:
        return []
    count, seen = len(shown.result.faces), len(shown.faces)
    parts = [translate("FacePanel", "{count} in view").format(count=count)] if count > 1 else []
    if seen < count:
        parts.append(translate("FacePanel", "{count} hidden").format(count=count - seen))
    return parts


def _word(face: Face | None) -> tuple[int, str] | None:
    return None if face is None else (face.reading.face_id, face.stable_label)
