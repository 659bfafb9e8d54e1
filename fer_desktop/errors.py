"""Errors that a person reads: one sentence that names the thing, and one that says what to do."""

from __future__ import annotations


class UserError(Exception):
    """Something a user can mend. `str(error)` is the sentence followed by the remedy.

    Never shown with a traceback unless one is asked for; rooms subclass it for what they open.
    """

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(f"{sentence} {remedy}".strip())
        self.sentence = sentence
        self.remedy = remedy


class SourceError(UserError):
    """A camera, file or stream cannot be opened or read."""


class ModelError(UserError):
    """A model or detector file breaks its contract or cannot be run."""


class SessionError(UserError):
    """A session folder cannot be written or read."""


class LinkError(UserError):
    """A live link to other programs cannot be opened."""
