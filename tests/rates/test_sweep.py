"""`normproof sweep`: many activations at many batch sizes, through any executor, going on after whatever ended it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import driven
import files
import pytest
from click.testing import CliRunner, Result

from verify.command import parquet
from verify.command.cli import cli
from verify.errors import InternalError
from verify.rates.rate import checked_rate, rate
from verify.results.store import NAME, Store
from verify.running import executors, sweeps, where

FAMILY = [f"tanh({number}/16*z)" for number in range(1, 31)]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NORMPROOF_CACHE", raising=False)


def call(*arguments: object, code: int = 0, text: str | None = None) -> Result:
    result = CliRunner().invoke(cli, ["sweep", *map(str, arguments)], input=text)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def untimed(text: str) -> list[dict[str, Any]]:
    return [{**row, "seconds": None} for row in rows(text)]


# ---- what comes out -----------------------------------------------------------------------------------------
def test_a_row_for_each_activation_at_each_size_in_the_order_asked_for() -> None:
    result = call("tanh", "relu", "z^3 - z", "--batch", "inf,4", "--digits", "8")
    found = rows(result.stdout)
    assert [(row["phi"], row["batch"]) for row in found] == [
        (phi, batch) for phi in ("tanh", "relu", "z^3 - z") for batch in (None, 4)
    ]
    assert result.stderr == "6 cells; 0 from the cache\n"
    again = call("tanh", "relu", "z^3 - z", "--batch", "inf,4", "--digits", "8")
    assert again.stdout == result.stdout
    assert again.stderr == "6 cells; 6 from the cache\n"


def test_a_row_is_what_rate_writes(tmp_path: Path) -> None:
    ran = CliRunner().invoke(cli, ["rate", "gelu", "--batch", "8,inf", "--digits", "9", "--json", "rate.json"])
    assert ran.exit_code == 0
    alone = json.loads((tmp_path / "rate.json").read_text())
    found = rows(call("gelu", "--batch", "8,inf", "--digits", "9").stdout)
    assert [{**row, "seconds": 0, "problem": None} for row in alone] == [{**row, "seconds": 0} for row in found]


def test_what_stands_twice_is_asked_once(tmp_path: Path) -> None:
    (tmp_path / "many.txt").write_text("relu  # as it is used\n\n# nothing here\n relu\r\nid\n", encoding="utf-8-sig")
    found = rows(call("id", "--from", "many.txt", "--batch", "4,4", "--digits", "5").stdout)
    assert [row["phi"] for row in found] == ["id", "relu"]
    assert [row["phi"] for row in rows(call("--from", "-", "--batch", "4", text="relu\nid\n").stdout)] == ["relu", "id"]


def test_every_activation_known_by_name() -> None:
    from verify.rates.named import named

    assert [row["phi"] for row in rows(call("--named", "--batch", "inf", "--digits", "3").stdout)] == list(named())


def test_a_cell_without_a_number_says_why_and_the_others_go_on() -> None:
    result = call("exp(z^2)", "relu", "--batch", "4,inf", "--digits", "5", code=2)
    found = rows(result.stdout)
    assert [row["problem"] is None for row in found] == [True, False, True, True]
    assert "at most exponential growth" in found[1]["problem"]
    assert (found[1]["phi"], found[1]["batch"], found[1]["lambda"], found[1]["evidence"]) == (
        "exp(z^2)",
        None,
        None,
        None,
    )
    assert "4 cells, 1 without an answer; 0 from the cache" in result.stderr
    again = call("exp(z^2)", "relu", "--batch", "4,inf", "--digits", "5", code=2)
    assert again.stdout == result.stdout
    assert "4 from the cache" in again.stderr


def test_a_sweep_of_trends() -> None:
    found = rows(call("z - z^3/6", "relu", "--trend").stdout)
    assert [(r["phi"], r["from"], r["to"], r["direction"]) for r in found] == [
        ("z - z^3/6", 4, 8, "falls"), ("z - z^3/6", 8, None, "rises"), ("relu", 4, None, "falls"),
    ]  # fmt: skip
    (row,) = rows(call("z^0", "--trend", code=2).stdout)
    assert row["direction"] == "unknown"
    assert "not constant" in row["problem"]


def test_a_fault_is_told_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def disagreeing(*_: object) -> object:
        raise InternalError("two numbers for one integral")

    monkeypatch.setattr(sweeps, "checked_rate", disagreeing)
    (row,) = rows(call("relu", "--batch", "4", code=2).stdout)
    assert "a fault of normproof, not of what it was given: two numbers for one integral" in row["problem"]
    assert row["lambda"] is None
    monkeypatch.setattr(sweeps, "checked_rate", checked_rate)
    (row,) = rows(call("relu", "--batch", "4").stdout)
    assert row["problem"] is None


def test_what_nobody_foresaw_is_a_fault_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "checked_rate", lambda *_: 1 / 0)
    outcome = sweeps.Cell("rate", "relu", 4, 5).performed()
    assert "ZeroDivisionError" in outcome.problem
    assert outcome.problem.endswith(sweeps.FAULT)
    assert "ZeroDivisionError" in outcome.trace


def test_a_cell_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object) -> object:
        while True:
            pass

    monkeypatch.setattr(sweeps, "checked_rate", endless)
    monkeypatch.setattr(sweeps, "BOUND", 0.05)
    assert sweeps.Cell("rate", "relu", 4, 5).performed().problem.startswith("stopped after")


def test_the_page_shows_what_is_printed() -> None:
    page = (Path(__file__).parents[2] / "docs" / "rates.md").read_text(encoding="utf-8")
    ((asked, said),) = re.findall(r"```console\n\$ normproof sweep (.*?)\n(.*?)```", page, flags=re.S)
    assert call(*shlex.split(asked), code=2).stderr == said
    assert len(rows(Path("rates.jsonl").read_text())) == 6


# ---- the same everywhere, and after everything ---------------------------------------------------------------
@pytest.mark.parametrize("executor", ["processes:2", "dask"])
def test_every_executor_writes_the_same_but_for_times(executor: str) -> None:
    asked = ("relu", "tanh", "exp(z^2)", "sin(3*z)", "--batch", "4,9,inf", "--digits", "6", "--no-cache")
    expected = call(*asked, code=2).stdout
    ran = sweep(*asked, "--executor", executor)
    assert ran.returncode == 2, ran.stderr
    assert untimed(ran.stdout) == untimed(expected)


def sweep(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env=driven.environment(), capture_output=True, text=True, check=False, timeout=files.HANG
    )


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "verify", "sweep", *map(str, arguments)]


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_a_bar_on_the_terminal_takes_no_row_away() -> None:
    """The rows go to a pipe, what is said to a terminal, as in `normproof sweep relu > rows.jsonl`."""
    terminal, end = os.openpty()
    asked = command("relu", "tanh", "--batch", "4,8", "--digits", "5")
    with subprocess.Popen(asked, env=driven.environment(), stdout=subprocess.PIPE, stderr=end, text=True) as begun:
        written, _ = begun.communicate(timeout=files.HANG)
    os.close(end)
    said = os.read(terminal, 2**16).decode()
    os.close(terminal)
    assert begun.returncode == 0
    assert [row["phi"] for row in rows(written)] == ["relu", "relu", "tanh", "tanh"]
    assert "4 cells; 0 from the cache" in said
    assert "lambda" not in said
    assert "0/4" in said or "4/4" in said, "a bar moved"


def kept(folder: Path) -> int:
    path = folder / ".normproof" / NAME
    if not path.exists():
        return 0
    with sqlite3.connect(path) as store:
        try:
            number = int(store.execute("SELECT count(*) FROM evidence").fetchone()[0])
        except sqlite3.OperationalError:  # it is being made
            number = 0
    store.close()
    return number


def ended(folder: Path, asked: Sequence[str], executor: str, number: int) -> tuple[int, str]:
    """A sweep that is sent a signal once it has kept something: how it ended, and what it said."""
    begun = subprocess.Popen(
        command(*asked, "--executor", executor), env=driven.environment(), stderr=subprocess.PIPE, text=True,
        start_new_session=True,
        preexec_fn=files.hears_ctrl_c,
    )  # fmt: skip
    files.until(lambda: kept(folder) >= 5 or begun.poll() is not None)
    begun.send_signal(number)
    _, said = begun.communicate(timeout=files.HANG)
    return begun.returncode, said


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize(
    ("executor", "number"),
    [("serial", signal.SIGKILL), ("processes:2", signal.SIGKILL), ("processes:2", signal.SIGINT)],
)
def test_a_sweep_that_was_ended_goes_on_and_nothing_is_lost_or_asked_twice(
    tmp_path: Path, executor: str, number: int
) -> None:
    (tmp_path / "family.txt").write_text("\n".join(FAMILY))
    asked = ("--from", "family.txt", "--batch", "16,inf", "--digits", "12", "-o", "rows.jsonl")
    for _ in range(9):
        code, said = ended(tmp_path, asked, executor, number)
        if code:
            break
        shutil.rmtree(tmp_path / ".normproof")  # it was through before the signal came
        (tmp_path / "rows.jsonl").unlink()
    assert code == (130 if number == signal.SIGINT else -number), said
    assert not (tmp_path / "rows.jsonl").exists()
    before = kept(tmp_path)
    assert 5 <= before < 2 * len(FAMILY), "it was ended in the middle"
    if number == signal.SIGINT:
        assert said.startswith("interrupted after")
        assert said.endswith("they are kept, the same command goes on from there\n")
    ran = sweep(*asked)
    assert (ran.returncode, ran.stdout) == (0, "")
    assert ran.stderr == f"{2 * len(FAMILY)} cells; {before} from the cache\n"
    assert kept(tmp_path) == 2 * len(FAMILY)
    found = rows((tmp_path / "rows.jsonl").read_text())
    assert [(row["phi"], row["batch"]) for row in found] == [(phi, b) for phi in FAMILY for b in (16, None)]
    for row in found[::17]:
        assert row["lambda"] == rate(row["phi"], row["batch"], 12).decimals[0]


def test_the_lines_leave_in_order_as_soon_as_they_can(tmp_path: Path) -> None:
    """What comes early waits for what stands before it, and no longer."""
    cells = sweeps.rate_cells(["relu", "id", "z^2 + z"], [4], 5)

    def backwards(units: Sequence[executors.Unit]) -> Any:
        told.append(len(units))
        for unit in reversed(units):
            yield unit, replace(unit.here(), seconds=1.0)

    told: list[int] = []
    counted: list[int] = []
    with Store(tmp_path / "cache", pytest.fail) as store:
        assert [cell for cell, _ in sweeps.swept(cells[:1], store, where.named("serial"))] == cells[:1]
        found = list(sweeps.swept(cells, store, backwards, counted.append))
    assert ([cell for cell, _ in found], told, counted) == (cells, [2], [1, 2, 3])
    assert [answer.cached for _, answer in found] == [True, False, False]


def test_a_store_that_cannot_be_used_costs_no_row(tmp_path: Path) -> None:
    (tmp_path / ".normproof").write_text("a file where the folder should be")
    result = call("relu", "--batch", "4,inf")
    assert len(rows(result.stdout)) == 2
    assert result.stderr.startswith("warning: the cache in .normproof cannot be used")


# ---- what is refused before anything begins ------------------------------------------------------------------
def refused(*arguments: object, text: str | None = None) -> str:
    result = call(*arguments, code=3, text=text)
    assert result.stdout == ""
    assert not Path(".normproof").exists(), "nothing has begun"
    return result.stderr


def test_lines_that_cannot_be_read_are_named_before_anything_begins(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text("relu\ntanh(z\n\n# foo\nfoo\nz $ 2\n")
    said = refused("gleu", "--from", "bad.txt")
    assert "4 of 5 that cannot" in said
    for place in ("argument 1: gleu", "bad.txt:2: tanh(z\n", "bad.txt:5: foo\n", "bad.txt:6: z $ 2\n"):
        assert place in said
    (tmp_path / "bad.txt").write_text("foo\n" * 100)
    assert "and 95 more" in refused("--from", "bad.txt")


def test_no_file_of_expressions(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "empty").write_text("# nothing\n")
    assert "bytes that are no UTF-8" in refused("--from", "bytes")
    assert "No such file" in refused("--from", "missing")
    assert "directory" in refused("--from", ".")
    assert "expected at least one activation" in refused("--from", "empty")
    assert "expected at least one activation" in refused()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--batch 3", "a batch size of at least 4"),
        ("--batch 4,,8", "expected batch sizes"),
        ("--batch 4,2000000", "a batch size of at most"),
        ("--digits 101", "--digits"),
        ("--trend --batch 4", "--trend without --batch and --digits"),
        ("--trend --digits 4", "--trend without --batch and --digits"),
        ("--executor ray", "expected an executor"),
        ("-o .", "expected a file for the rows"),
        ("--parquet .", "expected a file for the rows"),
    ],
)
def test_options_that_cannot_be_meant(options: str, words: str) -> None:
    assert words in refused("relu", *options.split())


def test_more_cells_than_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    from verify.command import sweeping

    monkeypatch.setattr(sweeping, "MOST", 3)
    assert "expected at most 3 cells" in refused("relu", "id", "--batch", "4,5")


# ---- Parquet -------------------------------------------------------------------------------------------------
def test_without_arrow_the_remedy_is_named_before_anything_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = refused("relu", "--parquet", "rows.parquet")
    assert "pip install 'normproof[parquet]'" in said
    assert not Path("rows.parquet").exists()


@pytest.mark.needs("pyarrow")
@pytest.mark.parametrize("asked", ["relu exp(z^2) --batch 4,inf", "relu z^0 --trend"])
def test_a_table_holds_the_same_rows(asked: str) -> None:
    result = call(*asked.split(), "--parquet", "rows.parquet", code=2)
    table = parquet.require().parquet.read_table("rows.parquet")
    assert table.to_pylist() == rows(result.stdout)
    question = sweeps.QUESTIONS["trend" if "--trend" in asked else "rate"]
    assert table.schema.names == list(question.columns)
    assert not Path("rows.parquet.partial").exists()
