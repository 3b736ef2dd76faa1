"""Random terms of the calculus with everything that has a side condition in it, degenerate values, and what they are.

Non-square and singular matrices, dimensions 1 and 2, equal symbols, zeros, and the powers 0, 1/2, -1 and others of
everything. `value` evaluates a term in balls at one instance, by code that shares nothing with the normal form.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random

from flint import arb
from hypothesis import strategies as st

import theory as c
from theory import Identity
from theory.terms import Symbol, Term
from theory.terms.rewrite import substitute
from verify.exact.assumptions import check, scope_of
from verify.exact.balls import Balls
from verify.exact.components import evaluate
from verify.exact.drawing import CORNER, ZERO, draw
from verify.exact.instances import Instance
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError

n, columns_of_X = c.dimension("n"), c.dimension("l")
a, b, p, q, k = c.real("a"), c.real("b"), c.positive("p"), c.nonnegative("q"), c.negative("k")
u, v, w = c.vector("u", n), c.vector("v", n), c.vector("w", n, nonzero=True)
A, B, X = c.matrix("A", n), c.matrix("B", n), c.matrix("X", n, columns_of_X)
G, Rot = c.invertible("G", n), c.orthogonal("R", n)
Pi, Pj = c.permutation("Pi", n), c.permutation("Pj", n)
S, N, Q, M = c.positive_definite("S", n), c.positive_semidefinite("N", n), c.projector("Q", n), c.symmetric("M", n)
e, f = c.basis_vector("e", n), c.basis_vector("f", n)
z = c.vector("z", columns_of_X)
EXPONENTS = [Fraction(n, d) for n, d in ((0, 1), (1, 2), (-1, 1), (2, 1), (-2, 1), (-1, 2), (3, 2), (1, 3), (2, 3))]
BITS = (128, 512)

numbers = st.sampled_from([Fraction(v) for v in (0, 1, -1, 2, -3)] + [Fraction(1, 2)]).map(c.number)
leaves = st.sampled_from([a, b, p, q, k, n]) | numbers


def scalars(depth: int) -> st.SearchStrategy[Term]:
    """Scalar terms of at most this depth."""
    if depth == 0:
        return leaves
    inner, columns, tables = scalars(depth - 1), vectors(depth - 1), squares(depth - 1)
    return st.one_of(
        leaves,
        st.builds(lambda s, t: s + t, inner, inner),
        st.builds(lambda s, t: s - t, inner, inner),
        st.builds(lambda s, t: s * t, inner, inner),
        st.builds(lambda s, e: s**e, inner, st.sampled_from(EXPONENTS)),
        st.builds(lambda s, e: (s * s) ** e, inner, st.sampled_from(EXPONENTS)),
        st.builds(lambda s, t, e: (s * t) ** e, inner, inner, st.sampled_from(EXPONENTS)),
        st.builds(abs, inner),
        st.builds(lambda s, t: s.T @ t, columns, columns),
        st.builds(c.norm, columns),
        st.builds(lambda s, t: s.T @ t @ s, columns, tables),
        st.builds(c.trace, tables),
        st.builds(c.det, tables),
        st.builds(c.largest_eigenvalue, tables),
        st.builds(lambda s: c.largest_eigenvalue(s + s.T), tables),
        st.builds(lambda s: c.largest_eigenvalue(s.T @ s), tables),
        st.builds(c.exp, inner),
        st.builds(c.log, inner),
        st.builds(lambda t: c.ones(n).T @ c.exp(t), columns),
        st.builds(lambda body, at: c.derivative(body, a, at=at), inner, inner),
    )


RSQRT = c.activation("rsqrt")
of_positive = st.sampled_from([c.activation("log"), c.activation("sqrt"), RSQRT])


def above_zero(s: Term, t: Term) -> Term:
    """A column with positive entries."""
    return c.exp(s) + c.hadamard(t, t)


def vectors(depth: int) -> st.SearchStrategy[Term]:
    """Columns of n entries."""
    columns = st.sampled_from([u, v, w, e, f, c.ones(n), c.zero(n)])
    if depth == 0:
        return columns
    inner, tables = vectors(depth - 1), squares(depth - 1)
    return st.one_of(
        columns,
        st.builds(lambda s, t: s + t, inner, inner),
        st.builds(lambda s, t: s * t, scalars(depth - 1), inner),
        st.builds(lambda s, t: s @ t, tables, inner),
        st.builds(c.hadamard, inner, inner),
        st.builds(c.activation("abs"), inner),
        st.builds(
            lambda f, s: f(s), of_positive, inner | st.builds(lambda s, t: c.exp(s) + c.hadamard(t, t), inner, inner)
        ),
        st.just(X @ z),
        st.builds(lambda body, at: c.gradient(body, u, at=at), scalars(depth - 1), inner),
    )


def squares(depth: int) -> st.SearchStrategy[Term]:
    """Square matrices of size n, some of them singular, and inverses of what may be."""
    tables = st.sampled_from(
        [A, B, G, Rot, Pi, S, N, Q, M, c.eye(n), c.zero(n, n), X @ X.T, u @ v.T, c.diag(u), c.inverse(S)]
    )
    if depth == 0:
        return tables
    inner = squares(depth - 1)
    return st.one_of(
        tables,
        st.builds(lambda s, t: s + t, inner, inner),
        st.builds(lambda s, t: s @ t, inner, inner),
        st.builds(lambda s: s.T, inner),
        st.builds(c.inverse, inner),
        st.builds(c.hadamard, inner, inner),
        st.builds(c.diag, vectors(depth - 1)),
        st.builds(lambda s, t: s * t, scalars(depth - 1), inner),
        st.just(X @ c.inverse(X.T @ X) @ X.T),
    )


# ---- under E ------------------------------------------------------------------------------------------------
x = c.random_vector("x", n)
functions = st.sampled_from([c.activation("phi"), c.activation("abs"), c.activation("relu"), c.activation("exp")])


def random_scalars(depth: int) -> st.SearchStrategy[Term]:
    """Numbers that may vary with x."""
    columns, fixed = random_vectors(depth - 1), vectors(0)
    products = st.builds(lambda s, t: s.T @ t, columns, columns | fixed)
    squared = st.builds(lambda s: s**2, products)
    return st.one_of(products, squared, st.builds(lambda s, t: s * t, products, products | squared), leaves)


def random_vectors(depth: int) -> st.SearchStrategy[Term]:
    """Columns that may vary with x."""
    if depth <= 0:
        return st.sampled_from([x, x, u, c.ones(n), e])
    inner = random_vectors(depth - 1)
    return st.one_of(
        inner,
        st.builds(lambda f, s: f(s), functions, inner),
        st.builds(lambda s, t: s @ t, squares(0), inner),
        st.builds(lambda s, t: s + t, inner, inner),
        st.builds(c.hadamard, inner, inner),
        st.builds(lambda s, t: s * t, random_scalars(depth - 1), inner) if depth > 1 else inner,
    )


def random_squares(depth: int) -> st.SearchStrategy[Term]:
    """Square matrices that may vary with x."""
    columns = random_vectors(depth)
    return st.one_of(
        st.builds(lambda s, t: s @ t.T, columns, columns),
        st.builds(c.diag, columns),
        st.builds(lambda s, t: s @ c.diag(t), squares(0), columns),
        st.builds(lambda s, t, r: s @ t @ r.T, squares(0), columns, columns),
    )


bodies = st.one_of(random_scalars(3), random_vectors(3), random_squares(2), st.builds(c.trace, random_squares(2)))
means = st.builds(lambda body: c.E(body, x), bodies)
nested = st.builds(
    lambda mean, body: c.E(body @ mean if body.shape[1] == mean.shape[0] else mean.T @ body, x),
    st.builds(lambda body: c.E(body, x), random_squares(1)),
    random_squares(1) | random_vectors(2),
)


# ---- entrywise products, diagonals and traces of them ---------------------------------------------------------
def tables_of_entries(depth: int) -> st.SearchStrategy[Term]:
    """Square matrices made by entrywise products, diagonal matrices, dyads and I."""
    tables = st.sampled_from([A, A, B, S, Pi, X @ X.T, c.eye(n), c.diag(u), c.diag(v), u @ v.T, e @ e.T, c.inverse(S)])
    if depth == 0:
        return tables
    inner = tables_of_entries(depth - 1)
    return st.one_of(
        st.builds(c.hadamard, inner, inner),
        st.builds(lambda s, t: s @ t, inner, inner),
        st.builds(lambda s: s.T, inner),
        st.builds(lambda s: c.diag(c.hadamard(s, c.eye(n)) @ c.ones(n)), inner),
    )


columns_of_entries = st.builds(lambda t, s: t @ s, tables_of_entries(3), st.sampled_from([c.ones(n), u, v, e]))
numbers_of_entries = st.one_of(
    tables_of_entries(3).map(c.trace),
    st.builds(lambda s, t: s.T @ t, st.sampled_from([c.ones(n), u, v, e]), columns_of_entries),
)
of_entries = st.one_of(
    numbers_of_entries,
    columns_of_entries,
    tables_of_entries(3),
    numbers_of_entries.map(lambda body: c.gradient(body, u)),
    numbers_of_entries.map(lambda body: c.gradient(body, A)),
)

# ---- permutations beside what is done entry by entry --------------------------------------------------------
turns = st.sampled_from([Pi, Pi, Pj, Pi.T, Pi @ Pj, Rot])


def turned_columns(depth: int) -> st.SearchStrategy[Term]:
    """Columns with permutations in them, under functions of each entry and beside others."""
    if depth == 0:
        return st.sampled_from([u, v, w, e, c.ones(n), A @ u])
    inner = turned_columns(depth - 1)
    return st.one_of(
        st.builds(lambda s, t: s @ t, turns, inner),
        st.builds(lambda s, t: s @ t, turns, inner),
        st.builds(lambda s, t: s(t), functions, inner),
        st.builds(lambda s, t: s + t, inner, inner),
        st.builds(lambda s, t: s + a * t, inner, inner),
        st.builds(c.hadamard, inner, inner),
        st.builds(lambda s, t: s @ t, turned_tables(depth - 1), inner),
    )


def turned_tables(depth: int) -> st.SearchStrategy[Term]:
    """Square matrices with permutations on both sides of what is done entry by entry."""
    if depth == 0:
        return st.sampled_from([A, B, S, M, Pi, Pj, c.eye(n), u @ v.T, c.diag(u), c.ones(n) @ v.T])
    inner = turned_tables(depth - 1)
    return st.one_of(
        st.builds(lambda s, t: s @ t, turns, inner),
        st.builds(lambda s, t: s @ t, inner, turns),
        st.builds(lambda s, t: s @ t @ s.T, turns, inner),
        st.builds(lambda s, t: s(t), functions, inner),
        st.builds(c.hadamard, inner, inner),
        st.builds(lambda s, t: s + t, inner, inner),
        st.builds(lambda s, t: s @ t, inner, inner),
        st.builds(lambda s: s.T, inner),
        st.builds(c.diag, turned_columns(depth - 1)),
        st.builds(lambda s: c.inverse(c.diag(s)), turned_columns(depth - 1)),
        st.builds(lambda s: c.diag(c.hadamard(s, c.eye(n)) @ c.ones(n)), inner),
    )


turned_numbers = st.one_of(
    turned_tables(3).map(c.trace),
    turned_tables(2).map(c.det),
    turned_tables(2).map(lambda s: c.largest_eigenvalue(s + s.T)),
    turned_columns(2).map(lambda s: c.largest_eigenvalue(c.diag(s))),
    st.builds(lambda s, t: s.T @ t, turned_columns(2), turned_columns(3)),
    st.builds(lambda s, t, r: s.T @ t @ r, turned_columns(1), turned_tables(2), turned_columns(2)),
)
positive_turned = st.builds(lambda s, t: s @ c.activation("sigmoid")(t), turns, turned_columns(1))
rooted = positive_turned.map(lambda s: c.diag(s) @ c.diag(RSQRT(s)) @ c.diag(RSQRT(s)))
of_turns = st.one_of(
    rooted.map(c.largest_eigenvalue),
    rooted.map(lambda s: c.det(s - c.eye(n))),
    st.builds(lambda f, s: f(s), of_positive, positive_turned),
    turned_numbers,
    turned_columns(3),
    turned_tables(3),
    turned_numbers.map(lambda body: c.gradient(body, u)),
    turned_columns(2).map(lambda body: c.jacobian(body, u)),
)
terms = st.one_of(scalars(3), vectors(2), squares(2), means, nested, of_entries, of_turns)

# ---- what may be nonnegative, and what is only nearly so ----------------------------------------------------
magnitude = c.activation("abs")
near = st.sampled_from([c.number(v) for v in (1, 1, 1, 2, -1, 3, Fraction(1, 2))])
columns_near = st.builds(
    lambda s, t: s * t,
    near,
    st.sampled_from(
        [
            c.ones(n),
            e,
            f,
            u,
            v,
            magnitude(u),
            magnitude(v),
            magnitude(u + v),
            magnitude(2 * u - v),
            c.exp(u),
            c.hadamard(u, u),
            c.hadamard(u, v),
            Pi @ magnitude(u),
            magnitude(Pi @ u + v),
            Pi @ e,
            Pi @ u,
        ]
    ),
)
tables_near = st.builds(
    lambda s, t: s * t,
    near,
    st.sampled_from(
        [
            c.ones(n) @ c.ones(n).T,
            c.eye(n),
            e @ f.T,
            Pi,
            Pi @ Pj,
            S,
            N,
            S @ N,
            A.T @ A,
            c.trace(S) * c.eye(n),
            c.trace(N) * c.eye(n),
            c.diag(magnitude(u)),
            c.diag(u),
            A @ B,
            c.inverse(S),
        ]
    ),
)
largest = c.largest_eigenvalue
numbers_near = st.builds(
    lambda s, t: s * t,
    near,
    st.sampled_from(
        [
            largest(S), largest(M), largest(-M), largest(M + N), largest(A.T @ A), largest(A @ A.T), largest(N @ N),
            largest(M @ M), largest(Q), largest(-S), largest(c.inverse(S)), largest(-c.inverse(S)), largest(X @ X.T),
            largest(Rot @ M @ Rot.T), largest(Pi @ M @ Pi.T),
            largest(c.diag(Pi @ u)), largest(p * M + a * c.eye(n)), largest(-N) * p, u.T @ u, u.T @ M @ u, u.T @ N @ u,
            largest(M) * (u.T @ u), largest(-M) * (u.T @ u), largest(A.T @ A) * (u.T @ u), (A @ u).T @ (A @ u),
            largest(N) * largest(S), largest(M) * n, c.trace(M), c.trace(A.T @ A), c.number(1), a, q,
            largest(M) * c.trace(N), c.trace(M @ N), largest(M) * c.trace(A.T @ A), c.trace(A.T @ M @ A),
            largest(u @ u.T), 1 / largest(-S),
        ]
    ),
)  # fmt: skip
spectral_tables = st.builds(
    lambda s, t: s * t,
    near,
    st.sampled_from(
        [
            largest(S) * c.eye(n), largest(M) * c.eye(n), largest(-M) * c.eye(n), S, M, N, Q, c.eye(n), A.T @ A,
            A.T @ M @ A, largest(M) * A.T @ A, largest(A.T @ A) * c.eye(n), largest(A @ A.T) * B.T @ B,
            B.T @ A.T @ A @ B,
            largest(A.T @ A) * largest(B.T @ B) * c.eye(n), largest(Q) * c.eye(n), a**2 * largest(N) * c.eye(n),
            a**2 * N,
        ]
    ),
)  # fmt: skip
sums_of_numbers = st.lists(numbers_near, min_size=1, max_size=4).map(lambda parts: c.terms.add(*parts))
sums_of_spectral = st.lists(spectral_tables, min_size=1, max_size=4).map(lambda parts: c.terms.add(*parts))
spectral_gaps = st.one_of(
    sums_of_numbers,
    sums_of_spectral,
    sums_of_spectral.map(lambda s: -largest(-s)),
    st.builds(lambda s, t: largest(s) - t, sums_of_spectral, sums_of_numbers),
    st.builds(lambda s, t: t - largest(s), sums_of_spectral, sums_of_numbers),
)
sums_of_columns = st.lists(columns_near, min_size=1, max_size=4).map(lambda parts: c.terms.add(*parts))
sums_of_tables = st.lists(tables_near, min_size=1, max_size=3).map(lambda parts: c.terms.add(*parts))
gaps = st.one_of(
    sums_of_columns,
    sums_of_tables,
    st.builds(lambda s, t: s.T @ t, sums_of_columns, sums_of_columns),
    st.builds(lambda s, t, r: s.T @ t @ r, sums_of_columns, sums_of_tables, sums_of_columns),
    st.builds(lambda s, t: c.trace(s @ t), sums_of_tables, sums_of_tables),
    st.builds(lambda s, t: s @ t, sums_of_tables, sums_of_tables),
)

# ---- what may be positive, and what is 0 at one place alone --------------------------------------------------
pieces = st.sampled_from(
    [
        w.T @ S @ w, w.T @ N @ w, u.T @ S @ u, w.T @ G.T @ G @ w, w.T @ A.T @ A @ w, w.T @ Q @ w,
        w.T @ Rot @ S @ Rot.T @ w, w.T @ M @ M @ w, (w - u).T @ (w - u), w.T @ c.inverse(S + N) @ w,
        w.T @ (S + A.T @ A) @ w, (e.T @ w) ** 2, c.trace(S), c.trace(N), c.trace(S @ N), c.trace(S @ c.inverse(S)),
        c.trace(G.T @ G), c.trace(A.T @ A), c.trace(X.T @ X), c.trace(S @ G.T @ G), c.trace(S @ Q), c.trace(S @ G),
        c.trace(Rot), c.trace(Pi), c.ones(n).T @ Pi @ c.exp(u),
        w.T @ Pi.T @ S @ Pi @ w, e.T @ Pi @ c.exp(u), c.trace(G @ S @ G.T @ S), c.det(S), c.det(N), c.det(G),
        c.det(c.eye(n) + N),
        c.det(c.eye(n) + A.T @ A), c.det(Q), c.det(G) ** 2, c.E(c.exp(u.T @ x), x), c.E((w.T @ x) ** 2, x),
        c.E(x.T @ S @ x, x), c.E(1 + (u.T @ x) ** 2, x), c.E(abs(u.T @ x), x),
        c.E(c.exp(u.T @ x) * (w.T @ x) ** 2, x), c.E((1 + x.T @ x) ** Fraction(-1, 2), x), c.E(u.T @ x, x) ** 2,
        n - 1, n + 0, (n - 1) * (columns_of_X - 1), p + 0, q + 0, -k, abs(a), a**2, c.exp(a), c.exp(a) - 1, p - q,
        p * k, c.ones(n).T @ c.activation("abs")(u), c.ones(n).T @ c.exp(u), c.norm(w), c.norm(u),
        c.norm(u) - c.norm(v), 1 / (w.T @ w), (1 + u.T @ u) ** Fraction(-1, 2), c.number(1), c.number(-1),
        c.number(Fraction(1, 2)),
    ]
)  # fmt: skip
multiples = st.lists(pieces, min_size=1, max_size=2).map(lambda parts: parts[0] * parts[1] if parts[1:] else parts[0])
sums_of_pieces = st.lists(multiples, min_size=1, max_size=3).map(lambda parts: c.terms.add(*parts))
nearly_positive = st.one_of(
    sums_of_pieces,
    st.builds(lambda s, t: s - t, sums_of_pieces, pieces),
    st.builds(lambda s, t: s**t, sums_of_pieces, st.sampled_from(EXPONENTS)),
    st.builds(lambda s, t: s / (1 + t), sums_of_pieces, sums_of_pieces),
)

# what a free symbol may become: zero, another symbol, its negative, something singular
DEGENERATE: dict[Symbol, list[Term]] = {
    a: [c.number(0), b, -b, p, -p, k, b - b, c.number(1), c.number(-1), u.T @ u, p**2],
    b: [c.number(0), a, -a, q],
    u: [c.zero(n), v, -v, c.ones(n), v - v, w, a * w],
    v: [c.zero(n), u, -u, w],
    A: [c.zero(n, n), c.eye(n), u @ v.T, B, B.T, -B, S, Q, c.diag(u), c.inverse(S)],
    B: [c.zero(n, n), A, A.T, c.inverse(S + c.eye(n))],
    X: [c.zero(n, columns_of_X), u @ z.T],
    Pi: [c.eye(n), Pj, Pj.T, Pj @ Pj],
}


@st.composite
def substitutions(draw_from: st.DrawFn) -> dict[Symbol, Term]:
    """Up to three symbols put in the place of others."""
    chosen = draw_from(st.lists(st.sampled_from(list(DEGENERATE)), min_size=1, max_size=3, unique_by=id))
    return {symbol: draw_from(st.sampled_from(DEGENERATE[symbol])) for symbol in chosen}


def put(term: Term, values: dict[Symbol, Term]) -> Term:
    """The term with these values, all at once."""
    return substitute(term, values)


def instance_of(term: Term, seed: int) -> Instance | None:
    """An instance of every symbol of the term, in dimension 1, 2 or 3, with many zeros; None if none was drawn."""
    rng = Random(seed)
    claim = Identity(term, term)
    sizes = {
        "n": rng.choice((1, 1, 2, 2, 3)),
        "l": rng.choice((1, 2, 3)),
        "t": rng.choice((1, 2, 3)),
        "s": 1 + seed % 2,
    }
    found = draw(claim, (), sizes, rng, rng.choice(("small", "general", ZERO, CORNER, CORNER)))
    return found if found is not None and check(found, claim, ()).holds else None


def value(term: Term, instance: Instance) -> list[list[arb]] | str:
    """The entries of a term at an instance as balls; "undefined" if it has none, "unknown" if balls cannot tell."""
    answer = "unknown"
    for bits in BITS:
        with Balls(bits, {}).active():
            try:
                table = evaluate(term, scope_of(instance, {}, bits))
            except UndefinedError:
                return "undefined"
            except (UncertainError, UnsupportedError):
                continue
            return [[arb(entry) for entry in row] for row in table]
    return answer


def apart(left: Term, right: Term, instance: Instance) -> bool:
    """Do the two terms, both defined, certainly have different values there?"""
    one, two = value(left, instance), value(right, instance)
    if isinstance(one, str) or isinstance(two, str):
        return False
    return any(not x.overlaps(y) for r, s in zip(one, two, strict=True) for x, y in zip(r, s, strict=True))
