"""The model card: what a network is, how well it does, and what it must not be used for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from fer_desktop.emotions import EMOTIONS
from training.measure.evaluation import Evaluation, HeadReport, sure_accuracy
from training.measure.live import LIVE_HEADER, Outcome, row_of
from training.measure.metrics import wilson
from training.measure.tables import GROUP_HEADER, TRADE_OFF_HEADER, group_rows, trade_off_rows
from training.prior import Correction

_HEAD_TITLES: Final = {
    "ferplus": "Head `ferplus`: eight expressions, the crowd's majority (FERPlus)",
    "fer2013": "Head `fer2013`: seven expressions, FER2013's own labels",
}

_USE: Final = """\
## What it is for
It says which of a few expressions a face **shows** in a picture: for live display, teaching, and research in
which people have agreed to take part. It does not say what a person feels, thinks or intends; nobody can read
that off a face (Barrett et al. 2019, "Emotional expressions reconsidered").

It must **not** be used
- to infer the emotions of people at work or in education: Regulation (EU) 2024/1689 (AI Act), Article 5(1)(f)
  prohibits it, except for medical or safety reasons;
- to decide anything about a person: hiring, marks, credit, insurance, policing, borders, health;
- on people who were not told. Article 50(3) of the same act obliges whoever uses such a system to tell them.
"""

_LIMITS_OF_FER2013: Final = """\
- FER2013 was collected by a web search for words of emotion: posed, exaggerated and press pictures prevail,
  and its labels are noisy. Quiet, mixed or spontaneous expressions are read less well than these figures say.
- Disgust, fear and (FERPlus) contempt are rare in the data; their recall is low and its interval wide.
"""

_LIMITS_OF_FACES: Final = """\
- Turned, tilted, covered, very dark or blurred faces are read worse, and so are faces smaller than the
  network's input.
- Age, skin colour, sex and culture are not labelled in the data. How the errors differ between groups of
  people has not been measured, so assume that they do.
- The figures of the heads are for the framing of the data's own pictures, without a face detector before
  the network.
"""

_LIMITS_OF_OTHERS: Final = """\
- It knows the labels above only, and gives one of them for any picture, however strange.
- Pictures from other sources than these data may be read much worse than the figures say.
"""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a model says of itself besides its figures."""

    name: str
    version: str
    network: str
    """Name of the architecture; `python -m training list` shows them."""
    origin: str
    """How it came to be, as the end of a sentence."""
    git: str
    crop: dict[str, object]
    """How the training pictures are framed, see `training.framing`."""
    data: str
    licence: str
    part: str
    """What the part of the data is called that the figures are of."""
    fer2013: bool = False
    """The data is FER2013, shown by its counts."""
    learned_from: Mapping[str, object] = field(default_factory=dict)
    """For the file only: fingerprint of the training `pictures`, and how they were divided off (`held_out`,
    `split_seed`), by which a measurement knows whether it asks about new ones."""
    prior: Correction | None = None
    """How common the first head takes its labels to be, if that is not as in the data."""


@dataclass(frozen=True, slots=True)
class Parity:
    """How far the file's answers lie from those of the same network in single precision, over all heads."""

    pictures: int
    agreeing: int
    """Pictures with the same top label in every head."""
    difference: float
    """Largest difference of two logits."""


def shows_expressions(labels: Iterable[str]) -> bool:
    """Whether these are names of expressions."""
    return not set(EMOTIONS).isdisjoint(labels)


