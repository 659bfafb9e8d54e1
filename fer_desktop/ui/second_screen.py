"""Where a second network appears: hollow bars, a line in the panel, and a strip under the curves."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fer_desktop.engine.agreement import Agreement
from fer_desktop.engine.reader import EngineState
from fer_desktop.engine.second import Opinion, Second
from fer_desktop.ui.compare import Compare
from fer_desktop.ui.face_panel import FacePanel
from fer_desktop.ui.feed import Shown
from fer_desktop.ui.running import Running
from fer_desktop.ui.timeline import Timeline
from fer_desktop.ui.words import emotion_name, translate

_OLD: Final = 2.0
"""An opinion of a frame that was so much earlier is not shown any more, in the history's unit."""


class SecondScreen:
    """The window calls `tick` before panels and timeline are drawn."""

    def __init__(self, compare: Compare, panel: FacePanel, timeline: Timeline) -> None:
        self._compare = compare
        self._panel = panel
        self._timeline = timeline

    def tick(self, shown: Shown | None, running: Running | None) -> None:
        """Show what the second network says of the face on screen."""
        second = self._compare.second
        still = running is not None and running.engine.state is not EngineState.RUNNING
        if second is not None and shown is not None and still and not shown.past:
            second.catch_up(shown.result)
        t = None if shown is None or running is None else running.feed.time_of(shown.result)
        self._timeline.agreements = None if second is None else second.agreements
        opinion = None if second is None else _opinion(second, shown, t)
        values = None if second is None else _in_order(second, opinion, shown)
        text = "" if second is None else _text(second, opinion)
        self._panel.show_second(values, text)


def _opinion(second: Second, shown: Shown | None, t: float | None) -> Opinion | None:
    """Of the face on screen; None without one, and for what is long past."""
    newest = second.newest
    if newest is None or shown is None or shown.face is None or shown.past or t is None:
        return None
    return newest.of.get(shown.face.reading.face_id) if abs(t - newest.t) <= _OLD else None


def _in_order(second: Second, opinion: Opinion | None, shown: Shown | None) -> NDArray[np.float32]:
    """Its probabilities in the order of the first network's labels; NaN where there is none."""
    labels = () if shown is None else shown.labels
    values = np.full(len(labels), np.nan, np.float32)
    if opinion is not None:
        own = second.network.model.labels
        for place, label in enumerate(labels):
            if label in own:
                values[place] = opinion.shown[own.index(label)]
    return values


def _text(second: Second, opinion: Opinion | None) -> str:
    name = second.network.model.name
    if opinion is None:
        return translate("Second", "Hollow bars: {network}").format(network=name)
    text = {
        Agreement.SAME: translate("Second", "Hollow bars: {network} says {label} too"),
        Agreement.DIFFERENT: translate("Second", "Hollow bars: {network} says {label} ≠"),
        Agreement.UNSURE: translate("Second", "Hollow bars: {network} says {label}"),
    }[opinion.how]
    return text.format(network=name, label=emotion_name(opinion.label))
