"""The card of the network that made a session, found by its SHA-256."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fer_desktop import paths
from fer_desktop.session.metadata import ModelFacts


def model_card(model: ModelFacts) -> str:
    """The card that lies beside the model file, or a page that says why there is none."""
    folder = paths.default_model().parent
    # Never a path out of that folder: session.json may come from anywhere.
    file = folder / Path(model.file).name
    card = file.with_suffix(".md")
    if not file.is_file() or _sha256(file) != model.sha256:
        return _missing(model, "This program does not have that very file")
    if not card.is_file():
        return _missing(model, "No card lies beside it")
    return card.read_text(encoding="utf-8")


def _missing(model: ModelFacts, why: str) -> str:
    return (
        f"# {model.name} {model.version}\n\n"
        f"There is no model card for `{model.file}` (SHA-256 {model.sha256}). {why}. Ask whoever made the "
        "network what it was trained on and how well it does.\n"
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
