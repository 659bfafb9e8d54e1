"""Names, hidden faces, quality, readout and the small view while one looks back or at a finished session."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from fer_desktop.emotions import EMOTIONS
from fer_desktop.session.events import FACE_NAMED, face_detail
from fer_desktop.ui.feed import ScreenFeed
from fer_desktop.ui.moments import NOBODY, TimeBase
from fer_desktop.ui.readout import Readout
from tests.gui.conftest import Desk
from tests.gui.test_faces import chosen, feed_of, give_name, ids_on_screen
from tests.gui.test_feed import result
from tests.gui.test_files_in_the_window import drop
from tests.gui.test_history import face, history, put
from tests.gui.test_review import look_back
from tests.gui.test_sessions_in_the_window import lives, opened, session_of
from tests.session.synthetic import make_face

FEAR, ANGER = EMOTIONS.index("fear"), EMOTIONS.index("anger")


def test_where_the_main_face_is_hidden_the_next_one_stands_for_it() -> None:
    known = history()
    put(known, 1.0, face(7, "fear", size=80), face(8, "anger"), face(9, "sadness", size=20))
    put(known, 2.0, face(7, "fear"))
    known.people.hide(7)
    moment = known.moment(1.0)
    assert moment is not None
    assert moment.main == 8
    assert known.rows(0.0, 3.0).labels.tolist() == [ANGER, NOBODY]
    assert known.rows(0.0, 3.0, face=7).labels.tolist() == [FEAR, FEAR], "it is remembered"
    known.people.hide(8)
    moment = known.moment(1.0)
    assert moment is not None
    assert moment.main == 9
    known.people.unhide()
    assert known.rows(0.0, 3.0).labels.tolist() == [FEAR, FEAR]


def test_curves_of_a_hidden_face_give_way_to_those_of_the_next_one() -> None:
    known = history()
    for t in range(5):
        put(known, t / 10, face(7), face(8, size=20))
    known.people.hide(7)
    assert not np.isnan(known.curves(0, 1).values).any()
    known.people.hide(8)
    assert np.isnan(known.curves(0, 1).values).all()


def test_what_is_hidden_in_a_picture_that_stands_still_is_not_its_main_face_in_the_history() -> None:
    feed = ScreenFeed(TimeBase.CLOCK)
    feed.labels = EMOTIONS
    feed(result(0, 1.0, face(1, size=80), face(2)))
    feed.choose(2)
    feed.people.hide(2)
    feed.look_again()
    moment = feed.history.moment(1.0)
    assert moment is not None
    assert moment.main == 1
    assert feed.history.count == 1
    assert feed.chosen is None


def test_a_face_is_hidden_and_named_while_one_looks_back(desk: Desk) -> None:
    desk.vision.faces = 2
    desk.open("camera:0")
    review = look_back(desk)
    desk.until(lambda: desk.window.timeline.whose == "Face 1")
    at = review.at
    give_name(desk, "Ana")
    desk.until(lambda: desk.window.panel.who.startswith("Ana (1)"))
    desk.act("hide_face")
    desk.until(lambda: ids_on_screen(desk) == [2] and chosen(desk) == 2)
    desk.until(lambda: desk.window.timeline.whose == "Face 2")
    assert review.at == at, "the moment stays"
    desk.act("live")
    desk.until(lambda: not desk.window.panel.when)
    desk.until(lambda: ids_on_screen(desk) == [2] and chosen(desk) == 2)
    desk.until(desk.window.actions_["show_faces"].isEnabled)
    desk.act("show_faces")
    desk.until(lambda: ids_on_screen(desk) == [1, 2])


def test_a_choice_of_the_past_is_not_one_of_the_present(desk: Desk) -> None:
    desk.vision.faces = 2
    desk.open("camera:0")
    look_back(desk)
    desk.window.commands.faces.choose_numbered(2)
    desk.until(lambda: chosen(desk) == 2)
    assert not desk.window.actions_["face_auto"].isChecked()
    desk.act("live")
    desk.until(lambda: chosen(desk) == 1)
    desk.until(desk.window.actions_["face_auto"].isChecked)
    assert feed_of(desk).chosen is None
    desk.window.commands.faces.choose_numbered(2)
    desk.until(lambda: chosen(desk) == 2)
    QTest.keyClick(desk.window, Qt.Key.Key_Left)
    desk.until(lambda: bool(desk.window.panel.when))
    assert chosen(desk) == 2, "who was chosen live is chosen there"


def test_neither_meter_nor_readout_speak_of_the_past_as_of_now(desk: Desk) -> None:
    heard: list[str] = []

    def ear(_speaker: QWidget, sentence: str) -> None:
        heard.append(sentence)

    desk.open("camera:0")
    desk.until(lambda: desk.window.panel.quality.text)
    look_back(desk)
    desk.until(lambda: desk.window.panel.quality.text == "")
    desk.window.readout = Readout(ear)
    desk.until(lambda: heard)
    assert heard[0].startswith("Not live: ")
    assert heard[0].endswith(". happiness")
    desk.act("live")
    desk.until(lambda: desk.window.panel.quality.text)
    desk.until(lambda: heard[-1] == "happiness")


def test_the_small_view_shows_what_is_live(desk: Desk) -> None:
    desk.open("camera:0")
    review = look_back(desk)
    held = desk.index
    desk.act("compact")
    assert not review.on
    compact = desk.window.compact
    desk.until(lambda: desk.index > held + 10)
    assert compact.panel.when == ""
    assert compact.view.shown is not None
    assert not compact.view.shown.past


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A session of two people, one of whom has a name."""
    results = (lives(n, make_face(3, "anger"), make_face(4, "fear")) for n in range(100))
    events = [
        (FACE_NAMED, "Ann", face_detail(3)),
        (FACE_NAMED, "Eva", face_detail(4)),
        (FACE_NAMED, "Ana", face_detail(3)),
        (FACE_NAMED, "", face_detail(4)),
        (FACE_NAMED, "nobody", "changed by hand"),
    ]
    return session_of(tmp_path / "made", results, events=events)


def test_a_finished_session_has_the_names_that_were_given_last(folder: Path) -> None:
    assert opened(folder).past.history.people.names == {3: "Ana"}


def test_faces_of_a_finished_session_are_named_and_hidden_without_changing_it(
    desk: Desk, folder: Path
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    drop(desk, folder)
    desk.until(lambda: desk.window.panel.who.startswith("Ana (3)"), 30_000)
    desk.until(lambda: desk.window.timeline.whose == "Ana (3)")
    assert desk.window.panel.quality.text == ""
    give_name(desk, "Anna")
    desk.until(lambda: desk.window.panel.who.startswith("Anna (3)"))
    desk.act("hide_face")
    desk.until(lambda: ids_on_screen(desk) == [4] and chosen(desk) == 4)
    assert desk.window.banner.text.startswith("Anna (3) is hidden. The session stays as it is.")
    desk.until(lambda: desk.window.panel.headline == "fear")
    desk.act("show_faces")
    desk.until(lambda: ids_on_screen(desk) == [3, 4])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_finished_session_says_in_the_small_view_which_moment_it_shows(desk: Desk, folder: Path) -> None:
    drop(desk, folder)
    desk.until(lambda: desk.window.panel.headline == "anger", 30_000)
    desk.act("compact")
    desk.until(lambda: desk.window.compact.panel.headline == "anger")
    assert desk.window.compact.panel.when == "At 0:00.0"
