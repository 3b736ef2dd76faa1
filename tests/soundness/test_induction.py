"""Induction on a number of steps: what is accepted, and every condition that is not met refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

import pytest

import theory as c
from tests.corpus.statements import further
from tests.soundness.random_terms import apart
from theory import ALGEBRA, Bound, Identity, Theorem, at_count, at_most, equal, hypothesis, induction, start, surplus
from theory.grammar.stating import read
from theory.statements.derivation import Derivation, Induction, Line
from theory.terms import CalculusError, Term
from verify.adversary.mutating.slips import slips
from verify.deriving.proposing_lines import propose
from verify.exact.assumptions import check
from verify.exact.drawing import draw
from verify.exact.sizes import dimensions_of
from verify.proof.kernel import Verdict, establish
from verify.proof.lines_on_matrices import check_line, observe

d, t, s = c.dimension("d"), c.steps("t"), c.steps("s")
A, B, P = c.matrix("A", d), c.matrix("B", d), c.projector("P", d)
w, u, v, x = c.vector("w", d), c.vector("u", d), c.vector("v", d), c.random_vector("x", d)
eta, r = c.real("eta"), c.nonnegative("r")
DESCENT = c.iterate(w - eta * A @ w, w, u, t)
CLOSED = (c.eye(d) - eta * A) ** t @ u
LATER = at_count(DESCENT, t, t + 1)


def by(left: Term, right: Term, over=t, *, base=(), step=None, relation="=") -> Derivation:
    """The derivation of a line by induction, with one line in each part."""
    chains = []
    for count, reasons in ((1, base), (over + 1, (hypothesis(left, right, relation),) if step is None else step)):
        low, high = at_count(left, over, count), at_count(right, over, count)
        chains.append(start(low)._then(relation, high, reasons))
    return start(left)._then(relation, right, (induction(over, *chains),))


def judged(left: Term, right: Term, derivation: Derivation | None, *, assumptions=(), relation="=") -> tuple[bool, str]:
    """Is the derivation accepted, and what is said of its last line?"""
    claim = {"=": Identity, "<=": Bound, "<": c.Below}[relation](left, right)
    theorem = Theorem(
        "sandbox.induction", claim, derivation, near_misses={"twice": Identity(left, 2 * right)},
        assumptions=assumptions, docstring="A case.",
    )  # fmt: skip
    trace = observe(theorem)
    return establish(trace).verdict is Verdict.PROVED, trace.parts[0].lines[-1].problem


def test_gradient_descent_is_a_power():
    assert judged(DESCENT, CLOSED, by(DESCENT, CLOSED)) == (True, "")


def test_a_bound_has_a_certificate_in_each_part():
    left, right = 1 + t * r, (1 + r) ** t
    gap = (1 + r) * (right - left) + t * r**2
    derivation = by(
        left, right, base=(surplus(c.zero()),), step=(surplus(gap), hypothesis(left, right, "<=")), relation="<="
    )
    assert judged(left, right, derivation, relation="<=") == (True, "")


def test_a_hypothesis_that_is_a_bound_is_no_equality():
    """(-2)^t is -2 after a step and 4 after two: were it 1 wherever it is at most that, it would be -2 forever."""
    y = c.real("y")
    left, right = c.iterate(-2 * y, y, 1, t), c.number(1)
    step = (surplus(c.number(3)), hypothesis(left, right, "<="))
    derivation = by(left, right, base=(surplus(c.number(3)),), step=step, relation="<=")
    accepted, problem = judged(left, right, derivation, relation="<=")
    assert not accepted
    assert "of the step" in problem


def test_a_hypothesis_between_sums_is_used_as_it_is_written():
    """g becomes 2 g + 1: one more is doubled."""
    g = c.real("g")
    left, right = c.iterate(2 * g + 1, g, r, t) + 1, c.number(2) ** t * (r + 1)
    doubled = start(at_count(left, t, t + 1)).equals(2 * left)
    for supposed, accepted in ((hypothesis(left, right), True), (hypothesis(left, left), False), (ALGEBRA, False)):
        step = doubled.equals(2 * right, supposed).equals(at_count(right, t, t + 1))
        reason = replace(by(left, right).lines[0].induction, step=step)
        assert judged(left, right, start(left).equals(right, reason))[0] is accepted


def test_a_hypothesis_of_a_root_of_a_sum_is_used_as_it_is_written():
    """Two points that are turned and shifted by one step keep their distance; without the turn they need not."""
    for turn, supposes, holds in (
        (c.orthogonal("Q", d), True, True),
        (A, True, False),
        (c.orthogonal("Q", d), False, False),
    ):
        one, other = (c.iterate(turn @ w + v, w, begin, t) for begin in (u, 2 * u))
        left, right = c.sqrt((one - other).T @ (one - other)), c.sqrt(u.T @ u)
        last = (hypothesis(left, right),) if supposes else (ALGEBRA,)
        step = start(at_count(left, t, t + 1)).equals(left).equals(right, *last)
        reason = replace(by(left, right).lines[0].induction, step=step)
        assert judged(left, right, start(left).equals(right, reason))[0] is holds


def test_what_it_rests_on_is_said():
    theorem = Theorem(
        "sandbox.induction", Identity(DESCENT, CLOSED), by(DESCENT, CLOSED), docstring="A case.",
        near_misses={"twice": Identity(DESCENT, 2 * CLOSED)},
    )  # fmt: skip
    assert "induction on a number of steps" in observe(theorem).parts[0].lines[0].used


def _of(claim: Identity) -> Theorem:
    return Theorem("sandbox.induction", claim, near_misses={"twice": claim}, docstring="A case.")


REFUSED = {
    "a step without its hypothesis": (DESCENT, CLOSED, by(DESCENT, CLOSED, step=(ALGEBRA,)), "line 1 of the step"),
    "what holds after one step alone": (DESCENT, u - t * eta * A @ u, by(DESCENT, u - t * eta * A @ u), "of the step"),
    "what is kept, and does not begin": (DESCENT, 0 * u, by(DESCENT, 0 * u), "line 1 of the base"),
    "another number of steps": (DESCENT, CLOSED, by(DESCENT, CLOSED, s), "of which the line says nothing"),
    "a hypothesis of another time": (
        DESCENT, CLOSED, by(DESCENT, CLOSED, step=(hypothesis(LATER, at_count(CLOSED, t, t + 1)),)),
        "which the theorem does not assume",
    ),
    "a hypothesis outside": (
        DESCENT, CLOSED, start(DESCENT).equals(CLOSED, hypothesis(DESCENT, CLOSED)),
        "which the theorem does not assume",
    ),
    "a reason beside it": (
        DESCENT, CLOSED,
        Derivation(DESCENT, (Line("=", CLOSED, (ALGEBRA, *by(DESCENT, CLOSED).lines[0].reasons)),)), "no other reason",
    ),
    "a reason behind it": (
        DESCENT, CLOSED,
        Derivation(DESCENT, (Line("=", CLOSED, (*by(DESCENT, CLOSED).lines[0].reasons, ALGEBRA)),)), "no other reason",
    ),
    "a base that is another's": (
        DESCENT, CLOSED,
        start(DESCENT).equals(CLOSED, Induction(t, start(u).equals(u), by(DESCENT, CLOSED).lines[0].induction.step)),
        "the base does not run",
    ),
    "a step that is another's": (
        DESCENT, CLOSED,
        start(DESCENT).equals(CLOSED, Induction(t, by(DESCENT, CLOSED).lines[0].induction.base, start(u).equals(u))),
        "the step does not run",
    ),
    "a symbol that counts nothing": (
        DESCENT, CLOSED, start(DESCENT).equals(CLOSED, replace(by(DESCENT, CLOSED).lines[0].reasons[0], over=r)),
        "no number of steps",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    left, right, derivation, why = REFUSED[name]
    accepted, problem = judged(left, right, derivation)
    assert not accepted
    assert why in problem


@pytest.mark.parametrize("side", [DESCENT, CLOSED])
@pytest.mark.parametrize("part", ["base", "step"])
def test_a_chain_from_one_side_to_itself_is_neither_base_nor_step(side, part):
    alone = at_count(side, t, 1 if part == "base" else t + 1)
    reason = replace(by(DESCENT, CLOSED).lines[0].induction, **{part: start(alone).equals(alone)})
    accepted, problem = judged(DESCENT, CLOSED, start(DESCENT).equals(CLOSED, reason))
    assert not accepted
    assert f"the {part} does not run" in problem


def test_one_side_may_say_nothing_of_the_steps():
    assert judged(P**t, P, by(P**t, P)) == (True, "")


def test_a_relation_that_is_none_is_refused():
    line = replace(by(DESCENT, CLOSED).lines[0], relation=">=")
    accepted, problem = judged(DESCENT, CLOSED, Derivation(DESCENT, (line,)))
    assert not accepted
    assert "a line by induction is =, <= or <" in problem


def test_what_base_and_step_rest_on_is_said():
    law = equal(A @ B, B)
    left, right = A**t @ B + s * A, B + s * A
    for base, step in (((law,), (hypothesis(left, right), law)), ((law,), (law, hypothesis(left, right)))):
        theorem = Theorem(
            "sandbox.induction", Identity(left, right), by(left, right, base=base, step=step), docstring="A case.",
            near_misses={"twice": Identity(left, 2 * right)}, assumptions=(law,),
        )  # fmt: skip
        (line,) = observe(theorem).parts[0].lines
        assert line.accepted
        assert line.used == ("A B = B", "induction on a number of steps")


def test_an_assumption_on_the_number_of_steps_is_in_the_way():
    accepted, problem = judged(DESCENT, CLOSED, by(DESCENT, CLOSED), assumptions=(at_most(eta * t, r),))
    assert not accepted
    assert "induction on t, of which" in problem


def test_a_definition_may_hide_the_number_of_steps():
    hidden = c.define("hidden", (w,), t * w)
    left, right = DESCENT + hidden(u), CLOSED + hidden(u)
    accepted, problem = judged(left, right, by(left, right))
    assert not accepted
    assert "t stands where it is no count of steps and no number" in problem


def test_nor_does_it_hide_what_cancels_on_one_side():
    hidden = c.define("hidden", (w,), t * w)
    for left, right in ((DESCENT + hidden(u) - hidden(u), CLOSED), (DESCENT, CLOSED + hidden(u) - hidden(u))):
        accepted, problem = judged(left, right, by(left, right))
        assert not accepted
        assert "t stands where it is no count of steps and no number" in problem


def test_an_identity_takes_no_inequality():
    weak = start(at_count(DESCENT, t, 1).T @ u).at_most(at_count(CLOSED, t, 1).T @ u, surplus(c.zero()))
    left, right = DESCENT.T @ u, CLOSED.T @ u
    strong = by(left, right).lines[0].induction.step
    accepted, problem = judged(left, right, start(left).equals(right, Induction(t, weak, strong)))
    assert not accepted
    assert "does not come to =" in problem


def test_a_line_that_is_random_is_not_for_induction():
    left, right = c.iterate(w + x, w, u, t), u + t * x
    line = by(left, right).lines[0]
    theorem = Theorem(
        "sandbox.induction", Identity(c.E(left, x), c.E(right, x)), docstring="A case.",
        derivation=start(c.E(left, x)).equals(c.E(right, x)), near_misses={"twice": Identity(c.E(left, x), 0 * u)},
    )  # fmt: skip
    trace = check_line(theorem, 1, left, line)
    assert not trace.accepted
    assert "outside of an expectation" in trace.problem


@pytest.mark.parametrize("turned", [False, True])
def test_nor_is_one_of_which_one_side_is(turned):
    sides = c.iterate(w + x, w, u, t) - t * x, u
    left, right = reversed(sides) if turned else sides
    trace = check_line(_of(Identity(u, u)), 1, left, by(left, right).lines[0])
    assert not trace.accepted
    assert "outside of an expectation" in trace.problem


def test_under_the_mean_it_is():
    left, right = c.E(c.iterate(w + x, w, u, t), x), u + t * c.E(x)
    assert judged(left, right, by(left, right)) == (True, "")


def test_an_induction_in_an_induction():
    """A^s A^t = A^(s + t): on t, and in the step on s, which uses nothing of t."""
    left, right = A**s @ A**t, A ** (s + t)
    assert judged(left, right, by(left, right)) == (True, "")
    again = by(at_count(left, t, t + 1), at_count(right, t, t + 1))
    nested = start(left).equals(right, Induction(t, by(left, right).lines[0].induction.base, again))
    accepted, problem = judged(left, right, nested)
    assert not accepted  # the hypothesis around it speaks of t
    assert "induction on t, of which" in problem


@dataclass(frozen=True)
class Claimed(Induction):
    """A class of somebody's own."""


