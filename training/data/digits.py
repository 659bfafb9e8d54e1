"""The handwritten digits that scikit-learn ships (Alpaydin and Kaynak 1998): 1,797 pictures of 8 x 8."""

from __future__ import annotations

import numpy as np

from training.data.examples import DataSet, Examples, Truth
from training.data.fer2013 import WHOLE

LABELS = tuple("0123456789")


def load_digits() -> DataSet:
    """All digits as one part, their sixteen steps of grey spread over 0 to 255."""
    # Imported here: it takes a second that `--help` should not.
    from sklearn import datasets

    digits = datasets.load_digits()
    images = np.rint(digits.images * (255 / 16)).astype(np.uint8)
    truth = Truth.of_answers(LABELS, digits.target.astype(np.int64))
    names = np.array([f"digit {number}" for number in range(len(images))])
    return DataSet("digits", {WHOLE: Examples(images, {"digits": truth}, names)})
