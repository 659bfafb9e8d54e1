"""How long it takes from the start to the first painted frame, frozen and not.

`python -m installer.start dist/fer-desktop/fer-desktop [RUNS]`: side by side, in turns, so that whatever else
the machine does touches both alike; fails where the frozen program's median is over 1.3 times the other.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Final

MOST: Final = 1.3
_RUNS: Final = 5
_PAINTED: Final = "first frame painted"


def first_frame_s(command: Sequence[str]) -> float:
    """Seconds until a program's smoke test says that a frame was painted; its rest is not waited for."""
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "PYTHONUNBUFFERED": "1"}
    begun = time.perf_counter()
    with subprocess.Popen(
        [*command, "--smoke-test"], stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment
    ) as program:
        assert program.stdout is not None
        for line in program.stdout:
            if _PAINTED in line:
                taken = time.perf_counter() - begun
                program.kill()
                return taken
    raise SystemExit(f"'{command[0]}' painted nothing.")


def main() -> int:
    """Measure and print; returns the exit code."""
    commands = {"unfrozen": [sys.executable, "-m", "fer_desktop"], "frozen": [sys.argv[1]]}
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else _RUNS
    for command in commands.values():
        first_frame_s(command)  # from now on the disk's cache holds both
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            taken[name].append(first_frame_s(command))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    for name, times in taken.items():
        print(f"{name}: median {medians[name]:.2f} s of {', '.join(f'{one:.2f}' for one in sorted(times))}")
    ratio = medians["frozen"] / medians["unfrozen"]
    print(f"frozen / unfrozen: {ratio:.2f}; at most {MOST}")
    return 0 if ratio <= MOST else 1


if __name__ == "__main__":
    raise SystemExit(main())
