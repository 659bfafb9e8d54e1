"""The model card: what a network is, how well it does, and what it must not be used for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from training.evaluate import SURE_ACCURACY, Evaluation, HeadReport, wilson

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

_LIMITS: Final = """\
## Known limits
- FER2013 was collected by a web search for words of emotion: posed, exaggerated and press pictures prevail,
  and its labels are noisy. Quiet, mixed or spontaneous expressions are read less well than these figures say.
- Disgust, fear and (FERPlus) contempt are rare in the data; their recall is low and its interval wide.
- Turned, tilted, covered, very dark or blurred faces are read worse, and so are faces smaller than 48 pixels.
- Age, skin colour, sex and culture are not labelled in the data. How the errors differ between groups of
  people has not been measured, so assume that they do.
- All figures are for FER2013's framing, without a face detector before the network.
"""


DATA: Final = (
    "FER2013, Training part: 28,709 grey faces of 48 x 48 pixels with one label each "
    "(Goodfellow et al. 2013); FERPlus: ten votes for each of them (Barsoum et al. 2016)"
)
LICENCE: Final = (
    "Weights: MIT, like the project. Training pictures: FER2013, lent for research, not included. "
    "FERPlus labels: MIT."
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a model says of itself besides its figures."""

    name: str
    version: str
    network: str
    """Name of the architecture; `python -m training list` shows them."""
    git: str
    crop: dict[str, object]
    """How the training pictures are framed, see `training.framing`."""
    data: str = DATA
    licence: str = LICENCE


def card_text(evaluation: Evaluation, model: Identity) -> str:
    """The whole card as Markdown."""
    parts = [
        f"# {model.name} {model.version}\n",
        f"Reads the expression of one face of 48 x 48 grey pixels. Architecture `{model.network}`, trained "
        f"by this project from scratch (`training/`, revision {model.git}).\n",
        f"**Data.** {model.data}. None of the pictures of the evaluation below was used for training, except "
        f"the copies named there.\n\n**Licence.** {model.licence}\n",
        _USE,
        "## How it was measured\n"
        "On FER2013's PublicTest part (3,589 pictures), each seen once, unmirrored. The recipe, the "
        "temperature and the threshold of `unsure` were chosen on the same part, so expect a little less "
        "elsewhere; PrivateTest was not touched. Brackets: 95 % intervals (Wilson). ECE: expected "
        "calibration error, 15 bins. FER2013 repeats pictures across its parts; *unseen* leaves out those "
        "whose exact pixels occur in Training.\n",
        *(_head_section(evaluation, head) for head in evaluation.heads),
        _LIMITS,
    ]
    return "\n".join(parts)


def _head_section(evaluation: Evaluation, head: str) -> str:
    report = evaluation.heads[head]
    unseen = evaluation.unseen_total[head]
    unseen_hits = round(evaluation.unseen_accuracy[head] * unseen)
    facts = [
        ("Pictures with a label", f"{report.total}"),
        ("Accuracy, single pass", share_with_interval(report.hits, report.total)),
        (f"Accuracy, unseen ({unseen} pictures)", share_with_interval(unseen_hits, unseen)),
        ("Macro-F1", f"{report.macro_f1:.3f}"),
        ("ECE before and after temperature", f"{report.ece_before:.3f}, {report.ece_after:.3f}"),
        ("Temperature", f"{report.temperature:.3f}"),
        ("Unsure below", f"{report.unsure_below:.3f}"),
        ("Coverage (share of sure answers)", f"{report.coverage:.1%}"),
        ("Accuracy of sure answers", f"{report.covered_accuracy:.1%}"),
        ("Neutral called anger, disgust, fear or sadness", f"{report.neutral_called_negative:.1%}"),
    ]
    return "\n".join(
        [
            f"### {_HEAD_TITLES[head]}\n",
            table(("measure", "value"), facts),
            "The threshold of `unsure` is the lowest at which sure answers are right "
            f"{SURE_ACCURACY[head]:.0%} of the time.\n",
            table(("expression", "pictures", "recall"), recall_rows(report)),
            "Confusions (rows: the label; columns: the network):\n",
            table(("", *report.labels), confusion_rows(report)),
        ]
    )


def share_with_interval(hits: int, total: int) -> str:
    """A share in per cent with its 95 % interval; "none" of nothing."""
    if total == 0:
        return "none"
    low, high = wilson(hits, total)
    return f"{hits / total:.1%} [{low:.1%}, {high:.1%}]"


def recall_rows(report: HeadReport) -> list[tuple[str, ...]]:
    """Per expression: label, number of pictures, recall with interval."""
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