def card_text(evaluation: Evaluation, model: Identity, parity: Parity, side: int) -> str:
    """The whole card as Markdown; `side` is that of whole pictures in pixels."""
    faces = any(shows_expressions(report.labels) for report in evaluation.heads.values())
    what = "the expression of one face" if faces else "one picture"
    pictures = max(report.total for report in evaluation.heads.values())
    repeats = "FER2013 repeats pictures across its parts; *" if model.fer2013 else "*"
    parts = [
        f"# {model.name} {model.version}\n",
        f"Reads {what} of {side} x {side} grey pixels. Architecture `{model.network}`, {model.origin} "
        f"(`training/`, revision {model.git}).\n",
        f"**Data.** {model.data}. None of the pictures of the evaluation below was used for training, except "
        f"the copies named there.\n\n**Licence.** {model.licence}\n",
        *([_USE] if faces else []),
        "## How it was measured\n"
        f"The exported file itself, run by ONNX Runtime on the {model.part} part ({pictures:,} pictures with "
        "a label), each seen once, unmirrored. The recipe, the temperature and the threshold of `unsure` "
        f"were chosen on the same part, so expect a little less elsewhere{_untouched(model)}. Brackets: 95 % "
        f"intervals (Wilson). ECE: expected calibration error, 15 bins. {repeats}unseen* leaves out pictures "
        "whose exact pixels occur in the training part.\n",
        "Large weights are stored in half precision. All figures are of this file; it gives the top label of "
        f"the same network in single precision in {parity.agreeing:,} of {parity.pictures:,} pictures, and "
        f"their logits differ by {parity.difference:.2g} where they differ most.\n",
        *(_head_section(evaluation, head, model.prior) for head in evaluation.heads),
        "## Known limits\n"
        + (_LIMITS_OF_FER2013 if model.fer2013 else "")
        + (_LIMITS_OF_FACES if faces else _LIMITS_OF_OTHERS),
    ]
    return "\n".join(parts)


def _untouched(model: Identity) -> str:
    return "; PrivateTest was not touched" if model.fer2013 and model.part == "PublicTest" else ""


def _head_section(evaluation: Evaluation, head: str, prior: Correction | None) -> str:
    report = evaluation.heads[head]
    unseen = evaluation.unseen_total[head]
    unseen_hits = round(evaluation.unseen_accuracy[head] * unseen) if unseen else 0
    facts = [
        ("Pictures with a label", f"{report.total}"),
        ("Accuracy, single pass", share_with_interval(report.hits, report.total)),
        (f"Accuracy, unseen ({unseen} pictures)", share_with_interval(unseen_hits, unseen)),
        ("Macro-F1", f"{report.macro_f1:.3f}"),
        ("ECE before and after temperature", f"{report.ece_before:.3f}, {report.ece_after:.3f}"),
        ("Temperature", f"{report.temperature:.3f}"),
        ("Unsure below", f"{report.unsure_below:.3f}"),
        ("Coverage (share of sure answers)", f"{report.coverage:.1%}"),
        (
            "Accuracy of sure answers",
            "none" if math.isnan(report.covered_accuracy) else f"{report.covered_accuracy:.1%}",
        ),
    ]
    if report.neutral_called_negative is not None:
        facts.append(
            ("Neutral called anger, disgust, fear or sadness", f"{report.neutral_called_negative:.1%}")
        )
    if report.negative_found is not None:
        facts.append(("Those four called one of them", f"{report.negative_found:.1%}"))
    kind = "expression" if shows_expressions(report.labels) else "label"
    return "\n".join(
        [
            f"### {_HEAD_TITLES.get(head, f'Head `{head}`')}\n",
            table(("measure", "value"), facts),
            *(_prior_section(report, prior) if prior is not None and prior.head == head else ()),
            "The threshold of `unsure` is the lowest at which sure answers are right "
            f"{sure_accuracy(head):.0%} of the time. Other thresholds would give:\n",
            table(TRADE_OFF_HEADER, trade_off_rows(report)),
            table((kind, "pictures", "recall"), recall_rows(report)),
            "Confusions (rows: the label; columns: the network):\n",
            table(("", *report.labels), confusion_rows(report)),
            "Groups of pictures (brightness and contrast: mean and deviation of the grey values; sharpness: "
            "deviation of the Laplacian over the contrast):\n",
            table(GROUP_HEADER, group_rows(evaluation.groups[head])),
        ]
    )


