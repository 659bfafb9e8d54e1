"""Learning from finished networks: the divergence by hand, and the mean of several teachers."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from training.distil import Teachers, check_taught_on, check_teachers, distillation_loss
from training.errors import RunError
from training.networks.build import build_network
from training.networks.network import Body, GlobalAveragePool, Network
from training.recipe import Recipe
from training.run import Run

A, B = ("a1", "a2"), ("b1", "b2", "b3")


def network(seed: int, heads: dict[str, tuple[str, ...]] | None = None) -> Network:
    torch.manual_seed(seed)
    trunk = nn.Sequential(nn.Conv2d(1, 6, 3), nn.BatchNorm2d(6))
    body = Body(trunk, nn.Sequential(GlobalAveragePool(), nn.Dropout(0.5)), 6)
    return Network(body, {"A": A, "B": B} if heads is None else heads, nn.Identity())


PICTURES = torch.rand(5, 1, 8, 8, generator=torch.Generator().manual_seed(0))


def test_equal_answers_cost_nothing_whatever_is_added_to_the_logits() -> None:
    logits = torch.randn(4, 3, generator=torch.Generator().manual_seed(1))
    assert distillation_loss([logits], [logits + 7], 2.0).item() == pytest.approx(0, abs=1e-6)


def test_the_divergence_at_temperature_two_is_that_worked_out_by_hand() -> None:
    """Halved, the teacher's logits (2 ln 3, 0) mean 3/4 and 1/4; the student is undecided."""
    teacher, student = torch.tensor([[2 * math.log(3), 0.0]]), torch.zeros(1, 2)
    by_hand = 0.75 * math.log(0.75 / 0.5) + 0.25 * math.log(0.25 / 0.5)
    assert distillation_loss([student], [teacher], 2.0).item() == pytest.approx(4 * by_hand)


def test_heads_count_equally_and_pictures_too() -> None:
    one, two = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 2.0, 0.0]])
    flat_one, flat_two = torch.zeros(1, 2), torch.zeros(1, 3)
    single = [distillation_loss([flat_one], [one], 1.0), distillation_loss([flat_two], [two], 1.0)]
    both = distillation_loss([flat_one.repeat(3, 1), flat_two], [one.repeat(3, 1), two], 1.0)
    assert both.item() == pytest.approx((single[0] + single[1]).item() / 2)


def test_the_gradient_pulls_the_student_to_the_teacher() -> None:
    teacher = torch.tensor([[3.0, 0.0, -1.0]])
    student = torch.zeros(1, 3, requires_grad=True)
    for _ in range(200):
        (gradient,) = torch.autograd.grad(distillation_loss([student], [teacher], 2.0), [student])
        student.data -= 0.5 * gradient
    assert torch.allclose(student.softmax(1), teacher.softmax(1), atol=1e-3)


def test_several_teachers_answer_with_the_mean_of_their_probabilities() -> None:
    one, two = network(1), network(2)
    answers = Teachers([one, two], {"A": A, "B": B}).answers(PICTURES)
    for number, answer in enumerate(answers):
        mean = (one(PICTURES)[number].softmax(1) + two(PICTURES)[number].softmax(1)) / 2
        assert torch.allclose(answer.exp(), mean, atol=1e-6)
    assert not any(answer.requires_grad for answer in answers)


def test_a_mirroring_teacher_answers_alike_for_a_picture_and_its_mirror_image() -> None:
    plain, mirroring = Teachers([network(1)], {"A": A}), Teachers([network(1)], {"A": A}, mirror=True)
    there, back = (plain.answers(view)[0].exp() for view in (PICTURES, PICTURES.flip(3)))
    assert not torch.allclose(there, back, atol=1e-4), "the network itself knows left from right"
    for view in (PICTURES, PICTURES.flip(3)):
        assert torch.allclose(mirroring.answers(view)[0].exp(), (there + back) / 2, atol=1e-6)


def test_teachers_answer_without_dropout_whatever_they_did_before() -> None:
    teachers = Teachers([network(1).train()], {"A": A})
    assert torch.equal(teachers.answers(PICTURES)[0], teachers.answers(PICTURES)[0])


def test_answers_come_in_the_order_of_the_students_heads() -> None:
    there = Teachers([network(1)], {"A": A, "B": B}).answers(PICTURES)
    back = Teachers([network(1)], {"B": B, "A": A}).answers(PICTURES)
    assert torch.equal(there[0], back[1])
    assert torch.equal(there[1], back[0])


@pytest.mark.parametrize("heads", [{"C": A}, {"A": ("a2", "a1")}])
def test_a_teacher_of_something_else_is_refused(heads: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(RunError, match=r"no head '[AC]'"):
        Teachers([network(1)], heads)


def run_of(name: str = "small-cnn", side: int = 24, **settings: Any) -> Run:
    recipe = Recipe(network=name, **settings)
    heads = {"A": A, "B": B}
    built = build_network(recipe, heads, side).eval()
    return Run(Path("teacher"), recipe, heads, side, built)


def student(**settings: Any) -> Recipe:
    return Recipe(network="vgg-s", **settings)


def test_a_teacher_that_sees_what_the_student_sees_is_taken() -> None:
    check_teachers([run_of()], student(), 24, {"B": B})
    check_teachers([run_of("vgg-s")], student(small_epochs=2, small_size=16), 24, {"A": A, "B": B})
    check_teachers([], student(small_epochs=2), 48, {"A": A})


@pytest.mark.parametrize(
    ("run", "recipe", "side", "heads", "said"),
    [
        (run_of(), student(), 28, {"A": A}, "trained on pictures of 24x24 pixels, .* 28x28"),
        (run_of(border=1), student(), 24, {"A": A}, "not see 1 pixels .* the student 2; set border = 1"),
        (run_of(), student(), 24, {"C": A}, "no head 'C' with the labels a1, a2; it answers for A, B"),
        (run_of(), student(), 24, {"A": ("a2", "a1")}, "no head 'A' with the labels a2, a1"),
        (
            run_of("dense"),
            student(small_epochs=1, small_size=16),
            24,
            {"A": A},
            "cannot see pictures of 16x16 pixels",
        ),
        (
            run_of("vgg-s", normalise="pixel"),
            student(small_epochs=1, small_size=16),
            24,
            {"A": A},
            "set small_epochs = 0",
        ),
    ],
)
def test_a_teacher_that_cannot_follow_the_student_is_refused(
    run: Run, recipe: Recipe, side: int, heads: dict[str, tuple[str, ...]], said: str
) -> None:
    with pytest.raises(RunError, match=f"teacher: .*{said}"):
        check_teachers([run], recipe, side, heads)


def test_a_teacher_that_held_out_other_pictures_is_refused() -> None:
    check_taught_on([run_of(split_seed=3)], student(split_seed=3))
    with pytest.raises(RunError, match=r"with split_seed = 3, .* set split_seed = 3"):
        check_taught_on([run_of(split_seed=3)], student())
    with pytest.raises(RunError, match=r"with held_out = 0\.1, .* holds out with 0\.2"):
        check_taught_on([run_of(), run_of(held_out=0.1)], student())
