"""The licences of all that the program is made with, in one file that is shipped and shown in About.

`python -m installer.licences` writes it again, after versions in constraints.txt have changed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).resolve().parents[1]
TARGET: Final = ROOT / "assets" / "licences" / "third-party.txt"
_TEXTS: Final = ROOT / "installer" / "texts"
_WORDS: Final = ("licen", "notice", "copying")
# Distributions that bring no text of their own; Qt's is the LGPL, which adds to the GPL.
_ELSEWHERE: Final = {
    "flatbuffers": ("Apache-2.0.txt",),
    "pyside6-essentials": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "shiboken6": ("LGPL-3.0.txt", "GPL-3.0.txt"),
}
_RULE: Final = "=" * 80
_HEAD: Final = (
    "FER Desktop is under the MIT licence. It is made with the following, which keep their own licences.\n"
    "Qt and Qt for Python (LGPL) and FFmpeg (LGPL, within OpenCV) are libraries that can be replaced: they\n"
    "are files of their own in the program's folder. Their sources are published by their projects.\n"
)


def shipped() -> list[Distribution]:
    """What the program needs, directly or not, as far as it is installed here, by name.

    Markers of other systems do not count against something that is installed: one file is for all systems.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [Requirement(line) for line in project["dependencies"]]
    found: dict[str, Distribution] = {}
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        for_an_extra = requirement.marker is not None and "extra" in str(requirement.marker)
        if name in found or for_an_extra:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            if requirement.marker is None or requirement.marker.evaluate():
                raise
            continue
        waiting += [Requirement(line) for line in found[name].requires or ()]
    return [found[name] for name in sorted(found)]


def texts_of(dist: Distribution) -> Iterator[str]:
    """Each licence text that a distribution brings, once."""
    seen = set()
    paths = [
        Path(str(dist.locate_file(file))) for file in sorted(dist.files or (), key=str) if _is_text(str(file))
    ]
    for path in paths or [_TEXTS / name for name in _ELSEWHERE[canonicalize_name(dist.metadata["Name"])]]:
        text = path.read_text(encoding="utf-8", errors="replace").strip()
        if text not in seen:
            seen.add(text)
            yield text


def _is_text(file: str) -> bool:
    path = Path(file)
    named_so = any(word in path.name.lower() for word in _WORDS) or "licenses" in path.parts
    at_the_top = ".dist-info" in path.parts[0] or len(path.parts) == 2
    return named_so and at_the_top and path.suffix not in {".py", ".pyc"}


def collected() -> str:
    """The whole file."""
    parts = [_HEAD, _section("Python", "", [(_TEXTS / "Python.txt").read_text(encoding="utf-8").strip()])]
    for dist in shipped():
        parts.append(_section(dist.metadata["Name"], dist.version, list(texts_of(dist))))
    return "\n".join(parts)


def _section(name: str, version: str, texts: list[str]) -> str:
    title = f"{_RULE}\n{name} {version}".rstrip()
    return f"{title}\n{_RULE}\n\n" + f"\n\n{'-' * 80}\n\n".join(texts) + "\n"


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(collected(), encoding="utf-8", newline="\n")
