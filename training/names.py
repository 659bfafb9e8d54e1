"""The words that a recipe may use, apart from the code behind them, so that `--help` needs no PyTorch."""

from __future__ import annotations

from typing import Final

ARCHITECTURE_NAMES: Final = (
    "builder",
    "dense",
    "small-cnn",
    "lenet-5",
    "vgg-16",
    "vgg-19",
    "resnet-18",
    "resnet-34",
    "resnet-50",
    "vgg-xs",
    "vgg-s",
    "vgg-m",
    "vgg-l",
    "mini-xception",
)
ACTIVATIONS: Final = (
    "relu",
    "leaky-relu",
    "prelu",
    "rrelu",
    "sigmoid",
    "tanh",
    "lecun-tanh",
    "elu",
    "gelu",
    "silu",
)
INITIALISATIONS: Final = ("default", "lecun", "glorot", "he", "orthogonal", "gaussian")
NORMALISATIONS: Final = ("contrast", "pixel", "global", "pca", "scale")
OPTIMISERS: Final = (
    "sgd",
    "momentum",
    "nesterov",
    "adagrad",
    "adadelta",
    "rmsprop",
    "adam",
    "amsgrad",
    "adamax",
    "nadam",
    "adamw",
    "rprop",
    "lbfgs",
    "conjugate-gradient",
)
STEMS: Final = ("small", "large")
SCHEDULES: Final = ("constant", "time", "step", "exponential", "cosine", "plateau")
PRECISIONS: Final = ("fp32", "bf16", "fp16")
AFTERWARDS: Final = ("report", "explain", "prune", "export")
