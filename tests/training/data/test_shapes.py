"""The drawn shapes have the areas, places and turns that their settings promise."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from training.data.choose import load_data
from training.data.examples import seen_in
from training.data.shapes import LABELS, VARIANTS, ShapeSettings, draw_shape, load_shapes, parse_shapes
from training.errors import DataError

AREAS = {"ellipse": np.pi, "rectangle": 2.0, "triangle": 3 * np.sqrt(3) / 4}
"""Of the shapes in a unit circle."""


def area(image: NDArray[np.uint8]) -> float:
    return float(image.sum() / 255)


def spread(image: NDArray[np.uint8]) -> tuple[float, float]:
    """Mean place (x to the right, y upwards) of the white in pixels from the middle."""
    rows, columns = np.indices(image.shape)
    middle = (image.shape[0] - 1) / 2
    return (
        float(((columns - middle) * image).sum() / image.sum()),
        float(((middle - rows) * image).sum() / image.sum()),
    )


@pytest.mark.parametrize("kind", LABELS)
@pytest.mark.parametrize("degrees", [0.0, 33.0])
def test_a_shape_covers_its_area_around_its_centroid(kind: str, degrees: float) -> None:
    image = draw_shape(kind, (0.8, 0.5), degrees, 28)
    assert area(image) == pytest.approx(AREAS[kind] * 0.8 * 14 * 0.5 * 14, rel=0.05)
    assert np.allclose(spread(image), 0, atol=0.1)


def test_edges_are_smooth() -> None:
    assert len(np.unique(draw_shape("ellipse", (0.8, 0.5), 0, 28))) > 20


def test_a_triangle_points_up_and_turns_counter_clockwise() -> None:
    upright = draw_shape("triangle", (0.7, 0.7), 0, 29)
    assert upright[:14].sum() < upright[15:].sum()
    to_the_left = draw_shape("triangle", (0.7, 0.7), 90, 29)
    assert to_the_left[:, :14].sum() < to_the_left[:, 15:].sum()


def test_half_axes_lie_across_and_upright() -> None:
    flat = draw_shape("ellipse", (0.9, 0.2), 0, 28)
    assert (flat.max(0) > 0).sum() > 3 * (flat.max(1) > 0).sum()


def longest(image: NDArray[np.uint8]) -> float:
    """Distance of the farthest white pixel from the middle, as a share of half the side."""
    rows, columns = np.nonzero(image > 127)
    middle = (image.shape[0] - 1) / 2
    return float(np.hypot(rows - middle, columns - middle).max() / (image.shape[0] / 2))


@pytest.mark.parametrize(("variant", "least", "most"), [("wide", 0.1, 0.9), ("narrow", 0.3, 0.9)])
def test_radii_fill_the_published_range(variant: str, least: float, most: float) -> None:
    ellipses = load_shapes(VARIANTS[variant]).part("Training").images[::3]
    radii = [longest(image) for image in ellipses]
    assert min(radii) == pytest.approx(least, abs=0.07)
    assert max(radii) == pytest.approx(most, abs=0.07)


def test_the_rotated_variant_keeps_its_radius_and_turns_every_way() -> None:
    images = load_shapes(VARIANTS["rotated"]).part("Training").images
    assert all(longest(image) == pytest.approx(0.7, abs=0.08) for image in images[::3])
    lopsided = np.array([spread_of_mass(image) for image in images[2::3]])
    # Upright triangles would all be heavier at the bottom.
    assert 0.4 < (lopsided > 0).mean() < 0.6


def spread_of_mass(image: NDArray[np.uint8]) -> float:
    return float(image[:14].sum()) - float(image[14:].sum())


def test_training_is_balanced_and_twice_as_large_and_shares_no_picture() -> None:
    data = load_shapes(ShapeSettings(count=300))
    training, validation = data.part("Training"), data.part("Validation")
    assert set(training.main.counts().values()) == {100}
    assert set(validation.main.counts().values()) == {50}
    assert not seen_in(validation, training).any()


def test_the_same_seed_draws_the_same_shapes() -> None:
    one, same, other = (
        load_shapes(ShapeSettings(count=30, noise=5, seed=seed)).part("Training").images for seed in (3, 3, 4)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_noise_has_its_strength() -> None:
    image = load_shapes(ShapeSettings(count=30, noise=10)).part("Training").images[0]
    # Half of the noise on black is cut off at 0: the mean of what is left is sigma / sqrt(2 pi).
    assert image[:, :2].mean() == pytest.approx(10 / np.sqrt(2 * np.pi), rel=0.35)


def test_words_become_settings() -> None:
    told = parse_shapes("radius=0.2-0.8,side=32,count=60,rotate=true,noise=10,seed=3,squash=0.9")
    assert told == ShapeSettings((0.2, 0.8), (0.9, 0.9), True, 32, 60, 10.0, 3)
    assert parse_shapes("") == VARIANTS["narrow"]
    assert parse_shapes("wide") == VARIANTS["wide"]
    assert parse_shapes("rotated, count=12").count == 12
    assert load_data("shapes:rotated,count=12,side=20").part("Training").images.shape == (12, 20, 20)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("circle", "'circle' is not known; write a variant"),
        ("side=28,wide", "'wide' is not known; write a variant"),
        ("colour=red", "'colour=red' is not known"),
        ("side=big", "side cannot be 'big'; for example side=28"),
        ("rotate=perhaps", "rotate cannot be 'perhaps'"),
        ("radius=0.9-0.3", "radius must be two rising numbers"),
        ("radius=0.5-1.5", "radius must be two rising numbers"),
        ("radius=nan", "radius must be two rising numbers"),
        ("side=4", "side must be from 8"),
        ("count=3", "count must be at least 6"),
        ("noise=-1", "noise must be from 0"),
        ("radius=0.5,squash=1", "too few different pictures"),
    ],
)
def test_a_wrong_word_gets_a_sentence(words: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        load_data(f"shapes:{words}")
