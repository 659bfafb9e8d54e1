"""Every text that the window shows goes through here, so that it can be read in Spanish too.

Qt's `pyside6-lupdate` finds the texts by the names `translate` and `QT_TRANSLATE_NOOP`; run
`python -m fer_desktop.ui.words` after changing one, then translate what is new in the .ts file. It also
collects what the errors of the other rooms say.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from fer_desktop import paths
from fer_desktop.emotions import UNSURE

LANGUAGES: Final = ("en", "es")


def translate(context: str, text: str) -> str:
    """`text` in the language that is installed now."""
    return QCoreApplication.translate(context, text)


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: ARG001 - Qt's tool reads it here
    """Mark a text of a table for translation where it is shown."""
    return text


_EMOTIONS: Final = {
    "anger": QT_TRANSLATE_NOOP("Emotions", "anger"),
    "disgust": QT_TRANSLATE_NOOP("Emotions", "disgust"),
    "fear": QT_TRANSLATE_NOOP("Emotions", "fear"),
    "happiness": QT_TRANSLATE_NOOP("Emotions", "happiness"),
    "sadness": QT_TRANSLATE_NOOP("Emotions", "sadness"),
    "surprise": QT_TRANSLATE_NOOP("Emotions", "surprise"),
    "neutral": QT_TRANSLATE_NOOP("Emotions", "neutral"),
    "contempt": QT_TRANSLATE_NOOP("Emotions", "contempt"),
    UNSURE: QT_TRANSLATE_NOOP("Emotions", "unsure"),
}


def emotion_name(label: str) -> str:
    """What a label is called on screen; a label that we do not know stays as it is."""
    return translate("Emotions", _EMOTIONS.get(label, label))


def spoken_language(choice: str) -> str:
    """`en` or `es` for a setting of `auto`, `en` or `es`."""
    if choice in LANGUAGES:
        return choice
    system = QLocale.system().name()[:2]
    return system if system in LANGUAGES else "en"


class Words:
    """Installs the translators of one language at a time, Qt's own texts included."""

    def __init__(self, app: QCoreApplication) -> None:
        self._app = app
        self._installed: list[QTranslator] = []
        self.language = "en"

    def speak(self, choice: str) -> None:
        """Switch the language; widgets are told by Qt's LanguageChange event."""
        for translator in self._installed:
            self._app.removeTranslator(translator)
        self._installed.clear()
        self.language = spoken_language(choice)
        if self.language == "en":
            return
        qt_own = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        for stem, folder in (("qtbase", qt_own), ("fer_desktop", str(translations_dir()))):
            translator = QTranslator(self._app)
            if translator.load(f"{stem}_{self.language}", folder):
                self._app.installTranslator(translator)
                self._installed.append(translator)


def translations_dir() -> Path:
    """Where the .ts and .qm files are."""
    return paths.assets_dir() / "translations"


def sources() -> list[Path]:
    """The modules whose texts are translated."""
    package = Path(__file__).resolve().parents[1]
    return sorted([*(package / "ui").glob("*.py"), package / "app.py", package / "settings.py"])


def tool(name: str) -> str:
    """One of Qt's translation tools, which come with PySide6; raises `FileNotFoundError`."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"{name} is not installed")
    return found


def collect(target: Path) -> None:
    """Write every text of the sources into the .ts file `target`, keeping what is translated already."""
    names = [str(path) for path in sources()]
    options = ["-locations", "none", "-no-obsolete", "-silent", "-target-language", "es", "-ts", str(target)]
    subprocess.run([tool("pyside6-lupdate"), *names, *options], check=True)


def compile_words(source: Path) -> None:
    """Make the .qm file that Qt loads, beside its .ts file."""
    target = str(source.with_suffix(".qm"))
    subprocess.run([tool("pyside6-lrelease"), "-silent", str(source), "-qm", target], check=True)


if __name__ == "__main__":
    from fer_desktop.ui import error_words

    error_words.TARGET.write_text(error_words.source(), encoding="utf-8")
    spanish = translations_dir() / "fer_desktop_es.ts"
    collect(spanish)
    compile_words(spanish)
