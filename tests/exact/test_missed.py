"""Where few instances meet what is assumed, it is said which assumption is not met, how often, and what would work."""

from __future__ import annotations

from collections import Counter

import pytest
from click.testing import CliRunner

from theory import Identity, Theorem, at_most, dimension, equal, eye, matrix, number, real, vector
from theory.statements.claims import Assumption
from verify.command.cli import cli
from verify.exact.assumptions import in_symbols
from verify.exact.missed import form_that_works, in_words
from verify.proof.kernel import Verdict, establish
from verify.results.ranges import MISSED, missed
from verify.rules import enclosure
from verify.rules.enclosure import observe
from verify.settings import Budget, Settings

d = dimension("d")
A, B, x = matrix("A", d), matrix("B", d), vector("x", d)
a, c = real("a"), real("c")
QUICK = Settings(Budget.QUICK)
HARD = equal(A @ A, B @ B + A @ B)


def stated(*assumptions: Assumption) -> Theorem:
    claim = Identity(x.T @ A @ A @ x + x.T @ B @ x, x.T @ (B @ B + A @ B) @ x + x.T @ B @ x)
    lie = Identity(claim.left, x.T @ x)
    return Theorem("tests.hard", claim, near_misses={"n": lie}, assumptions=assumptions, docstring="Hard.")


@pytest.fixture
def few_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is hard to meet is drawn for a long time, and at a few points as at many."""
    monkeypatch.setitem(enclosure.POINTS, Budget.QUICK, 4)


@pytest.mark.usefixtures("few_points")
def test_what_is_not_met_is_named_with_how_often_and_a_form_that_works() -> None:
    found = observe(stated(HARD), QUICK)
    evidence = establish(found)
    assert evidence.verdict is Verdict.UNDECIDED
    [said] = missed([evidence])
    assert dict(found.ranges)[MISSED] == said
    assert said.startswith("the assumption A A = B B + A B at ")
    assert " drawn (instances are built for A A = c with a name c for the value" in said


def test_the_form_that_is_offered_works() -> None:
    value = matrix("C", d)
    found = observe(stated(equal(A @ A, value)), QUICK)
    assert found.satisfied == found.requested
    assert not missed([establish(found)])


def test_the_most_frequent_are_named_first_and_few() -> None:
    said = in_words(Counter({"one": 1, "two": 5, "three": 3}), 9, ())
    assert said == "two at 5 of 9 drawn; three at 3 of 9 drawn"


def test_forms_are_by_what_is_compared() -> None:
    assert "x' x = c" in form_that_works(equal(x.T @ x, number(7)))
    assert "x' x <= c" in form_that_works(at_most(x.T @ x, x.T @ A @ x))
    assert "A <= c I" in form_that_works(at_most(A, B @ B))
    assert form_that_works(equal(a, x.T @ x)) == ""
    assert form_that_works(at_most(a, x.T @ x)) == ""
    assert "A <= c I" in form_that_works(at_most(A, c * eye(d)))


@pytest.mark.usefixtures("few_points")
def test_it_is_said_of_a_typed_statement() -> None:
    arguments = ["check", "x'A A x = x'(B B + A B) x", "--let", "A, B: square", "--assume", "A A A = B B B + A B A"]
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 2, done.output
    assert "\nnot met    the assumption A A A = B B B + A B A at " in done.output


def test_no_form_is_offered_where_no_product_has_the_rank_that_is_assumed() -> None:
    m, two = dimension("m"), number(2)
    for U, sizes in ((matrix("U", 2, 3), ()), (matrix("U", m, d), (at_most(m + 1, d),))):
        assumed = equal(U.T @ U, eye(U.shape[1]))
        said = in_words(Counter({"the assumption " + in_symbols(assumed): 2}), 2, (assumed, *sizes))
        assert said.endswith(" at 2 of 2 drawn")
    V = matrix("V", m, d)
    assumed = equal(V.T @ V, eye(d))
    said = in_words(Counter({"the assumption " + in_symbols(assumed): 2}), 2, (assumed, at_most(two, d)))
    assert said.endswith("which is then computed)")
