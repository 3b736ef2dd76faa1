"""Certified quadrature of which nothing is lost: what is raised within, or while it is waited for, is raised."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import files
import pytest
from flint import arb, ctx

from verify.exact.integrals_in_balls import integral
from verify.exact.number_system import UnsupportedError
from verify.patience import OutOfTime, within

GOAL = arb(2) ** -100


def gaussian(z: Any, analytic: bool) -> Any:
    return (-z * z / 2).exp()


def slow(z: Any, analytic: bool) -> Any:
    time.sleep(0.002)
    return z.tanh() * gaussian(z, analytic)


def test_it_is_that_of_the_library() -> None:
    with ctx.workprec(128):
        found = integral(gaussian, -20, 20, GOAL, 10_000).real / (2 * arb.pi()).sqrt()
    assert found.overlaps(arb(1))
    assert found.rad() < arb(2) ** -90


def test_what_the_function_raises_is_raised_and_not_a_fault_of_the_library() -> None:
    def refusing(z: Any, analytic: bool) -> Any:
        raise UnsupportedError("planted")

    with pytest.raises(UnsupportedError, match="planted"):
        integral(refusing, -1, 1, GOAL, 10_000)


def test_no_exception_is_lost_wherever_it_is_raised() -> None:
    """At each of the first evaluations: none comes back as a ball."""
    for place in range(40):
        count = iter(range(10**6))

        def failing(z: Any, analytic: bool, place: int = place, count: Iterator[int] = count) -> Any:
            if next(count) == place:
                raise KeyboardInterrupt
            return gaussian(z, analytic)

        with pytest.raises(KeyboardInterrupt):
            integral(failing, -20, 20, GOAL, 10_000)


def test_a_bound_on_time_is_heard_and_no_thread_is_left() -> None:
    def busy(z: Any, analytic: bool) -> Any:
        sum(range(20_000))
        return z.tanh() * gaussian(z, analytic)

    with pytest.raises(OutOfTime), within(0.1):
        integral(busy, -20, 20, arb(2) ** -1000, 10**6)
    files.until(lambda: not any(thread.name == "quadrature" for thread in threading.enumerate()))


@pytest.fixture
def heard() -> Iterator[None]:
    """Where the suite itself runs in a shell's background, the shell has told it to hear no Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.usefixtures("heard")
def test_so_is_ctrl_c_at_any_moment() -> None:
    """A true ball, or KeyboardInterrupt."""
    with ctx.workprec(128):
        whole = integral(lambda z, analytic: z * gaussian(z + 1, analytic), -20, 20, GOAL, 10_000).real
        heard = 0
        for moment in range(1, 41):
            timer = threading.Timer(moment / 4_000, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT))
            try:
                timer.start()
                found = integral(lambda z, analytic: z * gaussian(z + 1, analytic), -20, 20, GOAL, 10_000).real
                assert found.overlaps(whole)
                timer.join()
                time.sleep(0.001)
            except KeyboardInterrupt:
                heard += 1
        assert heard == 40
