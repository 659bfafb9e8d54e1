"""Participant, consent, notice and reminder in the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from fer_desktop.session.delay import DelayFacts, kept_with
from fer_desktop.session.metadata import Metadata, read_metadata
from fer_desktop.session.notice import VERSION
from fer_desktop.session.subject import Subject
from fer_desktop.settings_store import SettingsStore
from fer_desktop.ui.participant import ParticipantDialog
from tests.gui.conftest import Desk
from tests.session.test_privacy import session_of


def dialog_of(desk: Desk) -> ParticipantDialog:
    desk.act("participant")
    found = [d for d in desk.window.findChildren(ParticipantDialog) if d.isVisible()]
    assert len(found) == 1
    return found[0]


def recorded(desk: Desk, told: str = "") -> Metadata:
    """Record a little, while the status line ends with what is expected."""
    desk.open("camera:0")
    before = set(desk.sessions.glob("*"))
    desk.act("record")
    start = desk.index
    desk.until(lambda: desk.index > start + 2 and desk.window.status.text("recording").endswith(told))
    desk.act("record")
    desk.until(lambda: desk.window.banner.text.startswith("Recorded: "))
    (folder,) = set(desk.sessions.iterdir()) - before
    return read_metadata(folder)


def test_a_recording_is_nobodys_unless_somebody_was_named(desk: Desk) -> None:
    metadata = recorded(desk)
    assert (metadata.participant, metadata.consent, metadata.keep_until) == (None, None, None)


def test_code_and_consent_go_into_the_next_recording(desk: Desk) -> None:
    desk.window.commands.apply_settings({"keep_days": "90"})
    dialog = dialog_of(desk)
    assert "You are being recorded" in dialog.notice.toPlainText()
    QTest.keyClicks(dialog.code, "P01")
    dialog.agreed.click()
    QTest.keyClicks(dialog.noted_by, "A. B.")
    dialog.save.click()
    desk.until(lambda: desk.window.banner.text == "The next recordings are those of P01.")
    metadata = recorded(desk, "  P01")
    assert metadata.participant == "P01"
    assert metadata.keep_until is not None
    assert metadata.consent is not None
    assert (metadata.consent.text_version, metadata.consent.noted_by) == (VERSION, "A. B.")

    again = dialog_of(desk)
    assert (again.code.text(), again.agreed.isChecked(), again.noted_by.text()) == ("P01", True, "A. B.")
    again.save.click()
    assert desk.controller.recording.subject.consent == metadata.consent, "the moment of the consent stays"

    other = dialog_of(desk)
    other.code.setText("P02")
    assert not other.agreed.isChecked(), "another person has not agreed yet"
    other.code.setText("P01")
    assert other.agreed.isChecked(), "that was a slip"
    other.code.setText("P02")
    other.save.click()
    assert desk.controller.recording.subject == Subject("P02")
    third = dialog_of(desk)
    third.agreed.click()
    QTest.keyClicks(third.code, "b")
    assert third.agreed.isChecked(), "said here, of whoever stands here"
    third.noted_by.setText("A. B.")
    third.save.click()
    consent = desk.controller.recording.subject.consent
    assert consent is not None
    assert consent is not metadata.consent, "another person agreed now"


def test_a_delay_that_is_measured_beside_the_window_is_in_its_next_recording(desk: Desk) -> None:
    desk.open("camera:0")
    assert desk.controller.current is not None
    info = desk.controller.current.engine.info
    assert info is not None
    facts = DelayFacts(
        info.name, 84.0, 9.0, 39, 30.0, info.width, info.height, "2026-03-01T10:00:00Z", info.nominal_fps
    )
    beside = SettingsStore(desk.program.store.path)
    beside.change(delays=kept_with((), facts))
    assert recorded(desk).delay == facts
    desk.program.store.change(theme="dark")
    assert SettingsStore(desk.program.store.path).current.delays, "the window does not forget it"


def test_a_consent_needs_a_code_and_who_notes_it(desk: Desk) -> None:
    dialog = dialog_of(desk)
    assert dialog.save.isEnabled()
    dialog.agreed.click()
    assert dialog.trouble == "A consent needs the participant's code."
    dialog.code.setText("P01")
    assert dialog.trouble == "A consent needs the name of who notes it."
    assert not dialog.save.isEnabled()
    dialog.noted_by.setText("A. B.")
    assert dialog.trouble == ""
    dialog.code.setText("x" * 65)
    assert "may have 64 letters" in dialog.trouble
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert desk.controller.recording.subject.participant == ""


def test_the_notice_is_shown_in_the_language_of_the_window(desk: Desk) -> None:
    desk.window.commands.apply_settings({"language": "es"})
    assert "Se le está grabando" in dialog_of(desk).notice.toPlainText()


def test_the_notice_names_who_records_and_how_long_it_is_kept(desk: Desk, tmp_path: Path) -> None:
    who = "Laboratory A, Street 1"
    desk.window.commands.apply_settings(
        {"notice_who": who, "notice_contact": "a@lab", "notice_purpose": "A test", "keep_days": "30"}
    )
    shown = dialog_of(desk).notice.toPlainText()
    desk.window.commands.save_notice(str(tmp_path / "notice.html"))
    page = (tmp_path / "notice.html").read_text(encoding="utf-8")
    for words in (who, "a@lab", "A test", "30 days after it was made"):
        assert words in shown
        assert words in page


def test_the_notice_is_saved_where_one_likes(desk: Desk, tmp_path: Path) -> None:
    desk.act("save_notice")
    (asking,) = desk.window.findChildren(QFileDialog)
    asking.close()
    desk.window.commands.save_notice(str(tmp_path / "notice.html"))
    assert desk.window.banner.text == "Notice saved: notice.html"
    assert "You are being recorded" in (tmp_path / "notice.html").read_text(encoding="utf-8")
    (tmp_path / "a file").write_text("")
    desk.window.commands.save_notice(str(tmp_path / "a file" / "notice.html"))
    assert "a file' is not a folder" in desk.window.banner.text


def test_what_is_kept_too_long_is_told_at_the_start_and_stays(desk: Desk) -> None:
    over = session_of("P01", desk.sessions / "a", keep_until="2020-01-31")
    session_of("P02", desk.sessions / "b", keep_until="2999-12-31")
    desk.program.open_first("camera:0")
    desk.until(lambda: desk.window.banner.text.startswith("Recordings past their last day: 1."))
    assert over.is_dir()


def test_where_nothing_is_kept_too_long_nothing_is_told(desk: Desk) -> None:
    session_of("P02", desk.sessions / "b", keep_until="2999-12-31")
    desk.program.open_first("camera:0")
    desk.until(lambda: not desk.controller.reminder.looking, timeout_ms=60_000)
    desk.until(lambda: desk.text == "camera:0")
    QApplication.processEvents()
    assert desk.window.banner.text == ""
