"""What the other rooms say, in the language of the window.

They know no Qt, and their errors are English with values filled in. Here such a sentence is known again by
its words, and said with the same values in another language.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from fer_desktop.errors import UserError
from fer_desktop.ui.error_sentences import SENTENCES
from fer_desktop.ui.words import translate

_FIELD: Final = re.compile(r"\{(\w+)\}")
_OURS: Final = frozenset({"what", "kind", "why", "part", "allowed", "error"})
"""Fields that hold texts of ours; what others hold (names, paths) is the user's and stays as it is."""


def told_error(error: UserError) -> str:
    """Sentence and remedy."""
    return f"{told(error.sentence)} {told(error.remedy)}".strip()


def told(text: str) -> str:
    """A sentence of an error in the language of now; as it is where nobody knows it."""
    known = recognised(text)
    if known is None:
        return text
    sentence, values = known
    said = translate("Errors", sentence)
    if said == sentence:
        return text
    return said.format(**{name: told(value) if name in _OURS else value for name, value in values.items()})


def recognised(text: str) -> tuple[str, dict[str, str]] | None:
    """Which of the sentences it is, and with which values; None if it is none of them.

    Of several that fit, the one that leaves least to its first field is meant: another error may stand in the
    last one. After that, the one of the most words.
    """
    fitting = [
        (sentence, found.groupdict())
        for pattern, sentence in _patterns()
        if (found := pattern.fullmatch(text))
    ]
    return min(fitting, key=lambda one: len(next(iter(one[1].values()), "")), default=None)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Those of the most words first."""
    by_words = sorted(SENTENCES, key=lambda sentence: -len(_FIELD.sub("", sentence)))
    return tuple((_pattern(sentence), sentence) for sentence in by_words)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = _FIELD.split(sentence)
    fixed = [re.escape(part.replace("{{", "{").replace("}}", "}")) for part in parts[::2]]
    fields = [f"(?P<{name}>.*?)" for name in parts[1::2]]
    return re.compile("".join(map("".join, zip(fixed, [*fields, ""], strict=True))), re.DOTALL)
