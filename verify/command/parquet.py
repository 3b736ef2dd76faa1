"""Rows as a table of Parquet, by Apache Arrow, which is an optional extra and imported here alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from verify.errors import UserError, whole, writing


def require() -> Any:
    """Apache Arrow with its writer of Parquet. Raises UserError where it is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise UserError(
            "expected Apache Arrow, which writes Parquet",
            got=str(error),
            where="--parquet",
            remedy="pip install 'normproof[parquet]'; without it, the lines of JSON hold the same rows",
        ) from None
    return pyarrow


def write(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], path: Path) -> None:
    """Write the rows, whole or not at all. `columns` says of each whether it is text, texts, whole or number.

    A number that is not there is null. Raises UserError for a place that cannot be written.
    """
    arrow = require()
    kinds = {
        "text": arrow.string(),
        "texts": arrow.list_(arrow.string()),
        "whole": arrow.int64(),
        "number": arrow.float64(),
    }
    schema = arrow.schema([(name, kinds[kind]) for name, kind in columns.items()])
    table = arrow.Table.from_pylist(list(rows), schema=schema)
    with writing(path, "the table"), whole(path) as place:
        arrow.parquet.write_table(table, place)
