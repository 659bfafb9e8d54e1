"""Small videos that tests write for themselves; each frame shows its own number as grey bars."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from fer_desktop.capture.frame import Frame, Image
from fer_desktop.capture.video import VideoSource

MILLISECOND = Fraction(1, 1000)


def numbered(number: int, width: int = 96, height: int = 64) -> Image:
    """A picture that differs from that of every other number below 256."""
    image: Image = np.full((height, width, 3), 40, np.uint8)
    for bit in range(8):
        if number >> bit & 1:
            image[:, bit * width // 8 : (bit + 1) * width // 8] = 210
    return image


def number_of(image: Image) -> int:
    """The number that `numbered` drew, also after lossy coding."""
    width = image.shape[1]
    return sum(
        1 << bit
        for bit in range(8)
        if image[:, bit * width // 8 + 2 : (bit + 1) * width // 8 - 2].mean() > 125
    )


def write_clip(
    path: Path,
    times_ms: Sequence[int],
    *,
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    container: dict[str, str] | None = None,
    sound: bool = False,
    rotate: int = 0,
    size: tuple[int, int] = (96, 64),
) -> Path:
    """Write frame i with picture `numbered(i)` at `times_ms[i]`."""
    with av.open(str(path), "w", options=container or {}) as file:
        stream: Any = file.add_stream(codec, rate=30, options=options or {})
        stream.width, stream.height = size
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        if path.suffix != ".avi":
            stream.time_base = MILLISECOND
            stream.codec_context.time_base = MILLISECOND
        tone: Any = file.add_stream("aac", rate=44100) if sound else None
        if rotate:
            stream.set_display_rotation(rotate)
        for number, time_ms in enumerate(times_ms):
            frame = av.VideoFrame.from_ndarray(numbered(number, *size), format="bgr24")
            frame.pts = number if path.suffix == ".avi" else time_ms
            if path.suffix != ".avi":
                frame.time_base = MILLISECOND
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
        if tone is not None:
            _add_tone(file, tone, seconds=times_ms[-1] / 1000)
    return path


def write_sound(path: Path) -> Path:
    """A file with sound and nothing else."""
    with av.open(str(path), "w") as file:
        _add_tone(file, file.add_stream("aac", rate=44100), seconds=0.5)
    return path


def _add_tone(file: Any, stream: Any, seconds: float) -> None:
    block = 1024
    for start in range(0, int(44100 * seconds), block):
        frame = av.AudioFrame.from_ndarray(np.zeros((1, block), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 44100
        frame.pts = start
        file.mux(stream.encode(frame))
    file.mux(stream.encode(None))


def true_times(path: Path) -> list[float]:
    """Presentation times of all frames in seconds from the first, as PyAV's decoder tells them."""
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        assert stream.time_base is not None
        stamps = [
            float(frame.pts * stream.time_base) for frame in file.decode(stream) if frame.pts is not None
        ]
    return [stamp - stamps[0] for stamp in stamps]


def trim_without_coding(source: Path, target: Path, start_ms: int) -> Path:
    """Cut the start off as editors do without coding again: an edit list hides the frames before it."""
    with av.open(str(source)) as old, av.open(str(target), "w") as new:
        stream = old.streams.video[0]
        copy: Any = new.add_stream_from_template(stream)
        for packet in old.demux(stream):
            if packet.pts is None or packet.dts is None or packet.time_base is None:
                continue
            shift = int(start_ms / 1000 / packet.time_base)
            packet.pts -= shift
            packet.dts -= shift
            packet.stream = copy
            new.mux(packet)
    return target


def read_all(source: VideoSource) -> list[Frame]:
    """What is left of an open video."""
    frames = []
    while (frame := source.read()) is not None:
        frames.append(frame)
    return frames


def media_times(frames: list[Frame]) -> list[float]:
    """When they are shown, in seconds; frames without a time are left out."""
    return [frame.media_t_s for frame in frames if frame.media_t_s is not None]
