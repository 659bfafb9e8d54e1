"""All formats of export, by the names that the command line knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fer_desktop.session.exports.bids import write_bids
from fer_desktop.session.exports.elan import write_elan
from fer_desktop.session.exports.facereader import write_facereader
from fer_desktop.session.exports.material import Material
from fer_desktop.session.exports.openface import write_openface
from fer_desktop.session.exports.pack import begin_pack, end_pack
from fer_desktop.session.exports.parquet import write_parquet
from fer_desktop.session.exports.persons import Carries
from fer_desktop.session.exports.tables import write_tables
from fer_desktop.session.exports.workbook import write_workbook


@dataclass(frozen=True, slots=True)
class Format:
    """One form in which a session leaves."""

    ending: str
    """What follows the session's name; without a dot it is a folder."""
    write: Callable[[Material, Path, Path | None], None]
    """Makes a file or folder at the first path, which will lie in the second (None: not known where)."""
    passes: int
    """How often it reads the log and reports it."""
    carries: Carries = Carries.EVENTS


def _write_pack(material: Material, path: Path, home: Path | None) -> None:  # noqa: ARG001
    folder = path.parent / "pack" / material.name
    begin_pack(material, folder)
    exports = folder / "exports"
    exports.mkdir()
    for form in _WITHIN_PACK:
        # The folder has the session's name already, and Windows takes paths of 260 letters.
        form.write(material, exports / f"session{form.ending}", None)
    end_pack(folder, path)


FORMATS: Final[dict[str, Format]] = {
    "csv": Format("_csv", write_tables, 0, Carries.ALL),
    "parquet": Format("_parquet", write_parquet, 1, Carries.ALL),
    "xlsx": Format(".xlsx", write_workbook, 1),
    "elan": Format(".eaf", write_elan, 0),
    "bids": Format("_bids", write_bids, 1),
    "openface": Format("_openface.csv", write_openface, 1, Carries.READINGS),
    "facereader": Format("_facereader", write_facereader, 1, Carries.READINGS),
    "pack": Format("_pack.zip", _write_pack, 5, Carries.ALL),
}

_WITHIN_PACK: Final = [form for name, form in FORMATS.items() if name not in {"csv", "pack"}]
"""The tables of `csv` are the session itself."""
