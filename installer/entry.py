"""Where the frozen program starts; the same as the command `fer-desktop`."""

import multiprocessing
import os
import sys
from pathlib import Path

if __name__ == "__main__":
    # Workers of `analyze --jobs` are this program, started again.
    multiprocessing.freeze_support()
    # A Windows program without a console has nowhere to write to.
    if sys.stdout is None or sys.stderr is None:
        sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the end

    # Our libraries were found by it; the file manager that we may start shall find its own.
    if sys.platform.startswith("linux"):
        os.environ.pop("LD_LIBRARY_PATH", None)
        if "LD_LIBRARY_PATH_ORIG" in os.environ:
            os.environ["LD_LIBRARY_PATH"] = os.environ.pop("LD_LIBRARY_PATH_ORIG")

    from fer_desktop.cli import main

    main()
