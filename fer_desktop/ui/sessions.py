"""Opening a finished session: read in a thread of its own, with progress, given up when that is wanted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from fer_desktop import paths
from fer_desktop.errors import ModelError, SessionError, UserError
from fer_desktop.session.metadata import FILE
from fer_desktop.session.reader import read_session
from fer_desktop.ui.recording import Endings
from fer_desktop.ui.session_past import Opened, open_past
from fer_desktop.vision.model_file import ModelFile, read_model_file

log = logging.getLogger(__name__)


def session_folder(text: str) -> Path | None:
    """The session folder that a text names, itself or by its session.json; None if it names none."""
    try:
        path = Path(text)
        if path.name == FILE and path.is_file():
            return path.parent
        return path if (path / FILE).is_file() else None
    except (OSError, ValueError):  # not a possible name
        return None


class _Reading:
    """One session on its way."""

    def __init__(self, folder: Path, models: list[Path]) -> None:
        self.folder = folder
        self.share = 0.0
        self.wanted = True
        self.outcome: Opened | UserError | None = None
        self._models = models

    def run(self) -> None:
        try:
            self.outcome = open_past(read_session(self.folder), self._model, self._report)
        except UserError as error:
            self.outcome = error
        except Exception as error:
            # A thread that dies silently would leave a session that never opens: the fault is shown.
            log.exception("opening a session failed")
            self.outcome = SessionError(f"'{self.folder}' could not be opened: {error}")

    def _report(self, share: float) -> bool:
        self.share = share
        return self.wanted

    def _model(self, sha256: str) -> ModelFile | None:
        for path in self._models:
            try:
                model = read_model_file(path)
            except (ModelError, OSError):
                continue
            if model.sha256 == sha256:
                return model
        return None


class Sessions:
    """At most one session is being opened; the controller calls `take` on its timer."""

    def __init__(self, endings: Endings, chosen_model: Callable[[], str]) -> None:
        """`chosen_model` gives the path of the network in the settings; empty: the one that comes along."""
        self._endings = endings
        self._chosen_model = chosen_model
        self._reading: _Reading | None = None

    def open(self, folder: Path) -> None:
        """Begin to read it; returns at once."""
        self.cancel()
        chosen = self._chosen_model()
        models = [*([Path(chosen)] if chosen else []), paths.default_model()]
        self._reading = reading = _Reading(folder, models)
        self._endings.start(reading.run)

    def cancel(self) -> None:
        """Give up what is being read."""
        if self._reading is not None:
            self._reading.wanted = False
            self._reading = None

    @property
    def progress(self) -> tuple[str, float] | None:
        """Name and share of the session that is being read; None while there is none."""
        return None if self._reading is None else (self._reading.folder.name, self._reading.share)

    def take(self) -> Opened | UserError | None:
        """What became of it, once."""
        if self._reading is None or self._reading.outcome is None:
            return None
        outcome, self._reading = self._reading.outcome, None
        return outcome
