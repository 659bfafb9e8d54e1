"""The quality meter in the panel."""

from __future__ import annotations

import pytest

from fer_desktop.engine.quality import Grade, Hint, Quality
from fer_desktop.ui.quality_row import words_of
from tests.gui.conftest import Desk


def test_the_meter_says_that_the_face_is_well_seen_and_what_would_help(desk: Desk) -> None:
    desk.open("camera:0")
    row = desk.window.panel.quality
    desk.until(lambda: row.text)
    assert row.text == "Poor: hold still, or focus", "the drawn head has hardly any grain"
    desk.vision.sharpness = 900.0
    desk.until(lambda: row.text == "Good picture")
    desk.vision.brightness = 10.0
    desk.until(lambda: row.text == "Poor: more light on the face")
    assert row.accessibleDescription() == row.text
    desk.vision.faces = 0
    desk.until(lambda: row.text == "")


def test_the_hint_is_told_in_spanish_too(desk: Desk) -> None:
    desk.open("camera:0")
    desk.until(lambda: desk.window.panel.quality.text)
    desk.window.commands.choose_setting("language", "es")
    assert desk.window.panel.quality.text == "Mala: quédese quieto o enfoque"


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("hint", Hint)
def test_every_hint_has_words(hint: Hint) -> None:
    assert words_of(Quality(Grade.FAIR, hint)).startswith("Fair: ")
    assert words_of(Quality(Grade.POOR, hint)).startswith("Poor: ")
