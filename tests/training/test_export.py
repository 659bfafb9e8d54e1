"""What is shipped: a file that keeps the contract, and a card that a person can read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto
from torch import nn

from fer_desktop.emotions import FER2013_LABELS, FERPLUS_LABELS
from fer_desktop.errors import ModelError
from fer_desktop.vision.model_file import read_model_file
from tests.training.conftest import TINY_HEADS, TINY_RECIPE
from tests.training.made_data import made_examples, made_faces
from training.card import Identity
from training.commands.export import (
    FRAMING,
    export_command,
    export_run,
    show_failures,
    show_live,
    write_files,
)
from training.data.counts import OFFICIAL
from training.data.examples import Examples, Truth
from training.deploy import deployable
from training.errors import DataError, ExportError, RunError
from training.export import Exported, check_alike, export_all, export_model, identify, metadata, parity_of
from training.halves import rounded
from training.measure.live import CASES
from training.measure.metrics import Logits, accuracy, predict
from training.names import ARCHITECTURE_NAMES
from training.networks.build import build_network
from training.networks.network import Network
from training.onnx_files import export_graph, open_model, predict_with_file
from training.prior import Expectation
from training.recipe import Recipe
from training.recipe_files import load_recipe
from training.run import load_run, save_final

FACES = made_faces(70)
SEEN = made_faces(7)
BOX = {"cx": 24, "cy": 24, "w": 46, "h": 46}
CROP: dict[str, object] = {"square": 48, "cascade": BOX, "yunet": BOX}


def identity_of(
    training: Examples,
    validation: Examples,
    source: str,
    unlabelled: int = 0,
    unlabelled_are: str = "",
) -> Identity:
    return identify(
        training,
        validation,
        source,
        name="tiny",
        version="0.1",
        network="builder",
        origin="trained from scratch",
        git="abc1234",
        crop=CROP,
        unlabelled=unlabelled,
        unlabelled_are=unlabelled_are,
    )


@pytest.fixture(scope="module")
def files(tiny_network: Network, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    path = tmp_path_factory.mktemp("export") / "new" / "tiny.onnx"
    return export_all(tiny_network, SEEN, FACES, identity_of(SEEN, FACES, "/home/me/faces.csv"), path)


def test_the_file_answers_like_the_network_for_any_number_of_faces(
    files: Exported, tiny_network: Network
) -> None:
    session = open_model(files.model)
    for count in (1, 3, 16):
        expected = predict(rounded(deployable(tiny_network)), FACES.images[:count])
        pixels = FACES.images[:count, None].astype(np.float32)
        ferplus, fer2013, cam = session.run(["ferplus_logits", "fer2013_logits", "cam"], {"face": pixels})
        assert np.abs(ferplus - expected["ferplus"]).max() < 1e-3
        assert np.abs(fer2013 - expected["fer2013"]).max() < 1e-3
        assert cam.shape == (count, 8, 7, 7)


def test_the_product_accepts_the_file(files: Exported) -> None:
    model = read_model_file(files.model)
    assert (model.name, model.version, model.input_size, model.git) == ("tiny", "0.1", 48, "abc1234")
    assert [head.labels for head in model.heads] == [FERPLUS_LABELS, FER2013_LABELS]
    assert all(head.temperature > 0 and 0 < head.unsure_below <= 1 for head in model.heads)


def test_the_score_in_the_file_is_the_one_of_the_file(files: Exported) -> None:
    written = onnx.load(files.model)
    described = json.loads({entry.key: entry.value for entry in written.metadata_props}["fer_desktop"])
    figures = described["metrics"]["Validation"]["fer2013"]
    answers = FACES.truths["fer2013"].answers
    logits = predict_with_file(files.model, FACES.images)["fer2013"]
    assert figures["accuracy"] == round(accuracy(logits, answers), 4)
    assert figures["accuracy_unseen"] == round(accuracy(logits[7:], answers[7:]), 4)
    assert figures["pictures"] == 70
    assert described["heads"][0]["temperature"] == round(files.evaluation.heads["ferplus"].temperature, 4)


def test_the_file_says_what_it_answers_for_a_neutral_face(files: Exported) -> None:
    head = read_model_file(files.model).heads[0]
    neutral = FACES.truths["ferplus"].answers == FERPLUS_LABELS.index("neutral")
    logits = predict_with_file(files.model, FACES.images[neutral])["ferplus"]
    assert head.neutral == pytest.approx(logits.mean(0) / head.temperature, abs=2e-3)


def test_file_and_network_are_compared_on_the_datas_own_pictures(
    files: Exported, tiny_network: Network
) -> None:
    by_file = predict_with_file(files.model, FACES.images)
    trained = predict(tiny_network, FACES.images)
    check_alike(files.model, by_file, predict(rounded(deployable(tiny_network)), FACES.images))
    assert files.parity == parity_of(by_file, trained)
    assert (files.parity.pictures, files.parity.agreeing) == (70, 70)
    assert 1e-4 < files.parity.difference < 0.01
    wrong = {head: logits.copy() for head, logits in trained.items()}
    wrong["fer2013"][3, 2] += 0.1
    with pytest.raises(ExportError, match="on the data's pictures"):
        check_alike(files.model, wrong, trained)
    wrong["fer2013"][3, 2] += 100
    parity = parity_of(wrong, trained)
    assert (parity.pictures, parity.agreeing) == (70, 69)
    assert parity.difference == pytest.approx(100.1, abs=1e-3)


def test_answers_that_are_no_numbers_are_like_nothing() -> None:
    right = {"a": np.zeros((2, 3), np.float32), "b": np.ones((2, 3), np.float32)}
    for head in right:
        wrong = {
            name: np.full_like(logits, np.nan) if name == head else logits for name, logits in right.items()
        }
        with pytest.raises(ExportError, match="the file answers otherwise"):
            check_alike(Path("x.onnx"), wrong, right)


def test_large_weights_are_stored_in_half_precision(files: Exported) -> None:
    for path in (files.model, files.saliency):
        large = [constant for constant in onnx.load(path).graph.initializer if np.prod(constant.dims) >= 1024]
        assert large
        assert {constant.data_type for constant in large} <= {TensorProto.FLOAT16, TensorProto.INT64}


def test_a_network_that_half_precision_changes_is_not_shipped(
    tiny_network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def coarse(network: Network) -> Network:
        short = rounded(network)
        with torch.no_grad():
            for parameter in short.parameters():
                parameter.mul_(1.02)
        return short

    monkeypatch.setattr("training.export.rounded", coarse)
    path = tmp_path / "tiny.onnx"
    with pytest.raises(ExportError, match="the network in half precision answers otherwise"):
        export_all(tiny_network, SEEN, FACES, identity_of(SEEN, FACES, "faces.csv"), path)
    assert list(tmp_path.iterdir()) == []


def test_no_path_of_the_machine_is_shipped(files: Exported) -> None:
    for path in (files.model, files.saliency, files.card):
        content = path.read_bytes()
        assert b".py" not in content
        assert str(Path.cwd()).encode() not in content
        assert b"/home" not in content


def test_the_card_says_what_matters(files: Exported) -> None:
    card = files.card.read_text(encoding="utf-8")
    for said in (
        "research",
        "Validation part (70 pictures",
        "5(1)(f)",
        "Known limits",
        "unseen (63 pictures)",
        "Macro-F1",
        "ECE before and after",
        "the same network in single precision in 70 of 70 pictures",
        "half precision",
        "| happiness | 10 |",
        "faces.csv: 7 grey pictures",
    ):
        assert said in card
    # The made faces come in FER2013's form, but are none of its parts.
    assert "PublicTest" not in card
    assert "28,709" not in card


def test_fer2013_is_named_only_where_the_counts_prove_it() -> None:
    def part(name: str) -> Examples:
        answers = np.repeat(np.arange(7), OFFICIAL[name])
        truths = {"fer2013": Truth.of_answers(FER2013_LABELS, answers)}
        return Examples(np.zeros((len(answers), 4, 4), np.uint8), truths, np.full(len(answers), ""))

    proved = identity_of(part("Training"), part("PublicTest"), "mine.csv")
    assert (proved.part, proved.fer2013) == ("PublicTest", True)
    assert "28,709" in proved.data
    assert "FERPlus" not in proved.data
    assert "without labels" not in proved.data
    more = identity_of(part("Training"), part("PublicTest"), "mine.csv", unlabelled=7305)
    assert more.data.startswith(proved.data)
    assert "7,305 pictures without labels, by the answers of other networks" in more.data
    told = identity_of(part("Training"), part("PublicTest"), "mine.csv", unlabelled=5, unlabelled_are="mine")
    assert "5 pictures without labels (mine), by the answers" in told.data
    rebuilt = part("Training")
    rebuilt.truths["fer2013"].answers[:3] = 6
    assert identity_of(rebuilt, part("PublicTest"), "mine.csv").fer2013
    rebuilt.truths["fer2013"].answers[:9] = 6
    assert not identity_of(rebuilt, part("PublicTest"), "mine.csv").fer2013
    fewer = part("Training").select(np.arange(28_000))
    other = identity_of(fewer, part("PublicTest").select(np.arange(3000)), "mine.csv")
    assert (other.part, other.fer2013) == ("Validation", False)
    assert "FER2013" not in other.data + other.licence


@pytest.mark.parametrize("balance", [0, 0.2])
def test_file_and_card_say_how_common_expressions_are_taken_to_be(
    tmp_path: Path, tiny_network: Network, balance: float
) -> None:
    save_final(tmp_path / "run", load_recipe(None, TINY_RECIPE), tiny_network, 48)
    path = tmp_path / "calm.onnx"
    files = write_files(
        load_run(tmp_path / "run"),
        SEEN,
        FACES,
        "faces.csv",
        path,
        "calm",
        "1",
        FRAMING,
        Expectation(balance, {"neutral": 0.6}),
    )
    (entry,) = onnx.load(path).metadata_props
    prior = json.loads(entry.value)["prior"]["ferplus"]
    assert prior["neutral"] == 0.6
    assert sum(prior.values()) == pytest.approx(1, abs=1e-3)
    assert read_model_file(path).name == "calm"
    text = files.card.read_text(encoding="utf-8")
    assert "neutral 60.0% (as learned:" in text
    assert ("to the power of 0.8" in text) == (balance > 0)
    before, after = (
        predict(tiny_network, FACES.images)["ferplus"],
        predict_with_file(path, FACES.images)["ferplus"],
    )
    moved = (after - before).mean(0)
    assert moved.argmax() == FERPLUS_LABELS.index("neutral")
    answers = FACES.truths["ferplus"].answers
    assert f"| Accuracy | {accuracy(before, answers):.1%} | {accuracy(after, answers):.1%} |" in text
    assert text.count("| as learned | as shipped |") == 1


def test_the_card_shows_the_average_faces_of_errors_if_they_are_wanted(
    tmp_path: Path, tiny_network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn(logits: Logits, examples: Examples, detector: Path, out: Path) -> Path:
        assert len(logits["ferplus"]) == len(examples) == 70
        out.write_text(f"by {detector}", encoding="utf-8")
        return out

    monkeypatch.setattr("training.commands.failures.draw_failures", drawn)
    path = tmp_path / "shown.onnx"
    files = export_all(tiny_network, SEEN, FACES, identity_of(SEEN, FACES, "faces.csv"), path)
    plain = files.card.read_text(encoding="utf-8")
    show_failures(files, FACES, Path("yunet.onnx"))
    assert (tmp_path / "shown.failures.png").read_text(encoding="utf-8") == "by yunet.onnx"
    shown = files.card.read_text(encoding="utf-8")
    assert shown.startswith(plain)
    assert "](shown.failures.png)" in shown.removeprefix(plain)


def test_the_card_says_what_is_lost_before_a_camera_if_that_is_wanted(
    tmp_path: Path, tiny_network: Network
) -> None:
    files = export_all(
        tiny_network, SEEN, FACES, identity_of(SEEN, FACES, "faces.csv"), tmp_path / "seen.onnx"
    )
    plain = files.card.read_text(encoding="utf-8")
    few = FACES.select(np.arange(8))
    show_live(files, few, "cascade")
    section = files.card.read_text(encoding="utf-8").removeprefix(plain)
    assert "detector: cascade" in section
    said = predict_with_file(files.model, few.images)["ferplus"]
    right = accuracy(said, few.truths["ferplus"].answers)
    assert f"| {CASES[0].name} | 100.0% | {right:.1%} | +0.0 [+0.0, +0.0] |" in section
    for head in ("ferplus", "fer2013"):
        rows = section.split(f"### Head `{head}`")[1].split("###")[0]
        assert all(f"| {case.name} | " in rows for case in CASES if not case.needs_landmarks)


def test_a_network_for_other_labels_is_exported_without_claims_about_faces(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = np.random.default_rng(0).integers(0, 255, (12, 12, 12)).astype(np.uint8)
    examples = made_examples(images, [0, 1, 2] * 4, ("round", "square", "flat"))
    recipe = Recipe(network="builder", conv_sizes=(), feature_maps=(), mlp_hiddens=(4,), border=0)
    torch.manual_seed(0)
    save_final(tmp_path / "run", recipe, build_network(recipe, examples.heads, 12), 12)
    model, saliency, card = export_run(tmp_path / "run", examples, examples, "shapes")
    said = " ".join(capsys.readouterr().out.split())
    assert "This file is for the laboratory" in said
    assert model.name == "run.onnx"
    assert saliency.is_file()
    text = card.read_text(encoding="utf-8")
    for word in ("FER2013", "expression", "face", "AI Act"):
        assert word not in text
    assert "Synthetic shapes: 12 grey pictures of 12 x 12 pixels" in text
    with pytest.raises(ModelError, match="labels of head 'classes'"):
        read_model_file(model)
    with pytest.raises(ExportError, match="takes pictures of 12x12, not of 48x48"):
        predict_with_file(model, FACES.images)
    with pytest.raises(RunError, match="trained on pictures of 12 x 12 pixels; these have 48 x 48"):
        export_run(tmp_path / "run", FACES, FACES, "faces.csv")
    with pytest.raises(DataError, match="--data"):
        export_command(tmp_path / "run", tmp_path / "x.onnx")


def test_another_onnx_file_is_refused_in_a_sentence(files: Exported, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="is not a model file; its metadata names no heads"):
        predict_with_file(files.saliency, FACES.images)
    text = tmp_path / "text.onnx"
    text.write_text("not a model", encoding="utf-8")
    with pytest.raises(ExportError, match=r"text\.onnx: cannot be loaded"):
        predict_with_file(text, FACES.images)


def test_a_wrong_export_never_appears(tmp_path: Path) -> None:
    case = ((torch.ones(1, 1, 4, 4),), (torch.zeros(1, 1, 4, 4),))
    path = tmp_path / "wrong.onnx"
    with pytest.raises(ExportError, match="differs from the trained network by 1"):
        export_graph(nn.Identity(), path, ("face",), ("same",), [case])
    assert list(tmp_path.iterdir()) == []


def test_a_failed_export_leaves_the_older_files_alone(
    tmp_path: Path, tiny_network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "tiny.onnx"
    path.write_text("older", encoding="utf-8")
    monkeypatch.setattr("training.export.export_model", full_disk)
    with pytest.raises(ExportError, match=r"tiny\.onnx: cannot be written \(No space left on device\)"):
        export_all(tiny_network, SEEN, FACES, identity_of(SEEN, FACES, "faces.csv"), path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["tiny.onnx"]
    assert path.read_text(encoding="utf-8") == "older"


@pytest.mark.slow
@pytest.mark.parametrize("name", ARCHITECTURE_NAMES)
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_every_architecture_answers_alike_as_a_file(name: str, activation: str, tmp_path: Path) -> None:
    side = 36 if name.startswith("vgg-1") else 28
    torch.manual_seed(0)
    recipe = Recipe(network=name, activation=activation, padding="same" if activation == "gelu" else "valid")
    network = build_network(recipe, TINY_HEADS, side).eval()
    faces = made_faces(20, side=side)
    path = tmp_path / "net.onnx"
    identity = replace(identity_of(faces, faces, "faces.csv"), network=name)
    export_model(network, side, path, metadata(network, side, identity))
    check_alike(path, predict_with_file(path, faces.images), predict(network, faces.images))
