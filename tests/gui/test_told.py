"""What goes wrong in the other rooms is told in the language of the window."""

from __future__ import annotations

from pathlib import Path

import pytest

from fer_desktop.capture.choose import make_source
from fer_desktop.errors import UserError
from fer_desktop.settings import SettingsError
from fer_desktop.settings_files import read_settings_file
from fer_desktop.ui import error_words
from fer_desktop.ui.error_sentences import SENTENCES
from fer_desktop.ui.told import recognised, told, told_error
from fer_desktop.vision.model_file import read_model_file
from tests.gui.conftest import Desk


@pytest.fixture
def spanish(desk: Desk) -> Desk:
    """A window in Spanish."""
    desk.window.commands.choose_setting("language", "es")
    return desk


def test_the_list_of_sentences_is_in_step_with_the_sources() -> None:
    assert error_words.TARGET.read_text(encoding="utf-8") == error_words.source(), (
        "run `python -m fer_desktop.ui.words` and translate what is new"
    )


def test_each_sentence_is_known_again_with_its_values() -> None:
    for sentence in SENTENCES:
        values = {name: f"x y {name}" for name in error_words.fields(sentence)}
        text = sentence.format(**values)
        known = recognised(text)
        assert known is not None, sentence
        assert list(known[1].values()) == list(values.values()), sentence
        assert known[0].format(**known[1]) == text
        assert told(text) == text, "English stays as it is"


@pytest.mark.usefixtures("spanish")
def test_each_sentence_is_said_in_spanish_with_its_values() -> None:
    for sentence in SENTENCES:
        values = {name: f"<{name}>" for name in error_words.fields(sentence)}
        said = told(sentence.format(**values))
        assert said != sentence.format(**values), sentence
        assert all(value in said for value in values.values()), said


@pytest.mark.usefixtures("spanish")
def test_real_errors_are_told_with_sentence_and_remedy(tmp_path: Path) -> None:
    (tmp_path / "leer.mp4").write_bytes(b"")
    (tmp_path / "text.mp4").write_text("kein Film\n" * 100, encoding="utf-8")
    (tmp_path / "model.onnx").write_text("kein Netz", encoding="utf-8")
    (tmp_path / "settings.json").write_text('{"fer_desktop_settings": 9, "settings": {}}', encoding="utf-8")

    def error_of(name: str) -> str:
        with pytest.raises(UserError) as caught:
            make_source(str(tmp_path / name)).open()
        return told_error(caught.value)

    assert error_of("leer.mp4") == "«leer.mp4» está vacío (0 bytes). Cópielo o grábelo de nuevo."
    assert error_of("text.mp4") == "«text.mp4» contiene texto, no un vídeo. Elija un archivo de vídeo."
    assert error_of("fehlt.mp4").startswith(f"No existe el archivo «{tmp_path / 'fehlt.mp4'}».")
    with pytest.raises(UserError) as caught:
        read_model_file(tmp_path / "model.onnx")
    assert told(caught.value.sentence) == "model.onnx no es un archivo ONNX legible."
    with pytest.raises(SettingsError) as caught:
        read_settings_file(tmp_path / "settings.json")
    assert told_error(caught.value).endswith("con una versión más nueva. Actualice FER Desktop.")


@pytest.mark.usefixtures("spanish")
def test_an_error_within_an_error_is_told_too_and_a_stranger_stays() -> None:
    assert told("Reading demo failed: 'x.mp4' is cut off.") == (
        "Ha fallado la lectura de demo: «x.mp4» está cortado."
    )
    assert (
        told("Reading demo failed: [Errno 5] {odd} %s") == "Ha fallado la lectura de demo: [Errno 5] {odd} %s"
    )
    assert told("'/a/b' is a folder, not a video.") == "«/a/b» es una carpeta, no un vídeo."
    assert told("Nobody has ever said this.") == "Nobody has ever said this."
    assert told("Reading demo failed: '/x' cannot be read (Permission denied).") == (
        "Ha fallado la lectura de demo: No se puede leer «/x» (Permission denied)."
    )


@pytest.mark.usefixtures("spanish")
def test_names_of_files_are_not_translated() -> None:
    assert told("'video' is empty (0 bytes).") == "«video» está vacío (0 bytes)."
    assert told("There are no pictures in the folder 'photo'.") == "No hay imágenes en la carpeta «photo»."
    assert told("'text' holds text, not a video.") == "«text» contiene texto, no un vídeo."
    assert told("'text' holds sound, not a picture.") == "«text» contiene sonido, no una imagen."


def test_the_window_tells_an_error_in_its_language(spanish: Desk, tmp_path: Path) -> None:
    broken = tmp_path / "leer.mp4"
    broken.write_bytes(b"")
    spanish.controller.open(str(broken))
    told_it = "«leer.mp4» está vacío (0 bytes)."
    spanish.until(lambda: spanish.message == f"{told_it} Cópielo o grábelo de nuevo.")
    spanish.open("camera:0")
    spanish.controller.open(str(broken))
    spanish.until(lambda: spanish.program.notifications.trouble == told_it)
    spanish.program.notifications.dismiss()


def test_every_form_of_a_sentence_is_read_off_a_source(tmp_path: Path) -> None:
    source = tmp_path / "room.py"
    source.write_text(
        """
REMEDY: Final = "Try again."
LATER = UserError(sentence="Later.")

def fails(path, known, why):
    what: str = "photo" if known else "video"
    rest = f"It has {known} parts."
    raise UserError(f"{path.name} is a {what} of {path.parent.name}: {{odd}}.", REMEDY)
    raise UserError("Short." if known else f"Long {len(why)}.", rest)
    raise ValueError("of no concern")
""",
        encoding="utf-8",
    )
    assert set(error_words.sentences_of(source)) == {
        "{name} is a {what} of {name_}: {{odd}}.",
        "photo",
        "video",
        "Try again.",
        "Later.",
        "Short.",
        "Long {len}.",
        "It has {known} parts.",
    }
    source.write_text('def fails():\n    raise UserError(made_up(), "")\n', encoding="utf-8")
    with pytest.raises(error_words.UnreadableError, match=r"room\.py:2: made_up\(\)"):
        list(error_words.sentences_of(source))
    source.write_text("def fails(given):\n    raise UserError(given)\n", encoding="utf-8")
    with pytest.raises(error_words.UnreadableError, match="where is 'given' from"):
        list(error_words.sentences_of(source))
