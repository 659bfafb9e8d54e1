"""What every report says in words: limits, and what its figures mean."""

from __future__ import annotations

from typing import Final

from fer_desktop.session.report.html import Html, facts, joined, listed, paragraph

LIMITS: Final = (
    "The numbers say which expression a face shows to a network, not what a person feels. People smile in "
    "pain and frown in thought.",
    "They shift with pose, light, age and culture. A calm face may look a little sad or angry to a network, "
    "one more than another; compare a person with that person before you compare people.",
    "What was not seen is not known. Every share holds for the part that its coverage names. Faces are lost "
    "more often when they turn away, laugh or are covered, so what is missing is no fair sample of the rest.",
    "A face is followed by place and size, not recognised: somebody who leaves and comes back later may have "
    "a new number.",
    "Neighbouring frames show nearly the same face. They are no independent observations: thousands of "
    "frames of one person are still one person.",
    "Do not decide anything about a person with this page. In the EU it is prohibited to infer the emotions "
    "of staff or pupils, save for medical or safety reasons (AI Act, Article 5(1)(f)), and people who are "
    "recorded or analysed must be told (AI Act, Article 50(3)).",
)

_MEANINGS: Final = (
    (
        "Share",
        "Of the time that the face was seen, the part during which this was the label. A frame speaks for "
        "the time until the next analysed frame, but not across a gap. Photos have no time: shares of "
        "pictures.",
    ),
    (
        "Coverage",
        "The part of the duration, pauses and interruptions included, during which the face was seen; for "
        "all faces together, during which at least one was.",
    ),
    ("Run", "A stretch of time through which a face keeps one label. It ends when the face is missing."),
    ("Change", "One label followed at once by another, within what was seen without a break."),
    (
        "Mean probability",
        "Of the network's calibrated answer over all frames of the face, whatever its label; with its "
        "standard deviation.",
    ),
    ("Unsure", "No expression was as probable as the network's threshold asks. It is an answer, no error."),
)


def limits() -> Html:
    """What the numbers are not."""
    return listed(LIMITS)


def meanings(more: tuple[tuple[str, str], ...] = ()) -> Html:
    """The words of the tables."""
    return joined([paragraph("Words as they are used on this page:"), facts((*_MEANINGS, *more))])
