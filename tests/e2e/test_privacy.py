"""Nothing leaves the computer: the running program opens no network socket.

Watched from two sides: Python's own audit events, and, on Linux, the system's list of the sockets that the
process holds, which knows those of libraries in C++ too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

WATCHED = '''
import json, sys, threading
from pathlib import Path

events = []
sys.addaudithook(lambda name, args: events.append(name) if name.startswith("socket.") else None)
held = set()
done = threading.Event()


def network_sockets():
    """Internet sockets of this process, whoever opened them."""
    ours = set()
    for link in Path("/proc/self/fd").iterdir():
        try:
            ours.add(str(link.readlink()).removeprefix("socket:[").rstrip("]"))
        except OSError:
            pass  # closed meanwhile
    for table in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
        path = Path("/proc/self/net", table)
        rows = path.read_text().splitlines()[1:] if path.exists() else []
        yield from (f"{table} {row.split()[2]}" for row in rows if row.split()[9] in ours)


def watch():
    while not done.wait(0.05):
        held.update(network_sockets())


watcher = threading.Thread(target=watch)
if Path("/proc/self/fd").is_dir():
    watcher.start()
try:
    WORK
finally:
    done.set()
    if watcher.is_alive():
        watcher.join()
    print(json.dumps([sorted(set(events)), sorted(held)]))
'''


# onnxruntime sends nothing where it believes that it is being tested.
TESTED = {"CI", "GITHUB_ACTIONS", "TF_BUILD", "ORT_RUNNING_UNIT_TESTS", "ORT_DISABLE_TELEMETRY"}


def watched(work: str, folder: Path) -> tuple[list[str], list[str]]:
    """Run a line of Python in a fresh interpreter; returns socket events and internet sockets held."""
    script = WATCHED.replace("WORK", work)
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=150,
        env={**{k: v for k, v in os.environ.items() if k not in TESTED}, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stderr
    events, held = json.loads(done.stdout.splitlines()[-1])
    return events, held


def test_the_window_with_the_demo_opens_no_network_socket(tmp_path: Path) -> None:
    picture = tmp_path / "window.png"
    work = (
        "from fer_desktop.settings_store import SettingsStore; from fer_desktop.app import run_window; "
        "SettingsStore(Path('settings.json')).change(why=True, notice_seen=True); "
        "assert run_window('demo', settings_path=Path('settings.json'), log_path=Path('log.txt'), "
        "screenshot=Path('window.png'), quit_after_s=6.0) == 0"
    )
    assert watched(work, tmp_path) == ([], [])
    assert picture.stat().st_size > 30_000


def test_analyze_opens_no_network_socket(tmp_path: Path) -> None:
    work = (
        "from fer_desktop.cli import main; sys.argv = ['fer-desktop', 'analyze', 'demo', '--out', 'out', "
        "'--end', '0.5']; main()"
    )
    assert watched(
        f"try:\n        {work}\n    except SystemExit as end:\n        assert not end.code", tmp_path
    ) == (
        [],
        [],
    )
    assert list((tmp_path / "out").glob("*/log.csv"))


def test_no_library_keeps_a_device_id_or_a_store_of_telemetry(tmp_path: Path) -> None:
    home = Path(os.environ["HOME"])
    work = "from fer_desktop import paths; from fer_desktop.vision.vision import Vision"
    watched(f"{work}; Vision(paths.default_model(), provider='cpu')", tmp_path)
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_a_program_that_does_open_one_is_caught(tmp_path: Path) -> None:
    work = "import socket, time; server = socket.create_server(('127.0.0.1', 0)); time.sleep(0.5)"
    events, held = watched(work, tmp_path)
    assert "socket.bind" in events
    assert sys.platform != "linux" or [row.split()[0] for row in held] == ["tcp"]
