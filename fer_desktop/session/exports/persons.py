"""What of persons a session carries, for who hands it on."""

from __future__ import annotations

from fer_desktop.session.events import FACE_NAMED, NOTE
from fer_desktop.session.reader import Session


def persons_sentence(session: Session) -> str:
    """A sentence that begins with `It carries`; empty where there is nothing of anybody.

    Raises `SessionError` where the events cannot be read.
    """
    metadata, events = session.metadata, session.events()
    parts = []
    if metadata.participant:
        parts.append(f"the participant's code ({metadata.participant})")
    if metadata.consent is not None:
        parts.append(f"a consent, noted by {metadata.consent.noted_by}")
    names = dict.fromkeys(event.label for event in events if event.kind == FACE_NAMED and event.label)
    if names:
        parts.append(f"names given to faces ({', '.join(names)})")
    if any(event.kind == NOTE for event in events):
        parts.append("notes about stretches")
    return f"It carries {'; '.join(parts)}." if parts else ""
