"""The figures of a chosen stretch beside the curves, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from fer_desktop.emotions import UNSURE
from fer_desktop.ui import theme as look
from fer_desktop.ui.scrolled import Scrolled
from fer_desktop.ui.stretch import StretchFigures
from fer_desktop.ui.words import emotion_name, translate

_FACTS_WIDTH = 176


class StretchPanel(QWidget):
    """Hidden while no stretch is chosen."""

    def __init__(self, note: QAction, copy: QAction, export: QAction, clear: QAction) -> None:
        super().__init__()
        self._facts = QLabel()
        self._table = QLabel()
        for label in (self._facts, self._table):
            look.dress(label, look.SMALL)
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(4)
        left.addWidget(self._facts)
        left.addStretch(1)
        for actions in ((copy,), (export,), (note, clear)):
            row = QHBoxLayout()
            row.setSpacing(4)
            for action in actions:
                row.addWidget(_button(action), int(action is not clear))
            left.addLayout(row)
        figures = QWidget()
        across = QHBoxLayout(figures)
        across.setContentsMargins(8, 2, 8, 2)
        across.setSpacing(16)
        across.addWidget(self._left)
        across.addWidget(self._table, 0, Qt.AlignmentFlag.AlignTop)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Scrolled(figures, least_height=0))
        self.hide()

    @property
    def facts(self) -> str:
        """What is said of the stretch as a whole."""
        return self._facts.text()

    @property
    def table(self) -> str:
        """The figures of the expressions."""
        return self._table.text()

    def show_figures(self, figures: StretchFigures | None, start: str, length: str) -> None:
        """Show these, with when it begins and how long it is as texts; None: no stretch is chosen."""
        self.setVisible(figures is not None)
        if figures is None:
            return
        self._left.setFixedWidth(look.px(_FACTS_WIDTH))
        frames = translate("Stretch", "{count} frames").format(count=figures.frames)
        seen = translate("Stretch", "face seen {percent} %").format(percent=_percent(figures.coverage))
        self._facts.setText(f"<b>{length}</b><br>{start}<br>{frames}<br>{seen}")
        rows = [_row("", translate("Stretch", "share"), translate("Stretch", "mean"))]
        for label, share, mean in zip(figures.labels, figures.shares, figures.means, strict=True):
            if label != UNSURE or share > 0:
                text = f"{_percent(share)} %" if figures.coverage else "–"
                rows.append(_row(_name(label), text, "–" if mean is None else f"{mean:.2f}"))
        self._table.setText(f'<table cellspacing="0" cellpadding="0">{"".join(rows)}</table>')


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setObjectName("stretch")
    button.setDefaultAction(action)
    look.dress(button, look.SMALL)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button


def as_text(figures: StretchFigures, start: str, end: str, length_s: float) -> str:
    """The figures as lines with tabs, as spreadsheets take them."""
    lines = [
        ("start", start),
        ("end", end),
        ("length", f"{length_s:.3f}"),
        ("frames", str(figures.frames)),
        ("coverage", f"{figures.coverage:.4f}"),
        (),
        ("expression", "share", "mean_p"),
    ]
    lines += [
        (label, f"{share:.4f}" if figures.coverage else "", "" if mean is None else f"{mean:.4f}")
        for label, share, mean in zip(figures.labels, figures.shares, figures.means, strict=True)
    ]
    return "".join("\t".join(line) + "\n" for line in lines)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _name(label: str) -> str:
    colour = look.data_colour(label)
    return f'<span style="color:{colour}">{"○" if label == UNSURE else "●"}</span> {emotion_name(label)}'


def _row(name: str, share: str, mean: str) -> str:
    cell = '<td align="right" style="padding-left: 12px">'
    return f"<tr><td>{name}</td>{cell}{share}</td>{cell}{mean}</td></tr>"
