"""Everything that the page and the workbook of a comparison tell."""

from __future__ import annotations

from dataclasses import dataclass

from fer_desktop.session.groups.comparing import Comparison
from fer_desktop.session.groups.frequencies import Frequencies
from fer_desktop.session.groups.matching import Matched
from fer_desktop.session.groups.study import Study


@dataclass(frozen=True, slots=True)
class Findings:
    """A study with what was found in it."""

    study: Study
    matched: Matched
    people: list[Frequencies]
    """By group in the order of the table, each in the order of its sessions."""
    comparison: Comparison | None
    """None where there are no groups."""
    window_s: float
    """Seconds before and after markers."""
