"""Everything about one device in at most four minutes: `python benchmarks/on_gpu.py [--device cuda] [--small]`.

Writes a JSON and the page of tables that is made of it. The tests and the run have a bound of time of their own:
one that hangs is a row that says so, and the rest is written.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from theory import Theorem
from theory.statements.setting import Matrices
from verify.bench import gpu, gpu_page
from verify.errors import UserError
from verify.loading import loader
from verify.results import fingerprint
from verify.running.devices import resolve

ROOT = Path(__file__).resolve().parent.parent
TOPICS = ("decoupling", "smoothness")
SECONDS = 80  # for the tests, and for the run


def main(arguments: list[str] | None = None) -> int:
    """0, or 1 if a test or a run failed, or 3 for a device that is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="cuda")
    parser.add_argument("--jobs", type=int, default=min(16, os.cpu_count() or 1))
    parser.add_argument("--json", type=Path, default=ROOT / "docs" / "gpu.json")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "gpu.md")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="for the tests, and for the run")
    parser.add_argument("--small", action="store_true", help="little of everything: does the script run?")
    chosen = parser.parse_args(arguments)
    try:
        device = resolve(chosen.device)
    except UserError as problem:
        print(problem, file=sys.stderr)
        return 3
    found = measured(device, chosen)
    chosen.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    chosen.page.write_text(gpu_page.page(found), encoding="utf-8")
    print(gpu_page.page(found))
    return 0 if all(run["passed"] for run in found["runs"]) else 1


def measured(device: str, chosen: argparse.Namespace) -> dict[str, Any]:
    """The document."""
    begin = time.perf_counter()
    plan = gpu.SMALL if chosen.small else gpu.FULL[device]
    theorems = [t for t in loader.load(TOPICS[:1] if chosen.small else TOPICS) if type(t) is Theorem]
    theorems = [t for t in theorems if isinstance(t.setting, Matrices)][: 3 if chosen.small else None]
    runs = [pytest(chosen), run(device, chosen)]
    screens, rooms = gpu.screens(device, plan)
    return {
        "schema": 1,
        "device": device,
        "name": torch.cuda.get_device_name() if device == "cuda" else "a CPU",
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "versions": dict(fingerprint.versions()),
        "runs": runs,
        "residuals": [asdict(row) for row in gpu.residuals(theorems, device, plan)],
        "copy": gpu.copying(device, plan),
        "screens": [asdict(row) for row in screens],
        "rooms": [asdict(room) for room in rooms],
        "pieces": [asdict(piece) for piece in gpu.pieces(device, plan)],
        "seconds": time.perf_counter() - begin,
    }


def pytest(chosen: argparse.Namespace) -> dict[str, Any]:
    """The tests that run on every device that torch finds."""
    where = ["tests/sampling/test_on_device.py", "-k", "drawn"] if chosen.small else []
    return _row("pytest -m device", [sys.executable, "-m", "pytest", "-q", "-m", "device", *where], chosen.seconds)


def run(device: str, chosen: argparse.Namespace) -> dict[str, Any]:
    """The topics at the quick budget, with a cache of their own: nothing is found that was computed before."""
    what = ["decoupling.variance"] if chosen.small else list(TOPICS)
    options = ["--device", device, "--budget", "quick"]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "verify", "run", *what, *options, "--jobs", str(chosen.jobs)]
        return _row(
            f"normproof run {' '.join([*what, *options])}", command, chosen.seconds, {"NORMPROOF_CACHE": folder}
        )


def _row(what: str, command: list[str], seconds: int, more: dict[str, str] | None = None) -> dict[str, Any]:
    begin = time.perf_counter()
    try:
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **(more or {})}, capture_output=True, text=True, timeout=seconds
        )
        lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
        passed, outcome = done.returncode == 0, lines[-1] if lines else f"exit code {done.returncode}"
    except subprocess.TimeoutExpired:
        passed, outcome = False, f"not finished in {seconds} s"
    return {"what": what, "passed": passed, "outcome": outcome, "seconds": time.perf_counter() - begin}


if __name__ == "__main__":
    sys.exit(main())
