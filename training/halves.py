"""Weights in half precision (IEEE binary16): files of half the size, computed with in single precision.

The weights are rounded before anything is measured, so a file holds exactly the numbers that its figures and
proofs are about; ONNX Runtime widens them once, when it loads the file.
"""

from __future__ import annotations

import copy
from typing import Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from training.networks.network import Network

LEAST_NUMBERS: Final = 1024
"""Smaller tensors stay as they are: there is nothing to save."""
LARGEST_ERROR: Final = 1e-3
"""A tensor stays in single precision if rounding would change it by more than this share of its norm: half
precision has 11 bits for numbers between 6e-5 and 65504 and fewer, or none, beyond."""


def rounded(shipped: Network) -> Network:
    """A copy of a `deployable` network with its large parameters rounded to half precision (and still held
    as float32)."""
    short = copy.deepcopy(shipped)
    for parameter in short.parameters():
        half = parameter.half().double()
        lost = (half - parameter).norm()  # infinite where a number is too large
        if parameter.numel() >= LEAST_NUMBERS and lost <= LARGEST_ERROR * parameter.double().norm():
            parameter.copy_(half)
    return short


def store_halves(model: onnx.ModelProto) -> None:
    """Store the constants that are numbers of half precision as such, each with a cast to float32.

    Nothing is rounded: constants that would change stay as they are.
    """
    casts = []
    for constant in model.graph.initializer:
        if constant.data_type != TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(constant)
        with np.errstate(over="ignore"):
            halves = values.astype(np.float16)
        if values.size >= LEAST_NUMBERS and np.array_equal(halves.astype(np.float32), values):
            name = constant.name
            constant.CopyFrom(numpy_helper.from_array(halves, f"{name}.half"))
            casts.append(helper.make_node("Cast", [constant.name], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
