"""The loss against PyTorch's own, and class weights worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, log_softmax

from training.data.examples import Truth
from training.errors import DataError
from training.losses import Loss, balanced_order, class_weights
from training.recipe import Recipe

LABELS = ("a", "b", "c")


def labelled(*answers: int, labels: tuple[str, ...] = LABELS) -> Truth:
    return Truth.of_answers(labels, np.array(answers))


def voted(rows: list[list[float]]) -> Truth:
    targets = np.array(rows, np.float32)
    return Truth(LABELS, targets.argmax(1), targets, votes=True)


def loss_of(truths: list[Truth], logits: list[Tensor], **settings: Any) -> float:
    loss = Loss(Recipe(**settings), {str(n): truth for n, truth in enumerate(truths)})
    return loss(logits, [torch.from_numpy(truth.targets) for truth in truths]).item()


def random_logits(count: int, seed: int = 0) -> Tensor:
    return torch.randn(count, 3, generator=torch.Generator().manual_seed(seed)) * 2


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_labels_give_the_smoothed_cross_entropy(smoothing: float) -> None:
    logits = random_logits(4)
    expected = cross_entropy(logits, torch.tensor([0, 2, 1, 1]), label_smoothing=smoothing)
    assert loss_of([labelled(0, 2, 1, 1)], [logits], smoothing=smoothing) == pytest.approx(expected.item())


def test_votes_are_not_smoothed_and_weigh_as_the_recipe_says() -> None:
    logits = torch.tensor([[math.log(0.5), math.log(0.3), math.log(0.2)]])
    by_hand = -(0.8 * math.log(0.5) + 0.2 * math.log(0.2))
    crowd = voted([[0.8, 0.0, 0.2]])
    assert loss_of([crowd], [logits], crowd_weight=0.7, smoothing=0.1) == pytest.approx(0.7 * by_hand)


def test_both_heads_add_up_as_before() -> None:
    """The loss of the first released network: labels smoothed, plus the votes of those that have some."""
    crowd = voted([[0.8, 0.0, 0.2], [0.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    first, second = random_logits(3, 1), random_logits(3, 2)
    hard = cross_entropy(second, torch.tensor([0, 2, 1]), label_smoothing=0.1)
    targets = torch.from_numpy(crowd.targets)
    soft = -(targets * log_softmax(first, 1)).sum() / targets.sum().clamp(min=1)
    loss = loss_of([crowd, labelled(0, 2, 1)], [first, second], smoothing=0.1, crowd_weight=0.5)
    assert loss == pytest.approx((hard + 0.5 * soft).item())


def test_pictures_without_a_target_teach_nothing() -> None:
    logits = random_logits(4).requires_grad_()
    truth = labelled(0, -1, 1, -1)
    loss = Loss(Recipe(), {"x": truth})([logits], [torch.from_numpy(truth.targets)])
    loss.backward()  # type: ignore[no-untyped-call]
    gradient = logits.grad
    assert gradient is not None
    assert torch.equal(gradient.abs().sum(1) > 0, torch.tensor([True, False, True, False]))
    assert loss.item() == pytest.approx(loss_of([labelled(0, 1)], [logits.detach()[[0, 2]]]))


def test_a_batch_without_any_target_costs_nothing() -> None:
    assert loss_of([labelled(-1, -1)], [random_logits(2)]) == 0


def test_a_row_mixed_with_an_unknown_picture_weighs_its_sum() -> None:
    logits = random_logits(3)
    targets = torch.tensor([[1.0, 0, 0], [0, 0.25, 0], [0, 0, 1.0]])
    loss = Loss(Recipe(smoothing=0.1), {"x": labelled(0, 1, 2)})
    single = [cross_entropy(logits[[n]], torch.tensor([n]), label_smoothing=0.1).item() for n in range(3)]
    expected = (single[0] + 0.25 * single[1] + single[2]) / 2.25
    assert loss([logits], [targets]).item() == pytest.approx(expected)


def test_class_weights_are_inverse_to_the_counts() -> None:
    """Of 8 pictures, 6 are a and 2 are b, of three labels: 8 / (3 * 6) and 8 / (3 * 2)."""
    weights = class_weights(labelled(0, 0, 0, 0, 0, 0, 1, 1))
    assert weights.tolist() == pytest.approx([4 / 9, 4 / 3, 0])


def test_class_weights_agree_with_scikit_learn() -> None:
    from sklearn.utils.class_weight import compute_class_weight

    answers = np.array([0, 1, 1, 2, 2, 2, 2])
    expected = compute_class_weight("balanced", classes=np.arange(3), y=answers)
    assert class_weights(labelled(*answers)).tolist() == pytest.approx(expected.tolist())


def test_class_weights_count_votes_by_their_share() -> None:
    """b has 1.5 of the 3 pictures' votes: 3 / (3 * 1.5)."""
    assert class_weights(voted([[0.5, 0.5, 0], [0, 1, 0], [0, 0, 1]]))[1].item() == pytest.approx(2 / 3)


