"""`parquet`: typed columns, with units and meanings in the fields and session.json in the schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from fer_desktop.session.exports.material import Material
from fer_desktop.session.schema import EVENTS, STATES
from fer_desktop.session.table import Column, Kind, Table

_ROWS_PER_GROUP: Final = 10_000
_UTC: Final = "utc"


def write_parquet(material: Material, path: Path, home: Path | None) -> None:  # noqa: ARG001
    """log.parquet, states.parquet and events.parquet in a new folder."""
    path.mkdir()
    session = material.session
    about = {"fer_desktop": json.dumps(asdict(material.metadata), ensure_ascii=False)}
    _write(path / "log.parquet", session.log, material.rows(), about)
    _write(path / "states.parquet", STATES, map(asdict, session.states()), about)
    _write(path / "events.parquet", EVENTS, map(asdict, session.events()), about)


def _write(path: Path, table: Table[Any], rows: Iterable[dict[str, Any]], about: dict[str, str]) -> None:
    import pyarrow as pa  # noqa: PLC0415 - large, and needed for this format only
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pa.schema([_field(column) for column in table.columns], metadata=about)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in _batches(rows):
            arrays = [
                pa.array([_cell(column, row) for row in batch], schema.field(column.name).type)
                for column in table.columns
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _field(column: Column[Any]) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    types = {Kind.INTEGER: pa.int64(), Kind.REAL: pa.float64(), Kind.TEXT: pa.string()}
    kind = pa.timestamp("ms", tz="UTC") if column.name == _UTC else types[column.kind]
    return pa.field(column.name, kind, metadata={"unit": column.unit, "description": column.description})


def _cell(column: Column[Any], row: dict[str, Any]) -> Any:
    value = row[column.name]
    if value == "":
        return None
    return datetime.fromisoformat(value) if column.name == _UTC else value


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, _ROWS_PER_GROUP)):
        yield batch
