"""Certified quadrature, of which nothing is lost: an exception within the callback of the library's would be, and the
ball that comes back would be wrong.

It runs in a thread of its own, for Python hears signals in the main thread alone, and what a signal raises, Ctrl-C or a
bound on time that has passed, may be raised before the first line of a callback could catch it. Who waits for it hears
them; then the integrand is 0, so that it ends soon, and what comes of it is given to nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flint import acb

PULSE = 0.05  # seconds after which who waits may hear a signal that the system gave to the other thread
Function = Callable[[Any, bool], Any]  # of a complex ball; is it to be analytic there?


def integral(function: Function, low: Any, high: Any, goal: Any, evaluations: int) -> Any:
    """A complex ball around the integral between two numbers, of no finite bounds where too little was found. Raises
    what the function raises, and what is raised in this thread meanwhile."""
    found, raised = list[Any](), list[BaseException]()
    ended, done = threading.Event(), threading.Event()

    def kept(z: Any, analytic: bool) -> Any:
        if not ended.is_set():
            try:
                return function(z, analytic)
            except BaseException as problem:
                raised.append(problem)
                ended.set()
        return acb(0)

    def work() -> None:
        try:
            found.append(acb.integral(kept, acb(low), acb(high), rel_tol=goal, abs_tol=goal, eval_limit=evaluations))
        except BaseException as problem:
            raised.append(problem)
        finally:
            done.set()

    threading.Thread(target=work, daemon=True, name="quadrature").start()
    while not done.is_set():  # and not whether it lives: a join that is broken off says that it does not
        try:
            done.wait(PULSE)
        except BaseException as heard:
            raised.append(heard)
            ended.set()
    if raised:
        raise raised[0]
    return found[0]
