"""`fer-desktop export` as a user types it."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
import typer

from fer_desktop import cli
from fer_desktop.session.exports.formats import FORMATS
from fer_desktop.session.reader import read_session
from tests.e2e.conftest import Run
from tests.session.recorded import camera, photos

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")


def code_of(language: str) -> list[str]:
    return [part.split("```")[0] for part in GUIDE.split(f"```{language}\n")[1:]]


def test_a_session_goes_into_its_own_folder_of_exports(run: Run, tmp_path: Path) -> None:
    folder = camera(tmp_path)
    ended = run("export", folder, "--format", "elan", "--format", "openface")
    assert ended.status == 0, ended.err
    made = [folder / "exports" / f"{folder.name}{ending}" for ending in (".eaf", "_openface.csv")]
    assert ended.out.splitlines() == [str(path) for path in made]
    assert all(path.is_file() for path in made)
    assert sorted(path.name for path in (folder / "exports").iterdir()) == sorted(path.name for path in made)


def test_one_file_may_be_given_its_name(run: Run, tmp_path: Path) -> None:
    folder = camera(tmp_path)
    for form, name in (("elan", "a.eaf"), ("xlsx", "b.XLSX"), ("pack", "c.zip"), ("openface", "d.csv")):
        ended = run("export", folder, "--format", form, "--out", tmp_path / "new" / name)
        assert ended.status == 0, ended.err
        assert ended.out.splitlines() == [str(tmp_path / "new" / name)]
        assert (tmp_path / "new" / name).is_file()
    assert read_session(folder).complete
    again = run("export", folder, "--format", "elan", "--out", tmp_path / "new" / "a.eaf")
    assert again.status == 1
    assert "a.eaf' is there already" in again.err
    both = run("export", folder, folder, "--format", "elan", "--replace", "--out", tmp_path / "new" / "a.eaf")
    assert both.status == 2
    assert "2 sessions do not go into one file" in " ".join(both.err.replace("│", " ").split())


def test_several_sessions_go_into_one_folder(run: Run, tmp_path: Path) -> None:
    folders = [camera(tmp_path), photos(tmp_path)]
    ended = run("export", *folders, "--format", "csv", "--out", tmp_path / "study")
    assert ended.status == 0, ended.err
    assert sorted(path.name for path in (tmp_path / "study").iterdir()) == sorted(
        f"{folder.name}_csv" for folder in folders
    )


def test_one_bad_session_does_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    folder = camera(tmp_path)
    ended = run("export", tmp_path / "nowhere", folder, "--format", "elan")
    assert ended.status == 1
    assert len(ended.err.strip().splitlines()) == 1
    assert "nowhere' is not a session" in ended.err
    assert (folder / "exports" / f"{folder.name}.eaf").is_file()


def test_a_second_export_is_refused_until_replacing_is_asked_for(run: Run, tmp_path: Path) -> None:
    folder = camera(tmp_path)
    assert run("export", folder, "--format", "elan").status == 0
    again = run("export", folder, "--format", "elan")
    assert again.status == 1
    assert "is there already" in again.err
    assert run("export", folder, "--format", "elan", "--replace").status == 0


@pytest.mark.parametrize("arguments", [("s",), ("s", "--format", "word"), ("--format", "csv")])
def test_bad_usage_is_exit_code_two(run: Run, arguments: tuple[str, ...]) -> None:
    ended = run("export", *arguments)
    assert ended.status == 2
    assert "Traceback" not in ended.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a process's files")
@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "pack"])
def test_a_full_disk_leaves_nothing_half_written(form: str, tmp_path: Path) -> None:
    folder = camera(tmp_path)
    arguments = ["fer-desktop", "export", str(folder), "--format", form]
    limited = (
        "import resource, runpy, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)); "
        f"sys.argv = {arguments!r}; runpy.run_module('fer_desktop', run_name='__main__')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", limited], capture_output=True, text=True, timeout=150, check=False
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    assert not (folder / "exports").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_ctrl_c_leaves_nothing_half_written(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    log = (folder / "log.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "log.csv").write_text(log[0] + "".join(log[1:]) * 2000, encoding="utf-8")
    program = (
        "import runpy, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        f"sys.argv = ['fer-desktop', 'export', {str(folder)!r}, '--format', 'openface']; "
        "runpy.run_module('fer_desktop', run_name='__main__')"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 100
    while time.monotonic() < deadline and not list(folder.glob("exports/.export-*/*.csv")):
        time.sleep(0.05)
    for _ in range(10):
        os.kill(process.pid, signal.SIGINT)
        time.sleep(0.002)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 1, stderr
    assert stderr.strip() == "Stopped. Nothing half-written was left."
    assert not (folder / "exports").exists()


def test_the_guide_names_every_format_and_every_command_in_it_can_be_typed() -> None:
    command = typer.main.get_command(cli.app).commands["export"]  # type: ignore[attr-defined]
    options = {option for parameter in command.params for option in parameter.opts}
    shown = set()
    for line in "".join(code_of("sh")).splitlines():
        words = shlex.split(line.partition(" #")[0])
        assert words[:2] == ["fer-desktop", "export"]
        assert {word for word in words if word.startswith("--")} <= options
        shown |= {after for word, after in pairwise(words) if word == "--format"}
    assert shown <= set(FORMATS)
    assert all(f"`{name}`" in GUIDE for name in FORMATS)


def test_the_python_example_of_the_guide_runs(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = camera(tmp_path)
    assert run("export", folder, "--format", "parquet", "--out", tmp_path).status == 0
    monkeypatch.chdir(tmp_path / f"{folder.name}_parquet")
    names: dict[str, object] = {}
    (example,) = code_of("python")
    exec(compile(example, "docs/exports.md", "exec"), names)
    assert "probability" in str(names["meaning"])
    assert json.loads(str(names["session"]))["complete"] is read_session(folder).complete
