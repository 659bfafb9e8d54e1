"""What an export takes along of persons is what is said of it: looked for in its bytes."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from fer_desktop.session.events import FACE_NAMED, NOTE
from fer_desktop.session.exports.export import export, told_of_persons
from fer_desktop.session.exports.formats import FORMATS
from fer_desktop.session.exports.persons import Carries
from fer_desktop.session.subject import Subject, consent_now

from .synthetic import make_face, make_recorder, make_result

CODE, NOTED_BY, NAME, REMARK = "Kolibri77", "Zoltan Quux", "Annabelle", "Very moved"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    subject = Subject(CODE, consent_now("1", NOTED_BY))
    recorder = make_recorder(tmp_path_factory.mktemp("theirs"), block=True, subject=subject)
    recorder.start()
    for index in range(30):
        recorder(make_result(index, make_face(1)))
    recorder.event(FACE_NAMED, NAME, "face 1")
    recorder.event(NOTE, REMARK)
    return recorder.stop()


def contents(path: Path) -> str:
    """All that can be read in a file, or in the files of a folder, unpacked."""
    if path.is_dir():
        return " ".join(contents(file) for file in sorted(path.rglob("*")) if file.is_file())
    data = path.read_bytes()
    text = f"{path.name} {data.decode('utf-8', 'replace')}"
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            text += " ".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    elif data.startswith(b"\x1f\x8b"):
        text += gzip.decompress(data).decode("utf-8", "replace")
    elif path.suffix == ".parquet":
        table = pq.read_table(path)
        text += f"{table.to_pylist()} {table.schema.metadata}"
    return text


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_said_to_go_along_goes_along_and_nothing_else(
    form: str, folder: Path, tmp_path: Path
) -> None:
    made = export(folder, [form], tmp_path)
    told, found = " ".join(told.sentence for told in told_of_persons(folder, [form], made)), contents(made[0])
    carries = FORMATS[form].carries
    assert (CODE in told) == (CODE in found) == (carries is Carries.ALL)
    assert (NOTED_BY in told) == (NOTED_BY in found) == (carries is Carries.ALL)
    assert (NAME in told) == (NAME in found) == (carries is not Carries.READINGS)
    assert ("notes about stretches" in told) == (REMARK in found) == (carries is not Carries.READINGS)


def test_exports_that_carry_the_same_are_named_together(folder: Path, tmp_path: Path) -> None:
    forms = ["xlsx", "openface", "elan", "csv"]
    first, second = (
        told.sentence for told in told_of_persons(folder, forms, export(folder, forms, tmp_path))
    )
    assert first == (
        f"Before you hand '{folder.name}.xlsx' and '{folder.name}.eaf' on: they carry names given to faces "
        f"({NAME}); notes about stretches."
    )
    assert second.startswith(f"Before you hand '{folder.name}_csv' on: it carries the participant's code")
