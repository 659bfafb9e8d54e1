"""`analyze --video`: the source's own times, its sound, readable boxes; and faces hidden where asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from fer_desktop.capture.frame import Image
from fer_desktop.emotions import COLOURS
from fer_desktop.session.reader import read_session
from tests.capture.clips import true_times, write_clip, write_sound
from tests.e2e.conftest import Run

UNEVEN = [0, 33, 40, 121, 122, 300, 333, 1000, 1011, 1950, 2000]


def films(out: Path) -> list[Path]:
    return sorted(out.glob("*/annotated.mp4"))


def only_film(out: Path) -> Path:
    (film,) = films(out)
    return film


def streams(path: Path) -> dict[str, str]:
    with av.open(str(path)) as file:
        return {stream.type: stream.codec_context.name for stream in file.streams}


def packets(path: Path, kind: str) -> list[tuple[float, bytes]]:
    """Times and coded bytes of a stream; the times count from the first picture."""
    with av.open(str(path)) as file:
        first = min(p.pts * p.time_base for p in file.demux(video=0) if p.pts is not None)
    with av.open(str(path)) as file:
        (stream,) = (stream for stream in file.streams if stream.type == kind)
        return [
            (float(p.pts * p.time_base - first), bytes(p)) for p in file.demux(stream) if p.pts is not None
        ]


def picture(path: Path, number: int) -> Image:
    with av.open(str(path)) as file:
        for place, frame in enumerate(file.decode(video=0)):
            if place == number:
                return np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
    raise AssertionError(f"{path} has no picture {number}")


@pytest.fixture
def film(run: Run, tmp_path: Path, tiny_model: Path) -> Any:
    """Runs `analyze SOURCE --video` and returns the film."""

    def make(source: Path | str, *options: object) -> Path:
        out = tmp_path / "out"
        ended = run("analyze", source, "--video", "--out", out, "--model", tiny_model, *options)
        assert ended.status == 0, ended.err
        return films(out)[-1]

    return make


def test_uneven_times_are_kept_to_the_millisecond(film: Any, tmp_path: Path) -> None:
    source = write_clip(tmp_path / "phone.mp4", UNEVEN)
    assert np.abs(np.array(true_times(film(source))) - np.array(UNEVEN) / 1000).max() < 0.0005


def test_the_sound_is_copied_byte_by_byte_at_its_times(film: Any, tmp_path: Path) -> None:
    source = write_clip(tmp_path / "talk.mp4", UNEVEN, sound=True)
    annotated = film(source)
    assert streams(annotated) == {"video": "mpeg4", "audio": "aac"}
    ours, theirs = packets(annotated, "audio"), packets(source, "audio")
    assert len(ours) > 80
    assert [data for _, data in ours] == [data for _, data in theirs[: len(ours)]]
    assert max(abs(mine - other) for (mine, _), (other, _) in zip(ours, theirs, strict=False)) < 0.001


def test_a_stretch_keeps_picture_and_sound_together(film: Any, tmp_path: Path) -> None:
    source = write_clip(tmp_path / "talk.mp4", range(0, 3000, 40), sound=True)
    annotated = film(source, "--start", 1, "--end", 2)
    assert len(true_times(annotated)) == 25
    theirs = {data: time for time, data in packets(source, "audio")}
    ours = [(time, data) for time, data in packets(annotated, "audio")]
    # A silent tone has equal packets, so the times alone are compared: from one second on.
    assert 0.9 < len(ours) * 1024 / 44100 < 1.1
    assert {data for _, data in ours} <= set(theirs)
    assert -0.05 < ours[0][0] <= 0.001


@pytest.mark.parametrize("name", ["talk.mov", "talk.mkv"])
def test_sound_of_other_containers(film: Any, tmp_path: Path, name: str) -> None:
    source = write_clip(tmp_path / name, range(0, 1000, 40), sound=True)
    annotated = film(source)
    assert streams(annotated)["audio"] == "aac"
    ours, theirs = packets(annotated, "audio"), packets(source, "audio")
    assert [data for _, data in ours] == [data for _, data in theirs[: len(ours)]]
    assert max(abs(mine - other) for (mine, _), (other, _) in zip(ours, theirs, strict=False)) < 0.002


def test_without_pyav_a_sentence_says_that_the_sound_is_missing(
    run: Run, tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    source = write_clip(tmp_path / "talk.mkv", range(0, 400, 40), sound=True)
    monkeypatch.setitem(sys.modules, "av", None)
    out = tmp_path / "out"
    ended = run("analyze", source, "--video", "--out", out, "--model", tiny_model)
    assert ended.status == 0
    assert "sound of 'talk.mkv'" in ended.out
    assert "fer-desktop[sound]" in ended.out
    monkeypatch.undo()
    assert streams(only_film(out)) == {"video": "mpeg4"}


def test_with_every_the_film_has_the_frames_that_were_looked_at(film: Any, tmp_path: Path) -> None:
    source = write_clip(tmp_path / "clip.mp4", range(0, 1000, 40))
    assert true_times(film(source, "--every", 5)) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8], abs=0.0005)


def test_the_box_stands_around_the_face_in_its_colour(film: Any) -> None:
    annotated = film("demo", "--end", 0.5)
    rows = [row for row in read_session(annotated.parent).rows() if row["frame"] == 10]
    assert rows
    image = picture(annotated, 10)
    for row in rows:
        x, y, wide = (int(float(row[name] or 0)) for name in ("box_x", "box_y", "box_w"))
        edge = image[y - 1 : y + 2, x + wide // 4 : x + wide // 2].reshape(-1, 3).mean(0)[::-1]
        colours = {label: [int(code[i : i + 2], 16) for i in (1, 3, 5)] for label, code in COLOURS.items()}
        nearest = min(colours, key=lambda label: np.abs(np.array(colours[label]) - edge).sum())
        assert nearest == row["label"]


def test_faces_are_hidden_where_that_is_asked_for(film: Any) -> None:
    clear, hidden = film("demo", "--end", 1), film("demo", "--end", 1, "--blur-faces", "--again")
    facts = read_session(hidden.parent).metadata.film
    assert facts is not None
    assert facts.faces_blurred
    row = next(r for r in read_session(hidden.parent).rows() if r["frame"] == 15 and r["success"])
    x, y, w, h = (int(float(row[name] or 0)) for name in ("box_x", "box_y", "box_w", "box_h"))
    difference = np.abs(picture(clear, 15).astype(int) - picture(hidden, 15)).mean(-1)
    assert difference[y + h // 4 : y + 3 * h // 4, x + w // 4 : x + 3 * w // 4].mean() > 6
    assert difference[:40, :40].mean() < 2


def test_a_finished_session_gets_its_film_without_being_analysed_again(
    run: Run, tmp_path: Path, tiny_model: Path
) -> None:
    source = write_clip(tmp_path / "clip.mp4", range(0, 400, 40))
    out = tmp_path / "out"
    command = ("analyze", source, "--out", out, "--model", tiny_model)
    assert run(*command).status == 0
    assert films(out) == []
    assert run(*command, "--video").status == 0
    assert len(films(out)) == 1
    assert "done already" in run(*command, "--video").out
    assert len(list(out.iterdir())) == 1
    assert not list(out.glob("*/.*")), "no scratch files are left"


def test_a_film_with_faces_is_not_taken_for_one_without(run: Run, tmp_path: Path, tiny_model: Path) -> None:
    source = write_clip(tmp_path / "clip.mp4", range(0, 400, 40))
    command = ("analyze", source, "--out", tmp_path / "out", "--model", tiny_model, "--video")
    assert run(*command).status == 0
    ended = run(*command, "--blur-faces")
    assert ended.status == 1
    assert "with faces not blurred" in ended.err


def test_a_photo_has_no_film_and_says_so_before_anything_is_done(
    run: Run, tmp_path: Path, tiny_model: Path
) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.full((60, 80, 3), 128, np.uint8))
    ended = run("analyze", tmp_path / "a.png", "--out", tmp_path / "out", "--model", tiny_model, "--video")
    assert ended.status == 1
    assert "'a.png' is a photo" in ended.err
    assert not (tmp_path / "out").exists()


def test_a_sound_file_among_the_sources_is_a_sentence(run: Run, tmp_path: Path, tiny_model: Path) -> None:
    source = write_sound(tmp_path / "talk.m4a")
    ended = run("analyze", source, "--video", "--out", tmp_path / "out", "--model", tiny_model)
    assert ended.status == 1
    assert "talk.m4a" in ended.err


def test_blurring_without_a_film_is_bad_usage(run: Run, tmp_path: Path) -> None:
    assert run("analyze", "demo", "--out", tmp_path, "--blur-faces").status == 2
