"""How large the installed program is, where the bytes are, and whether it keeps its budget.

`python -m installer.size dist/fer-desktop` prints a table and ends with 1 if the program is too large.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Final

BUDGET_MB: Final = 500
"""Installed, without the CUDA libraries; 1 MB is 1,000,000 bytes. installer/README.md says why not 450."""
_PARTS: Final = (
    ("Qt and PySide6", ("PySide6", "shiboken6", "libQt6", "Qt6")),
    ("OpenCV with FFmpeg", ("cv2", "opencv_python_headless.libs")),
    ("Arrow (Parquet)", ("pyarrow", "libarrow", "libparquet")),
    ("ONNX Runtime", ("onnxruntime",)),
    ("NumPy with OpenBLAS", ("numpy", "numpy.libs", "libscipy_openblas")),
    ("networks, demo, icons, texts", ("fer_desktop",)),
)
_REST: Final = "Python and everything else"


def sizes(folder: Path) -> dict[str, int]:
    """Bytes by part, largest first; a link counts nothing."""
    parts: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            parts[_part_of(path.relative_to(folder))] += path.stat().st_size
    return dict(parts.most_common())


def _part_of(path: Path) -> str:
    within = [part for part in path.parts if part not in {"_internal", "Contents", "Frameworks", "Resources"}]
    for part, beginnings in _PARTS:
        if within[0].startswith(beginnings):
            return part
    return _REST


def main() -> int:
    """Print the table; returns the exit code."""
    found = sizes(Path(sys.argv[1]))
    for part, size in found.items():
        print(f"{size / 1e6:8.1f} MB  {part}")
    total = sum(found.values()) / 1e6
    print(f"{total:8.1f} MB  in all; the budget is {BUDGET_MB} MB")
    if not found:
        print(f"There is nothing in '{sys.argv[1]}'.", file=sys.stderr)
    return 0 if 0 < total <= BUDGET_MB else 1


if __name__ == "__main__":
    raise SystemExit(main())
