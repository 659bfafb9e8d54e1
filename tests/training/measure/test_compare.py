"""Tests between networks agree with textbook, binomial sums and statsmodels."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar as textbook
from statsmodels.stats.multitest import multipletests

from training.measure.compare import (
    bootstrap_difference,
    compare_pairs,
    mcnemar,
    right_answers,
    top_confusions,
    worst_errors,
)


def outcomes(both: int, only_first: int, only_second: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    first = np.repeat([True, True, False, False], [both, only_first, only_second, neither])
    second = np.repeat([True, False, True, False], [both, only_first, only_second, neither])
    order = np.random.default_rng(0).permutation(len(first))
    return first[order], second[order]


def test_mcnemar_as_in_the_textbook() -> None:
    # Agresti's approval ratings: 150 and 86 changed their minds.
    result = mcnemar(*outcomes(794, 150, 86, 570))
    assert (result.both, result.only_first, result.only_second, result.neither) == (794, 150, 86, 570)
    assert not result.exact
    assert result.statistic == pytest.approx((150 - 86 - 1) ** 2 / 236)
    assert result.p == pytest.approx(4.115e-5, rel=1e-3)


def test_few_different_answers_are_counted_exactly() -> None:
    result = mcnemar(*outcomes(50, 9, 2, 5))
    assert result.exact
    assert result.p == pytest.approx(2 * sum(comb(11, k) for k in range(3)) / 2**11)
    assert mcnemar(*outcomes(50, 3, 3, 5)).p == 1
    assert mcnemar(*outcomes(50, 0, 0, 5)).p == 1
    assert not mcnemar(*outcomes(50, 20, 5, 5)).exact


def test_the_interval_of_a_difference_is_paired() -> None:
    first, second = outcomes(600, 120, 60, 220)
    difference, (low, high) = bootstrap_difference(first, second)
    assert difference == pytest.approx(0.06)
    # Standard error of a paired difference: sqrt(b + c - (b - c)^2 / n) / n
    error = np.sqrt(180 - 60**2 / 1000) / 1000
    assert (low, high) == pytest.approx((0.06 - 1.96 * error, 0.06 + 1.96 * error), abs=0.002)
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 1000, (2000, 1000))
    plain = np.quantile(first[rows].mean(1) - second[rows].mean(1), (0.025, 0.975))
    assert (low, high) == pytest.approx(tuple(plain), abs=0.004)
    assert bootstrap_difference(first, first) == (0, (0, 0))


def test_all_pairs_with_holms_correction() -> None:
    rng = np.random.default_rng(0)
    right = {name: rng.random(800) < share for name, share in (("a", 0.70), ("b", 0.66), ("c", 0.60))}
    pairs = compare_pairs(right)
    assert [(pair.first, pair.second) for pair in pairs] == [("a", "b"), ("a", "c"), ("b", "c")]
    ps = []
    for pair in pairs:
        one, two = right[pair.first], right[pair.second]
        table = [[(one & two).sum(), (one & ~two).sum()], [(~one & two).sum(), (~one & ~two).sum()]]
        ps.append(textbook(table, exact=False).pvalue)
        assert pair.difference == pytest.approx(one.mean() - two.mean())
        assert pair.interval[0] < pair.difference < pair.interval[1]
    assert [pair.test.p for pair in pairs] == pytest.approx(ps)
    assert [pair.p_holm for pair in pairs] == pytest.approx(multipletests(ps, method="holm")[1])
    assert any(pair.p_holm > pair.test.p for pair in pairs)
    assert compare_pairs({"a": right["a"]}) == []


LOGITS = np.log(
    np.array(
        [
            [0.8, 0.1, 0.1],
            [0.2, 0.7, 0.1],
            [0.1, 0.9, 0.0001],
            [0.1, 0.6, 0.3],
            [0.3, 0.1, 0.6],
            [0.5, 0.2, 0.3],
            [0.1, 0.8, 0.1],
        ]
    )
).astype(np.float32)
ANSWERS = np.array([0, 0, 0, 2, 2, 2, -1])


def test_right_answers_are_those_of_pictures_with_a_known_one() -> None:
    assert right_answers(LOGITS, ANSWERS).tolist() == [True, False, False, False, True, False]


def test_confusions_come_by_their_number_with_the_most_confident_pictures_first() -> None:
    first, second, third = top_confusions(LOGITS, ANSWERS, 5)
    assert (first.answer, first.said, first.count, first.rows.tolist()) == (0, 1, 2, [2, 1])
    assert first.share == pytest.approx(2 / 3)
    assert {(c.answer, c.said, c.count) for c in (second, third)} == {(2, 1, 1), (2, 0, 1)}
    assert len(top_confusions(LOGITS, ANSWERS, 1)) == 1
    assert top_confusions(LOGITS[:1], ANSWERS[:1], 5) == []


def test_the_worst_errors_are_the_most_confident() -> None:
    assert worst_errors(LOGITS, ANSWERS).tolist() == [2, 1, 3, 5]
    assert worst_errors(LOGITS, ANSWERS, 2).tolist() == [2, 1]
    assert worst_errors(LOGITS[:1], ANSWERS[:1]).tolist() == []
