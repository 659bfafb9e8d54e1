"""`explain`: why a finished network answers as it does, as far as that can be shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from training.commands.common import DataOption, RunOption, console
from training.data.choose import load_data, training_and_validation
from training.data.examples import Examples
from training.errors import DataError, RunError

# PyTorch takes seconds to import, which `--help` should not, so functions import what needs it.
if TYPE_CHECKING:
    from training.explain.subject import Settings
    from training.run import Run

EACH: Final = 2
"""Pictures per class, if nothing else is asked for: one that is right and one that is wrong."""


def explain_command(
    run: RunOption,
    photos: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Picture files to explain instead of the data's, cut to squares; `photos` finds faces."
        ),
    ] = None,
    data: DataOption = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; `explained` in the run's folder without one.")
    ] = None,
    what: Annotated[
        str,
        typer.Option(
            help="saliency, gradcam, occlusion, randomisation, maps, filters, failures, with commas; or all."
        ),
    ] = "all",
    pictures: Annotated[
        int, typer.Option(min=1, help="Pictures per class: half right, half the most confident errors.")
    ] = EACH,
    rows: Annotated[
        str | None, typer.Option(help="Rows of the validation part to explain, with commas: 3,17,4.")
    ] = None,
    class_name: Annotated[
        str | None, typer.Option("--class", help="Explain this class everywhere, not each answer.")
    ] = None,
    head: Annotated[str | None, typer.Option(help="Label set to explain; the main one without.")] = None,
    layer: Annotated[
        str | None, typer.Option(help="Layer for Grad-CAM, by its name in `summary`; the last without.")
    ] = None,
    noise: Annotated[
        float, typer.Option(min=0, help="SmoothGrad: noise on the pixels in grey values, such as 20.")
    ] = 0.0,
    samples: Annotated[int, typer.Option(min=1, help="SmoothGrad: noisy copies.")] = 16,
    flip: Annotated[
        bool, typer.Option("--flip", help="Average saliency with the mirrored picture's; good for faces.")
    ] = False,
    patch: Annotated[
        int, typer.Option(min=0, help="Occlusion: side of the patch in pixels; 0: a sixth of the picture.")
    ] = 0,
    stride: Annotated[
        int, typer.Option(min=0, help="Occlusion: pixels between patches; 0: half a patch.")
    ] = 0,
    cover: Annotated[
        int | None, typer.Option(min=0, max=255, help="Occlusion: grey value of the patch; the mean without.")
    ] = None,
    draws: Annotated[int, typer.Option(min=1, help="Random networks of the randomisation check.")] = 3,
    filters: Annotated[
        int, typer.Option(min=0, help="Most filters of a layer in pictures of maps; 0: all.")
    ] = 32,
    layers: Annotated[
        int, typer.Option(min=0, help="Most layers that are drawn, evenly from first to last; 0: all.")
    ] = 16,
    maps_of: Annotated[
        int, typer.Option(min=1, help="Pictures, the first ones, whose feature maps are shown.")
    ] = 1,
) -> None:
    """Explain answers (saliency, Grad-CAM, occlusion), check that; show maps, filters and failures."""
    from training.explain.questions import pick, read_photos
    from training.explain.subject import WHAT, Settings
    from training.run import load_run

    kinds = WHAT if what == "all" else tuple(word.strip() for word in what.split(","))
    for word in kinds:
        if word not in WHAT:
            raise RunError(f"--what '{word}' does not exist; choose of {', '.join(WHAT)}, or all.")
    numbers = row_numbers(rows)
    if photos and numbers:
        raise RunError(
            "--rows chooses pictures of the data, so it cannot go with picture files; leave one out."
        )
    loaded = load_run(run)
    settings = Settings(
        what=kinds,
        flip=flip,
        noise=noise,
        samples=samples,
        layer=layer,
        patch=patch,
        stride=stride,
        cover=cover,
        draws=draws,
        most_filters=filters,
        most_layers=layers,
        maps_of=maps_of,
    )
    part, chosen = None, None
    if photos:
        chosen = read_photos(photos, loaded.side, loaded.heads)
    if data or not photos:
        part = validation_of(loaded, data)
        if numbers:
            chosen = pick(part, numbers)
    page = explain_examples(
        loaded,
        part,
        chosen,
        out or run / "explained",
        settings,
        each=pictures,
        head=head,
        class_name=class_name,
    )
    console.print(f"Explained: {page}")


def explain_run(folder: Path, _training: Examples, validation: Examples, _source: str) -> list[Path]:
    """Explain a run that has just finished, on its validation part."""
    from training.explain.subject import Settings
    from training.run import load_run

    return [explain_examples(load_run(folder), validation, None, folder / "explained", Settings())]


def explain_examples(
    run: Run,
    part: Examples | None,
    chosen: Examples | None,
    out: Path,
    settings: Settings,
    *,
    each: int = EACH,
    head: str | None = None,
    class_name: str | None = None,
) -> Path:
    """Explain `chosen` pictures, or `each` so many of every class of `part`; returns the page.

    `part` is also where failures and dead filters are looked for; without it, the chosen pictures are.
    """
    from training.explain.explain import explain
    from training.explain.looking import head_of
    from training.explain.questions import choose_rows, questions_about
    from training.explain.subject import Subject
    from training.measure.metrics import check_finite, predict
    from training.trainer import choose_device

    network = run.network.to(choose_device("auto"))
    name = head_of(network, head)
    whole = chosen if part is None else part
    if whole is None:
        raise DataError("Say what to explain: pictures or data.")
    answers = predict(network, whole.images)
    check_finite(str(run.folder), answers)
    logits = answers[name]
    if chosen is None:
        chosen = whole.select(choose_rows(logits, whole.truths[name], each))
    said = predict(network, chosen.images)[name]
    questions = questions_about(said, chosen.truths[name], [str(one) for one in chosen.names], class_name)
    subject = Subject(network, name, chosen, tuple(questions), whole, logits)
    labels = f", labels {name}" if len(network.labels) > 1 else ""
    summary = (
        f"Network {run.recipe.network}{labels}: {len(chosen)} pictures explained, of {len(whole)} looked at."
    )
    return explain(subject, out, settings, run.folder.resolve().name, summary)


def validation_of(run: Run, source: str | None) -> Examples:
    """The part of the data that the network did not learn from, with the run's labels.

    Raises `DataError` if the data is not known or has other labels or another size, `RunError` if it was
    split here and has changed.
    """
    from training.measure.learned import check_new, learned_by_run

    wanted = source or run.recipe.data
    if not wanted:
        raise DataError(
            "Say where the pictures come from: --data FILE, FOLDER, digits or shapes; or name picture files."
        )
    data = load_data(wanted, held_out=run.recipe.held_out, seed=run.recipe.split_seed, side=run.side)
    examples = training_and_validation(data)[1].with_heads(list(run.heads))
    for head, labels in run.heads.items():
        if examples.heads[head] != labels:
            raise DataError(
                f"{wanted}: has the classes {', '.join(examples.heads[head])}, but the network learned "
                f"{', '.join(labels)}; give the data that it learned from."
            )
    if examples.side != run.side:
        raise DataError(
            f"{wanted}: has pictures of {examples.side}x{examples.side} pixels, but the network learned from "
            f"{run.side}x{run.side}; give the data that it learned from."
        )
    check_new([learned_by_run(run)], data, otherwise="name picture files")
    return examples


def row_numbers(words: str | None) -> Sequence[int]:
    """Numbers written with commas; none of None. Raises `RunError` if they are none."""
    try:
        return [] if words is None else [int(word) for word in words.split(",")]
    except ValueError:
        raise RunError(f"--rows '{words}': write whole numbers with commas, 3,17,4.") from None
