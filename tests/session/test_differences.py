"""Tests and effects of group comparisons, checked against scipy and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from statsmodels.stats.multitest import multipletests

from fer_desktop.session.groups.curves import Floats
from fer_desktop.session.groups.differences import (
    cliffs_delta,
    holm,
    many_groups,
    mean_curve,
    mean_difference,
    mean_of,
    paired,
    rank_biserial,
    ranks,
    repeated,
    smallest_p,
    two_groups,
)


def normal(seed: int, *shape: int, shift: float = 0.0) -> Floats:
    return np.random.default_rng(seed).normal(shift, 1.0, shape)


def ties(seed: int, size: int) -> Floats:
    return np.random.default_rng(seed).integers(0, 4, size).astype(np.float64)


@given(arrays(np.float64, (3, 7), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])))
def test_ranks_are_those_of_scipy(values: Floats) -> None:
    np.testing.assert_allclose(ranks(values), stats.rankdata(values, axis=1))


@pytest.mark.parametrize("seed", range(5))
def test_two_groups_without_ties_have_the_exact_p_of_mann_and_whitney(seed: int) -> None:
    first, second = normal(seed, 6), normal(seed + 100, 7, shift=0.8)
    expected = stats.mannwhitneyu(first, second, method="exact").pvalue
    assert two_groups(first, second) == pytest.approx(expected)


def test_two_groups_with_ties_have_the_p_of_scipys_permutation_test() -> None:
    first, second = ties(1, 5), ties(2, 6) + 1

    def statistic(a: Floats, b: Floats) -> float:
        rank_sum = stats.rankdata(np.concatenate([a, b]))[: len(a)].sum()
        return abs(float(rank_sum) - len(a) * (len(a) + len(b) + 1) / 2)

    expected = stats.permutation_test(
        (first, second), statistic, permutation_type="independent", alternative="greater", n_resamples=np.inf
    )
    assert two_groups(first, second) == pytest.approx(expected.pvalue)


def test_large_groups_are_sampled_and_close_to_the_exact_p() -> None:
    first, second = normal(3, 14), normal(4, 15, shift=0.7)
    expected = stats.mannwhitneyu(first, second, method="exact").pvalue
    assert two_groups(first, second) == pytest.approx(expected, abs=0.01)
    assert two_groups(first, second) == two_groups(first, second), "the same data give the same number"


def test_a_sampled_p_is_never_zero() -> None:
    assert 0 < two_groups(np.arange(20.0), np.arange(20.0) + 100) < 0.001


@pytest.mark.parametrize("seed", range(5))
def test_pairs_without_ties_have_the_exact_p_of_wilcoxon(seed: int) -> None:
    change = normal(seed, 9, shift=0.6)
    assert paired(change) == pytest.approx(stats.wilcoxon(change, method="exact").pvalue)


def test_pairs_that_do_not_differ_are_left_out() -> None:
    change = np.array([0.0, 0.0, 0.3, -0.1, 0.4, 0.6])
    assert paired(change) == pytest.approx(stats.wilcoxon(change[2:], method="exact").pvalue)
    assert paired(np.zeros(4)) == 1


def test_three_groups_are_close_to_kruskal_and_wallis() -> None:
    groups = [normal(seed, 15, shift=seed / 3) for seed in range(3)]
    assert many_groups(groups) == pytest.approx(stats.kruskal(*groups).pvalue, abs=0.01)


def test_three_conditions_are_close_to_friedman() -> None:
    values = normal(5, 20, 3) + np.array([0.0, 0.3, 0.7])
    assert repeated(values) == pytest.approx(stats.friedmanchisquare(*values.T).pvalue, abs=0.015)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_is_that_of_statsmodels(values: list[float]) -> None:
    np.testing.assert_allclose(holm(values), multipletests(values, method="holm")[1], atol=1e-12)


@pytest.mark.parametrize(("first", "second"), [(3, 3), (4, 5)])
def test_the_smallest_p_is_that_of_groups_that_do_not_overlap(first: int, second: int) -> None:
    apart = np.arange(float(first)), np.arange(float(second)) + 100
    assert two_groups(*apart) == pytest.approx(smallest_p(first, second))
    assert paired(np.arange(1.0, first + 1)) == pytest.approx(smallest_p(first, None))


@settings(deadline=None, max_examples=25)
@given(
    arrays(np.float64, 6, elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])),
    arrays(np.float64, 5, elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])),
)
def test_cliffs_delta_is_what_the_u_statistic_says(first: Floats, second: Floats) -> None:
    delta, low, high = cliffs_delta(first, second)
    u = stats.mannwhitneyu(first, second, method="asymptotic").statistic if np.ptp([*first, *second]) else 15
    assert delta == pytest.approx(2 * u / 30 - 1)
    assert -1 <= low <= high <= 1


@settings(deadline=None, max_examples=25)
@given(arrays(np.float64, 8, elements=st.sampled_from([-0.5, -0.25, 0.25, 0.5, 1.0])))
def test_the_rank_biserial_correlation_is_that_of_the_signed_ranks(change: Floats) -> None:
    value, low, high = rank_biserial(change)
    signed = np.sign(change) * stats.rankdata(np.abs(change))
    assert value == pytest.approx(signed.sum() / np.abs(signed).sum())
    assert -1 <= low <= high <= 1


def test_the_interval_of_the_rank_biserial_correlation_is_that_of_resampled_participants() -> None:
    change = np.array([0.3, -0.1, 0.4, 0.6, 0.3, -0.2, 0.5, 0.1])

    def statistic(sample: Floats) -> float:
        signed = np.sign(sample) * stats.rankdata(np.abs(sample))
        return float(signed.sum() / np.abs(signed).sum())

    drawn = np.random.default_rng(9).choice(change, (4000, len(change)))
    expected = np.quantile([statistic(sample) for sample in drawn], [0.025, 0.975])
    assert rank_biserial(change)[1:] == pytest.approx(expected, abs=0.04)


def test_intervals_of_means_are_those_of_scipys_bootstrap() -> None:
    first, second = normal(6, 12), normal(7, 9, shift=0.5)
    alone = stats.bootstrap((first,), np.mean, method="percentile", rng=np.random.default_rng(1))
    assert mean_of(first)[1:] == pytest.approx(tuple(alone.confidence_interval), abs=0.04)
    both = stats.bootstrap(
        (first, second),
        lambda a, b, axis: a.mean(axis) - b.mean(axis),
        method="percentile",
        rng=np.random.default_rng(1),
    )
    assert mean_difference(first, second)[1:] == pytest.approx(tuple(both.confidence_interval), abs=0.06)


def test_one_participant_has_a_mean_but_no_interval() -> None:
    mean, low, high = mean_of(np.array([0.4]))
    assert mean == 0.4
    assert np.isnan([low, high]).all()


def test_a_mean_curve_leaves_out_who_was_not_seen() -> None:
    missing = np.nan
    curves = np.array([[0.2, 0.2, missing], [0.4, missing, missing], [0.9, 0.6, missing]])
    mean, low, high = mean_curve(curves)
    np.testing.assert_allclose(mean, [0.5, 0.4, missing])
    assert low[0] < 0.5 < high[0]
    assert (low[1], high[1]) == pytest.approx((0.2, 0.6))
    assert np.isnan(low[2])


def test_a_curve_of_one_participant_has_no_band() -> None:
    mean, low, high = mean_curve(np.array([[0.2, 0.3]]))
    assert mean.tolist() == [0.2, 0.3]
    assert np.isnan([*low, *high]).all()
