"""The cover-up test: what the network says when a part of the face cannot be seen."""

from __future__ import annotations

import numpy as np
import pytest

from fer_desktop import paths
from fer_desktop.capture.frame import Image
from fer_desktop.vision.classifier import Classifier
from fer_desktop.vision.insight import Area, Insight, covered
from fer_desktop.vision.model_file import read_model_file


def test_an_area_becomes_one_grey_and_the_rest_stays() -> None:
    face = np.random.default_rng(0).integers(0, 256, (48, 48)).astype(np.uint8)
    hidden = covered(face, Area(0.25, 0.5, 0.5, 0.25))
    inside = np.zeros((48, 48), bool)
    inside[24:36, 12:36] = True
    assert set(hidden[inside]) == {round(float(face.mean()))}
    np.testing.assert_array_equal(hidden[~inside], face[~inside])


@pytest.mark.parametrize("area", [Area(-0.5, -0.5, 0.4, 0.4), Area(0.2, 0.2, 0, 0)])
def test_an_area_outside_or_without_size_covers_nothing(area: Area) -> None:
    face = np.arange(64, dtype=np.uint8).reshape(8, 8)
    np.testing.assert_array_equal(covered(face, area), face)


def test_an_area_over_the_edge_covers_what_is_inside() -> None:
    face = np.arange(64, dtype=np.uint8).reshape(8, 8)
    assert (covered(face, Area(0.5, -1, 2, 3))[:, 4:] == round(float(face.mean()))).all()


def test_it_reads_like_the_classifier(demo_frame: Image) -> None:
    model = paths.default_model()
    face = np.ascontiguousarray(demo_frame[100:148, 200:248, 0])
    (scores,) = Classifier(model, "cpu").classify([face])
    insight = Insight(read_model_file(model))
    np.testing.assert_allclose(insight.read(face), scores.probabilities, atol=1e-6)
    assert insight.heat(face, 0).shape == (48, 48)
