"""The JSON contract, schema 1, as whole documents: what a program that reads them can rely on.

`python tests/test_golden.py` writes them anew. A field that is gone or renamed breaks the program of somebody; a new
one does not, and is written here with the change that brings it.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from verify.command.cli import cli

GOLDEN = Path(__file__).parent / "golden"
RUN = ("--budget", "quick", "--device", "cpu", "--json", "{target}")
DOCUMENTS = {  # what ends without a place to write to is written to the standard output
    "run": ("run", f"{GOLDEN / 'length_of_a_multiple.py'}", *RUN),
    "run_of_an_erratum": ("run", f"{GOLDEN / 'length_once_the_factor.py'}", *RUN),
    "run_on_numbers": ("run", f"{GOLDEN / 'square_above_line.py'}", *RUN),
    "run_of_an_experiment": ("run", f"{GOLDEN / 'linear_growth.py'}", *RUN),
    "list": ("list", str(GOLDEN), "--json"),
    "graph": ("graph", str(GOLDEN), "-o", "{target}"),
    "rate": ("rate", "relu", "--batch", "4,inf", "--digits", "12", "--json", "{target}"),
    "trend": ("trend", "relu", "--json", "{target}"),
}
MASKED = {
    "seconds": 0,
    "versions": {},
    "environment": {},
    "made": {},
    "bound computed": "",
    "path": "",
    **dict.fromkeys(("estimate", "standard_error", "y", "errors", "slope", "slope_error"), "measured"),
}  # what differs between machines and runs


def masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: MASKED.get(key, masked(item)) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item) for item in value]
    if isinstance(value, str):  # what an experiment measured, in words
        return re.sub(r"measured [-.e\d]+ \+/- [-.e\d]+", "measured", value)
    if isinstance(value, float):  # of libraries' functions all but the last digits
        return float(f"{value:.9g}")
    return value


def document(name: str, folder: Path) -> Any:
    """What the command writes, without what differs between machines and runs."""
    target = folder / f"{name}.json"
    ran = CliRunner().invoke(cli, [part.format(target=target) for part in DOCUMENTS[name]])
    assert ran.exit_code == 0, ran.output
    return masked(json.loads(target.read_text(encoding="utf-8") if target.exists() else ran.stdout))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_whole_document_is_as_it_was(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NORMPROOF_CACHE", str(tmp_path / "cache"))
    assert document(name, tmp_path) == json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        os.environ["NORMPROOF_CACHE"] = place
        for each in sys.argv[1:] or DOCUMENTS:
            text = json.dumps(document(each, Path(place)), indent=1, ensure_ascii=False)
            (GOLDEN / f"{each}.json").write_text(f"{text}\n", encoding="utf-8")
