"""Ctrl-C ends a run wherever it is heard, also where Python prints KeyboardInterrupt and forgets it."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from verify.results.store import Store
from verify.running import clusters, in_processes, interrupts, on_dask, storing
from verify.running.executors import Executor, Outcome, Unit, serial

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # what is lost is warned of
]
WHOLE = Outcome("whole", 0.0)


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Where the suite itself runs in a shell's background, the shell has told it to hear no Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0)  # here the signal is seen


class Finalised:
    """Its work is done as it goes."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.work = work

    def __del__(self) -> None:
        self.work()


def in_a_finaliser() -> None:
    Finalised(press)


def swallowed() -> None:
    """It is lost although no frame tells that it will be."""
    with contextlib.suppress(BaseException):
        press()


LOST = pytest.mark.parametrize("lose", [in_a_finaliser, swallowed])


class Errand:
    label = "planted"

    def performed(self) -> Outcome:
        time.sleep(3600)
        return WHOLE


def run(here: Callable[[], Outcome], folder: Path, executor: Executor = serial) -> list[Outcome]:
    units = [Unit(Errand(), here), Unit(Errand(), here)]
    with Store(folder, lambda text: None) as store:
        return [outcome for _, outcome in storing.computed(units, store, executor)]


@LOST
def test_here_it_is_heard_at_the_latest_once_the_unit_is_done(lose: Callable[[], None], tmp_path: Path) -> None:
    done = list[int]()

    def here() -> Outcome:
        lose()
        done.append(1)
        return WHOLE

    with pytest.raises(KeyboardInterrupt):
        run(here, tmp_path)
    assert len(done) <= 1


def test_in_a_finaliser_it_is_heard_at_once_and_nothing_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = list[object]()
    monkeypatch.setattr("sys.unraisablehook", printed.append)

    def here() -> Outcome:
        in_a_finaliser()
        time.sleep(3600)
        return WHOLE

    with pytest.raises(KeyboardInterrupt):
        run(here, tmp_path)
    assert printed == []


@LOST
def test_while_processes_are_waited_for(
    lose: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = in_processes.wait

    def wait(flying: Iterable[Future[Outcome]], *further: Any) -> object:
        if not lost:
            lost.append(1)
            lose()
        return real(flying, *further)

    lost = list[int]()
    monkeypatch.setattr(in_processes, "wait", wait)
    monkeypatch.setattr(interrupts, "PULSE", 0.05)

    with pytest.raises(KeyboardInterrupt):
        run(lambda: WHOLE, tmp_path, partial(in_processes.performed, jobs=2))


class Waiting:
    """A client, and what it has sent to a cluster from which nothing comes. What is planted happens in the middle of
    what it does, once; `whole` is how often it got to the end of that."""

    def __init__(self, plant: Callable[[], None], where: str) -> None:
        self.plant, self.where, self.whole = plant, where, 0

    def within(self, place: str) -> None:
        if place == self.where and not self.whole:
            self.plant()
            self.whole += 1

    def submit(self, *_: object, **__: object) -> Waiting:
        self.within("submit")
        return self

    def add_done_callback(self, call: object) -> None: ...

    @property
    def status(self) -> str:
        self.within("status")
        return "running"

    def scheduler_info(self, n_workers: int) -> dict[str, object]:
        return {"workers": {"one": {}}}


@pytest.fixture
def on_a_cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Waiting], None]:
    """Work that is sent to a client and waited for until Ctrl-C is raised."""

    def wait_for(client: Waiting) -> None:
        monkeypatch.setattr(interrupts, "PULSE", 0.05)
        monkeypatch.setattr(clusters, "opened", lambda place: contextlib.nullcontext(client))
        with pytest.raises(KeyboardInterrupt):
            run(lambda: WHOLE, tmp_path, partial(on_dask.performed, place=clusters.Local(1)))

    return wait_for


@pytest.mark.parametrize("plant", [in_a_finaliser, swallowed, press])
@pytest.mark.parametrize("where", ["submit", "status"])
def test_what_a_client_does_is_not_broken_off(
    plant: Callable[[], None], where: str, on_a_cluster: Callable[[Waiting], None]
) -> None:
    client = Waiting(plant, where)
    on_a_cluster(client)
    assert client.whole == 1


def endless() -> None:
    press()
    time.sleep(3600)


def pressed_twice() -> None:
    press()
    press()
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(("plant", "grace"), [(endless, 0.1), (pressed_twice, 3600.0)])
def test_what_takes_long_is_broken_off_all_the_same_and_what_is_pressed_twice(
    plant: Callable[[], None],
    grace: float,
    on_a_cluster: Callable[[Waiting], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(interrupts, "GRACE", grace)
    client = Waiting(plant, "status")
    on_a_cluster(client)
    assert client.whole == 0
    assert not any(
        isinstance(thread, threading.Timer) and not thread.finished.is_set() for thread in threading.enumerate()
    )


def test_what_ctrl_c_means_elsewhere_is_left_alone(tmp_path: Path) -> None:
    """After a run it means what it meant before; a handler of somebody else stays; a thread hears no signal."""
    assert run(lambda: WHOLE, tmp_path) == [WHOLE, WHOLE]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert run(lambda: (press(), WHOLE)[1], tmp_path) == [WHOLE, WHOLE]
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    found = list[list[Outcome]]()
    beside = threading.Thread(target=lambda: found.append(run(lambda: WHOLE, tmp_path)))
    beside.start()
    beside.join()
    assert found == [[WHOLE, WHOLE]]
