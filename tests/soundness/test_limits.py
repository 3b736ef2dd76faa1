"""What would take for ever, or all memory, is refused at the door with its bound and a remedy: work counted, not timed.

Each test would hang, or be killed for memory, without the limit that it is about.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from theory.calculus import define, dimension, eye, number, ones, real, vector
from theory.calculus import terms as t
from theory.calculus.latex import latex
from theory.calculus.terms import CalculusError, Term, limits
from theory.calculus.text import text
from verify import fingerprint

a = real("a")


def repeated(step: Callable[[Term], Term], times: int) -> Term:
    term: Term = a
    for _ in range(times):
        term = step(term)
    return term


def folded(times: int) -> Term:
    """2^times occurrences of a, behind names."""
    f = define("f", (a,), a * a)
    for k in range(times):
        f = define(f"f_{k}", (a,), f(f(a)))
    return f(a)


REFUSED: dict[str, tuple[Callable[[], Term], str]] = {
    "a number to a power": (lambda: number(3) ** 10**8, "exponent p/q"),
    "a long number to a power": (lambda: number(10**3000) ** 5, "digits"),
    "a small number to a negative power": (lambda: number(Fraction(1, 7)) ** -9999, "digits"),
    "a symbol to a power": (lambda: a ** (10**9), "exponent p/q"),
    "a root": (lambda: a ** Fraction(1, 10**9), "exponent p/q"),
    "a power made without its builder": (lambda: t.Power(a, Fraction(10**9)), "exponent p/q"),
    "a long number": (lambda: number(10**5000), "digits"),
    "a product of numbers": (lambda: number(10**3000) * number(10**3000), "digits"),
    "powers of powers": (lambda: ((a + 1) ** 1000 + 1) ** 1000, "written out"),
    "doubling": (lambda: repeated(lambda x: x * x, 60), "written out"),
    "doubling behind names": (lambda: folded(60), "written out"),
    "depth": (lambda: repeated(abs, 10**5), "nested"),
    "depth of products": (lambda: repeated(lambda x: a * x, 10**5), "nested"),
    "a long sum": (lambda: repeated(lambda x: x + a, 10**5), "terms in a sum"),
    "a long product": (lambda: repeated(lambda x: x @ eye(1), 10**5), "factors in a product"),
    "a vector": (lambda: vector("v", 10**9), "explicit size"),
    "an identity": (lambda: eye(10**9), "explicit size"),
    "ones": (lambda: ones(10**400), "some 401 digits"),
    "a zero": (lambda: t.Zero((10**9, 1)), "explicit size"),
    "a product of shapes": (lambda: ones(999) @ ones(999).T, "entries"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_term_that_nobody_could_finish_is_refused(name: str) -> None:
    make, words = REFUSED[name]
    with pytest.raises(CalculusError, match=r"expected .* got .*Remedy: ") as problem:
        make()
    assert words in str(problem.value)
    assert len(str(problem.value)) < 400


def test_what_is_just_allowed_can_be_read_by_every_reader() -> None:
    """A reader that needs more stack than Python has, or more digits than Python prints, would fail here."""
    deepest = repeated(lambda x: abs(x + 1), (limits.DEPTH - 1) // 2)
    power = a**limits.EXPONENT
    long = number(Fraction(10**3900, 10**3899 + 1))
    for term in (deepest, power, long, ones(limits.SIZE), eye(100), repeated(lambda x: x + a, limits.BREADTH - 1)):
        assert text(term)
        assert latex(term)
        assert fingerprint.digest(term)


def test_terms_are_weighed_with_powers_and_definitions_written_out() -> None:
    """The weight bounds the nodes of what is written out, and no honest term is near the bound."""
    x = vector("x", dimension("d"))
    form = define("q", (x,), (x.T @ x) ** 2)
    square = form.body
    assert isinstance(square, t.Power)
    assert square._weight >= 2 * sum(1 for _ in t.walk(square.base))
    twice = define("q_2", (x,), form(x) * form(x))
    assert twice(x)._weight >= 2 * square._weight
    assert twice(x)._weight < 100


@pytest.mark.parametrize("exponent", [0.5, "1/2", "1e999999999", True, None])
def test_an_exponent_is_an_exact_number_and_not_a_text(exponent: object) -> None:
    with pytest.raises(CalculusError, match="expected an exact exponent"):
        a**exponent  # type: ignore[operator]
