"""How far experiments are: told across processes, read by the terminal, and never in the way."""

from __future__ import annotations

from pathlib import Path

import files
import pytest

from numerics.experiments.cells import Progress
from verify import ticker
from verify.command import console


def test_what_a_process_tells_is_read_and_forgotten(tmp_path: Path) -> None:
    tell = ticker.teller("covariate-shift.vgg", tmp_path)
    assert ticker.ticks(tmp_path) == []
    tell(Progress(3, 20, "a cell", None))
    (tick,) = ticker.ticks(tmp_path)
    assert tick.words(tick.told) == "covariate-shift.vgg: 3 of 20 cells"
    tell(Progress(4, 20, "a cell", 180.0))
    (tick,) = ticker.ticks(tmp_path)
    assert tick.words(tick.told) == "covariate-shift.vgg: 4 of 20 cells, about 3 min left"
    assert tick.words(tick.told + 150) == "covariate-shift.vgg: 4 of 20 cells, about 30 s left"
    tell(Progress(20, 20, "a cell", 0.0))
    assert ticker.ticks(tmp_path) == []


@pytest.mark.parametrize(("seconds", "words"), [(3.0, "about 10 s"), (600.0, "about 10 min"), (9000.0, "about 2.5 h")])
def test_time_left_in_words(seconds: float, words: str) -> None:
    assert ticker.Tick("a", 1, 2, seconds, 0.0).words(0.0) == f"a: 1 of 2 cells, {words} left"


def test_damaged_old_and_unwritable_files_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticker.teller("a", tmp_path)(Progress(1, 2, "", 5.0))
    (tmp_path / ticker.FOLDER / "1.json").write_text("{")
    (tmp_path / ticker.FOLDER / "2.json").write_text("[1, 2]")
    assert [tick.name for tick in ticker.ticks(tmp_path)] == ["a"]
    monkeypatch.setattr(ticker, "STALE", -1.0)
    assert ticker.ticks(tmp_path) == []
    (tmp_path / "file").write_text("in the way")
    ticker.teller("a", tmp_path / "file")(Progress(1, 2, "", 5.0))
    assert ticker.ticks(tmp_path / "file") == []


def test_plain_output_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console, "PLAIN_PAUSE", 0.02)
    ticker.teller("covariate-shift.vgg", tmp_path)(Progress(4, 20, "", 180.0))
    with console.progress(tmp_path):
        files.until(lambda: "covariate-shift.vgg: 4 of 20 cells, about 3 min left" in capsys.readouterr().err)