def test_a_subclass_is_no_induction():
    inner = by(DESCENT, CLOSED).lines[0].induction
    derivation = start(DESCENT).equals(CLOSED, Claimed(inner.over, inner.base, inner.step))
    accepted, problem = judged(DESCENT, CLOSED, derivation)
    assert not accepted
    assert "no reason that this checker knows" in problem


@pytest.mark.parametrize(("over", "base"), [(d, None), (t, start(u)), (t, "base")])
def test_what_is_no_induction_is_refused_where_it_is_written(over, base):
    line = by(DESCENT, CLOSED).lines[0].induction
    with pytest.raises(CalculusError, match="expected"):
        induction(over, line.base if base is None else base, line.step)


# ---- what the search finds is so ------------------------------------------------------------------------------
STATED = [entry for entry in further() if entry.topic == "Powers and recursions" and entry.holds]


@pytest.mark.parametrize("entry", STATED, ids=lambda entry: entry.says)
def test_a_slip_in_a_true_statement_is_not_derived(entry):
    """Or it holds at every instance that is tried."""
    options = {name: [text] for name, text in entry.options}
    stated = read(entry.says, **options)
    claim, rng = stated.claim, Random(entry.says)
    for side in ("left", "right"):
        for name, changed in list(slips(getattr(claim, side)))[:8]:
            try:
                wrong = replace(claim, **{side: changed})
                theorem = Theorem(
                    "sandbox.slip", wrong, docstring="A slip.", near_misses={"right": claim},
                    assumptions=stated.assumptions,
                )  # fmt: skip
            except CalculusError:
                continue
            if claim.relation != "=" or not propose(theorem, limit=300).complete:
                continue
            for _ in range(12):
                sizes = {n: rng.randint(1, 3) for n in dimensions_of(wrong, stated.assumptions)}
                instance = draw(wrong, stated.assumptions, sizes, rng, "small")
                if instance is not None and check(instance, wrong, stated.assumptions).holds is True:
                    assert not apart(wrong.left, wrong.right, instance), (name, instance)


