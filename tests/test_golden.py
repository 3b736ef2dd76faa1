"""The JSON contract, schema 1, as whole documents: what a program that reads them can rely on.

`python tests/test_golden.py` writes them anew. A field that is gone or renamed breaks the program of somebody; a new
one does not, and is written here with the change that brings it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from verify.command.cli import cli

GOLDEN = Path(__file__).parent / "golden"
THEOREM = GOLDEN / "length_of_a_multiple.py"
DOCUMENTS = {
    "run": ("run", str(THEOREM), "--budget", "quick", "--device", "cpu", "--json"),
    "rate": ("rate", "relu", "--batch", "4,inf", "--digits", "12", "--json"),
    "trend": ("trend", "relu", "--json"),
}
MASKED = {
    "seconds": 0,
    "versions": {},
    "environment": {},
    "made": {},
    "bound computed": "",
}  # what differs between machines and runs


def masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: MASKED.get(key, masked(item)) for key, item in value.items()}
    return [masked(item) for item in value] if isinstance(value, list) else value


def document(name: str, folder: Path) -> Any:
    """What the command writes, without what differs between machines and runs."""
    target = folder / f"{name}.json"
    ran = CliRunner().invoke(cli, [*DOCUMENTS[name], str(target)])
    assert ran.exit_code == 0, ran.output
    return masked(json.loads(target.read_text(encoding="utf-8")))


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
