"""A witness as a user gives it to `normproof replay`: JSON, a file with it, or - for stdin."""

from __future__ import annotations

import sys
from pathlib import Path

from verify.errors import UserError
from verify.exact.witnesses import LONGEST, read_json


def read(argument: str) -> str:
    """The witness as one line of JSON, from the command line, a file or stdin. Raises UserError if it is none."""
    where = "the command line"
    text = argument
    if argument == "-":
        text, where = sys.stdin.read(LONGEST + 1), "standard input"
    elif not argument.lstrip().startswith("{"):
        where = argument
        try:
            with Path(argument).open(encoding="utf-8") as file:
                text = file.read(LONGEST + 1)
        except (OSError, ValueError) as error:
            raise UserError(
                "expected a witness: its JSON, a file with it, or -",
                got=getattr(error, "strerror", None) or str(error),
                where=argument,
                remedy="copy it from the report, or from the field witness of --json",
            ) from None
    try:
        data = read_json(text)
    except ValueError as error:
        raise UserError("expected a witness in JSON", got=str(error), where=where, remedy="quote it: '...'") from None
    if not isinstance(data, dict) or not {"claim", "instance"} <= data.keys():
        raise UserError(
            'expected a witness: {"claim": "<theorem id>/<near miss>", "instance": {...}}',
            got=text.strip()[:200],
            where=where,
            remedy="copy it from the report, or from the field witness of --json",
        )
    return text.strip()