def test_class_weights_make_a_rare_class_count_more() -> None:
    truth = labelled(0, 0, 0, 1)
    flat = torch.zeros(4, 3)
    plain = loss_of([truth], [flat], smoothing=0.0)
    weighted = loss_of([truth], [flat], smoothing=0.0, class_weights=True)
    assert plain == pytest.approx(math.log(3))
    assert weighted == pytest.approx(math.log(3) * (3 * 4 / 9 + 4 / 3) / 4)


def test_class_weights_act_on_a_single_picture_too() -> None:
    loss = Loss(Recipe(smoothing=0.0, class_weights=True), {"x": labelled(0, 0, 0, 1)})
    one = loss([torch.zeros(1, 3)], [torch.tensor([[0, 1.0, 0]])]).item()
    assert one == pytest.approx(math.log(3) * 4 / 3)


def test_the_weights_move_to_the_logits_device() -> None:
    loss = Loss(Recipe(class_weights=True), {"x": labelled(0, 1, 2)})
    assert loss.to("cpu") is loss


def test_half_precision_logits_lose_nothing_in_the_sum() -> None:
    logits = torch.tensor([[0.0, 12.0, 0.0]])
    exact = loss_of([labelled(1)], [logits], smoothing=0.0)
    assert loss_of([labelled(1)], [logits.bfloat16()], smoothing=0.0) == pytest.approx(exact)
    assert exact < 2e-5


def test_balanced_drawing_sees_every_class_equally_often() -> None:
    truth = labelled(*[0] * 90, *[1] * 9, 2, -1)
    rows = balanced_order(truth, 300, torch.Generator().manual_seed(0))
    drawn = truth.answers[rows.numpy()]
    assert np.bincount(drawn).tolist() == [100, 100, 100]
    assert len(np.unique(rows.numpy())) > 60, "not always the same pictures"
    assert len(set(drawn[:30])) == 3, "not one class after the other"


def test_balanced_drawing_leaves_out_classes_that_do_not_occur() -> None:
    truth = labelled(0, 0, 2)
    counts = np.bincount(truth.answers[balanced_order(truth, 101, torch.Generator()).numpy()], minlength=3)
    assert counts[1] == 0
    assert sorted(counts[[0, 2]]) == [50, 51]


def test_balanced_drawing_repeats_with_its_seed() -> None:
    truth = labelled(0, 0, 1, 1, 2, 2)
    one, same, other = (balanced_order(truth, 30, torch.Generator().manual_seed(n)) for n in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_balanced_drawing_of_nothing_known_is_a_sentence() -> None:
    with pytest.raises(DataError, match="no picture"):
        balanced_order(labelled(-1, -1), 4, torch.Generator())


def test_learning_lowers_the_loss() -> None:
    torch.manual_seed(0)
    layer = nn.Linear(2, 3)
    truth = labelled(0, 1, 2)
    inputs = torch.tensor([[1.0, 0], [0, 1.0], [-1.0, -1.0]])
    loss = Loss(Recipe(), {"x": truth})
    targets = [torch.from_numpy(truth.targets)]
    before = loss([layer(inputs)], targets)
    for parameter, gradient in zip(
        layer.parameters(), torch.autograd.grad(before, list(layer.parameters())), strict=True
    ):
        parameter.data -= 0.5 * gradient
    assert loss([layer(inputs)], targets).item() < before.item()
