"""Turn a PyTorch network of your own into a model file for FER Desktop (docs/bring-your-own-model.md).

Change what stands under "Yours" and run it; nothing of FER Desktop is needed to run this file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

OURS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral", "contempt")
"""FER Desktop's labels in its order; without the last one it takes networks for seven expressions, too."""


class ForFerDesktop(nn.Module):
    """Your network behind FER Desktop's input, with its outputs."""

    mean: Tensor
    std: Tensor

    def __init__(
        self, network: nn.Module, labels: Sequence[str], mean: Sequence[float], std: Sequence[float]
    ) -> None:
        """`labels`: the expressions in your network's order, in our words. `mean` and `std`: what your
        training took from pixels between 0 and 1 and divided them by, one number per channel."""
        super().__init__()
        wanted = [label for label in OURS if label in labels]
        if sorted(labels) != sorted(wanted) or len(labels) not in {7, 8}:
            raise ValueError(f"The labels must be these words, all or without the last: {', '.join(OURS)}.")
        self.network = network.eval()
        self.order = [labels.index(label) for label in wanted]
        self.register_buffer("mean", torch.tensor(mean).view(1, -1, 1, 1))
        self.register_buffer("std", torch.tensor(std).view(1, -1, 1, 1))

    def forward(self, face: Tensor) -> tuple[Tensor, Tensor]:
        """From grey faces (N, 1, S, S), 0 to 255, to logits (N, C) and class maps (N, C, 1, 1)."""
        pixels = face.expand(-1, self.mean.shape[1], -1, -1) / 255
        logits = self.network((pixels - self.mean) / self.std)[:, self.order]
        # FER Desktop's own networks give a map of where each logit comes from; one place is allowed.
        return logits, logits[:, :, None, None]


def write(module: ForFerDesktop, side: int, description: dict[str, object], path: Path) -> None:
    """Write the model file; `side` is the width of the pictures that the network takes."""
    faces = torch.rand(2, 1, side, side) * 255
    program = torch.onnx.export(
        module.eval(),
        (faces,),
        input_names=["face"],
        output_names=["expression_logits", "cam"],
        dynamic_shapes=({0: torch.export.Dim("N", min=1)},),
        opset_version=18,
        dynamo=True,
    )
    assert program is not None
    model = program.model_proto
    entry = model.metadata_props.add()
    entry.key, entry.value = "fer_desktop", json.dumps(description)
    onnx.save_model(model, path)


def describe(labels: Sequence[str], side: int) -> dict[str, object]:
    """What the file says of itself; docs/model-file.md explains every entry."""
    return {
        "format": 1,
        "name": "my network",
        "version": "1.0.0",
        "heads": [
            {
                "name": "expression",
                "labels": [label for label in OURS if label in labels],
                # Fit both on pictures that the network has not learned from. 1 and 0 are: as it is.
                "temperature": 1.0,
                "unsure_below": 0.0,
            }
        ],
        "input_size": side,
        # How your training pictures were cut. These numbers are FER2013's, for a square of 48 units.
        "crop": {
            "square": 48,
            "cascade": {"cx": 23.92, "cy": 23.83, "w": 46.5, "h": 46.5},
            "yunet": {"cx": 24.16, "cy": 23.75, "w": 39.97, "h": 53.14},
        },
        "data": "what it was trained on",
        "licence": "the licence of your weights",
    }


if __name__ == "__main__":
    # Yours: the network with its trained weights, its labels in its order, its pictures.
    SIDE = 64
    LABELS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear")
    yours = nn.Sequential(
        nn.Conv2d(3, 16, 3, stride=2),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(32, len(LABELS)),
    )
    # yours.load_state_dict(torch.load("my-weights.pt", weights_only=True))

    wrapped = ForFerDesktop(yours, LABELS, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
    write(wrapped, SIDE, describe(LABELS, SIDE), Path("my-network.onnx"))
    print("Wrote my-network.onnx. Try it: fer-desktop demo --model my-network.onnx")
