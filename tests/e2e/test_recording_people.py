"""`fer-desktop forget`, `expired` and `notice` as a user types them."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
import typer

from fer_desktop import cli
from fer_desktop.session.metadata import FILE, read_metadata
from fer_desktop.session.subject import Subject
from tests.capture.clips import write_clip
from tests.e2e.conftest import Run
from tests.session.recorded import photos
from tests.session.synthetic import make_recorder
from tests.session.test_privacy import session_of

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")


def test_forget_lists_and_asks_before_it_deletes(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = session_of("P01", tmp_path)
    monkeypatch.setattr(typer, "confirm", lambda *_, **__: (_ for _ in ()).throw(typer.Abort()))
    ended = run("forget", "P01", tmp_path)
    assert ended.status == 1
    assert str(theirs) in ended.out
    assert theirs.is_dir(), "nobody said yes"

    ended = run("forget", "P01", tmp_path, "--yes")
    assert ended.status == 0, ended.err
    assert "Deleted of participant P01: sessions 1, packs 0, exports 0, reports 0." in ended.out
    assert "Out of reach: copies in other folders" in ended.err
    assert not theirs.exists()


def test_forget_says_who_is_there_if_nobody_is_found(run: Run, tmp_path: Path) -> None:
    session_of("P02", tmp_path)
    ended = run("forget", "p02", tmp_path, "--yes")
    assert ended.status == 1
    assert "Nothing of participant 'p02' is in" in ended.err
    assert "There are P02." in ended.err


def test_forget_names_what_stays(run: Run, tmp_path: Path) -> None:
    damaged = session_of("P01", tmp_path)
    (damaged / FILE).write_text("", encoding="utf-8")
    folder = photos(tmp_path)
    data = json.loads((folder / FILE).read_text(encoding="utf-8"))
    data["participant"], data["source"]["path"] = "P01", str(tmp_path / "holidays")
    (folder / FILE).write_text(json.dumps(data), encoding="utf-8")
    ended = run("forget", "P01", tmp_path, "--yes")
    assert ended.status == 1, "not everything could be settled"
    assert f"'{damaged}' stays: whose it is cannot be told." in ended.err
    assert f"'{tmp_path / 'holidays'}' stays: it was analysed, but it is a file of yours." in ended.err
    assert not folder.exists()


def test_forget_leaves_a_recording_that_goes_on(run: Run, tmp_path: Path) -> None:
    recorder = make_recorder(tmp_path, subject=Subject("P01"))
    folder = recorder.start()
    ended = run("forget", "P01", tmp_path, "--yes")
    assert ended.status == 1
    assert f"'{folder}' stays: it is being recorded. End the recording" in ended.err
    assert folder.is_dir()
    recorder.stop()
    assert run("forget", "P01", tmp_path, "--yes").status == 0
    assert not folder.exists()


def test_who_packs_a_session_is_told_what_of_persons_goes_with_it(run: Run, tmp_path: Path) -> None:
    ended = run("export", session_of("P01", tmp_path), "--format", "pack")
    assert ended.status == 0, ended.err
    assert "_pack.zip' on: it carries the participant's code (P01)." in ended.err
    assert "it carries" not in run("export", session_of("P02", tmp_path), "--format", "openface").err


@pytest.mark.parametrize("command", ["forget P01 nowhere", "expired nowhere"])
def test_a_folder_that_is_not_there_is_a_sentence(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = run(*command.split())
    assert ended.status == 1
    assert "nowhere' is not a folder." in ended.err


def test_expired_lists_and_deletes_nothing(run: Run, tmp_path: Path) -> None:
    over = session_of("P01", tmp_path / "a", keep_until="2020-01-31")
    session_of("P02", tmp_path / "b", keep_until="2999-12-31")
    ended = run("expired", tmp_path)
    assert ended.status == 0
    assert ended.out == f"2020-01-31 of P01: {over}\n"
    assert over.is_dir()
    assert run("expired", tmp_path / "b").out == "No session is past its last day.\n"
    assert run("expired").out == "No session is past its last day.\n", "nothing was ever recorded"


def test_the_notice_is_written_once(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "new" / "notice.html"
    blanks = {"--who": "Laboratorio de Ana", "--contact": "ana@example.org", "--purpose": "Prueba web"}
    options = [word for option in blanks.items() for word in option]
    ended = run("notice", "--out", page, "--language", "es", *options)
    assert ended.status == 0, ended.err
    text = page.read_text(encoding="utf-8")
    places = [text.index(value) for value in ("Laboratorio de Ana", "ana@example.org", "Prueba web")]
    assert places == sorted(places), "each stands where the page asks for it"
    ended = run("notice", "--out", page)
    assert ended.status == 1
    assert "is there already" in ended.err
    assert run("notice", "--out", page, "--replace").status == 0
    assert "You are being recorded" in page.read_text(encoding="utf-8")
    assert run("notice", "--out", page, "--language", "fr").status == 2


def test_analyze_writes_whose_it_is_and_until_when(run: Run, tmp_path: Path) -> None:
    ended = run(
        *("analyze", "demo", "--out", tmp_path, "--end", "0.2"), "--participant", " P07 ", "--keep-days", "90"
    )
    assert ended.status == 0, ended.err
    (folder,) = tmp_path.iterdir()
    metadata = read_metadata(folder)
    assert metadata.participant == "P07"
    assert metadata.keep_until is not None
    assert run("analyze", "demo", "--out", tmp_path, "--participant", "x" * 65).status == 1


def test_a_session_of_somebody_else_is_not_taken_for_theirs(
    run: Run, tmp_path: Path, tiny_model: Path
) -> None:
    clip = write_clip(tmp_path / "clip.mp4", range(0, 400, 40))
    command = ("analyze", clip, "--out", tmp_path / "out", "--model", tiny_model)
    assert run(*command, "--participant", "P01").status == 0
    assert "done already" in run(*command, "--participant", "P01").out
    assert "done already" in run(*command).out, "whose it is was not asked"
    ended = run(*command, "--participant", "P02")
    assert ended.status == 1
    assert "was made from it before: of P01, without a last day. Use --again" in ended.err
    assert run(*command, "--keep-days", 30).status == 1
    assert run(*command, "--participant", "P02", "--keep-days", 30, "--again").status == 0
    assert sorted(str(read_metadata(folder).participant) for folder in (tmp_path / "out").iterdir()) == [
        "P01",
        "P02",
    ]


@pytest.mark.parametrize("way", [("--link", "udp"), ("--markers", "any")])
def test_a_link_goes_with_one_source_at_a_time(run: Run, tmp_path: Path, way: tuple[str, str]) -> None:
    ended = run("analyze", "demo", "--out", tmp_path, *way, "--jobs", 2)
    assert ended.status == 2
    assert "one source at a time" in ended.err


def test_the_guide_shows_commands_that_exist() -> None:
    group = typer.main.get_command(cli.app)
    lines = "".join(part.split("```")[0] for part in GUIDE.split("```sh\n")[1:]).splitlines()
    assert len(lines) >= 4
    for line in lines:
        words = shlex.split(line.partition(" #")[0])
        assert words[0] == "fer-desktop"
        options = {name for option in group.commands[words[1]].params for name in option.opts}  # type: ignore[attr-defined]
        assert {word for word in words if word.startswith("--")} <= options
