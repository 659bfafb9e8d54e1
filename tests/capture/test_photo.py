"""Photos and folders of photos, as people really have them."""

from __future__ import annotations

import struct
from pathlib import Path

import cv2
import numpy as np
import pytest

from fer_desktop.capture.frame import Image
from fer_desktop.capture.photo import FolderSource, PhotoSource, natural_order, read_photo
from fer_desktop.capture.source import SourceState
from fer_desktop.errors import SourceError

FORMATS = ["jpg", "png", "webp", "bmp", "tiff"]


def red_left_blue_right(width: int = 80, height: int = 40) -> Image:
    image: Image = np.zeros((height, width, 3), np.uint8)
    image[:, : width // 2] = (0, 0, 255)
    image[:, width // 2 :] = (255, 0, 0)
    return image


def write_jpeg_with_orientation(path: Path, image: Image, orientation: int) -> None:
    """As a phone does it: the sensor's pixels, and an EXIF tag that says how it was held."""
    ok, coded = cv2.imencode(".jpg", image)
    assert ok
    tiff = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    segment = b"Exif\0\0" + tiff
    head = b"\xff\xd8\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment
    path.write_bytes(head + coded.tobytes()[2:])


def is_red(pixel: Image) -> bool:
    return bool(pixel[2] > 200 and pixel[0] < 60)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_opens(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"face.{suffix}"
    cv2.imwrite(str(path), red_left_blue_right())
    source = PhotoSource(path)
    info = source.open()
    frame = source.read()
    assert frame is not None
    assert (info.width, info.height, info.frame_count) == (80, 40, 1)
    assert frame.media_t_s is None
    assert is_red(frame.image[20, 5])
    assert not is_red(frame.image[20, 75])


@pytest.mark.parametrize(
    ("orientation", "shape", "red_at"),
    [
        (1, (40, 80), (20, 5)),
        (2, (40, 80), (20, 75)),
        (3, (40, 80), (20, 75)),
        (6, (80, 40), (5, 20)),
        (8, (80, 40), (75, 20)),
    ],
)
def test_photos_of_turned_phones_are_upright(
    tmp_path: Path, orientation: int, shape: tuple[int, int], red_at: tuple[int, int]
) -> None:
    path = tmp_path / "phone.jpg"
    write_jpeg_with_orientation(path, red_left_blue_right(), orientation)
    image = read_photo(path)
    assert image.shape[:2] == shape
    assert is_red(image[red_at])


@pytest.mark.parametrize("name", ["picture.png", "picture.tiff"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_grey_and_deep_pictures_become_plain_colour(
    tmp_path: Path, name: str, channels: int, depth: type[np.uint8 | np.uint16]
) -> None:
    level = 90 if depth is np.uint8 else 90 * 257
    cv2.imwrite(str(tmp_path / name), np.full((10, 12, channels), level, depth))
    image = read_photo(tmp_path / name)
    assert image.dtype == np.uint8
    assert image.shape == (10, 12, 3)
    assert np.abs(image.astype(int) - 90).max() <= 1


def test_transparent_places_are_white(tmp_path: Path) -> None:
    cut_out = np.zeros((10, 12, 4), np.uint8)
    cut_out[:, 6:] = (0, 0, 255, 255)
    for name in ("cut.png", "cut.webp"):
        cv2.imwrite(str(tmp_path / name), cut_out, [cv2.IMWRITE_WEBP_QUALITY, 101])
        image = read_photo(tmp_path / name)
        assert image[5, 2].tolist() == [255, 255, 255]
        assert image[5, 9].tolist() == [0, 0, 255]


def test_the_smallest_and_a_very_wide_picture_open(tmp_path: Path) -> None:
    for width in (1, 20_000):
        path = tmp_path / f"{width}.png"
        cv2.imwrite(str(path), np.zeros((1 if width == 1 else 30, width, 3), np.uint8))
        assert PhotoSource(path).open().width == width


def test_a_picture_beyond_the_decoders_limit_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "endless.png"
    cv2.imwrite(str(path), np.zeros((2, 2, 3), np.uint8))
    data = bytearray(path.read_bytes())
    data[16:24] = struct.pack(">II", 900_000, 900_000)
    path.write_bytes(bytes(data))
    with pytest.raises(SourceError, match=r"endless\.png"):
        PhotoSource(path).open()


def test_memory_running_out_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "huge.png"
    cv2.imwrite(str(path), red_left_blue_right())

    def exhaust(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(cv2, "imdecode", exhaust)
    with pytest.raises(SourceError, match="needs more memory"):
        PhotoSource(path).open()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"dear diary\n" * 30, "holds text"),
        (b"\xff\xd8\xff\xe0" + bytes(300), "cannot be read as a picture"),
        (b"\0\0\0\x20ftypisom" + bytes(300), "holds video, not a picture"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=said) as caught:
        PhotoSource(path).open()
    assert "holiday.jpg" in caught.value.sentence
    assert caught.value.remedy


def test_a_missing_picture_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="There is no file"):
        PhotoSource(tmp_path / "gone.jpg").open()


def test_names_sort_as_people_count() -> None:
    names = ["img10.jpg", "IMG2.jpg", "img1.jpg", "face.jpg", "img1b.jpg"]
    assert sorted(names, key=natural_order) == ["face.jpg", "img1.jpg", "img1b.jpg", "IMG2.jpg", "img10.jpg"]


def test_a_folder_gives_its_pictures_in_order_and_nothing_else(tmp_path: Path) -> None:
    for name in ("p10.png", "p2.jpg", "p1.webp"):
        cv2.imwrite(str(tmp_path / name), red_left_blue_right())
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / "._p1.jpg").write_bytes(b"what macOS leaves behind")
    (tmp_path / "more.png").mkdir()
    source = FolderSource(tmp_path)
    info = source.open()
    files = []
    while (frame := source.read()) is not None:
        files.append(frame.file)
    assert files == ["p1.webp", "p2.jpg", "p10.png"]
    assert (info.frame_count, info.duration_s) == (3, 3.0)
    assert [source.index_at(t) for t in (0.0, 0.99, 1.0, 2.5, 50.0)] == [0, 0, 1, 2, 2]


def test_a_damaged_picture_in_a_folder_is_passed_over_and_named(tmp_path: Path) -> None:
    for name in ("a.png", "c.png"):
        cv2.imwrite(str(tmp_path / name), red_left_blue_right())
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    source = FolderSource(tmp_path)
    source.open()
    frames = [source.read(), source.read()]
    assert [frame.file for frame in frames if frame] == ["a.png", "c.png"]
    assert [frame.index for frame in frames if frame] == [0, 1]
    assert source.read() is None
    assert source.state is SourceState.ENDED
    assert source.skipped == ["b.png"]


def test_a_folder_without_pictures_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing here")
    with pytest.raises(SourceError, match="There are no pictures in the folder") as caught:
        FolderSource(tmp_path).open()
    assert str(tmp_path) in caught.value.sentence


def test_a_folder_of_damaged_pictures_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    with pytest.raises(SourceError, match="None of the 1 pictures"):
        FolderSource(tmp_path).open()


def test_a_missing_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="There is no folder"):
        FolderSource(tmp_path / "gone").open()
