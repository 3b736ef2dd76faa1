"""What SymPy says of true and of false lines, on matrices of any dimension, at sizes, and on numbers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction

import pytest

from theory import (
    ALGEBRA,
    Bound,
    E,
    Identity,
    Numbers,
    Part,
    Term,
    Theorem,
    activation,
    at_least,
    basis_vector,
    det,
    diag,
    dimension,
    entry,
    equal,
    exp,
    eye,
    gradient,
    hadamard,
    hessian,
    integral,
    interchange,
    inverse,
    jacobian,
    log,
    matrix,
    norm,
    number,
    ones,
    orthogonal,
    permutation,
    positive,
    positive_definite,
    projector,
    random_vector,
    real,
    scalar_field,
    squares,
    start,
    surplus,
    symmetric,
    trace,
    vector,
)
from theory.statements.claims import Claim
from theory.statements.lemmas import SteinIdentity
from theory.statements.theorem import NearMiss
from verify.by_sympy import answers, at_instances
from verify.by_sympy.answers import Answer, Repeated
from verify.by_sympy.dimension_free import Words
from verify.by_sympy.lines_on_matrices import repeat
from verify.by_sympy.lines_on_numbers import repeat as repeat_on_numbers
from verify.loading import loader
from verify.patience import WORKING
from verify.proof import door
from verify.proof.observations import LineOutcome, RepeatedLine, RepeatedPart, RepeatedTrace
from verify.rules.second_opinion import observe
from verify.running.concluding import concluded
from verify.running.executors import Outcome
from verify.settings import Settings

d, m = dimension("d"), dimension("m")
a, r, w, u, v, y = real("a"), positive("r"), *(vector(name, d) for name in "wuvy")
A, B, X = matrix("A", d), matrix("B", d), matrix("X", m, d)
S, T, P, K = positive_definite("S", d), positive_definite("T", d), projector("P", d), symmetric("K", d)
x = random_vector("x", d)
phi, loss = activation("phi"), scalar_field("L", d)
MOMENT, CENTRED = equal(E(x @ x.T), S), equal(E(x), 0 * u)
Rot, Per = orthogonal("R", d), permutation("Per", d)
one, e = ones(d), basis_vector("e", d)
N = inverse(S + a * T)

TRUE: dict[str, tuple[Term, Term, tuple[object, ...]]] = {
    "the gradient of a square": (gradient(w.T @ A @ w, w), A @ w + A.T @ w, ()),
    "the Hessian of a square": (hessian(w.T @ A @ w, w), A + A.T, ()),
    "the gradient in a matrix": (gradient(u.T @ A @ v, A), u @ v.T, ()),
    "the gradient of a trace": (gradient(trace(A @ B), A), B.T, ()),
    "the chain rule under a field": (gradient(loss(A @ w), w), A.T @ loss.gradient(A @ w), ()),
    "the Hessian of a field": (hessian(loss(A @ w), w), A.T @ loss.hessian(A @ w) @ A, ()),
    "a Jacobian": (jacobian(w.T @ w * w, w), w.T @ w * eye(d) + 2 * w @ w.T, ()),
    "the slope of an inverse": (
        gradient(u.T @ inverse(S + a * T) @ u, a),
        -u.T @ inverse(S + a * T) @ T @ inverse(S + a * T) @ u,
        (),
    ),
    "the gradient of an entrywise function": (gradient(one.T @ phi(A @ w), w), A.T @ phi.prime(A @ w), ()),
    "the Jacobian of an entrywise function": (jacobian(phi(A @ w), w), diag(phi.prime(A @ w)) @ A, ()),
    "an inverse beside its sum": (inverse(S + r * eye(d)) @ S, eye(d) - r * inverse(S + r * eye(d)), ()),
    "a projector": (P @ A @ P @ P @ B, P @ A @ P @ B, ()),
    "diagonal matrices commute": (diag(u) @ diag(v) @ w, diag(w) @ diag(v) @ u, ()),
    "the trace of a diagonal matrix": (trace(diag(u) @ diag(v)), u.T @ v, ()),
    "an entrywise product of outer products": (hadamard(u @ v.T, w @ y.T), hadamard(u, w) @ hadamard(v, y).T, ()),
    "a second moment": (E((x.T @ w) * (x.T @ A @ u)), w.T @ S @ A @ u, (MOMENT,)),
    "a trace of a second moment": (E(x.T @ A @ x), trace(A @ S), (MOMENT,)),
    "linearity": (E(phi(x.T @ w) * (x.T @ u + 1)), u.T @ E(phi(x.T @ w) * x) + E(phi(x.T @ w)), ()),
    "a gradient under E": (gradient(E(phi(x.T @ w)), w), E(phi.prime(x.T @ w) * x), (interchange(x),)),
    "an orthogonal matrix": (norm(A @ w) ** 2, w.T @ w, (equal(A.T @ A, eye(d)),)),
    "a named trace": (trace(A) * w, a * w, (equal(trace(A), a),)),
    "a determinant": (det(A @ S @ A.T) * det(inverse(S)), det(A) ** 2, ()),
    "Jacobi's formula": (gradient(det(A), A), det(A) * inverse(A).T, ()),
    "the slope of a determinant": (
        gradient(det(S + a * T), a),
        det(S + a * T) * trace(inverse(S + a * T) @ T),
        (),
    ),
    "the Hessian of a determinant": (
        hessian(det(A + w @ u.T), w),
        0 * u @ u.T,
        (),
    ),
    "an entry": (e.T @ A @ e * (one.T @ e) / (e.T @ e), entry(A, e, e), ()),
    "exp of a sum": (exp(a + r) * exp(-r), exp(a), ()),
    "the gradient of exp": (gradient(exp(w.T @ u), w), exp(u.T @ w) * u, ()),
    "the gradient of log-sum-exp": (gradient(log(one.T @ exp(w)), w), exp(w) / (one.T @ exp(w)), ()),
    "the slope of log det": (gradient(log(det(S + a * T)), a), trace(inverse(S + a * T) @ T), ()),
    "an orthogonal change of basis": (trace(Rot.T @ A @ Rot), trace(A), ()),
    "a permutation of the entries of 1": (one.T @ Per @ w, one.T @ w, ()),
    "a function of entries in another order": (phi(Per @ w), Per @ phi(w), ()),
    "with what is the same everywhere": (phi(Per @ w + a * one), Per @ phi(w + a * one), ()),
    "a gradient through a permutation": (gradient(one.T @ phi(Per @ w), w), phi.prime(w), ()),
    "sizes": (trace(eye(d)) * (one.T @ one), number(1) * d * d, ()),
}
FALSE: dict[str, tuple[Term, Term, tuple[object, ...]]] = {
    "half a gradient": (gradient(w.T @ A @ w, w), 2 * A @ w, ()),
    "transposed": (gradient(loss(A @ w), w), A @ loss.gradient(A @ w), ()),
    "the wrong sign of an inverse": (gradient(u.T @ N @ u, a), u.T @ N @ T @ N @ u, ()),
    "a matrix does not commute": (A @ B, B @ A, ()),
    "a moment for its square": (E(phi(x.T @ w)) ** 2, E(phi(x.T @ w) ** 2), ()),
    "a function of turned entries": (phi(Rot @ w), Rot @ phi(w), ()),
    "an order of entries": (Per @ w, w, ()),
    "not centred": (E(x.T @ w), 0 * a, ()),
    "a hat matrix that is not square": (X.T @ inverse(X @ X.T + eye(m)) @ X, eye(d), ()),
    "0^0": (a * (u.T @ v - v.T @ u) ** Fraction(0), 0 * a, ()),
    "a determinant is no sum": (det(A + B), det(A) + det(B), ()),
    "a determinant of a multiple": (det(2 * A), 2 * det(A), ()),
    "Jacobi's formula without its transpose": (gradient(det(A), A), det(A) * inverse(A), ()),
    "exp of a product": (exp(a * r), exp(a) * exp(r), ()),
    "log of a sum": (log(r + one.T @ one), log(r) + log(one.T @ one), ()),
    "a diagonal matrix is no scalar": (diag(u) @ A @ v, A @ diag(u) @ v, ()),
}  # fmt: skip


def theorem(
    left: Term, right: Term, assumptions: tuple[object, ...] = (), *, relation: str = "=", by: object = ALGEBRA
) -> Theorem:
    claim: Claim = Identity(left, right) if relation == "=" else Bound(left, right)
    begun = start(left)
    proof = begun.equals(right, by) if relation == "=" else begun.at_most(right, by)  # type: ignore[arg-type]
    return Theorem(
        __name__, claim, proof, assumptions=assumptions, near_misses={"other": type(claim)(left, 2 * right + right)}  # type: ignore[arg-type]
    )  # fmt: skip


def answer(*given: object, **named: object) -> Repeated:
    return repeat(theorem(*given, **named))[0][0]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", TRUE)
def test_a_true_line_is_shown_for_every_dimension(name: str) -> None:
    assert answer(*TRUE[name]) == Repeated(1, Answer.EVERYWHERE)


@pytest.mark.parametrize("name", FALSE)
def test_a_false_line_differs_at_an_instance_that_is_shown(name: str) -> None:
    found = answer(*FALSE[name])
    assert found.answer is Answer.DIFFERS
    assert " = " in found.detail
    assert "of their size at" in found.detail


# ---- <=, squares, parts without lines -----------------------------------------------------------------------
def test_a_bound_is_its_certificate() -> None:
    right = w.T @ w + a**2
    assert answer(w.T @ w, right, relation="<=", by=surplus(a**2)).answer is Answer.EVERYWHERE
    assert answer(w.T @ w, right, relation="<=", by=surplus(2 * a**2)).answer is Answer.DIFFERS


def test_a_bound_without_a_certificate_is_a_line_that_is_open() -> None:
    stated = theorem(w.T @ w, w.T @ w + a**2, relation="<=", by=ALGEBRA)
    assert repeat(stated) == ((Repeated(1, Answer.OPEN, "an inequality without a certificate"),),)
    trace = RepeatedTrace(
        (RepeatedPart("", (RepeatedLine(1, LineOutcome.OPEN, "an inequality without a certificate"),)),)
    )
    assert observe(stated, Settings()) == trace
    seen = {("derivation", ""): (Outcome(door.check(stated), 0.0), False), ("sympy", ""): (Outcome(trace, 0.0), False)}
    found = concluded(stated, Settings(), seen, {}, sides=lambda erratum, witness: None)
    assert "fault of normproof" not in found.reason


def test_squares_are_compared_as_squares() -> None:
    right, more = norm(w) * norm(w), (w.T @ w) ** 2 - (u.T @ w) ** 2
    assert answer(u.T @ w, right, relation="<=", by=squares(more)).answer is Answer.EVERYWHERE
    assert answer(u.T @ w, right, relation="<=", by=surplus(more)).answer is Answer.DIFFERS


def test_a_part_without_lines_is_put_as_its_claim() -> None:
    parts = (Part("equal", Identity(A @ B @ w, A @ (B @ w)), None), Part("bound", Bound(-(a**2), a**2), None))
    found = repeat(Theorem(__name__, parts=parts, near_misses={"other": Identity(A @ B @ w, B @ A @ w)}))
    assert found == ((Repeated(1, Answer.EVERYWHERE),), ())


# ---- what words do not say ----------------------------------------------------------------------------------
def test_what_words_do_not_say_is_shown_at_sizes_that_are_listed() -> None:
    found = answer(trace(hadamard(A, B) @ hadamard(A, B).T), one.T @ hadamard(hadamard(A, A), hadamard(B, B)) @ one)
    assert found == Repeated(1, Answer.AT_SIZES, "d = 2; d = 3")


def test_a_function_of_every_entry_of_a_matrix_is_shown_at_sizes() -> None:
    assert answer(phi(A).T, phi(A.T)).answer is Answer.AT_SIZES
    assert answer(phi(A).T, phi(A)).answer is Answer.DIFFERS
    assert answer(phi(Per @ A), Per @ phi(A)).answer is Answer.AT_SIZES
    assert answer(phi(Per @ A), phi(A)).answer is Answer.DIFFERS


def test_a_derivative_under_E_is_not_taken_unasked() -> None:
    left, right, _ = TRUE["a gradient under E"]
    found = answer(left, right)
    assert found.answer is Answer.OPEN
    assert "a derivative under E over x, which is not assumed" in found.detail


def test_a_limit_of_work_leaves_the_line_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "SECONDS", 0.005)
    left, right, _ = TRUE["the slope of an inverse"]
    words = Words()
    _, why = answers.Asked().ask(lambda: [words.value(left @ right, {}) for _ in range(1000)])
    assert why.startswith("more than 0 s")


def test_all_lines_together_end_below_what_a_unit_may_take_and_cost_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    assert min(WORKING.values()) > answers.ALL + answers.SECONDS / 10
    monkeypatch.setattr(answers, "ALL", 0.0)
    found = answer(*TRUE["a projector"])
    assert found == Repeated(1, Answer.OPEN, "more than 0 s of computing for the lines before")


def test_an_error_of_sympy_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Words, value: object) -> bool:
        raise ZeroDivisionError("of SymPy")

    monkeypatch.setattr(Words, "vanishes", broken)
    assert answer(a * w, w * a).answer is Answer.AT_SIZES


# ---- instances ----------------------------------------------------------------------------------------------
def test_an_instance_that_meets_no_assumption_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_instances.Instance, "_met", lambda self, assumption: False)
    assert answer(A @ B, B @ A, (equal(trace(A), r),)).answer is Answer.OPEN


def test_a_tiny_difference_is_denied_between_rational_numbers_only() -> None:
    tiny = 1 + Fraction(1, 10**40)
    assert answer(a * w, tiny * a * w).answer is Answer.DIFFERS
    root = number(2) ** Fraction(1, 2) * a
    assert answer(root, tiny * root).answer is Answer.OPEN


def test_the_trace_of_a_thin_hat_matrix_is_its_rank_and_not_its_size() -> None:
    hat = trace(X @ inverse(X.T @ X) @ X.T)
    assert answer(hat, 1 * d).answer is Answer.EVERYWHERE
    assert answer(hat, 1 * m).answer is Answer.DIFFERS


# ---- numbers ------------------------------------------------------------------------------------------------
t = real("t")
UNIT = Numbers((at_least(r, 1),))


def on_numbers(left: Term, right: Term) -> Repeated:
    other = {"other": Identity(left, right + 1)}
    stated = Theorem(__name__, Identity(left, right), start(left).equals(right), near_misses=other, setting=UNIT)
    return repeat_on_numbers(stated)[0][0]


def test_numbers_are_equal_by_algebra_or_at_points() -> None:
    assert on_numbers((r + 1) ** 2 / (r + 1), r + 1) == Repeated(1, Answer.EVERYWHERE)
    assert on_numbers(exp(r) * exp(r), exp(2 * r)).answer in (Answer.EVERYWHERE, Answer.AT_POINTS)
    assert on_numbers(integral(exp(-r * t), t, 0, r), (1 - exp(-(r**2))) / r) == Repeated(
        1, Answer.AT_POINTS, "2 points"
    )
    inner = integral(integral(exp(-r * t), t, 0, r) * t, t, 0, 1)
    assert on_numbers(inner, (1 - exp(-(r**2))) / (2 * r)).answer is Answer.AT_POINTS


def test_numbers_that_differ_are_shown_with_their_point() -> None:
    found = on_numbers(integral(exp(-r * t), t, 0, r), (1 - exp(-r)) / r)
    assert found.answer is Answer.DIFFERS
    assert " at r = " in found.detail


def test_numbers_that_are_too_near_are_left_open() -> None:
    assert on_numbers(exp(r), exp(r) * (1 + Fraction(1, 10**12))).answer is Answer.OPEN


def test_powers_that_could_not_be_written_out_are_left_open() -> None:
    """SymPy makes 2^c of exp(c log 2), digit by digit."""
    for inner in (number(2), trace(S)):
        huge = exp(1 + 10**12 * log(inner)) * trace(A)
        found = answer(huge, huge + 0 * huge)
        assert found.answer is Answer.OPEN
        assert "so large a multiple" in found.detail


# ---- the catalogue ------------------------------------------------------------------------------------------
def catalogue(topic: str) -> Iterator[Theorem]:
    for found in loader.load([topic]):
        if type(found) is Theorem:
            yield found


@pytest.mark.slow
def test_every_line_of_decoupling_is_derived_again_for_every_dimension() -> None:
    """By parts at sizes: a normal law is taken entry by entry."""
    for found in catalogue("decoupling"):
        for part, lines in zip(found.parts, repeat(found), strict=True):
            assert part.derivation is not None
            for line, said in zip(part.derivation.lines, lines, strict=True):
                by_parts = any(isinstance(reason, SteinIdentity) for reason in line.reasons)
                assert said.answer is (Answer.AT_SIZES if by_parts else Answer.EVERYWHERE)


@pytest.mark.slow
@pytest.mark.parametrize("topic", ["decoupling", "smoothness"])
def test_no_near_miss_of_the_catalogue_is_called_equal(topic: str) -> None:
    tried = 0
    for found in catalogue(topic):
        for name, stated in found.near_miss_list():
            claim, without = (stated.claim, stated.without) if isinstance(stated, NearMiss) else (stated, ())
            if claim.relation != "=":
                continue
            words = Words(a for a in found.assumptions if a not in without)
            words.assume()
            gap = words.add(words.read(claim.left), words.scaled(-1, words.read(claim.right)))
            assert not words.vanishes(gap), f"{found.id}: {name}"
            tried += 1
    assert tried > 30


def test_the_room_is_loaded_only_when_a_line_is_put_to_it() -> None:
    """SymPy takes longer to load than all else."""
    import subprocess

    code = "import verify.running.rulebook, sys; print('sympy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "False\n"
