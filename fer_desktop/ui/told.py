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


def told_error(error: UserError) -> str:
    """Sentence and remedy."""
    return f"{told(error.sentence)} {told(error.remedy)}".strip()


def told(text: str) -> str:
    """A sentence of an error, or a value in it, in the language of now; as it is where nobody knows it."""
    for pattern, sentence in _patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            said = translate("Errors", sentence)
            values = {name: told(value) for name, value in found.groupdict().items()}
            return text if said == sentence else said.format(**values)
    return text


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Those of the most words first: of two that fit, the one that leaves less to its fields is meant."""
    by_words = sorted(SENTENCES, key=lambda sentence: -len(_FIELD.sub("", sentence)))
    return tuple((_pattern(sentence), sentence) for sentence in by_words)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = _FIELD.split(sentence)
    fixed = [re.escape(part.replace("{{", "{").replace("}}", "}")) for part in parts[::2]]
    fields = [f"(?P<{name}>.*)" for name in parts[1::2]]
    return re.compile("".join(map("".join, zip(fixed, [*fields, ""], strict=True))), re.DOTALL)
