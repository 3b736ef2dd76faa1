"""What is left behind when a run is killed or interrupted from outside, at any time: nothing but its finished work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path
from types import SimpleNamespace

import files
import pytest
from click.testing import CliRunner

from verify.command.cli import cli
from verify.running import in_processes

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
START = "import sys; sys.argv[0] = 'normproof'; from verify.__main__ import main; main()"


def test_workers_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    program = (
        "import os, time\nfrom verify.running.in_processes import pool\n"
        "workers = pool(1)\nprint(workers.submit(os.getpid).result(), flush=True)\ntime.sleep(3600)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        os.kill(worker, 0)
        parent.kill()
    files.until(lambda: not files.runs(worker))


def test_a_worker_that_loads_torch_after_its_first_unit_is_not_ended_for_that() -> None:
    """loky's own bound, 300 MB, is what a worker grows by when the first unit that needs torch comes second."""
    workers = in_processes.pool(1)
    try:
        bound = workers.submit(eval, "__import__('loky').process_executor._MAX_MEMORY_LEAK_SIZE").result()
    finally:
        in_processes._stop(workers)
    assert bound == in_processes.LARGEST


class Breaking:
    """A pool that breaks once it has taken so many units: those are finished, and it takes no other."""

    def __init__(self, takes: int) -> None:
        self.takes = takes

    def submit(self, work: Callable[[], object]) -> Future[object]:
        if not self.takes:
            raise BrokenExecutor
        self.takes -= 1
        future = Future[object]()
        future.set_result(work())
        return future

    def shutdown(self, **_: object) -> None:
        """Nothing is left behind."""


@pytest.mark.parametrize("takes", [(0, 9), (1, 9), (2, 0, 1, 9), (4, 1, 0, 9)])
def test_a_pool_that_breaks_between_two_units_is_made_anew(
    takes: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker may die after it has given its answer: then no unit that is in flight tells of it."""
    pools = map(Breaking, takes)
    monkeypatch.setattr(in_processes, "pool", lambda jobs: next(pools))
    units = [SimpleNamespace(work=SimpleNamespace(performed=lambda i=i: i), seconds=1.0) for i in range(6)]
    done = list(in_processes.performed(units, jobs=2))  # type: ignore[arg-type]
    assert sorted(answer for _, answer in done) == [*range(6)]  # type: ignore[type-var]


def test_interrupt_while_the_program_is_imported(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", START, "list"], env=environment, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "interrupted\n")


def test_two_runs_share_one_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(files.write(tmp_path))
    environment = {**os.environ, "NORMPROOF_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "verify", "run", path, "--budget", "quick"]
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    for run in both:
        output, _ = run.communicate(timeout=files.HANG)
        assert run.returncode == 0, output
        assert "warning" not in output
    monkeypatch.setenv("NORMPROOF_CACHE", environment["NORMPROOF_CACHE"])
    assert "cached" in CliRunner().invoke(cli, command[3:]).stdout


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [str(files.write(tmp_path)) for _ in range(3)]
    environment = {**os.environ, "NORMPROOF_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "verify", "run", *paths, "--budget", "quick"]
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stderr is not None
        assert "proved" in run.stderr.readline()
        run.send_signal(signal.SIGKILL)
    monkeypatch.setenv("NORMPROOF_CACHE", environment["NORMPROOF_CACHE"])
    again = CliRunner().invoke(cli, command[3:])
    assert again.exit_code == 0
    assert "cached" in again.stderr.splitlines()[0]
    assert "warning" not in again.stderr
