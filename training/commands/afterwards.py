"""What a recipe's `then` may name: each makes its files in the run folder and says which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from training.commands.explain import explain_run
from training.commands.export import export_run
from training.commands.measure import report_run
from training.commands.prune import prune_run
from training.data.examples import Examples

Afterwards = Callable[[Path, Examples, Examples, str], list[Path]]
"""From run folder, training part, validation part and name of the data to the files that were made."""

AFTERWARDS: Final[Mapping[str, Afterwards]] = {
    "report": report_run,
    "explain": explain_run,
    "prune": prune_run,
    "export": export_run,
}
