"""What is shipped: a file that keeps the contract, and a card that a person can read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from fer_desktop.emotions import FER2013_LABELS, FERPLUS_LABELS
from fer_desktop.vision.model_file import read_model_file
from tests.training.made_data import made_faces
from training.card import Identity
from training.evaluate import evaluate, predict
from training.export import Exported, export_all
from training.framing import read_crop
from training.networks import ExpressionNet
from training.onnx_files import ExportError, export_graph, open_model, predict_with_file

FACES = made_faces(70)
CROP = read_crop(Path(__file__).resolve().parents[2] / "training" / "framing.json")


@pytest.fixture(scope="module")
def files(tiny_network: ExpressionNet, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    folder = tmp_path_factory.mktemp("export")
    evaluation = evaluate(predict(tiny_network, FACES), FACES, np.arange(70) < 7)
    identity = Identity("tiny", "0.1", "tiny", "abc1234", CROP)
    return export_all(tiny_network, evaluation, identity, folder / "new" / "tiny.onnx")


def test_the_file_answers_like_the_network_for_any_number_of_faces(
    files: Exported, tiny_network: ExpressionNet
) -> None:
    session = open_model(files.model)
    for count in (1, 3, 16):
        faces = FACES.select(np.arange(count))
        expected = predict(tiny_network, faces)
        pixels = faces.images[:, None].astype(np.float32)
        ferplus, fer2013, cam = session.run(["ferplus_logits", "fer2013_logits", "cam"], {"face": pixels})
        assert np.abs(ferplus - expected["ferplus"]).max() < 1e-3
        assert np.abs(fer2013 - expected["fer2013"]).max() < 1e-3
        assert cam.shape[:2] == (count, 8)


def test_the_mean_of_a_class_map_is_its_logit_but_for_the_bias(
    files: Exported, tiny_network: ExpressionNet
) -> None:
    pixels = FACES.images[:1, None].astype(np.float32)
    ferplus, cam = open_model(files.model).run(["ferplus_logits", "cam"], {"face": pixels})
    bias = tiny_network.heads[0].bias
    assert isinstance(bias, torch.Tensor)
    assert np.allclose(cam.mean((2, 3)) + bias.detach().numpy(), ferplus, atol=1e-3)


def test_the_product_accepts_the_file(files: Exported) -> None:
    model = read_model_file(files.model)
    assert (model.name, model.version, model.input_size, model.git) == ("tiny", "0.1", 48, "abc1234")
    assert [head.labels for head in model.heads] == [FERPLUS_LABELS, FER2013_LABELS]
    assert all(head.temperature > 0 and 0 < head.unsure_below <= 1 for head in model.heads)


def test_the_file_tells_where_it_comes_from_and_how_good_it_is(files: Exported) -> None:
    written = onnx.load(files.model)
    described = json.loads({entry.key: entry.value for entry in written.metadata_props}["fer_desktop"])
    assert described["format"] == 1
    assert described["crop"]["square"] == 48
    assert "FER2013" in described["data"]
    assert described["metrics"]["PublicTest"]["fer2013"]["pictures"] == 70


def test_no_path_of_the_machine_is_shipped(files: Exported) -> None:
    for path in (files.model, files.saliency):
        content = path.read_bytes()
        assert b".py" not in content
        assert str(Path.cwd()).encode() not in content


def test_the_card_says_what_matters(files: Exported) -> None:
    card = files.card.read_text(encoding="utf-8")
    for said in (
        "research",
        "MIT",
        "PublicTest",
        "5(1)(f)",
        "Known limits",
        "unseen (63 pictures)",
        "Macro-F1",
        "ECE before and after",
        "| happiness | 10 |",
    ):
        assert said in card


def test_a_model_file_can_be_measured_by_itself(files: Exported, tiny_network: ExpressionNet) -> None:
    by_file, by_torch = predict_with_file(files.model, FACES), predict(tiny_network, FACES)
    assert np.allclose(by_file["fer2013"], by_torch["fer2013"], atol=1e-3)


def test_another_onnx_file_is_refused_in_a_sentence(files: Exported, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="is not a model file with the input face"):
        predict_with_file(files.saliency, FACES)
    text = tmp_path / "text.onnx"
    text.write_text("not a model", encoding="utf-8")
    with pytest.raises(ExportError, match=r"text\.onnx: cannot be loaded"):
        predict_with_file(text, FACES)


def test_a_wrong_export_never_appears(tmp_path: Path) -> None:
    case = ((torch.ones(1, 1, 4, 4),), (torch.zeros(1, 1, 4, 4),))
    path = tmp_path / "wrong.onnx"
    with pytest.raises(ExportError, match="differs from the trained network by 1"):
        export_graph(torch.nn.Identity(), path, ("face",), ("same",), [case])
    assert list(tmp_path.iterdir()) == []
