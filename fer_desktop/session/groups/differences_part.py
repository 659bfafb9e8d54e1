"""The part of a comparison about tests, effects, and what they do not show."""

from __future__ import annotations

from collections.abc import Sequence

from fer_desktop.session.groups.comparing import Comparison, Difference, Interval, Overall, Tested
from fer_desktop.session.report.html import Html, listed, paragraph, table, tag


def differences_part(found: Comparison, by: str) -> tuple[Html, ...]:
    """Tables of tests with the sentences that they need."""
    if len(found.means) < 2:
        return (paragraph(f"There is only one {by}: nothing to compare."),)
    parts: list[Html] = [paragraph(how_tested(found))]
    if found.overall:
        parts.append(_overall_table(found.overall, by, paired=found.paired))
    if found.differences:
        parts.append(_pairs_table(found.differences, paired=found.paired))
    parts += [tag("h3", "Before you believe them"), listed(caveats(found, by))]
    return tuple(parts)


def how_tested(found: Comparison) -> str:
    """The methods in a sentence or two."""
    if not found.differences:
        return "Nothing could be tested: a test needs at least two participants in each group."
    if found.paired:
        return (
            "The same participants stand in several conditions, so each is compared with himself or herself: "
            "Wilcoxon's signed-rank test by sign flips, and the matched-pairs rank-biserial correlation"
            f"{'; Friedman’s test over all conditions' if found.overall else ''}. p is corrected by Holm's "
            "procedure over all rows of a table."
        )
    return (
        "Different participants stand in the groups: Mann and Whitney's test by permutation and Cliff's delta"
        f"{'; Kruskal and Wallis’ test over all groups' if found.overall else ''}. p is corrected by Holm's "
        "procedure over all rows of a table."
    )


def caveats(found: Comparison, by: str) -> list[str]:
    """What a reader of the tests must know."""
    told = [
        "Participants are counted, not frames: thousands of frames of one person are one observation.",
        "The shares of a participant add up to 100 %. Where one label rises others must fall, so the rows "
        "are no independent findings.",
    ]
    if found.too_few:
        groups = ", ".join(f"'{level}'" for level in found.too_few)
        told.append(f"Fewer than two participants were seen in {groups}: one person is no group.")
    if found.smallest is not None and found.smallest > 0.05:
        told.append(
            f"With so few participants no test here can have a p under {found.smallest:.2g}. That none is "
            "small says nothing."
        )
    elif found.smallest is not None and found.smallest * found.tests > 0.05:
        told.append(
            f"With so few participants, no p that is corrected for {found.tests} tests can be under "
            f"{found.smallest * found.tests:.2g}. That none is small says nothing."
        )
    elif found.differences:
        told.append(
            "A large p does not show that groups are alike: look at the interval of the difference. With few "
            "participants even large differences stay uncertain, and intervals are too narrow."
        )
    if found.incomplete:
        names = ", ".join(found.incomplete)
        told.append(f"Not in every {by}, and left out of the comparisons they are missing in: {names}.")
    if not found.paired:
        told.append(
            f"Unless the {by} was assigned by lot, groups may differ in much else: light, camera, age, "
            "glasses, how often the face was lost."
        )
    else:
        told.append("Order matters: people tire and get used to things. Vary the order between participants.")
    told.append(
        "The network itself may read faces of one group worse than those of another. Such a difference looks "
        "the same as one in expression."
    )
    return told


def _overall_table(tests: Sequence[Overall], by: str, *, paired: bool) -> Html:
    name = "Friedman" if paired else "Kruskal and Wallis"
    tested, untested = _tested(tests)
    rows = [(test.label, _p(test.p), _p(test.corrected)) for test in tested]
    caption = f"Whether any {by} differs from the others ({name}).{untested}"
    return table(["label", "p", "p (Holm)"], rows, caption)


def _pairs_table(tests: Sequence[Difference], *, paired: bool) -> Html:
    tested, untested = _tested(tests)
    effect = "rank-biserial [95 %]" if paired else "Cliff's delta [95 %]"
    rows = [
        (
            test.label,
            f"{test.first} − {test.second}",
            str(test.sizes[0]) if paired else f"{test.sizes[0]}, {test.sizes[1]}",
            _interval(test.difference, 100, 1),
            _interval(test.effect, 1, 2),
            _p(test.p),
            _p(test.corrected),
        )
        for test in tested
    ]
    return table(
        [
            "label",
            "compared",
            "pairs" if paired else "participants",
            "difference [95 %]",
            effect,
            "p",
            "p (Holm)",
        ],
        rows,
        f"Differences of mean shares in percentage points.{untested}",
    )


def _tested(tests: Sequence[Tested]) -> tuple[list[Tested], str]:
    """Without the labels that are the same for everybody; and a sentence that names these."""
    varied = {test.label for test in tests if test.p is not None}
    same = dict.fromkeys(test.label for test in tests if test.label not in varied)
    sentence = f" The same for everybody, so not tested: {', '.join(same)}." if same else ""
    return [test for test in tests if test.label in varied], sentence


def _interval(interval: Interval, factor: float, digits: int) -> str:
    value, low, high = (f"{factor * part:+z.{digits}f}".replace("-", "−") for part in interval)
    return f"{value} [{low}, {high}]"


def _p(value: float | None) -> str:
    if value is None:
        return "all the same"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
