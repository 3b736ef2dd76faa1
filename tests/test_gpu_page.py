"""`make cuda` in small form on the CPU, and the page that is made of what it writes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import files
import pytest

from verify.bench import gpu, gpu_page
from verify.running import devices

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "benchmarks" / "on_gpu.py"


def script(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=files.HANG)


@pytest.mark.slow
def test_the_script_runs_in_small_form(tmp_path: Path) -> None:
    written, page = tmp_path / "gpu.json", tmp_path / "gpu.md"
    done = script(
        "--device", "cpu", "--small", "--jobs", 1, "--json", written, "--page", page, "--seconds", int(files.HANG)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(written.read_text())
    assert page.read_text() == gpu_page.page(found) == done.stdout.removesuffix("\n")
    assert [run["passed"] for run in found["runs"]] == [True, True]
    assert " passed" in found["runs"][0]["outcome"]
    assert {row["dtype"] for row in found["residuals"]} == {"float64", "float32"}
    assert all(row["cpu"] == row["device"] == row["reduced"] <= 1 for row in found["residuals"])
    assert {row["batch"] for row in found["screens"]} == {2**gpu.SMALL.first, 2**gpu.SMALL.last}
    assert all(row["moved"] > 1000 < row["screened"] for row in found["screens"])
    assert [room["largest"] for room in found["rooms"]] == [2**gpu.SMALL.last] * 2
    assert all(piece["device"] > 0 < piece["cpu"] for piece in found["pieces"])
    assert found["copy"] > 1e6


@pytest.mark.skipif(not devices._no_cuda(), reason="there is a GPU")
def test_without_a_gpu_the_script_says_so_and_writes_nothing(tmp_path: Path) -> None:
    done = script("--json", tmp_path / "gpu.json", "--page", tmp_path / "gpu.md")
    assert done.returncode == 3
    assert done.stderr.startswith("error: expected a CUDA device that torch can use")
    assert "remedy: --device auto or cpu" in done.stderr
    assert not list(tmp_path.iterdir())


def committed() -> dict[str, Any]:
    return dict(json.loads((ROOT / "docs" / "gpu.json").read_text(encoding="utf-8")))


def test_the_page_is_what_was_measured() -> None:
    assert (ROOT / "docs" / "gpu.md").read_text(encoding="utf-8") == gpu_page.page(committed())


def test_only_a_gpu_makes_the_page_say_that_one_was_seen() -> None:
    found = committed()
    assert (gpu_page.NONE_SEEN in gpu_page.page({**found, "device": "cpu", "name": "a CPU"})) is True
    seen = gpu_page.page({**found, "device": "cuda", "name": "a card", "rooms": [{**found["rooms"][0], "refused": 64}]})
    assert gpu_page.NONE_SEEN not in seen
    assert "Measured on: a card" in seen
    assert "; 64 did not fit and were halved." in seen


def test_of_each_claim_the_usual_batch_and_the_fastest_are_shown() -> None:
    row = {"claim": "c", "dtype": "float64", "drawn": 1.0, "moved": 10}
    rows = [{**row, "batch": 2**k, "screened": float(k)} for k in (12, 14, 16)]
    assert [shown["batch"] for shown in gpu_page._best(rows)] == [2**14, 2**16]
    assert [shown["batch"] for shown in gpu_page._best(rows[:2])] == [2**14]


def test_an_out_of_memory_ends_the_growth_of_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    def times(subject: object, count: int, *_: object) -> tuple[float, float]:
        if count > 200:
            raise torch.OutOfMemoryError("planted")
        return 1.0, 2.0

    monkeypatch.setattr(gpu, "_times", times)
    subject = next(gpu._subjects())
    rows, room = gpu._grown(subject, "float64", torch.float64, "cpu", gpu.SMALL)
    assert [row.batch for row in rows] == [2**7, 2**7]
    assert (room.largest, room.refused) == (2**7, 2**9)
