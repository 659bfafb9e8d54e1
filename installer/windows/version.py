"""What Windows shows in a program's properties."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fer_desktop import __version__

_FORM: Final = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0, OS=0x40004, fileType=0x1),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("CompanyName", "The FER Desktop developers"),
      StringStruct("FileDescription", "FER Desktop"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("InternalName", "fer-desktop"),
      StringStruct("LegalCopyright", "MIT licence"),
      StringStruct("OriginalFilename", "fer-desktop.exe"),
      StringStruct("ProductName", "FER Desktop"),
      StringStruct("ProductVersion", "{version}"),
    ])]),
    VarFileInfo([VarStruct("Translation", [0x0409, 1200])]),
  ],
)
"""


def version_text(version: str = __version__) -> str:
    """The resource as PyInstaller reads it."""
    numbers = (*(int(part) for part in version.split(".")[:3]), 0)
    return _FORM.format(numbers=numbers, version=version)


def version_resource(folder: Path) -> Path:
    """Write it into a folder and return its path."""
    target = folder / "version.txt"
    target.write_text(version_text(), encoding="utf-8")
    return target
