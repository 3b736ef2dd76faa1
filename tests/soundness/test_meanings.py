"""One table of meanings for every interpreter: none may give a value where there is none, or another one.

Interpreters that prove and evaluate must give the value wherever there is one; where an interpreter has no row for a
node it refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

import pytest
import torch
from flint import arb, ctx, fmpq

import theory as c
from tests.soundness.meanings import (
    ALGEBRA,
    ANALYSIS,
    EXPONENTIALS,
    MATRICES,
    SLOPES,
    TABLE,
    Meaning,
    Value,
    a,
    markdown,
)
from theory import ALGEBRA as BY_ALGEBRA
from theory import DIFFERENTIATE, Identity, Numbers, Theorem, start
from theory import terms as t
from theory.statements.theorem import TheoremError
from theory.terms import Term
from theory.terms.rewrite import substitute
from verify.exact import scalar_balls
from verify.exact.assumptions import scope_of
from verify.exact.balls import Balls
from verify.exact.components import Scope
from verify.exact.components import evaluate as in_components
from verify.exact.instances import Instance, scalar
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError
from verify.exact.rationals import RationalFunctions
from verify.floating.torch_compile import CannotCompileError, compile_term
from verify.floating.torch_run import Inputs, run_defined
from verify.proof import lines_on_matrices, lines_on_numbers
from verify.proof.numbers.intervals import Interval, NotDefinedError, enclose

REFUSED = "refused"
b = c.real("b")
Answer = Value | str


VALUES = [Fraction(n, d) for n in range(-8, 9) for d in (1, 2, 4, 8)]
MISSES = {"another": Identity(a, a + 1)}


def matrix_lines(term: Term, place: Fraction) -> Answer:
    """The line checker of general dimension: which value at a = place does it accept? None if it finds none."""
    put = substitute(term, {a: c.number(place)})
    for value in VALUES:
        try:
            case = Theorem("soundness.meaning", Identity(put, value), near_misses=MISSES, docstring="one")
        except TheoremError:
            return REFUSED
        trace = lines_on_matrices.check_line(case, 1, put, start(put).equals(value, BY_ALGEBRA, DIFFERENTIATE).lines[0])
        if trace.accepted:
            return value
        if "may be undefined" in trace.problem or "0 to a negative power" in trace.problem:
            return None
    return REFUSED


def scalar_lines(term: Term, place: Fraction) -> Answer:
    """The line checker of scalars, at the number, beside a free symbol: which value does it accept?"""
    left = substitute(term, {a: c.number(place)}) + b
    for value in VALUES:
        claim = Identity(left, value + b)
        case = Theorem(
            "soundness.meaning", claim, setting=Numbers(), near_misses={"another": Identity(b, b + 1)}, docstring="one"
        )
        line = start(claim.left).equals(claim.right, BY_ALGEBRA, DIFFERENTIATE).lines[0]
        if lines_on_numbers.check_line(case, 1, claim.left, line).accepted:
            return value
    return None


def _instance(place: Fraction) -> Instance:
    return Instance({}, {"a": scalar(place)})


def exact_balls(term: Term, place: Fraction) -> Answer:
    with Balls(128, {}).active():
        try:
            ((entry,),) = in_components(term, scope_of(_instance(place), {}, 128))
        except UndefinedError:
            return None
        except (UncertainError, UnsupportedError, TypeError):
            return REFUSED
        return _number(entry)


def dense(term: Term, place: Fraction) -> Answer:
    system = RationalFunctions(8)
    try:
        ((entry,),) = in_components(term, Scope(system, {}, {"a": [[system.rational(place)]]}, {}, {}))
    except UndefinedError:
        return None
    except (UncertainError, UnsupportedError, TypeError):
        return REFUSED
    if not (entry.num.is_constant() and entry.den.is_constant()):
        return REFUSED  # a root stays a generator
    return _number(
        fmpq(entry.num.leading_coefficient()) / fmpq(entry.den.leading_coefficient()) if entry.num else fmpq(0)
    )


def torch_program(term: Term, place: Fraction) -> Answer:
    try:
        program = compile_term(term)
    except CannotCompileError:
        return REFUSED
    values = {"a": torch.tensor([float(place)], dtype=torch.float64)}
    slots, good = run_defined(program, Inputs({}, values, {}, {}, torch.float64, "cpu"))
    return float(slots[program.result].flatten()[0]) if good.all() else None


def balls_on_numbers(term: Term, place: Fraction) -> Answer:
    with ctx.workprec(128):
        try:
            return _number(scalar_balls.evaluate(term, {a: scalar_balls.rational(place)}))
        except UndefinedError:
            return None
        except (UncertainError, TypeError):
            return REFUSED


def intervals(term: Term, place: Fraction) -> Answer:
    try:
        found = enclose(term, {a: Interval(place, place)})
    except NotDefinedError:
        return None
    return found  # type: ignore[return-value]


def _number(value: object) -> Answer:
    if isinstance(value, arb):
        return float(value.mid()) if value.rad() < 1e-12 else REFUSED
    return Fraction(int(value.p), int(value.q))  # type: ignore[attr-defined]


# interpreter -> (what it has rows for, whether it must give the value: a line checker is asked for small rationals)
INTERPRETERS: Mapping[str, tuple[Callable[[Term, Fraction], Answer], tuple[Meaning, ...]]] = {
    "lines on matrices": (matrix_lines, (*ALGEBRA, *SLOPES, *EXPONENTIALS, *MATRICES)),
    "lines on numbers": (scalar_lines, (*ALGEBRA, *SLOPES, *EXPONENTIALS, *ANALYSIS)),
    "components in balls": (exact_balls, (*ALGEBRA, *SLOPES, *EXPONENTIALS, *MATRICES)),
    "components in rational functions": (dense, (*ALGEBRA, *SLOPES, *MATRICES)),
    "torch": (torch_program, (*ALGEBRA, *SLOPES, *EXPONENTIALS, *MATRICES)),
    "scalar balls": (balls_on_numbers, (*ALGEBRA, *SLOPES, *EXPONENTIALS, *ANALYSIS)),
    "intervals": (intervals, (*ALGEBRA, *SLOPES, *EXPONENTIALS, *ANALYSIS)),
}
MUST_ANSWER = {"components in balls", "torch", "scalar balls"}
CASES = [(name, row) for name, (_, rows) in INTERPRETERS.items() for row in rows]


@pytest.mark.parametrize(("name", "row"), CASES, ids=lambda x: x if isinstance(x, str) else x.written)
def test_every_interpreter_reads_the_table(name, row):
    interpret = INTERPRETERS[name][0]
    for place, wanted in row.values.items():
        got = interpret(row.term, place)
        if wanted is None:
            assert got in (None, REFUSED), f"{row.written} has no value at {place}; {name} says {got}"
        elif isinstance(got, Interval):
            assert got.low is None or got.low <= wanted + 1e-12
            assert got.high is None or got.high >= wanted - 1e-12
        elif got not in (None, REFUSED):
            assert float(got) == pytest.approx(float(wanted), rel=1e-9, abs=1e-12), f"{row.written} at {place}"
        else:
            assert name not in MUST_ANSWER, f"{row.written} is {wanted} at {place}; {name} gives no value"


@pytest.mark.parametrize("name", INTERPRETERS)
def test_most_rational_values_are_found(name):
    interpret, rows = INTERPRETERS[name]
    asked = [(row, p) for row in rows for p, v in row.values.items() if isinstance(v, Fraction)]
    missing = [f"{row.written} at {p}" for row, p in asked if interpret(row.term, p) in (None, REFUSED)]
    assert len(missing) <= len(asked) // 5, missing


@pytest.mark.parametrize("row", ANALYSIS, ids=lambda row: row.written)
def test_an_interpreter_without_the_row_refuses_the_node(row):
    """Functions of analysis belong to scalar theorems: everything else refuses them rather than guesses."""
    for interpret in (exact_balls, dense):
        assert interpret(row.term, Fraction(1, 2)) == REFUSED
    assert matrix_lines(row.term, Fraction(1, 2)) in (None, REFUSED)
    assert torch_program(row.term, Fraction(1, 2)) == REFUSED


def test_the_page_shows_this_table():
    page = (Path(__file__).parents[2] / "docs/semantics.md").read_text(encoding="utf-8")
    assert markdown() in page, "docs/semantics.md is not what `python -m tests.soundness.meanings` prints"
    assert len(TABLE) == len({row.written for row in TABLE})
    assert all(isinstance(row.term, t.Term) for row in TABLE)
