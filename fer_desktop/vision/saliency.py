"""Which pixels of a face the answer hangs on: how much it would change with them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_desktop.errors import ModelError
from fer_desktop.vision.model_file import ModelFile
from fer_desktop.vision.providers import start_session

Heat = NDArray[np.float32]
"""(S, S) of 0 to 1: how much the answer hangs on each pixel, compared with the others."""

_BLUR: Final = 1.0
_BRIGHTEST: Final = 99.0


class Saliency:
    """Reads a network's saliency companion, `NAME.saliency.onnx` beside the model file.

    It gives the gradient of an expression's logit with respect to the pixels (Simonyan et al. 2014). That
    says where the answer is sensitive, not what caused it.
    """

    def __init__(self, model: ModelFile) -> None:
        """Load the companion; raises `ModelError` if there is none, or one of another network."""
        path = model.path.with_name(f"{model.path.stem}.saliency.onnx")
        if not path.is_file():
            raise ModelError(
                f"{model.path.name} comes without {path.name}, so what the network looks at cannot be shown.",
                "Put that file beside it, or export the network again.",
            )
        self._size, self._classes = model.input_size, len(model.labels)
        # On the CPU: one face a few times a second is no work for a graphics card.
        blank = self._inputs(np.zeros((self._size, self._size), np.uint8), 0)
        try:
            self._session = start_session(path, "cpu", blank).session
            shape = np.shape(self._session.run(["gradient"], blank)[0])
        except Exception as error:  # onnxruntime raises undocumented types
            raise _foreign(path, model) from error
        if shape != (1, 1, self._size, self._size):
            raise _foreign(path, model)

    def heat(self, face: NDArray[np.uint8], label: int) -> Heat:
        """Where the logit of the label with this number hangs on a cut face, uint8 (S, S).

        The mean of the face and its mirror image, blurred a little, since single pixels are noise; the
        strongest hundredth counts as 1.
        """
        mirrored = np.ascontiguousarray(face[:, ::-1])
        strength = (self._strength(face, label) + self._strength(mirrored, label)[:, ::-1]) / 2
        smooth = cv2.GaussianBlur(strength, (0, 0), _BLUR)
        brightest = float(np.percentile(smooth, _BRIGHTEST))
        if brightest <= 0:
            return np.zeros_like(strength)
        return np.asarray(np.clip(smooth / brightest, 0, 1), np.float32)

    def _strength(self, face: NDArray[np.uint8], label: int) -> Heat:
        (gradient,) = self._session.run(["gradient"], self._inputs(face, label))
        return np.asarray(np.abs(gradient[0, 0]), np.float32)

    def _inputs(self, face: NDArray[np.uint8], label: int) -> dict[str, NDArray[np.float32]]:
        weights = np.zeros((1, self._classes), np.float32)
        weights[0, label] = 1
        return {"face": face[None, None].astype(np.float32), "weights": weights}


def _foreign(path: Path, model: ModelFile) -> ModelError:
    return ModelError(
        f"{path.name} does not fit {model.path.name}, so what the network looks at cannot be shown.",
        "Export the network again.",
    )
