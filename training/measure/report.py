"""A run as one page that needs no other file."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from training.data.examples import Examples, Truth
from training.errors import RunError
from training.measure.candidate import Candidate
from training.measure.compare import top_confusions, worst_errors
from training.measure.evaluation import Evaluation
from training.measure.face_plots import confusions_figure, failures_figure
from training.measure.head_plots import (
    class_figure,
    confusion_figure,
    coverage_figure,
    reliability_figure,
    roc_figure,
)
from training.measure.metrics import Floats
from training.measure.pages import write_page
from training.measure.plots import history_figure, page_svg, read_history, save_plot
from training.measure.tables import (
    CLASS_HEADER,
    GROUP_HEADER,
    TRADE_OFF_HEADER,
    VIEW_WORDS,
    accuracy_words,
    class_rows,
    count_words,
    group_rows,
    measure_rows,
    milliseconds,
    trade_off_rows,
)
from training.recipe import Augmentation, Recipe
from training.recipe_files import dump_recipe
from training.run import Run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CONFUSIONS: Final = 8
FAILURES: Final = 24


@dataclass(frozen=True, slots=True)
class Measured:
    """A network with its measures on one set of pictures."""

    candidate: Candidate
    evaluation: Evaluation
    examples: Examples
    pictures: str
    """What the pictures are, in words: `PublicTest of fer2013.csv`."""

    @property
    def looked(self) -> str:
        """The pictures, and how they were looked at where that was not once each."""
        views = self.candidate.views
        return self.pictures if views == "single" else f"{self.pictures}, {VIEW_WORDS[views]}"


def looked_at(networks: Sequence[Measured]) -> str:
    """The pictures of several networks, and how these looked at them."""
    looks = {network.looked for network in networks}
    return looks.pop() if len(looks) == 1 else f"{networks[0].pictures}, views as named"


def write_report(measured: Measured, page: Path, plots: Path | None = None) -> list[Path]:
    """Write the report of a run, and each plot as PNG and SVG into the folder `plots`, if wanted.

    Returns the files. Raises `RunError` if one cannot be written.
    """
    run = measured.candidate.run
    assert run is not None
    made = made_of(run)
    history = run.folder / "history.csv"
    curves = history_figure(read_history(history)) if history.is_file() else None
    heads = {name: head_figures(measured, name) for name in measured.evaluation.heads}
    values = {
        "title": measured.candidate.name,
        "summary": summary(measured),
        "tiles": tiles(measured),
        "curves": "" if curves is None else page_svg(curves, "curves", "Curves over the epochs"),
        "heads": [head_values(measured, name, figures) for name, figures in heads.items()],
        "class_header": CLASS_HEADER,
        "trade_off_header": TRADE_OFF_HEADER,
        "group_header": GROUP_HEADER,
        "recipe": dump_recipe(run.recipe),
        "settings": changed_settings(run.recipe),
        **made,
    }
    written = [write_page("report.html", values, page)]
    if plots is not None:
        named = {} if curves is None else {"curves": curves}
        named |= {
            f"{head}-{name}": figure for head, figures in heads.items() for name, figure in figures.items()
        }
        written += [
            save_plot(figure, plots / f"{name}{kind}")
            for name, figure in named.items()
            for kind in (".png", ".svg")
        ]
    return written


def summary(measured: Measured) -> str:
    """The first sentence of a report."""
    head, report = next(iter(measured.evaluation.heads.items()))
    return (
        f"Of {report.total:,} pictures ({measured.looked}), {report.hits:,} get the right answer of "
        f"{len(report.labels)} classes (labels {head}): {accuracy_words(report)}."
    )


def tiles(measured: Measured) -> list[tuple[str, str, str]]:
    """The figures that a reader wants first: name, value, note."""
    candidate = measured.candidate
    found = []
    for head, report in measured.evaluation.heads.items():
        _, interval = accuracy_words(report).split(" ", 1)
        found.append((f"Accuracy, {head}", f"{report.accuracy:.1%}", interval))
        low, high = report.intervals["macro_f1"]
        found.append((f"Macro F1, {head}", f"{report.macro_f1:.1%}", f"[{low:.1%}, {high:.1%}]"))
    found.append(
        (
            "Trained values",
            count_words(candidate.parameters),
            f"{count_words(candidate.macs)} MACs per picture",
        )
    )
    if candidate.seconds:
        many = f"{milliseconds(candidate, 128)} ms each of 128, {candidate.device}"
        found.append(("Time per picture", f"{milliseconds(candidate, 1)} ms", many))
    return found


def head_figures(measured: Measured, head: str) -> dict[str, Figure]:
    """All plots of a head by their names."""
    report, truth = measured.evaluation.heads[head], measured.examples.truths[head]
    logits = measured.candidate.logits[head]
    figures = {
        "classes": class_figure(report),
        "shares": confusion_figure(report.confusion, report.labels, normalised=True),
        "counts": confusion_figure(report.confusion, report.labels, normalised=False),
        "roc": roc_figure(logits, truth.answers, report),
        "reliability": reliability_figure(logits, truth.answers, report),
        "coverage": coverage_figure(report),
    }
    return figures | failing_figures(logits, truth, measured.examples)


def failing_figures(logits: Floats, truth: Truth, examples: Examples) -> dict[str, Figure]:
    """Plots of the pictures that fail; none if none fails."""
    confusions = top_confusions(logits, truth.answers, CONFUSIONS)
    if not confusions:
        return {}
    worst = worst_errors(logits, truth.answers, FAILURES)
    return {
        "confusions": confusions_figure(confusions, examples, truth.labels),
        "failures": failures_figure(worst, logits, examples, truth),
    }


PLOT_WORDS: Final[Mapping[str, str]] = {
    "classes": "Recall and precision of each class",
    "shares": "Confusion matrix, shares",
    "counts": "Confusion matrix, counts",
    "roc": "ROC curves",
    "reliability": "Reliability diagram",
    "coverage": "Accuracy of the surest answers",
    "confusions": "Most frequent confusions with pictures",
    "failures": "Most confident errors",
}


def head_values(measured: Measured, head: str, figures: Mapping[str, Figure]) -> dict[str, Any]:
    """What the page shows of a head."""
    key = f"labels-{head}"
    return {
        "name": head,
        "key": key,
        "measures": measure_rows(measured.evaluation, head),
        "class_rows": class_rows(measured.evaluation.heads[head]),
        "trade_off_rows": trade_off_rows(measured.evaluation.heads[head]),
        "group_rows": group_rows(measured.evaluation.groups[head]),
        **{name: page_svg(figure, f"{key}-{name}", PLOT_WORDS[name]) for name, figure in figures.items()},
    }


def made_of(run: Run) -> dict[str, Any]:
    """What the run folder tells of surroundings and data; a run without such a file has none to tell."""
    facts = [("Network", run.recipe.network), ("Pictures", f"{run.side} x {run.side} pixels, grey")]
    path = run.folder / "environment.json"
    if not path.is_file():
        return {"facts": facts, "counts": []}
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        counts = told.pop("counts", {})
        told["hash_of_pictures"] = told.pop("pictures", "unknown")
        facts += [(str(name).replace("_", " "), str(value)) for name, value in told.items()]
        parts = [part for part in counts if counts[part]]
        heads = [
            {
                "name": head,
                "parts": parts,
                "rows": [
                    (label, *(f"{counts[part].get(head, {}).get(label, 0):,}" for part in parts))
                    for label in labels
                ],
            }
            for head, labels in run.heads.items()
        ]
    except (OSError, ValueError, AttributeError, TypeError, LookupError) as error:
        raise RunError(f"{path}: is damaged ({error}).") from error
    return {"facts": facts, "counts": heads if parts else []}


def changed_settings(recipe: Recipe) -> list[tuple[str, str]]:
    """The settings of a recipe that are not the defaults."""
    changed = []
    for mine, default in ((recipe, Recipe()), (recipe.augmentation, Augmentation())):
        for entry in dataclasses.fields(mine):
            value = getattr(mine, entry.name)
            if entry.name != "augmentation" and value != getattr(default, entry.name):
                text = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
                changed.append((entry.name, text or "none"))
    return changed
