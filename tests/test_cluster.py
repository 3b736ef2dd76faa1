"""A cluster of real processes on loopback: the same evidence as a serial run, whatever dies meanwhile."""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import driven
import files
import pytest
from driven import Run, cluster

from verify.errors import UserError
from verify.results.store import NAME
from verify.running import clusters, interrupts, where
from verify.running.executors import Outcome, Work
from verify.settings import Settings

WORK = Work("nowhere", "user.nothing", "enclosure", "", "fake_rules:enclosure", Settings())

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")


def theorems(folder: Path, count: int = 3) -> list[Path]:
    return [files.write(folder) for _ in range(count)]


def command(*arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    """The program itself."""
    return subprocess.run(
        [sys.executable, "-m", "verify", *map(str, arguments)],
        env=driven.environment(**environ), capture_output=True, text=True, check=False, timeout=files.HANG,
    )  # fmt: skip


def without_times(path: Path) -> object:
    times = {"seconds", "date"}
    return json.loads(path.read_text(), object_hook=lambda data: {k: v for k, v in data.items() if k not in times})


def test_a_cluster_started_here_leaves_the_same_bytes_as_a_serial_run(tmp_path: Path) -> None:
    path = files.write(tmp_path)
    found = {}
    for executor in ("serial", "dask"):
        out = tmp_path / f"{executor}.json"
        ran = command("run", path, "--budget", "quick", "--no-cache", "--executor", executor, "--json", out)
        assert ran.returncode == 0, ran.stderr
        found[executor] = json.dumps(without_times(out))
    assert found["dask"] == found["serial"]


def serial(folder: Path, paths: list[Path]) -> object:
    """What a run in this process finds, in a cache of its own, without the one rule that is planted."""
    return json.loads(driven.results(paths, folder / "serial.cache", "serial", {}))


# ---- whatever dies ------------------------------------------------------------------------------------------
def test_a_worker_killed_in_the_middle_of_a_unit_loses_nothing(tmp_path: Path) -> None:
    paths, run = theorems(tmp_path), Run(tmp_path)
    assert run.finish(paths, "dask", enclosure="killed_once") == serial(tmp_path, paths)
    killed = [line for line in run.noted() if line.startswith("killed")]
    assert len(killed) >= 2 * len(paths)  # each killed its worker once, and was performed again
    again = Run(tmp_path, "again", cache="run.cache")
    again.finish(paths)
    assert {line.split()[0] for line in again.noted()} == {"enclosure"}  # of another rule: all others were kept


def test_a_unit_that_kills_its_worker_every_time_is_named_and_the_others_are_finished(tmp_path: Path) -> None:
    paths, run = theorems(tmp_path, 2), Run(tmp_path)
    found = run.finish(paths, "dask", enclosure="killed")
    assert isinstance(found, list)
    for (name, verdict, reason, evidence, misses), whole in zip(found, serial(tmp_path, paths), strict=True):  # type: ignore[call-overload]
        assert verdict == "undecided"
        assert "enclosure" in reason
        assert "its worker died each of 3 times, the last time alone" in reason
        assert (name, misses) == (whole[0], whole[4])
        assert evidence == [seen for seen in whole[3] if not seen.startswith("(<Rule.ENCLOSURE")]
    assert sum(line.startswith("killed") for line in run.noted()) <= 3 * len(paths)


def test_a_worker_that_hangs_is_left_and_its_unit_performed_by_another(tmp_path: Path) -> None:
    paths, run = theorems(tmp_path, 1), Run(tmp_path)
    with cluster(
        tmp_path, workers=2, DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL="1s", FAKE_RULES_LOG=str(run.log)
    ) as there:
        assert run.finish(paths, there.executor, enclosure="halted_once") == serial(tmp_path, paths)
    assert sum(line.startswith("halted") for line in run.noted()) == 2


def test_a_scheduler_that_was_killed_is_named_and_what_was_finished_is_kept(tmp_path: Path) -> None:
    paths, run = theorems(tmp_path), Run(tmp_path)
    with cluster(tmp_path, workers=1, FAKE_RULES_LOG=str(run.log)) as there:
        process = run.start(paths, there.executor, enclosure="slow_here")
        files.until(lambda: any(line.startswith("slow") for line in run.noted()) or process.poll() is not None)
        there.scheduler.send_signal(signal.SIGKILL)
        _, said = process.communicate(timeout=files.HANG)
        assert process.returncode == 3
        assert said.count("error:") == 1
        assert "expected the scheduler to stay" in said, said
    goes_on(tmp_path, paths, run)


def test_a_client_that_was_killed_leaves_no_worker_behind(tmp_path: Path) -> None:
    paths, run = theorems(tmp_path), Run(tmp_path)
    process = run.start(paths, "dask", enclosure="slow_here")
    files.until(lambda: any(line.startswith("slow") for line in run.noted()) or process.poll() is not None)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=files.HANG)  # until nobody who could write there is left
    workers = {int(line.split()[1]) for line in run.noted() if line.startswith("slow")}
    assert workers
    files.until(lambda: not any(map(files.runs, workers)))
    goes_on(tmp_path, paths, run)


