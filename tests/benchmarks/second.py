"""What a second network beside the first costs the live rate."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from fer_desktop import paths
from fer_desktop.capture.frame import Frame, Image
from fer_desktop.engine.result import Result
from fer_desktop.engine.second import Second
from fer_desktop.engine.smoothing import Smoother
from fer_desktop.vision.second import SecondNetwork
from fer_desktop.vision.vision import Vision

ROUNDS = 8


def with_a_second_network_against_alone(frames: Sequence[Image]) -> tuple[str, float, float]:
    """The vision thread's work per frame with a second network as large as the first, against that without.

    In the order in which `main` divides them: compared / alone is what the live rate is divided by.
    """
    model = paths.default_model()
    vision, network = Vision(model, provider="cpu"), SecondNetwork(model, "cpu")
    head = vision.model.heads[0]
    smoother = Smoother(head)
    second = Second(network, head, vision.detector_kind, lambda r: r.frame.captured_s, 0.2)
    clock = 0.0
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(2 * ROUNDS):
        # In turns, beginning with either: what else the machine does falls on both alike.
        compared = number % 4 in {1, 2}
        started = time.perf_counter()
        for frame in frames:
            clock += 1 / 30
            sight = vision.look(frame, clock)
            faces = smoother.smooth(sight.faces, clock)
            if compared:
                second(Result(Frame(0, frame, clock), faces, sight.reason, None, None, 0))
        times[not compared].append(1000 * (time.perf_counter() - started) / len(frames))
    with_second, alone = (float(np.median(taken)) for taken in times)
    return "vision with a second network / alone, per frame", with_second, alone
