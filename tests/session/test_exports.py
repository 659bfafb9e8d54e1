"""What is special to each format of export, and what must never happen to files."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fer_desktop import paths
from fer_desktop.errors import SessionError
from fer_desktop.session.exports.bids import sampling_rate
from fer_desktop.session.exports.export import export
from fer_desktop.session.exports.formats import FORMATS
from fer_desktop.session.exports.model_card import model_card
from fer_desktop.session.exports.pack import opened
from fer_desktop.session.exports.text import clock_time, one_line, xml_text
from fer_desktop.session.metadata import ModelFacts
from fer_desktop.session.reader import changed_tables, read_session

from .eaf_rules import check_eaf
from .recorded import camera, cut_off, video, write_session
from .synthetic import make_face, make_result


def only(found: list[Path]) -> Path:
    (path,) = found
    return path


def test_parquet_has_types_units_meanings_and_the_session_itself(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    table = pq.read_table(only(export(folder, ["parquet"])) / "log.parquet")
    assert table.schema.field("frame").type == pa.int64()
    assert table.schema.field("p_anger").type == pa.float64()
    assert table.schema.field("utc").type == pa.timestamp("ms", tz="UTC")
    assert table.schema.field("t_s").metadata[b"unit"] == b"s"
    assert table.schema.field("entropy").metadata[b"description"].startswith(b"Of the `p_` values")
    about = json.loads(table.schema.metadata[b"fer_desktop"])
    assert about["model"]["sha256"] == read_session(folder).metadata.model.sha256
    assert (
        table.column("reason").null_count
        == table.column("face_id").length() - table.column("face_id").null_count
    ), "what is missing is null, texts too"


def test_texts_that_look_like_formulas_or_errors_stay_texts_in_excel(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(only(export(camera(tmp_path), ["xlsx"])))
    events = book["Events"]
    assert [(events.cell(row, 3).value, events.cell(row, 3).data_type) for row in (2, 3)] == [
        ("=1+1", "s"),
        ("#N/A", "s"),
    ]
    assert events.freeze_panes == "A2"
    assert book["Log"].cell(2, 2).number_format == "0.000000"
    assert book.sheetnames == ["Log", "States", "Events", "Summary", "Dictionary"]


def test_a_workbook_has_the_source_s_odd_name(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(only(export(video(tmp_path), ["xlsx"])))
    facts = {row[0]: row[1] for row in book["Summary"].iter_rows(max_col=2, values_only=True)}
    assert facts["Source"] == '=SUM("A1"), naïve 顔�.mp4'


def test_elan_finds_the_film_from_where_the_file_lies(tmp_path: Path) -> None:
    folder = video(tmp_path)
    document = check_eaf(only(export(folder, ["elan"], tmp_path / "elan")))
    (media,) = document.iter("MEDIA_DESCRIPTOR")
    film = tmp_path / "clips" / "a film.mp4"
    assert media.attrib["RELATIVE_MEDIA_URL"] == "../clips/a film.mp4"
    assert media.attrib["MEDIA_URL"] == f"file:///{film.resolve().as_posix().lstrip('/')}"
    assert media.attrib["MIME_TYPE"] == "video/mp4"


def test_elan_has_no_film_for_a_camera(tmp_path: Path) -> None:
    document = check_eaf(only(export(camera(tmp_path), ["elan"])))
    assert list(document.iter("MEDIA_DESCRIPTOR")) == []


def test_what_was_seen_twice_has_a_tier_more(tmp_path: Path) -> None:
    document = check_eaf(only(export(video(tmp_path), ["elan"])))
    assert [tier.attrib["TIER_ID"] for tier in document.iter("TIER")] == ["Face 1", "Face 1 (2)", "Events"]


def test_openface_makes_up_no_action_units(tmp_path: Path) -> None:
    table = pd.read_csv(only(export(camera(tmp_path), ["openface"])))
    assert not [name for name in table if name.startswith(("AU", "gaze", "pose", "p_"))]
    assert table[table.success == 0].confidence.isna().all(), "missing is empty, not 0"


def test_facereader_says_how_a_face_was_missed(tmp_path: Path) -> None:
    folder = only(export(camera(tmp_path), ["facereader"]))
    table = pd.read_csv(folder / "face1_detailed.txt", sep="\t", skiprows=8)
    assert table.Neutral.value_counts()["FIT_FAILED"] == 5, "too small to be read"
    assert table.Neutral.value_counts()["FIND_FAILED"] == 4, "not there, one more was not analysed"
    states = pd.read_csv(folder / "face1_state.txt", sep="\t", skiprows=8)
    assert list(states.Emotion) == ["Happy", "Unknown", "END"]
    assert states["Video Time"][0] == "00:00:00.500"
    (second,) = [file for file in folder.iterdir() if file.name == "face2_state.txt"]
    assert "Contempt" in second.read_text(encoding="utf-8")


def test_a_state_of_facereader_does_not_last_through_a_pause(tmp_path: Path) -> None:
    results = [
        make_result(number, make_face(1), captured_s=t_s) for number, t_s in enumerate((0, 0.5, 60, 61))
    ]
    folder = only(export(write_session(tmp_path, results), ["facereader"]))
    states = (folder / "face1_state.txt").read_text(encoding="utf-8").splitlines()[9:]
    assert [line.split("\t") for line in states] == [
        ["00:00:00.000", "Happy"],
        ["00:00:00.500", "Unknown"],
        ["00:01:00.000", "Happy"],
        ["00:01:01.000", "END"],
    ]


def test_a_rate_that_no_camera_has_is_not_believed() -> None:
    assert [sampling_rate(fps) for fps in (25.0, None, 90_000.0)] == [25.0, 30.0, 30.0]


def test_a_pack_opens_again_as_the_same_session(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    pack = only(export(folder, ["pack"]))
    with opened(pack) as session:
        assert session.folder.name == folder.name
        assert session.metadata == read_session(folder).metadata
        assert list(session.rows()) == list(read_session(folder).rows())
    assert not session.folder.exists(), "nothing is left where it was unpacked"
    again = only(export(pack, ["csv"], tmp_path / "again"))
    assert (again / "log.csv").read_bytes() == (folder / "log.csv").read_bytes()


def test_an_unzipped_pack_is_a_session_folder_and_its_check_sums_hold(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    with zipfile.ZipFile(only(export(folder, ["pack"]))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        archive.extractall(tmp_path / "unzipped")
    inside = tmp_path / "unzipped" / folder.name
    assert read_session(inside).complete
    sums = [line.split("  ") for line in (inside / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
    assert {name for _, name in sums} == {name.removeprefix(f"{folder.name}/") for name in names[1:]}
    for digest, name in sums:
        assert hashlib.sha256((inside / name).read_bytes()).hexdigest() == digest
    assert names[1:] == sorted(names[1:])
    assert {"README.md", "methods.md", "model-card.md", "summary.csv", "dictionary.csv"} <= {
        name for _, name in sums
    }
    endings = {Path(name).suffix for _, name in sums if name.startswith("exports/")}
    assert endings == {".parquet", ".xlsx", ".eaf", ".tsv", ".gz", ".json", ".md", ".csv", ".txt"}


def test_a_pack_takes_no_pictures_along(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    (folder / "annotated.mp4").write_bytes(b"faces")
    with zipfile.ZipFile(only(export(folder, ["pack"]))) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".mp4")]


def test_a_pack_that_was_changed_is_refused(tmp_path: Path) -> None:
    pack = only(export(camera(tmp_path), ["pack"]))
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(pack) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(
                name, data.replace(b"happiness", b"neutral", 1) if name.endswith("log.csv") else data
            )
    with pytest.raises(SessionError, match=r"changed\.zip' is damaged: log\.csv"), opened(changed):
        pass


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"text"])
def test_a_file_that_is_no_pack_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "thing.zip"
    path.write_bytes(content)
    with pytest.raises(SessionError, match=r"thing\.zip' is neither"), opened(path):
        pass


def test_a_zip_of_something_else_is_refused_and_writes_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../log.csv", "x")
        archive.writestr("../SHA256SUMS", "x")
    with pytest.raises(SessionError, match="neither"), opened(path):
        pass
    assert sorted(file.name for file in tmp_path.iterdir()) == ["other.zip"]


def test_the_shipped_network_s_card_is_found_by_its_check_sum() -> None:
    file = paths.default_model()
    digest = hashlib.sha256(file.read_bytes()).hexdigest()

    def facts(sha256: str, name: str = file.name) -> ModelFacts:
        return ModelFacts("expression", "1", name, sha256, "ferplus", (), 1.0, 0.5)

    assert model_card(facts(digest)) == file.with_suffix(".md").read_text(encoding="utf-8")
    assert "no model card for `expression.onnx`" in model_card(facts("00" * 32))
    assert "no model card" in model_card(facts(digest, "../../pyproject.toml"))


def test_a_log_that_was_changed_by_hand_is_told(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    log = folder / "log.csv"
    log.write_bytes(log.read_bytes().replace(b",happiness,", b",neutral,", 1))
    assert changed_tables(read_session(folder)) == ["log.csv"]
    book = openpyxl.load_workbook(only(export(folder, ["xlsx"])))
    facts = {row[0]: row[1] for row in book["Summary"].iter_rows(max_col=2, values_only=True)}
    assert facts["Changed since it was closed"] == "log.csv"


def test_nothing_is_written_over_unless_asked(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    table, book = export(folder, ["csv", "xlsx"])
    book.write_bytes(b"mine")
    (table / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SessionError, match=r"\.xlsx' is there already.*--replace"):
        export(folder, ["elan", "xlsx"])
    assert book.read_bytes() == b"mine"
    assert not list(book.parent.glob("*.eaf")), "refused before anything was written"
    export(folder, ["csv", "xlsx"], replace=True)
    assert openpyxl.load_workbook(book).sheetnames[0] == "Log"
    assert not (table / "notes.txt").exists()


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_that_is_stopped_leaves_nothing(form: str, tmp_path: Path) -> None:
    folder = camera(tmp_path)
    (folder / "log.csv").chmod(0o644)
    with (folder / "log.csv").open("ab") as file:
        file.write(b"broken\n")
    with pytest.raises(SessionError, match="damaged"):
        export(folder, [form, "parquet"])
    assert not (folder / "exports").exists()


def test_a_session_that_goes_on_is_exported_as_it_stands(tmp_path: Path) -> None:
    folder = cut_off(tmp_path)
    (made,) = export(folder, ["csv"])
    assert len(pd.read_csv(made / "log.csv")) == 29
    assert pd.read_csv(made / "states.csv").empty
    assert not read_session(made).complete
    assert [path.name for path in (folder / "exports").iterdir()] == [made.name]


def test_a_folder_that_is_no_session_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="is not a session"):
        export(tmp_path, ["csv"])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(SessionError, match="file"):
        export(folder, ["csv"], tmp_path / "file" / "out")


def test_the_same_session_gives_the_same_text_files(tmp_path: Path) -> None:
    folder = camera(tmp_path)
    forms = ["csv", "elan", "bids", "openface", "facereader"]
    first, second = export(folder, forms, tmp_path / "a"), export(folder, forms, tmp_path / "b")
    shutil.copytree(folder, tmp_path / "other" / folder.name)
    for one, other in zip(first, second, strict=True):
        files = sorted(one.rglob("*")) if one.is_dir() else [one]
        for file in files:
            if file.is_file():
                twin = other / file.relative_to(one) if one.is_dir() else other
                assert file.read_bytes() == twin.read_bytes(), file


def test_times_and_texts_for_other_formats() -> None:
    assert clock_time(3723.0456) == "01:02:03.046"
    assert clock_time(59.9996) == "00:01:00.000"
    assert one_line("a\tb\r\nc") == "a b c"
    assert xml_text("a\x07b\nc") == "a�b\nc"