def test_interrupted_with_work_in_flight_it_says_so_in_one_word_and_goes_on(tmp_path: Path) -> None:
    paths, run = theorems(tmp_path), Run(tmp_path)
    process = run.start(paths, "dask", enclosure="slow_here")
    files.until(lambda: any(line.startswith("slow") for line in run.noted()) or process.poll() is not None)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does it: the workers hear it as well
    _, said = process.communicate(timeout=files.HANG)
    assert (process.returncode, said) == (130, "interrupted\n")
    assert not any(files.runs(int(line.split()[1])) for line in run.noted() if line.startswith("slow"))
    goes_on(tmp_path, paths, run)


def goes_on(folder: Path, paths: list[Path], run: Run) -> None:
    """The same run again, in the same store: what was finished is not performed again, the rest is."""
    with sqlite3.connect(run.cache / NAME) as store:
        kept = {label for (label,) in store.execute("SELECT unit FROM evidence") if not label.endswith("/ formulas")}
    store.close()
    again = Run(folder, "again", cache=run.cache.name)
    assert again.finish(paths) == serial(folder, paths)
    assert len(again.noted()) == 6 * len(paths) - len(kept)


def test_two_clients_share_one_cluster_and_one_store(tmp_path: Path) -> None:
    paths = theorems(tmp_path)
    runs = [Run(tmp_path, name, cache="both") for name in ("one", "other")]
    with cluster(tmp_path, workers=2) as there:
        both = [run.start(paths, there.executor) for run in runs]
        for process in both:
            _, said = process.communicate(timeout=files.HANG)
            assert (process.returncode, said) == (0, "")
    expected = serial(tmp_path, paths)
    assert [json.loads(run.out.read_text()) for run in runs] == [expected, expected]
    with sqlite3.connect(tmp_path / "both" / NAME) as store:
        own = "FROM evidence WHERE unit NOT LIKE '% / formulas'"  # what mutants state is written by each client
        assert store.execute(f"SELECT count(*), count(DISTINCT unit) {own}").fetchone() == (18, 18)
    store.close()


# ---- who is not worked with ---------------------------------------------------------------------------------
def refused(path: Path, executor: str, *options: str, **environ: str) -> str:
    """What is said, once, of a run that cannot begin."""
    ran = command("run", path, "--budget", "quick", "--no-cache", "--executor", executor, *options, **environ)
    assert ran.returncode == 3, ran.stderr
    assert ran.stderr.count("error:") == 1
    assert "Traceback" not in ran.stderr
    return ran.stderr


