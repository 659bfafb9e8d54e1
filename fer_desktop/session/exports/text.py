"""Texts and times as other formats can hold them."""

from __future__ import annotations

import re
from typing import Final

_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BREAKS: Final = re.compile(r"[\t\r\n]+")


def xml_text(text: str) -> str:
    """Text without the control characters that XML (so also XLSX and EAF) forbids: `�` in their place."""
    return _NOT_IN_XML.sub("�", text)


def one_line(text: str) -> str:
    """Text for a tab-separated cell: tabs and line breaks become one blank."""
    return _BREAKS.sub(" ", text)


def clock_time(seconds: float) -> str:
    """`hh:mm:ss.mmm`."""
    milliseconds = round(max(0.0, seconds) * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"
