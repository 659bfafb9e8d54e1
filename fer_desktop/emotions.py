"""The vocabulary: which expressions there are, in which order, and how others name them.

The order is FER2013's; `contempt` stands last because only the FERPlus labels have it. Everything
that stores or shows more than one expression (logits, log columns, bars, curves) uses this order.
"""

from __future__ import annotations

from typing import Final

EMOTIONS: Final = (
    "anger",
    "disgust",
    "fear",
    "happiness",
    "sadness",
    "surprise",
    "neutral",
    "contempt",
)
"""All expressions that any model of ours knows, in canonical order."""

FER2013_LABELS: Final = EMOTIONS[:7]
"""The seven classes of FER2013, in the order of its `emotion` column (0 to 6)."""

FERPLUS_LABELS: Final = EMOTIONS
"""The eight classes of FERPlus in our order (its own files use another one)."""

UNSURE: Final = "unsure"
"""The label of a face whose top probability is under the model's threshold."""

NEGATIVE: Final = frozenset({"anger", "disgust", "fear", "sadness"})
"""Expressions that users resent to see on a calm face (see `neutral called negative`)."""

COLOURS: Final[dict[str, str]] = {
    "anger": "#D55E00",
    "disgust": "#009E73",
    "fear": "#CC79A7",
    "happiness": "#F0E442",
    "sadness": "#0072B2",
    "surprise": "#E69F00",
    "neutral": "#999999",
    "contempt": "#56B4E9",
}
"""One colour per expression everywhere: Okabe and Ito's palette, which colour-blind people can
tell apart (https://jfly.uni-koeln.de/color/); grey stands in for its black on dark themes."""

FACEREADER_NAMES: Final[dict[str, str]] = {
    "neutral": "Neutral",
    "happiness": "Happy",
    "sadness": "Sad",
    "anger": "Angry",
    "surprise": "Surprised",
    "fear": "Scared",
    "disgust": "Disgusted",
    "contempt": "Contempt",
}
"""How FaceReader (Noldus) calls our expressions, in the order of the columns of its logs."""

_ALIASES: Final[dict[str, str]] = {
    "angry": "anger",
    "disgusted": "disgust",
    "fearful": "fear",
    "afraid": "fear",
    "scared": "fear",
    "happy": "happiness",
    "joy": "happiness",
    "sad": "sadness",
    "surprised": "surprise",
    "calm": "neutral",
}


def canonical(name: str) -> str:
    """Return our name for a label of another project (`happy` -> `happiness`).

    Raises `ValueError` for a word that names none of our expressions.
    """
    word = name.strip().lower()
    word = _ALIASES.get(word, word)
    if word not in EMOTIONS:
        raise ValueError(f"'{name}' is not an expression; known are {', '.join(EMOTIONS)}.")
    return word
