"""`prune`: the smallest network that is hardly worse, found filter by filter."""

# PyTorch takes seconds to import, which `--help` should not.
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer
from rich.table import Table

from training.commands.common import DataOption, OutOption, RunOption, console
from training.commands.export import export_into, fitting, parts_for
from training.data.examples import Examples
from training.errors import RunError

if TYPE_CHECKING:
    from training.networks.network import Network
    from training.prune import Pace, Step
    from training.run import Run

MANY_FILTERS: Final = 128
"""Networks with more filters are pruned in larger steps: to try every filter each time would take hours."""
TOO_MANY_FILTERS: Final = 2048
"""Networks with more are pruned by the filters' norms."""
ENOUGH_TO_DECIDE: Final = 1000
"""At least so many pictures tell what a step cost: of 256, one point is hardly three."""


def prune_command(
    run: RunOption,
    out: OutOption,
    data: DataOption = None,
    tolerance: Annotated[float, typer.Option(help="How much accuracy the result may cost.", min=0)] = 0.01,
    order: Annotated[
        Literal["greedy", "l1"],
        typer.Option(help="Drop what costs least accuracy, or what has the smallest weights."),
    ] = "greedy",
    candidates: Annotated[
        int | None,
        typer.Option(
            help="Try only so many filters per step, those with the smallest weights; 0: all.", min=0
        ),
    ] = None,
    per_step: Annotated[int | None, typer.Option(help="Filters to drop at once.", min=1)] = None,
    pictures: Annotated[
        int | None,
        typer.Option(
            help="Try filters on at most so many pictures; 0: all. Steps are measured on 1,000 at least.",
            min=0,
        ),
    ] = None,
    stop_at: Annotated[float, typer.Option(help="Stop when the accuracy falls below this.")] = 0.0,
    choose_on: Annotated[
        Literal["validation", "training"], typer.Option(help="The part by which filters are chosen.")
    ] = "validation",
) -> None:
    """Drop filter by filter what is missed least; write table, curve, and the smallest good network."""
    from training.prune import Pace
    from training.run import load_run

    finished = load_run(run)
    training, validation = parts_for(finished, data)
    usual, usual_pictures = usual_pace(finished.network)
    at_once = per_step or usual.per_step
    tried = max(usual.candidates, 2 * at_once) if candidates is None and usual.candidates else candidates or 0
    pace = Pace(order, tried, at_once, stop_at)
    source = data or finished.recipe.data
    chosen_on = training if choose_on == "training" else validation
    count = usual_pictures if pictures is None else pictures
    write_pruned(finished, validation, chosen_on, out, pace, count, tolerance)
    export_into(out, training, validation, source, out.resolve().name)


def prune_run(run: Path, training: Examples, validation: Examples, source: str) -> list[Path]:
    """Prune a finished run into its folder `pruned`, within one point of accuracy; returns the files."""
    from training.run import load_run

    finished = load_run(run)
    pace, pictures = usual_pace(finished.network)
    out = run / "pruned"
    made = write_pruned(finished, validation, validation, out, pace, pictures, 0.01)
    return [*made, *export_into(out, training, validation, source, f"{run.resolve().name}-pruned")]


def usual_pace(network: Network) -> tuple[Pace, int]:
    """How to prune if nothing is said, and on how many pictures filters are tried (0: all): thoroughly if
    that is quick."""
    from training.prune import Pace
    from training.shrink import prunable_layers

    filters = sum(len(network.get_parameter(f"{name}.weight")) for name in prunable_layers(network))
    if filters <= MANY_FILTERS:
        return Pace(), 0
    per_step = max(1, filters // 64)
    if filters > TOO_MANY_FILTERS:
        return Pace("l1", per_step=per_step), 512
    return Pace(candidates=2 * per_step, per_step=per_step), 256


def write_pruned(
    run: Run,
    validation: Examples,
    chosen_on: Examples,
    out: Path,
    pace: Pace,
    pictures: int,
    tolerance: float,
) -> list[Path]:
    """Prune `run`; write steps.csv, curve.png and, as a run of its own, the smallest network within the
    tolerance. Filters are tried on so many of the pictures `chosen_on`, 0 being all, and steps are measured
    on `ENOUGH_TO_DECIDE` at least. Ctrl-C ends the search, and what was found until then counts."""
    from training.files import write_whole
    from training.prune import prune, smallest_within, some_of, write_steps
    from training.prune_plot import plot_steps
    from training.recipe_files import dump_recipe
    from training.run import save_final
    from training.shrink import shrink

    validation, chosen_on = fitting(run, validation), fitting(run, chosen_on)
    if (out / "final.pt").exists() and not (out / "steps.csv").exists():
        raise RunError(f"{out}: holds a run that was not made by pruning; give another folder.")
    table, curve = out / "steps.csv", out / "curve.png"
    steps: list[Step] = []
    try:
        measured_on = some_of(chosen_on, max(pictures, ENOUGH_TO_DECIDE) if pictures else 0)
        for step in prune(run.network, measured_on, pace, some_of(chosen_on, pictures)):
            steps.append(step)
            write_steps(steps, table)
            show_step(step)
    except KeyboardInterrupt:
        if not steps:
            raise
        console.print(f"Stopped after {steps[-1].number} steps; the best of them is kept.")
    best = smallest_within(steps, tolerance)
    plot_steps(steps, best, tolerance, curve)
    kept = original_filters(run.folder, best.kept)
    smaller = shrink(run.network, best.kept)
    final = save_final(
        out, run.recipe, smaller, run.side, kept=kept, pictures=run.pictures, unlabelled=run.unlabelled
    )
    write_whole(out / "recipe.toml", dump_recipe(run.recipe))
    show_result(run, smaller, best, validation)
    return [table, curve, final]


def original_filters(folder: Path, kept: Mapping[str, tuple[int, ...]]) -> dict[str, list[int]]:
    """Filters by their numbers in the network as it was built, where the run was pruned before."""
    from training.run import load_checkpoint

    before: dict[str, list[int]] = load_checkpoint(folder / "final.pt")["kept"]
    numbers = {
        layer: [before[layer][place] for place in places] if layer in before else list(places)
        for layer, places in kept.items()
    }
    return before | numbers


def show_step(step: Step) -> None:
    """One line of the console per step."""
    if len(step.removed) == 1:
        what = "without filter {1} of {0}".format(*step.removed[0])
    else:
        what = f"without {len(step.removed)} more filters" if step.removed else "the whole network"
    console.print(
        f"step {step.number:3d}  {what:32}  accuracy {step.accuracy:.4f}  loss {step.loss:.4f}  "
        f"{step.parameters:,} parameters  {step.macs:,} MACs",
        highlight=False,
        soft_wrap=True,
    )


def show_result(run: Run, smaller: Network, best: Step, validation: Examples) -> None:
    """Before and after, on the whole validation part."""
    from training.measure.metrics import accuracy, predict
    from training.networks.network import count_macs, count_parameters

    seen = run.side - 2 * run.network.border
    table = Table("the whole validation part", "parameters", "MACs", "accuracy")
    for title, network in (("before", run.network), (f"after step {best.number}", smaller)):
        logits = predict(network, validation.images)[next(iter(run.heads))]
        share = f"{accuracy(logits, validation.main.answers):.4f}"
        table.add_row(title, f"{count_parameters(network):,}", f"{count_macs(network, seen):,}", share)
    console.print(table)
    left = ", ".join(f"{layer} {len(filters)}" for layer, filters in best.kept.items())
    console.print(f"Filters left: {left}", soft_wrap=True)