@pytest.mark.parametrize("address", ["", "here", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:99999", "a b:1"])
def test_no_address(address: str) -> None:
    with pytest.raises(UserError, match="expected the address of a scheduler"):
        where.named(f"dask://{address}")


def test_nothing_listens_or_something_else_does(tmp_path: Path) -> None:
    path = files.write(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert "Connection refused" in refused(path, f"dask://127.0.0.1:{port}")
    with socket.create_server(("127.0.0.1", 0)) as mute:  # it waits to be spoken to, as a web server does
        port = mute.getsockname()[1]
        assert "expected a Dask scheduler that answers" in refused(path, f"dask://127.0.0.1:{port}")


UNLIKE = {
    "other ground types": (
        {"SYMPY_GROUND_TYPES": "python"},
        ("--nthreads", "1"),
        "SYMPY_GROUND_TYPES: python at tcp://",
    ),
    "two threads": ({}, ("--nthreads", "2"), "threads of a worker: 2 at tcp://"),
    "no torch": ({"HIDDEN": "torch"}, ("--nthreads", "1"), "torch: not installed at tcp://"),
}


@pytest.mark.parametrize(("environ", "options", "words"), UNLIKE.values(), ids=UNLIKE)
def test_a_worker_that_differs_is_sent_no_work(
    tmp_path: Path, environ: dict[str, str], options: tuple[str, ...], words: str
) -> None:
    (tmp_path / "hiding").mkdir()
    (tmp_path / "hiding" / "sitecustomize.py").write_text(HIDING)
    with cluster(tmp_path) as there:
        there.hire(
            *options,
            PYTHONPATH=os.pathsep.join([str(tmp_path / "hiding"), driven.environment()["PYTHONPATH"]]),
            **environ,
        )
        assert words in refused(files.write(tmp_path), there.executor)


AGED = """
import importlib.metadata as m
version = m.version
m.version = lambda name: "2020.1.0" if name == "distributed" else version(name)
"""
HIDING = """
import importlib.metadata as m, os
version = m.version
def seen(name):
    if name == os.environ.get("HIDDEN"):
        raise m.PackageNotFoundError(name)
    return version(name)
m.version = seen
"""


def test_a_worker_that_comes_later_and_differs_refuses_its_unit(tmp_path: Path) -> None:
    """The first one looks alike and is killed by a unit; who comes then differs, and no evidence is taken from it."""
    paths, run = theorems(tmp_path, 1), Run(tmp_path)
    with cluster(tmp_path, workers=1, FAKE_RULES_LOG=str(run.log)) as there:
        process = run.start(paths, there.executor, enclosure="killed")
        files.until(lambda: there.workers[0].poll() is not None)
        there.hire("--nthreads", "1", SYMPY_GROUND_TYPES="python")
        _, said = process.communicate(timeout=files.HANG)
    assert process.returncode == 3
    assert "SYMPY_GROUND_TYPES: python at tcp://127.0.0.1:" in said


def test_a_scheduler_of_another_version(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(AGED)
    path = os.pathsep.join([str(tmp_path), driven.environment()["PYTHONPATH"]])
    with cluster(tmp_path, PYTHONPATH=path) as there:
        assert "distributed 2020.1.0 there" in refused(files.write(tmp_path), there.executor)


def test_without_dask_the_remedy_is_named(tmp_path: Path) -> None:
    (tmp_path / "distributed.py").write_text("raise ModuleNotFoundError('none', name='distributed')\n")
    path = os.pathsep.join([str(tmp_path), driven.environment()["PYTHONPATH"]])
    assert "pip install 'normproof[cluster]'" in refused(files.write(tmp_path), "dask", PYTHONPATH=path)


# ---- TLS, with certificates made here -----------------------------------------------------------------------
def authority(folder: Path, name: str) -> tuple[str, ...]:
    """An authority, a certificate that it signed, and the certificate's key, as the options that name their files."""
    there = folder / name
    there.mkdir()
    made = [
        f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN={name} "
        "-keyout ca-key.pem -out ca.pem",
        "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=someone -keyout key.pem -out asked.pem",
        "x509 -req -in asked.pem -CA ca.pem -CAkey ca-key.pem -set_serial 1 -days 2 -out cert.pem",
    ]
    for arguments in made:
        ran = subprocess.run(["openssl", *arguments.split()], cwd=there, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
    return ("--tls-ca-file", f"{there}/ca.pem", "--tls-cert", f"{there}/cert.pem", "--tls-key", f"{there}/key.pem")


@pytest.mark.needs("openssl")
def test_a_cluster_with_tls_is_joined_by_whom_it_trusts_and_by_nobody_else(tmp_path: Path) -> None:
    ours, others = authority(tmp_path, "ours"), authority(tmp_path, "others")
    path, asked = files.write(tmp_path), ("sweep", "relu", "tanh", "--trend", "--no-cache")
    with cluster(tmp_path, workers=1, tls=ours) as there:
        assert there.address.startswith("tls://")
        joined = command(*asked, "--executor", there.executor, *ours)
        assert (joined.returncode, joined.stderr) == (0, "2 cells; 0 from the cache\n")
        assert joined.stdout == command(*asked).stdout
        distrusted = refused(path, there.executor, *ours[:2], *others[2:])  # we trust it, it does not trust us
        assert "certificates in which both sides trust" in distrusted
        assert "a scheduler that refuses our certificate (TLSV1_ALERT_UNKNOWN_CA" in distrusted
        distrusting = refused(path, there.executor, *others[:2], *ours[2:])
        assert "certificates in which both sides trust" in distrusting
        assert "that our authority has not signed (CERTIFICATE_VERIFY_FAILED, " in distrusting
        assert "expected a Dask scheduler that answers" in refused(path, there.executor)  # without TLS
    with cluster(tmp_path) as plain:
        assert "somebody who speaks without TLS" in refused(path, plain.executor, *ours)


@pytest.mark.needs("openssl")
def test_files_of_tls_that_do_not_belong_together(tmp_path: Path) -> None:
    ours, others = authority(tmp_path, "ours"), authority(tmp_path, "others")
    path = files.write(tmp_path)
    assert "KEY_VALUES_MISMATCH" in refused(path, "dask://127.0.0.1:1", *ours[:4], *others[4:])
    empty = tmp_path / "empty.pem"
    empty.touch()
    said = refused(path, "dask://127.0.0.1:1", "--tls-ca-file", str(empty), *ours[2:])
    assert "expected files of TLS in PEM" in said
    assert str(empty) in said


def test_tls_is_whole_and_goes_with_a_cluster_elsewhere(tmp_path: Path) -> None:
    pem = tmp_path / "a.pem"
    pem.touch()
    path = files.write(tmp_path)
    whole = ("--tls-ca-file", str(pem), "--tls-cert", str(pem), "--tls-key", str(pem))
    assert "all three files of TLS" in refused(path, "dask://127.0.0.1:1", *whole[:2])
    assert "TLS with a cluster elsewhere" in refused(path, "dask", *whole)


def test_nothing_listens_beyond_loopback(tmp_path: Path) -> None:
    program = (
        "import psutil\nfrom verify.running import clusters\n"
        "if __name__ == '__main__':\n"
        "    with clusters.opened(clusters.Local(1)):\n"
        "        own = psutil.Process()\n"
        "        for process in (own, *own.children(recursive=True)):\n"
        "            for connection in process.net_connections('inet'):\n"
        "                if connection.status == psutil.CONN_LISTEN:\n"
        "                    print(connection.laddr.ip)\n"
    )
    (tmp_path / "listening.py").write_text(program)
    ran = subprocess.run(
        [sys.executable, str(tmp_path / "listening.py")],
        env=driven.environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(ran.stdout.split()) == {"127.0.0.1"}


@pytest.mark.long
def test_a_hundred_kills_at_random_times_lose_nothing(tmp_path: Path) -> None:
    """Workers of a local cluster are killed one after the other, whatever they are doing; each is replaced."""
    paths, run, dice = theorems(tmp_path, 500), Run(tmp_path), random.Random(0)
    with run.start(paths, "dask", enclosure="brief") as process:
        killed = 0
        while killed < 100 and process.poll() is None:
            workers = {int(line.split()[1]) for line in run.noted()[-4:] if line.startswith("brief")}
            for worker in sorted(workers):
                if files.runs(worker) and worker != process.pid:
                    os.kill(worker, signal.SIGKILL)
                    killed += 1
            time.sleep(dice.uniform(0.0, 1.0))
        _, said = process.communicate(timeout=files.HANG)
    assert (process.returncode, said, killed) == (0, "", 100)
    assert json.loads(run.out.read_text()) == serial(tmp_path, paths)
    again = Run(tmp_path, "again", cache="run.cache")
    again.finish(paths, enclosure="brief")
    assert again.noted() == []


DRAWING = """
import random, sys
from hypothesis import given, settings, strategies as st
from verify.running import at_workers

@st.composite
def beside_dask(draw):
    return random.random()

class Drawing:
    def performed(self):
        settings(database=None, max_examples=2)(given(beside_dask())(lambda number: None))()

at_workers.objection = lambda expected: None
perform = {"there": lambda: at_workers.perform_there(Drawing(), {}), "here": Drawing().performed}
perform[sys.argv[1]]()
"""


def test_dask_s_own_random_numbers_are_not_taken_for_a_strategy_s() -> None:
    """Its threads draw them while Hypothesis draws; a worker would print a warning for each that falls together."""
    said = {
        where: subprocess.run(
            [sys.executable, "-c", DRAWING, where],
            env=driven.environment(), capture_output=True, text=True, check=True, timeout=files.HANG,
        ).stderr
        for where in ("here", "there")
    }  # fmt: skip
    assert "Do not use the `random` module" in said["here"]
    assert said["there"] == ""


# ---- what Dask says while something dies ----------------------------------------------------------------------
def test_a_connection_that_closes_while_a_result_is_fetched_is_no_fault_of_a_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The result is asked for again, once it was seen that somebody is there; a scheduler that is gone is named."""
    from distributed.comm import CommClosedError

    from verify.running import on_dask

    monkeypatch.setattr(interrupts, "PULSE", 0.0)

    class Closing:
        asked = 0

        def result(self, timeout: float) -> Outcome:
            self.asked += 1
            if self.asked < 3:
                raise CommClosedError("planted")
            return Outcome("whole", 1.0)

    crowd, looks = object.__new__(on_dask._Crowd), list[bool]()
    monkeypatch.setattr(crowd, "_look", lambda: looks.append(True))
    assert crowd._outcome(Closing(), WORK) == Outcome("whole", 1.0)  # type: ignore[arg-type]
    assert len(looks) == 2

    def gone() -> None:
        raise clusters.gone(clusters.Local(1))

    monkeypatch.setattr(crowd, "_look", gone)
    with pytest.raises(UserError, match="expected the scheduler to stay"):
        crowd._outcome(Closing(), WORK)  # type: ignore[arg-type]


def test_all_of_dasks_loggers_are_silent() -> None:
    """Some have a level of their own; a run would print their tracebacks beside its one message."""
    clusters._dask()
    logging.getLogger("distributed.client").setLevel(logging.INFO)
    clusters._be_silent()
    assert not logging.getLogger("distributed.client").isEnabledFor(logging.ERROR)
    assert not logging.getLogger("distributed.scheduler").isEnabledFor(logging.ERROR)