# ---- what pretends to be something else -----------------------------------------------------------------------
class Silent(tuple):
    """Lines that nobody sees."""

    def __iter__(self):
        return iter(())


class Elsewhere(c.terms.Iterate):
    """A recursion that calls itself equal to another."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = c.terms.Iterate.__hash__


def test_lines_that_are_not_seen_are_no_step():
    inner = by(A**t, A).lines[0].induction
    hidden = Derivation(inner.step.start, Silent(inner.step.lines))
    accepted, problem = judged(A**t, A, start(A**t).equals(A, Induction(t, inner.base, hidden)))
    assert not accepted
    assert "the step does not run" in problem


class OfLine(Line):
    """A line of somebody's own."""


class OfDerivation(Derivation):
    """A derivation of somebody's own."""


@pytest.mark.parametrize("part", ["base", "step"])
def test_a_base_and_a_step_are_derivations_of_lines_with_reasons_exactly(part):
    inner = by(DESCENT, CLOSED).lines[0].induction
    chain = getattr(inner, part)
    (line,) = chain.lines
    for other in (
        OfDerivation(chain.start, chain.lines),
        Derivation(chain.start, (OfLine(line.relation, line.term, line.reasons),)),
        Derivation(chain.start, (line, OfLine("=", line.term, (ALGEBRA,)))),
        Derivation(chain.start, (replace(line, reasons=Silent(line.reasons)),)),
    ):
        accepted, problem = judged(DESCENT, CLOSED, start(DESCENT).equals(CLOSED, replace(inner, **{part: other})))
        assert not accepted
        assert f"the {part} does not run" in problem


