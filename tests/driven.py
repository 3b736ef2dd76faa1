"""A run with rules that a test names, in a process of its own, `python driven.py JOB` with JSON; and clusters for it.

What comes out, without times, is written as JSON to the job's file, so that a test can compare two runs byte by byte.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import fake_rules
import files

from verify.command.command_group import say
from verify.errors import UserError
from verify.loading import loader
from verify.proof.kernel import Verdict
from verify.results.records import TheoremResult
from verify.results.store import Store
from verify.running import runner, where
from verify.running.rulebook import RuleSpec
from verify.settings import Settings

HERE = Path(__file__).parent


def main(job: Mapping[str, Any]) -> int:
    try:
        found = results(job["theorems"], Path(job["cache"]), job["executor"], job["rules"])
    except UserError as error:
        say(str(error))
        return 3
    except runner.Interrupted:
        say("interrupted")
        return 130
    Path(job["out"]).write_text(found)
    return 0


def results(theorems: Sequence[Path], cache: Path, executor: str, changed: Mapping[str, str]) -> str:
    """What a run finds, without times, as JSON: performed here."""
    rules = {**fake_rules.GOOD, **{name: RuleSpec(f"fake_rules:{told}") for name, told in changed.items()}}
    loaded = loader.load([str(path) for path in theorems])
    with Store(cache, say) as store:
        found = runner.run(loaded, Settings(), store, rules=rules, executor=where.named(executor))
    return json.dumps([plain(result) for result in found])


def plain(result: TheoremResult) -> object:
    """A result as text, without times."""
    evidence = [repr((e.rule, e.verdict, e.reason, e.observation)) for e in result.evidence]
    misses = [(m.id, str(m.verdict), m.witness) for m in result.near_misses]
    return result.theorem.id, Verdict(result.verdict).value, result.reason, evidence, misses


class Run:
    """Such a run from outside. `log` names what rules noted, one line a call."""

    def __init__(self, folder: Path, name: str = "run", cache: str = "") -> None:
        self.log, self.out = folder / f"{name}.log", folder / f"{name}.json"
        self.cache = folder / (cache or f"{name}.cache")
        self.log.touch()

    def start(self, theorems: Sequence[Path], executor: str, **rules: str) -> subprocess.Popen[str]:
        job = {"theorems": [str(t) for t in theorems], "executor": executor, "rules": rules}
        job |= {"cache": str(self.cache), "out": str(self.out)}
        return subprocess.Popen(
            [sys.executable, str(HERE / "driven.py"), json.dumps(job)],
            env=environment(FAKE_RULES_LOG=str(self.log)), stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip

    def finish(self, theorems: Sequence[Path], executor: str = "serial", **rules: str) -> object:
        """The results of a run that ends well, and says nothing."""
        with self.start(theorems, executor, **rules) as process:
            _, said = process.communicate(timeout=files.HANG)
        assert (process.returncode, said) == (0, ""), said
        return json.loads(self.out.read_text())

    def noted(self) -> list[str]:
        return self.log.read_text().splitlines()


def environment(**more: str) -> dict[str, str]:
    path = os.pathsep.join([str(HERE), *filter(None, sys.path)])
    return {**os.environ, "PYTHONPATH": path, **more}


class Cluster:
    """A scheduler and workers as `dask scheduler` and `dask worker` start them, on loopback."""

    def __init__(self, folder: Path, tls: Sequence[str] = (), **environ: str) -> None:
        self._file, self._environ, self._tls = folder / f"{files.fresh('scheduler')}.json", environ, tls
        self.scheduler = self._start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-show")
        files.until(lambda: self._file.exists() or self.scheduler.poll() is not None)
        self.address = json.loads(self._file.read_text())["address"]
        self.workers: list[subprocess.Popen[bytes]] = []

    @property
    def executor(self) -> str:
        return f"dask://{self.address.partition('://')[2]}"

    def hire(self, *options: str, **environ: str) -> None:
        self._environ = {**self._environ, **environ}
        options = options or ("--nthreads", "1")
        self.workers.append(self._start("dask_worker", "--no-nanny", "--no-dashboard", *options))

    def _start(self, program: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{program}", "--scheduler-file", str(self._file)]
        command += [*self._tls, *options]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(command, env=environment(**self._environ), **quiet)  # type: ignore[call-overload]


@contextlib.contextmanager
def cluster(folder: Path, workers: int = 0, tls: Sequence[str] = (), **environ: str) -> Iterator[Cluster]:
    """A cluster for a `with` block, with the options of TLS; whatever became of its processes, none is left behind."""
    started = Cluster(folder, tls, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0", **environ)
    try:
        for _ in range(workers):
            started.hire()
        yield started
    finally:
        for process in (*started.workers, started.scheduler):
            process.kill()
            process.wait()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main(json.loads(sys.argv[1])))
