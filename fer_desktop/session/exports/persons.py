"""What of persons an export carries, for who hands it on."""

from __future__ import annotations

from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class Persons:
    """What of persons goes along."""

    participant: str = ""
    """A code."""
    noted_by: str = ""
    """Who noted a consent."""
    names: tuple[str, ...] = ()
    """Given to faces."""
    notes: bool = False
    """There are notes about stretches."""

    @property
    def parts(self) -> list[str]:
        """In words, one by one; none where there is nothing of anybody."""
        found = {
            f"the participant's code ({self.participant})": self.participant,
            f"a consent, noted by {self.noted_by}": self.noted_by,
            f"names given to faces ({', '.join(self.names)})": self.names,
            "notes about stretches": self.notes,
        }
        return [words for words, there in found.items() if there]


@dataclass(frozen=True, slots=True)
class Told:
    """Files that carry the same of persons."""

    files: tuple[str, ...]
    """Their names."""
    persons: Persons

    @property
    def sentence(self) -> str:
        """For who hands them on."""
        names = " and ".join(f"'{name}'" for name in self.files)
        carry = "it carries" if len(self.files) == 1 else "they carry"
        return f"Before you hand {names} on: {carry} {'; '.join(self.persons.parts)}."


def persons_of(session: Session, carries: Carries = Carries.ALL) -> Persons:
    """What goes along with an export of that kind. Raises `SessionError` where the events cannot be read."""
    metadata, found = session.metadata, Persons()
    if carries is Carries.ALL:
        noted_by = metadata.consent.noted_by if metadata.consent is not None else ""
        found = Persons(metadata.participant or "", noted_by)
    if carries is Carries.READINGS:
        return found
    events = session.events()
    names = dict.fromkeys(event.label for event in events if event.kind == FACE_NAMED and event.label)
    return replace(found, names=tuple(names), notes=any(event.kind == NOTE for event in events))


def persons_sentence(session: Session) -> str:
    """All that a session knows, as a sentence that begins with `It carries`; empty where that is nothing."""
    parts = persons_of(session).parts
    return f"It carries {'; '.join(parts)}." if parts else ""
