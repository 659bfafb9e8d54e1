"""The data dictionary: docs/session-format.md, made from the schema so that it cannot be out of date.

`python -m fer_desktop.session.dictionary > docs/session-format.md`
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any, Final, get_args, get_origin, get_type_hints

from fer_desktop.emotions import EMOTIONS
from fer_desktop.session.fields import without_none
from fer_desktop.session.metadata import Metadata
from fer_desktop.session.schema import EVENTS, SCHEMA_VERSION, STATES, log_table
from fer_desktop.session.table import Table

_INTRODUCTION: Final = f"""\
# The session folder (format {SCHEMA_VERSION})

<!-- Made from the code: python -m fer_desktop.session.dictionary > docs/session-format.md -->

A session is one recording or one analysed file: a folder `<YYYY-MM-DDTHH-MM-SSZ>_<source name>` (start in
UTC). It is never overwritten; where the name is taken, `-2`, `-3`, ... is appended.

Tables are CSV: UTF-8, comma, dot decimals, line feed, no blank after commas, quotes (RFC 4180) only where a
text needs them. **An empty cell means "missing"; nothing that is missing is ever written as 0.** Rows are
visible to other programs, and on the disk, within a second; a session that was cut off has
`"complete": false`, and at most its last row is torn (without its line feed: leave it out). While a session
is written, `recording.lock` is there and locked. [Checking and recovering](sessions.md) says what is done
about a session that was cut off; a recovered one may have `log.csv.torn` and the like.

```python
import pandas as pd

log = pd.read_csv("log.csv")
log[log.success == 1].plot(x="t_s", y=[name for name in log if name.startswith("p_")])
```
"""

_LOG: Final = """\
One row per frame and face, in the order of the frames; a frame without a face, or one that was not
analysed, has one row that says why. `p_contempt` and `s_contempt` are there only if the model knows
contempt; any other expression that a model lacks has empty columns.
"""

_STATES: Final = """\
One row per run of one `label` of one face, written when the run ends. A label holds from its frame until the
next analysed frame. A run ends when the label changes, when the face is missing in an analysed frame, and at
a gap: more than one second (or three frames of a slower source) without any frame, or a jump back in a file.
Frames that were not analysed end no run.
"""

_EVENTS: Final = """\
Things that happen and are no frame, in the order in which they were noted. `dropped`: the disk was too slow,
and so many frames from this moment on have no row. `unreadable`: the file ends before its index or container
says, or frames of its index could not be decoded; they have no row and are in no counter. `seek`: a jump
within a file; wherever `frame` does not go on by one, there is this event or frames were not recorded.
`face_named`: from now on the face of the detail is called `label`; empty: it has no name any more. Names are
nowhere else.
"""

_METADATA: Final = """\
Written at the start with `complete` false, and replaced in one step at the end. `counters` add up:
`read` = `analysed` + `dropped` + `errors` + `not_recorded`. In a recovered session they, `clocks` and `files`
are what its tables show: the last row or event counts as its end.
"""


def data_dictionary() -> str:
    """All tables and fields as Markdown."""
    parts = [
        _INTRODUCTION,
        "## log.csv\n",
        _LOG,
        _table(log_table(EMOTIONS)),
        "## states.csv\n",
        _STATES,
        _table(STATES),
        "## events.csv\n",
        _EVENTS,
        _table(EVENTS),
        "## session.json\n",
        _METADATA,
        _fields(),
    ]
    return "\n".join(parts)


def _table(table: Table[Any]) -> str:
    lines = ["| column | type | unit | meaning |", "|---|---|---|---|"]
    lines += [
        f"| `{column.name}` | {column.kind.value} | {column.unit} | {column.description} |"
        for column in table.columns
    ]
    return "\n".join(lines) + "\n"


def _fields() -> str:
    lines = ["| field | meaning |", "|---|---|"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in described_fields(Metadata)]
    return "\n".join(lines) + "\n"


def described_fields(kind: type, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every field of session.json with its meaning; those of a part as `part.field`."""
    for name, hint in get_type_hints(kind, include_extras=True).items():
        inner, meaning = get_args(hint)
        yield prefix + name, meaning
        by_name = get_origin(inner) is dict
        # A part that may be missing is described all the same.
        value_type = get_args(inner)[1] if by_name else without_none(inner)
        if is_dataclass(value_type) and isinstance(value_type, type):
            entry = f"{name}.*" if by_name else name
            yield from described_fields(value_type, f"{prefix}{entry}.")


if __name__ == "__main__":
    sys.stdout.write(data_dictionary())
