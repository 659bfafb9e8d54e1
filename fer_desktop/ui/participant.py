"""Who is recorded: the notice to read, a code, and the consent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from fer_desktop.errors import UserError
from fer_desktop.session.notice import VERSION, Blanks
from fer_desktop.session.subject import Subject, consent_now, participant_code
from fer_desktop.settings import Settings
from fer_desktop.ui.theme import px
from fer_desktop.ui.told import told_error
from fer_desktop.ui.words import translate

_SIZE: Final = (640, 620)
_SHARE_OF_SCREEN: Final = 0.9


def blanks_of(settings: Settings) -> Blanks:
    """What the settings fill into the notice."""
    days = int(settings.keep_days)
    keep = translate("Participant", "{days} days after it was made").format(days=days) if days else ""
    return Blanks(settings.notice_who, settings.notice_contact, settings.notice_purpose, keep)


class ParticipantDialog(QDialog):
    """Filled in together with the person who is to be recorded."""

    def __init__(
        self,
        subject: Subject,
        notice: str,
        parent: QWidget,
        apply: Callable[[Subject], object],
    ) -> None:
        """`notice`: what the person reads, as HTML."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._apply = apply
        self._before = subject
        self._clicked = False
        """Whether somebody has said here that the person agrees, or does not."""
        self.setWindowTitle(translate("Participant", "Participant and consent"))
        self.notice = QTextBrowser()
        self.notice.setHtml(notice)
        self.notice.setAccessibleName(translate("Participant", "Notice for the recorded person"))
        self.code = QLineEdit(subject.participant)
        self.code.setPlaceholderText(translate("Participant", "A code, not a name. Empty: nobody"))
        self.agreed = QCheckBox(translate("Participant", "This person has read the notice and agrees."))
        self.agreed.setChecked(subject.consent is not None)
        self.noted_by = QLineEdit("" if subject.consent is None else subject.consent.noted_by)
        self.noted_by.setPlaceholderText(translate("Participant", "Your name or initials"))
        self._trouble = QLabel()
        self._trouble.setObjectName("muted")
        self._trouble.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(8)
        form.addRow(translate("Participant", "Participant"), self.code)
        form.addRow("", self.agreed)
        form.addRow(translate("Participant", "Consent noted by"), self.noted_by)
        buttons = QDialogButtonBox()
        self.save = buttons.addButton(
            translate("Participant", "Record as this person"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.save.setObjectName("primary")
        buttons.addButton(translate("Settings", "Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(16)
        layout.addWidget(self.notice, 1)
        layout.addLayout(form)
        layout.addWidget(self._trouble)
        layout.addWidget(buttons)
        for edit in (self.code, self.noted_by):
            edit.textChanged.connect(self._check)
        self.agreed.toggled.connect(self._check)
        self.agreed.clicked.connect(self._note_click)
        self.code.textChanged.connect(self._follow_code)
        self._check()
        self.code.setFocus()
        room = self.screen().availableSize() * _SHARE_OF_SCREEN
        self.resize(QSize(px(_SIZE[0]), px(_SIZE[1])).boundedTo(room))

    @property
    def trouble(self) -> str:
        """What is missing; empty if nothing is."""
        return self._trouble.text()

    def _note_click(self) -> None:
        self._clicked = True

    def _follow_code(self) -> None:
        """The consent of before is one person's: another code has none until somebody says so here."""
        if self._before.consent is not None and not self._clicked:
            self.agreed.setChecked(self.code.text().strip() == self._before.participant)

    def _check(self) -> None:
        trouble = self._missing()
        self._trouble.setText(trouble)
        self.save.setEnabled(not trouble)
        empty = not self.code.text().strip()
        self.save.setText(
            translate("Participant", "Record as nobody in particular")
            if empty
            else translate("Participant", "Record as this person")
        )
        self.noted_by.setEnabled(self.agreed.isChecked())

    def _missing(self) -> str:
        try:
            code = participant_code(self.code.text())
        except UserError as error:
            return told_error(error)
        if not self.agreed.isChecked():
            return ""
        if not code:
            return translate("Participant", "A consent needs the participant's code.")
        if not self.noted_by.text().strip():
            return translate("Participant", "A consent needs the name of who notes it.")
        return ""

    def _accept(self) -> None:
        code = participant_code(self.code.text())
        consent = None
        if self.agreed.isChecked():
            before = self._before.consent
            noted_by = self.noted_by.text().strip()
            same = code == self._before.participant and before is not None and before.noted_by == noted_by
            consent = before if same else consent_now(VERSION, noted_by)
        self._apply(Subject(code, consent))
        self.accept()
