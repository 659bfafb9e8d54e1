"""The network keeps its promises before it has learned anything."""

from __future__ import annotations

import pytest
import torch

from training.detector.network import CHANNELS, STRIDES, FaceNetwork, as_cells, cell_places, folded


@pytest.fixture(scope="module")
def network() -> FaceNetwork:
    """Untrained, with batch norm that is not the identity."""
    torch.manual_seed(0)
    made = FaceNetwork().train()
    with torch.no_grad():
        for _ in range(3):
            made(torch.rand(2, 3, 64, 64) * 255)
    return made.eval()


def test_it_is_as_small_as_the_task_allows(network: FaceNetwork) -> None:
    assert 75_000 <= sum(parameter.numel() for parameter in network.parameters()) <= 150_000


@pytest.mark.parametrize("side", [(64, 64), (96, 160), (32, 320)])
def test_any_size_of_picture_gives_a_grid_for_each_stride(
    network: FaceNetwork, side: tuple[int, int]
) -> None:
    with torch.no_grad():
        cells = as_cells(network(torch.zeros(2, 3, *side)))
    sizes = [(2, side[0] // s * (side[1] // s), CHANNELS) for s in STRIDES]
    assert [tuple(grid.shape) for grid in cells] == sizes


def test_cells_go_row_by_row(network: FaceNetwork) -> None:
    places = cell_places((64, 96))[0]
    assert places[:2].tolist() == [[0, 0], [1, 0]]
    assert places[12].tolist() == [0, 1]
    with torch.no_grad():
        maps = network(torch.rand(1, 3, 64, 96) * 255)
    column, row = (int(value) for value in places[17])
    assert torch.equal(as_cells(maps)[0][0, 17], maps[0][0, :, row, column])


def test_folding_batch_norm_and_scale_changes_no_answer(network: FaceNetwork) -> None:
    pictures = torch.rand(2, 3, 96, 64) * 255
    slim = folded(network)
    assert not any(isinstance(layer, torch.nn.BatchNorm2d) for layer in slim.modules())
    with torch.no_grad():
        for wanted, answer in zip(network(pictures), slim(pictures), strict=True):
            torch.testing.assert_close(answer, wanted, atol=1e-4, rtol=1e-4)


def test_half_precision_spares_the_last_layer(network: FaceNetwork) -> None:
    pictures = torch.rand(1, 3, 64, 64) * 255
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        answers = network(pictures)
    with torch.no_grad():
        wanted = network(pictures)
    assert all(grid.dtype is torch.float32 for grid in answers)
    for answer, exact in zip(answers, wanted, strict=True):
        torch.testing.assert_close(answer, exact, atol=0.05, rtol=0.05)


def test_it_begins_without_seeing_faces(network: FaceNetwork) -> None:
    with torch.no_grad():
        for grid in as_cells(network(torch.rand(1, 3, 64, 64) * 255)):
            assert grid[..., :2].sigmoid().max() < 0.1
