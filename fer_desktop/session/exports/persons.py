"""What of persons an export carries, for who hands it on."""

from __future__ import annotations

from enum import Enum

from fer_desktop.session.events import FACE_NAMED, NOTE
from fer_desktop.session.reader import Session


class Carries(Enum):
    """What a form of export takes along besides the readings."""

    READINGS = "readings"
    EVENTS = "events"
    """Also what was noted, names of faces among it."""
    ALL = "all"
    """Also whose session it is, and the consent."""


def persons_of(session: Session, carries: Carries = Carries.ALL) -> str:
    """What of persons goes along, as a list in words; empty where there is nothing of anybody.

    Raises `SessionError` where the events cannot be read.
    """
    metadata, parts = session.metadata, []
    if carries is Carries.ALL:
        if metadata.participant:
            parts.append(f"the participant's code ({metadata.participant})")
        if metadata.consent is not None:
            parts.append(f"a consent, noted by {metadata.consent.noted_by}")
    if carries is not Carries.READINGS:
        events = session.events()
        names = dict.fromkeys(event.label for event in events if event.kind == FACE_NAMED and event.label)
        if names:
            parts.append(f"names given to faces ({', '.join(names)})")
        if any(event.kind == NOTE for event in events):
            parts.append("notes about stretches")
    return "; ".join(parts)


def persons_sentence(session: Session) -> str:
    """The same of all that a session knows, as a sentence that begins with `It carries`."""
    persons = persons_of(session)
    return f"It carries {persons}." if persons else ""
