"""A recipe: every value that decides a training run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final

from training.errors import RecipeError
from training.names import (
    ACTIVATIONS,
    AFTERWARDS,
    ARCHITECTURE_NAMES,
    INITIALISATIONS,
    NORMALISATIONS,
    OPTIMISERS,
    PRECISIONS,
    SCHEDULES,
    STEMS,
)

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "network": ARCHITECTURE_NAMES,
    "activation": ACTIVATIONS,
    "init": INITIALISATIONS,
    "normalise": NORMALISATIONS,
    "optimiser": OPTIMISERS,
    "schedule": SCHEDULES,
    "precision": PRECISIONS,
    "padding": ("valid", "same"),
    "stem": STEMS,
    "keep": ("last", "best"),
    "then": AFTERWARDS,
}
"""The words that a setting may have."""

SHARES: Final = frozenset(
    {
        "mixup_share",
        "mixup_off",
        "teacher_weight",
        "reframed",
        "flip",
        "low_resolution",
        "erasing",
        "light",
        "momentum",
    }
)
"""Settings that are part of a whole."""


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far a training picture may differ from the original; 0 leaves a disturbance out."""

    flip: float = 0.0
    """Probability of a mirrored picture."""
    rotation: float = 0.0
    """Largest rotation in degrees, either way."""
    shift: float = 0.0
    """Largest shift as a share of the picture's side."""
    zoom: float = 0.0
    """Largest change of scale."""
    shear: float = 0.0
    """Largest shear in degrees."""
    light: float = 0.0
    """Largest relative change of brightness and contrast (half of the pictures)."""
    gamma: float = 0.0
    """Largest log2 of the gamma exponent (three pictures in ten)."""
    blur: float = 0.0
    """Largest standard deviation in pixels of a blur (three pictures in ten)."""
    low_resolution: float = 0.0
    """Probability of a picture scaled down to half and up again, with noise."""
    erasing: float = 0.0
    """Probability that a rectangle of 2 to 15 % of the area is covered."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """All settings of one run; a run folder keeps the resolved one as `recipe.toml`."""

    data: str = ""
    """What to learn from, if the command line does not say: a path, `digits` or `shapes`."""
    heads: tuple[str, ...] = ()
    """The label sets to learn, the main one first; none: all that the data has."""
    held_out: float = 0.2
    """Share held out for validation where the data has no parts of its own."""
    split_seed: int = 1
    """Which pictures are held out; the same for all runs that are to be compared."""

    network: str = "vgg-s"
    """Name of the architecture; `python -m training list` shows them."""
    conv_sizes: tuple[int, ...] = (5, 3)
    """Builder: kernel sizes of the convolutions in order."""
    feature_maps: tuple[int, ...] = (32, 0, 32, 0)
    """Builder: filters of each layer in order; 0 is a 2x2 max-pooling."""
    mlp_hiddens: tuple[int, ...] = (1024,)
    """Builder: widths of the fully connected hidden layers."""
    padding: str = "valid"
    """Builder: `valid` convolutions shrink the maps, `same` ones keep their size."""
    batch_norm: bool = False
    """Builder: batch normalisation after each convolution."""
    stem: str = "small"
    """ResNets: `small` begins with a 3x3 convolution and keeps the size; `large`, as for ImageNet, with a
    7x7 one and pooling, which leave a quarter of it: a fourteenth of the work."""
    activation: str = "relu"
    """Activation function, for networks that leave the choice."""
    init: str = "default"
    """How weights begin."""
    dropout: float = 0.3
    """Share of the values before a head (and after hidden layers) that are dropped."""
    normalise: str = "contrast"
    """What is done to pixels first: `contrast` per picture; `pixel` and `global` z-score, `pca` whitening
    from the training part; `scale` to 0..1."""
    border: int = 2
    """Pixels on each edge of a picture that the network does not see."""

    optimiser: str = "nesterov"
    """The step rule."""
    rate: float = 0.1
    """Learning rate (its peak, where there is a warm-up)."""
    momentum: float = 0.9
    """Of the step rules `momentum` and `nesterov`; the others have constants of their own."""
    weight_decay: float = 5e-4
    """L2: coefficient of half the squared weights; biases and normalisation do not decay."""
    l1: float = 0.0
    """L1: coefficient of the absolute weights."""
    max_norm: float = 0.0
    """Largest norm of the weights into one unit; 0 is none."""
    clip: float = 5.0
    """Largest norm of the gradient; 0 is none. Line searches (`lbfgs`, `conjugate-gradient`) have none."""

    schedule: str = "cosine"
    """How the learning rate changes over the epochs; `rprop` and `lbfgs` find their own steps."""
    warmup_epochs: float = 2.0
    """Epochs of linear rise to the rate."""
    decay: float = 0.1
    """`time`: rate / (1 + decay * epoch); `step`, `plateau`: factor; `exponential`: factor per epoch."""
    step_epochs: int = 10
    """`step`: epochs between steps; `plateau`: epochs without improvement before one."""

    epochs: int = 28
    """Times that all pictures are seen."""
    small_epochs: int = 0
    """The first epochs, seen at `small_size` pixels: more pictures per second. Validation sees whole pictures
    from the start, so its figures are low until then."""
    small_size: int = 36
    """Side in pixels of what is seen in those."""
    batch: int = 128
    """Pictures per step; 0 is the whole set, 1 is online learning."""
    seed: int = 1
    """Decides initial weights, order, augmentation, dropout and noise."""
    threads: int = 0
    """CPU threads; 0 leaves the choice to PyTorch."""
    device: str = "auto"
    """`auto`, `cpu`, `cuda` or `cuda:1`."""
    precision: str = "fp32"
    """Numbers to compute with; the 16-bit ones help where the processor or GPU has them."""
    channels_last: bool = True
    """Convolutions over pixels with their channels side by side: faster on CPUs and new GPUs."""
    compile: bool = False
    """Compile the network with `torch.compile`."""
    deterministic: bool = False
    """Only algorithms that repeat bit by bit, and an error where there is none."""

    smoothing: float = 0.1
    """Share of a one-hot label that is spread over all labels."""
    crowd_weight: float = 0.7
    """Weight of a head that learns from votes, beside 1 for one that learns from labels."""
    class_weights: bool = False
    """Weigh pictures by the inverse frequency of their class."""
    balanced: bool = False
    """Draw pictures so that each class is seen equally often."""
    mixup: float = 0.0
    """Alpha of mixup's Beta distribution (Zhang et al. 2018); 0 is none."""
    mixup_share: float = 0.5
    """Share of the batches that are mixed."""
    mixup_off: float = 0.2
    """Share of the epochs, the last ones, without mixup."""
    input_noise: float = 0.0
    """Standard deviation of Gaussian noise on the pixels (of 255)."""
    reframed: float = 0.0
    """Share of the pictures that are seen as the program cuts them before a camera, with its own detector,
    of those in which it finds a whole face; teachers see them as the data cut them."""
    weight_noise: float = 0.0
    """Standard deviation of Gaussian noise on the weights at each step."""
    activity_noise: float = 0.0
    """Standard deviation of Gaussian noise on the activities of hidden layers."""
    ema: float = 0.999
    """Decay of the averaged weights, which are what is measured and kept; 0 is no averaging."""
    early_stopping: int = 0
    """Epochs without a better validation accuracy before the run ends; 0 is never."""
    keep: str = "last"
    """Which epoch's weights are the result."""

    teachers: tuple[str, ...] = ()
    """Folders of finished runs to learn from (distillation, Hinton et al. 2015)."""
    teacher_temperature: float = 2.0
    """Softens the teachers' answers: their logits are divided by it."""
    teacher_weight: float = 0.9
    """Share of the teachers' answers in the loss, beside that of the labels."""
    teachers_mirror: bool = False
    """Each teacher answers for the picture and its mirror image, and the mean counts."""
    unlabelled: tuple[str, ...] = ()
    """Folders of faces without labels, as `photos` cuts them, to answer like the teachers."""

    start_from: str = ""
    """Folder of a finished run whose weights to begin with; heads of other labels begin anew."""

    then: tuple[str, ...] = ()
    """What to do with the finished run: `report`, `explain`, `prune`, `export`."""

    augmentation: Augmentation = field(default_factory=Augmentation)

    def _check_numbers(self) -> None:
        numbers = {f.name: getattr(self, f.name) for f in fields(self)}
        numbers |= {f.name: getattr(self.augmentation, f.name) for f in fields(self.augmentation)}
        for name, value in numbers.items():
            if not isinstance(value, int | float):
                continue
            if not math.isfinite(value) or value < 0:
                raise RecipeError(f"{name} must be a number of at least 0, not {value}.")
            if name in SHARES and value > 1:
                raise RecipeError(f"{name} is a share and must be at most 1, not {value}.")
            if name in {"teacher_temperature", "small_size"} and value == 0:
                raise RecipeError(f"{name} must be above 0.")
            if name in {"seed", "split_seed"} and value >= 2**31:
                raise RecipeError(f"{name} must be less than 2147483648, not {value}.")

    def __post_init__(self) -> None:
        for name, known in CHOICES.items():
            value = getattr(self, name)
            for word in value if isinstance(value, tuple) else (value,):
                if word not in known:
                    raise RecipeError(f"{name} '{word}' does not exist; known are {', '.join(known)}.")
        self._check_numbers()
        if self.epochs < 1 or self.batch < 0:
            raise RecipeError("a run needs at least 1 epoch and a batch of 1 picture (0: all of them).")
        if not 0 < self.held_out < 1:
            raise RecipeError("held_out must be between 0 and 1.")
        if not 0 <= self.dropout < 1 or not 0 <= self.ema < 1 or not 0 <= self.smoothing < 1:
            raise RecipeError("dropout, ema and smoothing must be at least 0 and less than 1.")
        if self.unlabelled and not (self.teachers and self.teacher_weight):
            raise RecipeError("unlabelled pictures teach nothing without teachers: give some.")
        if self.unlabelled and self.balanced:
            raise RecipeError("unlabelled pictures belong to no class to be balanced: set balanced = false.")
        if self.small_epochs and self.normalise in {"pixel", "pca"}:
            raise RecipeError(
                f"normalise '{self.normalise}' needs pictures of one size: set small_epochs = 0."
            )
