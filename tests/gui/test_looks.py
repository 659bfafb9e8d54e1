"""Contrast, colours, bars and curves as they are drawn."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from fer_desktop.emotions import COLOURS, EMOTIONS
from fer_desktop.ui.bars import Bars, Reading
from fer_desktop.ui.legend import dashes
from fer_desktop.ui.theme import DARK, LIGHT, Theme, contrast, data_colour, ink_on, resolve
from tests.gui.conftest import Desk

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
SNAPSHOTS = Path(__file__).parent / "snapshots"


def pixels(bars: Bars) -> NDArray[np.uint8]:
    image = bars.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint8)
    return data.reshape(image.height(), image.width(), 4)[:, :, :3].copy()


def shown_bars(qtbot: QtBot, theme: Theme, values: list[float], *, unsure: bool = False) -> Bars:
    bars = Bars(theme)
    qtbot.addWidget(bars)
    bars.set_labels(EMOTIONS)
    bars.resize(280, 256)
    bars.show_reading(Reading(np.array(values, np.float32), unsure), 0.0)
    bars.advance(0.01, beat=True)
    return bars


HAPPY = [0.02, 0.01, 0.03, 0.80, 0.02, 0.05, 0.05, 0.02]


def test_contrast_is_wcag_s() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@BOTH
def test_text_reads_well_on_every_ground(theme: Theme) -> None:
    pairs = [
        (ink, ground)
        for ink in (theme.text, theme.muted, theme.danger, theme.warning, theme.success, theme.accent)
        for ground in (theme.window, theme.surface)
    ]
    pairs += [
        (theme.text, theme.raised),
        (theme.muted, theme.raised),
        (theme.on_accent, theme.accent),
        (theme.on_stage, theme.stage),
        (theme.on_plot, theme.plot),
    ]
    for ink, ground in pairs:
        assert contrast(ink, ground) >= 4.5, f"{ink} on {ground}"


@BOTH
def test_curves_stand_out_from_the_plot(theme: Theme) -> None:
    for label, colour in COLOURS.items():
        assert contrast(colour, theme.plot) >= 3.0, label
        assert contrast(ink_on(colour), colour) >= 4.5, label


def test_neighbours_differ_by_more_than_colour() -> None:
    assert all(dashes(one) != dashes(other) for one, other in pairwise(range(len(EMOTIONS))))
    assert len({data_colour(label) for label in EMOTIONS}) == len(EMOTIONS)


def test_automatic_follows_the_system_and_a_choice_does_not() -> None:
    assert resolve("auto", Qt.ColorScheme.Dark) is DARK
    assert resolve("auto", Qt.ColorScheme.Light) is LIGHT
    assert resolve("light", Qt.ColorScheme.Dark) is LIGHT
    assert resolve("dark", Qt.ColorScheme.Light) is DARK


@BOTH
def test_a_bar_is_as_long_as_its_value(qtbot: QtBot, theme: Theme) -> None:
    image = pixels(shown_bars(qtbot, theme, HAPPY)).astype(int)
    red, green, blue = (int(COLOURS["happiness"][i : i + 2], 16) for i in (1, 3, 5))
    yellow = np.abs(image - [blue, green, red]).sum(axis=2) < 12
    rows, columns = np.nonzero(yellow)
    row = 256 / len(EMOTIONS)
    assert 3 * row < rows.mean() < 4 * row, "the fourth bar is not the yellow one"
    drawn = columns.max() - columns.min()
    longer = pixels(shown_bars(qtbot, theme, [0.0] * 3 + [1.0] + [0.0] * 4)).astype(int)
    full = np.nonzero(np.abs(longer - [blue, green, red]).sum(axis=2) < 12)[1]
    assert drawn / (full.max() - full.min()) == pytest.approx(0.8, abs=0.03)


def test_figures_have_two_decimals_and_wait_for_a_beat(qtbot: QtBot) -> None:
    bars = shown_bars(qtbot, LIGHT, HAPPY)
    assert bars.numbers[3] == "0.80"
    calm = [1 / 8] * 8
    bars.show_reading(Reading(np.array(calm, np.float32), False), 0.1)
    bars.advance(0.1, beat=False)
    assert bars.numbers[3] == "0.80"
    bars.advance(0.2, beat=True)
    assert bars.numbers[3] == "0.12"


def test_old_values_fade_and_then_there_is_no_data_rather_than_zero(qtbot: QtBot) -> None:
    bars = shown_bars(qtbot, LIGHT, HAPPY)
    fresh = pixels(bars)
    bars.advance(1.0, beat=True)
    faded = pixels(bars)
    assert np.abs(faded.astype(int) - fresh.astype(int)).max() > 30
    bars.advance(3.0, beat=True)
    assert bars.empty
    assert bars.numbers == ()
    bars.held = True
    zero = shown_bars(qtbot, LIGHT, [0.0] * 8)
    assert (pixels(bars) != pixels(zero)).any()


def test_held_values_do_not_fade(qtbot: QtBot) -> None:
    bars = shown_bars(qtbot, LIGHT, HAPPY)
    bars.held = True
    bars.advance(60.0, beat=True)
    assert not bars.empty


def test_unsure_looks_different_from_a_certain_face(qtbot: QtBot) -> None:
    certain = pixels(shown_bars(qtbot, DARK, HAPPY))
    unsure = pixels(shown_bars(qtbot, DARK, HAPPY, unsure=True))
    assert (certain != unsure).any(axis=2).mean() > 0.01


@BOTH
def test_bars_look_like_their_picture(qtbot: QtBot, theme: Theme) -> None:
    """Colours in blocks of 8 x 8 pixels: fonts may differ between machines, bars may not."""
    image = pixels(shown_bars(qtbot, theme, HAPPY))[:, 120:232]
    kept = SNAPSHOTS / f"bars-{'dark' if theme.dark else 'light'}.png"
    expected = QImage(str(kept)).convertToFormat(QImage.Format.Format_RGB32)
    assert (expected.width(), expected.height()) == (112, 256), f"{kept.name} is missing"
    wanted = np.frombuffer(expected.constBits(), np.uint8).reshape(256, 112, 4)[:, :, :3]

    def blocks(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
        means: NDArray[np.float64] = picture.reshape(32, 8, 14, 8, 3).mean(axis=(1, 3))
        return means

    difference = np.abs(blocks(image) - blocks(wanted)).max(axis=2)
    assert (difference > 24).mean() < 0.06


@BOTH
def test_the_window_changes_its_theme_while_it_runs(desk: Desk, theme: Theme) -> None:
    desk.open("camera:0")
    desk.window.commands.choose_setting("theme", "dark" if theme.dark else "light")
    corner = desk.window.grab().toImage().pixelColor(2, desk.window.height() - 2)
    assert corner.name().upper() == theme.window
    index = desk.index
    desk.until(lambda: desk.index > index)


def test_a_legend_made_anew_shows_each_name_once(desk: Desk) -> None:
    legend = desk.window.timeline.legend
    for _ in range(2):
        legend.show_labels(EMOTIONS, (), DARK)
        QApplication.processEvents()
    names = [button.text() for button in legend.findChildren(QToolButton) if button.isVisible()]
    assert len(names) == len(set(names)) == len(EMOTIONS)