def test_a_number_of_steps_is_a_symbol_exactly():
    reason = replace(by(DESCENT, CLOSED).lines[0].induction, over=Another("t", (1, 1), t.properties))
    accepted, problem = judged(DESCENT, CLOSED, start(DESCENT).equals(CLOSED, reason))
    assert not accepted
    assert "is no number of steps" in problem


def test_a_hypothesis_is_what_the_line_says_and_no_equal_of_it():
    false = A**t @ B
    power = false.factors[0]
    pretended = Elsewhere(power.bodies, power.variables, power.starts, power.count, power.index)
    derivation = by(A**t, A, step=(equal(pretended, A),))
    assert not judged(A**t, A, derivation)[0]


class Another(c.terms.Symbol):
    """A symbol that a size may be made of, with the name of another."""


@pytest.mark.parametrize(
    "count",
    [
        c.terms.Size((((t,), 1), ((t,), 1))),
        c.terms.Size((((t,), 0), ((s,), 1))),
        c.terms.Size((((Another("t", (1, 1), t.properties),), 1), ((s,), 1))),
    ],
    ids=["twice", "not at all", "another's"],
)
def test_a_count_is_made_by_the_arithmetic_of_sizes(count):
    term = replace(A**t, count=count)
    accepted, problem = judged(term, term + 0 * A, start(term).equals(term + 0 * A))
    assert not accepted
    assert "no node of this calculus" in problem