def _prior_section(report: HeadReport, prior: Correction) -> list[str]:
    """What the head expects to see, and what changed when it was told so."""
    moved = [
        f"{label} {prior.wanted[label]:.1%} (as learned: {prior.expected[label]:.1%})"
        for label in prior.wanted
        if prior.wanted[label] > prior.expected[label]
    ]
    balance = prior.expectation.balance
    why = []
    if balance:
        why.append(
            "A network that learned from few faces of an expression says it too seldom. The answers "
            "therefore take all expressions to be more evenly common than it learned, their shares to the "
            f"power of {1 - balance:g} (logit adjustment, Menon et al. 2021)."
        )
    if prior.expectation.named:
        named = ", ".join(f"{label} {share:.0%}" for label, share in prior.expectation.named.items())
        why.append(
            "The answers take these to be so common in use, and all others to share the rest in proportion "
            f"(Saerens et al. 2002): {named}."
        )
    rows = [
        ("Accuracy", f"{prior.before.accuracy:.1%}", f"{report.accuracy:.1%}"),
        ("Macro-F1", f"{prior.before.macro_f1:.3f}", f"{report.macro_f1:.3f}"),
    ]
    for name, before, after in (
        (
            "Neutral called anger, disgust, fear or sadness",
            prior.before.neutral_called_negative,
            report.neutral_called_negative,
        ),
        ("Those four called one of them", prior.before.negative_found, report.negative_found),
    ):
        if before is not None and after is not None:
            rows.append((name, f"{before:.1%}", f"{after:.1%}"))
    return [
        f"{' '.join(why)} Commoner than learned: {', '.join(moved)}. What that changes:\n",
        table(("measure", "as learned", "as shipped"), rows),
    ]


def failures_section(picture: str) -> str:
    """The end of a card that shows average faces of the commonest errors; `picture` is a file's name."""
    return (
        "\n## What it takes for something else\n"
        f"![Average faces of its commonest errors]({picture})\n\n"
        "In the middle an error, beside it the class that it is of and the one that it is taken for, both as "
        "read rightly. Each face is the average of several pictures and their mirror images, and nobody's.\n"
    )


def live_section(outcomes: Sequence[Outcome], detector: str) -> str:
    """The end of a card that says what is lost before a camera; `detector` is the name of one."""
    pictures = max(outcome.pictures for outcome in outcomes)
    parts = [
        f"\n## What is lost before a camera (detector: {detector})\n\n"
        f"The {pictures:,} pictures that are no exact copy of a learned one (before a camera there are "
        "none), as frames of 640 x 480, each face 192 pixels wide unless said otherwise and continued "
        "over its edges by reflection, disturbed, and then on the program's own way: detector, crop, "
        "network. Accuracy is of the counted pictures: those in which the detector finds a face with at "
        "least three quarters of its box inside the picture. Faces that are cut closer, whose surroundings "
        "would be made up, are left out there. Points are that accuracy less that of the same pictures as "
        "the data cut them, with 95 % intervals (paired bootstrap). How far a head is turned is what the "
        "detector's landmarks say, coarsely; heads that nod (pitch) have not been measured.\n"
    ]
    for head in dict.fromkeys(outcome.head for outcome in outcomes):
        rows = [row_of(outcome) for outcome in outcomes if outcome.head == head]
        parts += [f"### Head `{head}`\n", table(LIVE_HEADER, rows)]
    return "\n".join(parts)


def share_with_interval(hits: int, total: int) -> str:
    """A share in per cent with its 95 % interval; "none" of nothing."""
    if total == 0:
        return "none"
    low, high = wilson(hits, total)
    return f"{hits / total:.1%} [{low:.1%}, {high:.1%}]"


def recall_rows(report: HeadReport) -> list[tuple[str, ...]]:
    """Per class: label, number of pictures, recall with interval."""
    sums = report.confusion.sum(1)
    return [
        (label, str(sums[i]), share_with_interval(int(report.confusion[i, i]), int(sums[i])))
        for i, label in enumerate(report.labels)
    ]


def confusion_rows(report: HeadReport) -> list[tuple[str, ...]]:
    """The confusion counts, each row led by its label."""
    return [(label, *map(str, report.confusion[i])) for i, label in enumerate(report.labels)]


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
