"""Which message the stage shows: each state of the source has one sentence and at most one action."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from fer_desktop.capture.source import Shortfall, SourceKind
from fer_desktop.engine.baseline import TAKES_S
from fer_desktop.engine.reader import EngineState
from fer_desktop.ui.controller import LiveController
from fer_desktop.ui.feed import Shown
from fer_desktop.ui.running import Running
from fer_desktop.ui.stage import Message
from fer_desktop.ui.told import told_error
from fer_desktop.ui.words import translate


@dataclass(frozen=True, slots=True)
class Ways:
    """What the buttons of the states do."""

    open_demo: Callable[[], object]
    open_file: Callable[[], object]
    choose_source: Callable[[], object]
    cancel: Callable[[], object]
    reopen: Callable[[], object]
    play: Callable[[], object]
    neutral: Callable[[], object]
    live: Callable[[], object]
    keep_pictures: Callable[[], object]


def stage_message(
    controller: LiveController, shown: Shown | None, ways: Ways, *, faceless_s: float, now_s: float
) -> Message | None:
    """The message for now; `faceless_s` is for how long no face was seen."""
    pending, current = controller.pending, controller.current
    if pending is not None:
        sentence = translate("Stage", "Opening {name} …").format(name=pending.title)
        pill = shown is not None
        return Message("camera", sentence, translate("Stage", "Cancel"), ways.cancel, pill=pill)
    if controller.sessions.progress is not None:
        name, share = controller.sessions.progress
        sentence = translate("Stage", "Opening {name} … {percent} %")
        sentence = sentence.format(name=name, percent=round(100 * share))
        return Message("folder", sentence, translate("Stage", "Cancel"), ways.cancel, pill=shown is not None)
    if controller.session is not None:
        return _finished(controller)
    if controller.review.sighting is not None:
        return _past(controller, ways, now_s)
    if current is None:
        return _nothing_open(controller, ways)
    return _present(controller, current, shown, ways, faceless_s)


def _present(
    controller: LiveController, current: Running, shown: Shown | None, ways: Ways, faceless_s: float
) -> Message | None:
    if controller.state in {EngineState.FAILED, EngineState.LOST}:
        return _broken(controller, current, ways)
    if shown is None:
        sentence = translate("Stage", "Waiting for the first picture …")
        return Message("camera", sentence, translate("Stage", "Choose another source"), ways.choose_source)
    if current.kind is SourceKind.PHOTO:
        return _photo(shown, ways)
    return _playing(controller.state, current.engine.shortfall, shown, ways, faceless_s) or _taking(
        controller, ways
    )


def _finished(controller: LiveController) -> Message | None:
    """What is said of a moment of a finished session."""
    assert controller.session is not None
    if controller.session.past.history.count == 0:
        return Message("face", translate("Stage", "Nothing was analysed in this session."))
    sighting = controller.review.sighting
    if sighting is None or sighting.pictured:
        return None
    source = controller.session.session.metadata.source
    if source.kind in {"camera", "stream"}:
        return Message("camera", translate("Stage", "Recordings of cameras keep no pictures."), pill=True)
    sentence = translate("Stage", "{name} has changed or is not where it was.").format(name=source.name)
    return Message("file", sentence, pill=True)


def _past(controller: LiveController, ways: Ways, now_s: float) -> Message | None:
    """What is said of a moment that somebody looks back at."""
    review = controller.review
    assert review.sighting is not None
    when, ago = review.when(now_s)
    at = translate("Stage", "{time}, {ago} ago").format(time=when, ago=ago)
    if review.sighting.pictured:
        return Message("ended", at, translate("Stage", "Back to live"), ways.live, pill=True)
    if controller.keeps_pictures:
        sentence = translate("Stage", "{when}  ·  picture no longer kept").format(when=at)
        return Message("ended", sentence, translate("Stage", "Back to live"), ways.live, pill=True)
    sentence = translate("Stage", "{when}  ·  no picture was kept").format(when=at)
    keep = translate("Stage", "Keep the last 2 minutes")
    return Message("ended", sentence, keep, ways.keep_pictures, pill=True)


def _broken(controller: LiveController, current: Running, ways: Ways) -> Message:
    if controller.state is EngineState.FAILED:
        error = current.engine.error
        sentence = "" if error is None else told_error(error)
        return Message("warning", sentence, translate("Stage", "Open it again"), ways.reopen, dim=True)
    sentence = translate("Stage", "{name} is gone. It goes on by itself as soon as it is back.")
    sentence = sentence.format(name=current.title)
    another = translate("Stage", "Choose another source")
    return Message("lost", sentence, another, ways.choose_source, dim=True)


def _playing(
    state: EngineState, shortfall: Shortfall | None, shown: Shown, ways: Ways, faceless_s: float
) -> Message | None:
    if state is EngineState.PAUSED:
        text, play = translate("Stage", "Paused"), translate("Stage", "Play")
        return Message("pause", text, play, ways.play, pill=True)
    if state is EngineState.ENDED:
        text, again = _the_end(shortfall), translate("Stage", "Play again")
        return Message("ended", text, again, ways.play, pill=True)
    if not shown.result.faces and faceless_s > 1.0:
        return Message("face", why_no_face(shown.result.reason), pill=True)
    return None


def _the_end(shortfall: Shortfall | None) -> str:
    if shortfall is None:
        return translate("Stage", "The end")
    if shortfall.cut_off:
        return translate("Stage", "The file is cut off here. Copy it again from its origin.")
    sentence = translate("Stage", "The end. The file is damaged: frames that could not be read: {count}.")
    return sentence.format(count=shortfall.frames)


def _taking(controller: LiveController, ways: Ways) -> Message | None:
    taking = controller.my_neutral.taking
    if taking is None:
        return None
    left_s = math.ceil((1 - taking.share) * TAKES_S)
    sentence = translate("Stage", "Hold still and look calm … {seconds} s").format(seconds=left_s)
    return Message("face", sentence, translate("Stage", "Cancel"), ways.neutral, pill=True)


def why_no_face(reason: str) -> str:
    """What a person can do so that their face is found."""
    return {
        "too_dark": translate("Stage", "Too dark to see a face. More light helps."),
        "too_small": translate("Stage", "The face is too small to be read. Come closer."),
        "out_of_frame": translate("Stage", "The face has left the picture."),
        "error": translate("Stage", "These frames could not be analysed."),
    }.get(reason, translate("Stage", "No face in the picture. Come closer, or give more light."))


def _nothing_open(controller: LiveController, ways: Ways) -> Message:
    if controller.failure is not None:
        another = translate("Stage", "Choose another source")
        return Message("warning", told_error(controller.failure), another, ways.choose_source)
    sentence = translate(
        "Stage", "Nothing is open. Drop a photo, a video or a folder here, or try the demo clip."
    )
    return Message("face", sentence, translate("Stage", "Open the demo clip"), ways.open_demo)


def _photo(shown: Shown, ways: Ways) -> Message | None:
    if shown.result.faces:
        return None
    if shown.result.reason in {"too_dark", "too_small"}:
        sentence = translate("Stage", "The faces in this photo are too dark or too small to be read.")
    else:
        sentence = translate("Stage", "No face was found in this photo.")
    return Message("face", sentence, translate("Stage", "Open another"), ways.open_file, pill=True)
