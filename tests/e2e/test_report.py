"""`fer-desktop report` as a user types it."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

from fer_desktop import cli
from tests.e2e.conftest import Run
from tests.session.recorded import camera
from tests.session.studies import album_of, two_conditions, two_groups

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")


def test_a_session_is_reported_in_one_file(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "new" / "report.html"
    ended = run("report", camera(tmp_path), "--out", out)
    assert ended.status == 0, ended.err
    assert ended.out.splitlines() == [str(out)]
    assert [path.name for path in out.parent.iterdir()] == ["report.html"]
    assert "What the numbers are not" in out.read_text(encoding="utf-8")


def test_several_sessions_are_compared(run: Run, tmp_path: Path) -> None:
    sessions, table = two_groups(tmp_path, 2)
    out = tmp_path / "groups.html"
    ended = run(
        "report", *sessions, "--out", out, "--table", table, "--by", "group", "--sheet", "--window", "2"
    )
    assert ended.status == 0, ended.err
    assert ended.out.splitlines() == [str(out), str(tmp_path / "groups.xlsx")]
    text = out.read_text(encoding="utf-8")
    assert "By group" in text
    assert "Mann and Whitney" in text
    assert "−2 s" in text


def test_conditions_within_people_are_compared_within_them(run: Run, tmp_path: Path) -> None:
    sessions, table = two_conditions(tmp_path, 3)
    out = tmp_path / "page.html"
    ended = run("report", *sessions, "--out", out, "--table", table, "--by", "condition")
    assert ended.status == 0, ended.err
    assert "signed-rank" in out.read_text(encoding="utf-8")


def test_people_in_photos_need_no_table(run: Run, tmp_path: Path) -> None:
    albums = [album_of(tmp_path, name, {"happiness": 3, "neutral": 1}) for name in ("ana", "ben")]
    out = tmp_path / "people.html"
    ended = run("report", *albums, "--out", out)
    assert ended.status == 0, ended.err
    text = out.read_text(encoding="utf-8")
    assert "Absolute frequencies" in text
    assert 'id="differences"' not in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("s",),
        ("s", "--out", "page.pdf"),
        ("s", "--out", "page.html", "--by", "group"),
        ("s", "--out", "page.html", "--sheet"),
        ("s", "t", "--out", "page.html", "--window", "0"),
        ("--out", "page.html"),
    ],
)
def test_bad_usage_is_exit_code_two(run: Run, arguments: tuple[str, ...]) -> None:
    ended = run("report", *arguments)
    assert ended.status == 2
    assert "Traceback" not in ended.err


def test_what_cannot_be_done_is_one_sentence(run: Run, tmp_path: Path) -> None:
    folder = camera(tmp_path)
    out = tmp_path / "page.html"
    for arguments, words in (
        ([tmp_path / "nowhere"], "nowhere' is not a session"),
        ([folder, tmp_path / "nowhere"], "nowhere' is not a session"),
        ([folder, "--table", tmp_path / "none.csv"], "none.csv' cannot be read"),
    ):
        ended = run("report", *arguments, "--out", out)
        assert ended.status == 1
        assert words in ended.err
        assert len(ended.err.strip().splitlines()) == 1
        assert not out.exists()


def test_a_second_report_is_refused_until_replacing_is_asked_for(run: Run, tmp_path: Path) -> None:
    folder, out = camera(tmp_path), tmp_path / "page.html"
    assert run("report", folder, "--out", out).status == 0
    again = run("report", folder, "--out", out)
    assert again.status == 1
    assert "is there already" in again.err
    assert run("report", folder, "--out", out, "--replace").status == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a process's files")
@pytest.mark.parametrize("several", [False, True])
def test_a_full_disk_leaves_the_old_report_as_it_was(several: bool, tmp_path: Path) -> None:
    folder = camera(tmp_path)
    out = tmp_path / "out" / "page.html"
    out.parent.mkdir()
    out.write_text("old", encoding="utf-8")
    sessions = [str(folder), str(camera(tmp_path))] if several else [str(folder)]
    arguments = ["fer-desktop", "report", *sessions, "--out", str(out), "--replace"]
    limited = (
        "import resource, runpy, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)); "
        f"sys.argv = {arguments!r}; runpy.run_module('fer_desktop', run_name='__main__')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", limited], capture_output=True, text=True, timeout=150, check=False
    )
    assert ended.returncode == 1
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
    assert out.read_text(encoding="utf-8") == "old"
    assert [path.name for path in out.parent.iterdir()] == ["page.html"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_ctrl_c_leaves_nothing_half_written(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    log = (folder / "log.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "log.csv").write_text(log[0] + "".join(log[1:]) * 2000, encoding="utf-8")
    out = tmp_path / "out" / "page.html"
    program = (
        "import runpy, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        f"sys.argv = ['fer-desktop', 'report', {str(folder)!r}, '--out', {str(out)!r}]; "
        "runpy.run_module('fer_desktop', run_name='__main__')"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 100
    while time.monotonic() < deadline and not list(out.parent.glob(".export-*")):
        time.sleep(0.05)
    for _ in range(10):
        os.kill(process.pid, signal.SIGINT)
        time.sleep(0.002)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 1, stderr
    assert stderr.strip() == "Stopped. Nothing half-written was left."
    assert not out.parent.exists()


def test_every_command_of_the_guide_can_be_typed() -> None:
    command = typer.main.get_command(cli.app).commands["report"]  # type: ignore[attr-defined]
    options = {option for parameter in command.params for option in parameter.opts}
    shown = set()
    for part in GUIDE.split("```sh\n")[1:]:
        for line in part.split("```")[0].splitlines():
            words = shlex.split(line.partition(" #")[0])
            if words[:2] == ["fer-desktop", "analyze"]:
                continue
            assert words[:2] == ["fer-desktop", "report"]
            assert "--out" in words
            shown |= {word for word in words if word.startswith("--")}
    assert shown <= options
    assert {"--table", "--by", "--sheet", "--window", "--replace"} <= shown


def test_the_table_of_the_guide_works_as_it_stands(run: Run, tmp_path: Path) -> None:
    sessions, _ = two_groups(tmp_path, 2)
    lines = GUIDE.split("```csv\n")[1].split("```")[0].splitlines()
    table = tmp_path / "participants.csv"
    rows = [line.split(",", 1)[1] for line in lines[1:]]
    named = [f"{folder.name},{row}" for folder, row in zip(sessions, rows, strict=True)]
    table.write_text("\n".join([lines[0], *named]) + "\n", encoding="utf-8")
    ended = run("report", *sessions, "--out", tmp_path / "page.html", "--table", table, "--by", "group")
    assert ended.status == 0, ended.err