LETTER, OTHER = replace(w, bound=1), replace(c.vector("h", d), bound=1)


@pytest.mark.parametrize(
    "letters",
    [
        (w,),
        (LETTER, replace(OTHER, bound=0)),
        (replace(LETTER, bound=-1), OTHER),
        (Another("w", (d, 1), w.properties, bound=1),),
    ],
    ids=["free", "free beside a letter", "a direction", "another's"],
)
def test_the_letters_of_a_recursion_are_bound_symbols_exactly(letters):
    for variables, accepted in ((letters, False), ((LETTER, OTHER)[: len(letters)], True)):
        starts = (u, v)[: len(variables)]
        term = c.terms.Iterate(tuple(2 * letter for letter in variables), variables, starts, t)
        found, problem = judged(term, term + 0 * u, start(term).equals(term + 0 * u))
        assert found is accepted
        assert accepted or "no node of this calculus" in problem


def test_a_letter_is_not_bound_by_what_stands_further_out():
    """The binder of the derivative has the depth of the letter inside the definition."""
    number, letter = c.real("a"), c.real("z")
    root = c.define("D", (m := c.real("m"),), c.iterate(c.sqrt(letter), letter, m, 1))
    slope = c.gradient(letter * root(number), letter, at=c.number(1))
    derivation = start(c.zero()).at_most(number, surplus(slope**2), c.unfold(root), c.DIFFERENTIATE)
    accepted, problem = judged(c.zero(), number, derivation, relation="<=")
    assert not accepted
    assert "it is not shown that z~ is nonnegative" in problem
