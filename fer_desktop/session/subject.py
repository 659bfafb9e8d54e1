"""Who is recorded, with which consent, and until when it is kept."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fer_desktop.errors import UserError

_LONGEST: Final = 64


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """That somebody agreed to be recorded."""

    text_version: Annotated[str, "Version of the notice that the person has read (`fer-desktop notice`)."]
    given_utc: Annotated[str, "When the consent was noted (ISO 8601, UTC)."]
    noted_by: Annotated[str, "Who noted it."]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose session it is; nothing of it is needed."""

    participant: str = ""
    """A code, not a name."""
    consent: ConsentFacts | None = None
    keep_days: int | None = None
    """Days after the recording on which it is to be deleted; None: no date."""

    def keep_until(self, start: datetime) -> str | None:
        """The last day of keeping a session that began then, ISO 8601."""
        return None if self.keep_days is None else (start + timedelta(days=self.keep_days)).date().isoformat()


NOBODY: Final = Subject()


def participant_code(text: str) -> str:
    """`text` as the code of a participant, empty for none; raises `UserError` for one that cannot be one."""
    code = unicodedata.normalize("NFC", text).strip()
    if len(code) > _LONGEST:
        raise UserError(f"A participant's code may have {_LONGEST} letters.", "Choose a shorter one.")
    if not code.isprintable():
        raise UserError("A participant's code may not have signs that cannot be seen.", "Type it again.")
    return code


def consent_now(text_version: str, noted_by: str) -> ConsentFacts:
    """A consent that is given at this moment."""
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    return ConsentFacts(text_version, f"{now}Z", noted_by.strip())
