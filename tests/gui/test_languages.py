"""English and Spanish: nothing untranslated, nothing out of step."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton

from fer_desktop.emotions import EMOTIONS
from fer_desktop.ui import words
from tests.gui.conftest import Desk

SPANISH = words.translations_dir() / "fer_desktop_es.ts"


def entries(path: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """(context, English) -> (Spanish, state)."""
    found = {}
    for context in ET.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            key = (context.findtext("name", ""), message.findtext("source", ""))
            found[key] = (translation.text or "", translation.get("type", ""))
    return found


def test_every_text_is_translated_and_keeps_its_places() -> None:
    for (context, english), (spanish, state) in entries(SPANISH).items():
        assert spanish, f"{context}: '{english}' has no Spanish"
        assert not state, f"{context}: '{english}' is {state}"
        places = re.findall(r"\{\w+\}", english)
        assert sorted(places) == sorted(re.findall(r"\{\w+\}", spanish)), english


def test_the_translation_file_is_in_step_with_the_sources(tmp_path: Path) -> None:
    fresh = tmp_path / "fer_desktop_es.ts"
    shutil.copy(SPANISH, fresh)
    words.collect(fresh)
    assert entries(fresh) == entries(SPANISH), (
        "run `python -m fer_desktop.ui.words` and translate what is new"
    )


def test_the_compiled_file_is_in_step(tmp_path: Path) -> None:
    fresh = tmp_path / SPANISH.name
    shutil.copy(SPANISH, fresh)
    words.compile_words(fresh)
    assert fresh.with_suffix(".qm").read_bytes() == SPANISH.with_suffix(".qm").read_bytes()


def test_texts_are_never_hidden_in_f_strings() -> None:
    for source in words.sources():
        hidden = re.findall(r"f[\"'][^\"\n]*\{translate\(", source.read_text(encoding="utf-8"))
        assert not hidden, f"{source.name}: Qt's tool does not look into f-strings"


def test_the_window_speaks_spanish_at_once_and_english_again(desk: Desk) -> None:
    desk.open("camera:0")
    desk.window.commands.choose_setting("language", "es")
    desk.until(lambda: desk.window.panel.headline == "alegría")
    assert desk.window.actions_["record"].text() == "Grabar"
    assert "no lo que siente" in desk.window.notice.text
    assert desk.window.menuBar().actions()[0].text() == "&Abrir"
    desk.act("play")
    desk.until(lambda: desk.message == "En pausa")

    desk.window.commands.choose_setting("language", "en")
    desk.until(lambda: desk.message == "Paused")


def too_narrow(desk: Desk) -> list[str]:
    """Texts of buttons that have no room for them."""
    return [
        button.text()
        for button in desk.window.findChildren(QAbstractButton)
        if button.isVisible() and button.text() and button.width() < button.sizeHint().width() - 1
    ]


def test_nothing_is_cut_off_in_spanish(desk: Desk) -> None:
    desk.window.commands.choose_setting("language", "es")
    desk.window.resize(900, 600)
    desk.open("camera:0")
    desk.until(lambda: not too_narrow(desk))  # the layout takes over new texts a moment later


@pytest.mark.parametrize("label", EMOTIONS)
def test_expressions_have_a_name_in_every_language(desk: Desk, label: str) -> None:
    english = words.emotion_name(label)
    desk.program.words.speak("es")
    assert words.emotion_name(label)
    assert english == label
