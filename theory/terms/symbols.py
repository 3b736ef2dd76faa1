"""Constructors that a theorem file uses: symbols with properties, norms, expectations, derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from theory import terms as t
from theory.terms import (
    Activation,
    CalculusError,
    Dimension,
    Property,
    ScalarField,
    Symbol,
    Term,
    rewrite,
)
from theory.terms.known_functions import known_function, means_something

HALF = Fraction(1, 2)
STEPS = frozenset({Property.DIMENSION, Property.STEPS, Property.POSITIVE})  # what a number of steps is declared


def dimension(name: str) -> Symbol:
    """A size such as m or d: a positive integer, usable in shapes and as a scalar."""
    return Symbol(name, (1, 1), frozenset({Property.DIMENSION, Property.POSITIVE}))


def steps(name: str) -> Symbol:
    """A number of steps such as t: a positive integer, usable as a count of steps, in exponents and as a scalar."""
    return Symbol(name, (1, 1), STEPS)


def real(name: str, *, nonzero: bool = False, tex: str = "") -> Symbol:
    """A real number; `nonzero`: one that is not 0."""
    return Symbol(name, (1, 1), _properties(nonzero=nonzero), tex)


def positive(name: str, *, tex: str = "") -> Symbol:
    """A number above 0."""
    return Symbol(name, (1, 1), frozenset({Property.POSITIVE}), tex)


def nonnegative(name: str, *, tex: str = "") -> Symbol:
    """A number that is 0 or above."""
    return Symbol(name, (1, 1), frozenset({Property.NONNEGATIVE}), tex)


def negative(name: str, *, tex: str = "") -> Symbol:
    """A number below 0."""
    return Symbol(name, (1, 1), frozenset({Property.NEGATIVE}), tex)


def vector(
    name: str,
    size: Dimension,
    *,
    nonzero: bool = False,
    positive: bool = False,
    nonnegative: bool = False,
    tex: str = "",
) -> Symbol:
    """A column of `size` entries; `nonzero`: one that is not 0; `positive`: each entry is above 0; `nonnegative`: none
    is below 0. Columns of positive entries form an open set: a derivative may be taken in one."""
    signs = {Property.POSITIVE: positive, Property.NONNEGATIVE: nonnegative and not positive}
    said = frozenset(prop for prop, declared in signs.items() if declared)
    return Symbol(name, (size, 1), said | _properties(nonzero=nonzero and not positive), tex)


def basis_vector(name: str, size: Dimension, *, tex: str = "") -> Symbol:
    """A column of the identity, whichever: e'v is an entry of v, and e'A f one of A, where f is another of them."""
    return Symbol(name, (size, 1), frozenset({Property.BASIS}), tex)


def entry(term: Term, row: Symbol, column: Symbol | None = None) -> Term:
    """The entry of a column, or of a matrix, at the places that standard basis vectors stand for.

    Raises CalculusError for symbols that are no basis vectors, and if a matrix comes without its column.
    """
    places = (row,) if column is None else (row, column)
    if any(not isinstance(place, Symbol) or not place.has(Property.BASIS) for place in places):
        raise CalculusError(f'expected basis vectors, got {places!r}. Remedy: e = basis_vector("e", n); entry(v, e).')
    picked = t.matmul(t.transpose(row), term)
    if column is not None:
        return t.matmul(picked, column)
    if not picked.is_scalar:
        raise CalculusError(f"expected a column for one basis vector, got {term!r}. Remedy: entry(A, e, f).")
    return picked


def matrix(name: str, rows: Dimension, columns: Dimension | None = None, *, tex: str = "") -> Symbol:
    """A general matrix; square if only one size is given."""
    return Symbol(name, (rows, rows if columns is None else columns), frozenset(), tex)


def invertible(name: str, size: Dimension, *, tex: str = "") -> Symbol:
    """A general square matrix of which the inverse exists. Such matrices form an open set: a derivative may be taken in
    one."""
    return Symbol(name, (size, size), frozenset({Property.INVERTIBLE}), tex)


def orthogonal(name: str, size: Dimension, *, tex: str = "") -> Symbol:
    """A rotation, a reflection or a product of such: Q'Q = Q Q' = I."""
    return Symbol(name, (size, size), frozenset({Property.ORTHOGONAL}), tex)


def permutation(name: str, size: Dimension, *, tex: str = "") -> Symbol:
    """A permutation matrix, columns of I in some order: it is orthogonal, and P phi(x) = phi(P x) for every phi."""
    return Symbol(name, (size, size), frozenset({Property.ORTHOGONAL, Property.PERMUTATION}), tex)


def symmetric(name: str, size: Dimension, *, tex: str = "") -> Symbol:
    """A square matrix that is its own transpose."""
    return Symbol(name, (size, size), frozenset({Property.SYMMETRIC}), tex)


def positive_definite(name: str, size: Dimension, *, tex: str = "") -> Symbol:
    """A symmetric matrix S with v'Sv > 0 for every v but 0; it is invertible."""
    return Symbol(name, (size, size), frozenset({Property.SYMMETRIC, Property.POSITIVE_DEFINITE}), tex)


def positive_semidefinite(name: str, size: Dimension, *, tex: str = "") -> Symbol:
    """A symmetric matrix S with v'Sv >= 0 for every v."""
    return Symbol(name, (size, size), frozenset({Property.SYMMETRIC, Property.POSITIVE_SEMIDEFINITE}), tex)


def projector(name: str, size: Dimension, *, tex: str = "") -> Symbol:
    """An orthogonal projector: P' = P and P P = P."""
    return Symbol(name, (size, size), frozenset({Property.SYMMETRIC, Property.PROJECTOR}), tex)


def random_vector(name: str, size: Dimension, *, nonzero: bool = False, tex: str = "") -> Symbol:
    """A random column with finite moments; `nonzero`: one that is never 0. Its mean and second moment are stated as
    assumptions (`equal`)."""
    return Symbol(name, (size, 1), _properties(nonzero=nonzero) | {Property.RANDOM}, tex)


def _properties(*, nonzero: bool) -> frozenset[Property]:
    return frozenset({Property.NONZERO}) if nonzero else frozenset()


def activation(name: str, *, smoothness: int | None = None, tex: str = "") -> Activation:
    """An activation, applied entrywise. smoothness=1: differentiable with locally bounded derivative.

    A free function of any name but those of `theory.terms.known_functions`, twice differentiable if nothing else
    is said; a known name such as "relu" or "tanh" is that function. Raises CalculusError for names that mislead.
    """
    known = known_function(name)
    if smoothness is None:
        smoothness = 2 if known is None else known.smoothness
    return Activation(name, smoothness, tex or Term._lettering.function_tex(name))


def scalar_field(name: str, size: Dimension, *, tex: str = "") -> ScalarField:
    """A generic twice differentiable function of a column, such as a loss. Its name must mean no function."""
    if means_something(name) or name in {"norm", "sum", "mean", "trace", "det"}:
        raise CalculusError(
            f"expected a free name for a free function of a column, got {name!r}, which means one function. "
            'Remedy: scalar_field("f", d), or the term itself, such as norm(v).'
        )
    return ScalarField(name, size, tex or name)


def number(value: int | Fraction) -> Term:
    """An exact rational as a term; beside a term a plain whole number will do."""
    return t.Number(Fraction(value))


def zero(rows: Dimension | Term = 1, columns: Dimension | Term = 1) -> Term:
    """The zero of a shape; the scalar 0 if no shape is given."""
    return t.Number(Fraction(0)) if (rows, columns) == (1, 1) else t.Zero((t.as_size(rows), t.as_size(columns)))


def eye(size: Dimension | Term) -> Term:
    """The identity matrix, of a size such as d, 3, m + n or m * n."""
    return t.Eye(t.as_size(size))


def ones(size: Dimension | Term) -> Term:
    """The column of ones, of a size such as d, 3, m + n or m * n."""
    return t.Ones(t.as_size(size))


def stack(*terms: Term) -> Term:
    """Columns, or matrices of as many columns, one below another; numbers among columns."""
    return t.blocks([[t.as_term(term)] for term in terms])


def beside(*terms: Term) -> Term:
    """Matrices of as many rows, side by side."""
    return t.blocks([[t.as_term(term) for term in terms]])


def blocks(rows: Sequence[Sequence[Term | int]]) -> Term:
    """A matrix made of blocks, row by row: blocks([[A, B], [B.T, D]]). A plain 0 is a block of zeros.

    Raises ShapeError for rows and columns that do not fit.
    """
    return t.blocks(_filled(rows))


def _filled(rows: Sequence[Sequence[Term | int]]) -> list[list[Term]]:
    """Each plain 0 as the zero of its place, as far as another block says the shape of that."""
    if len({len(row) for row in rows}) > 1:
        return [[t.as_term(x) for x in row] for row in rows]  # refused where it is built
    found = [[None if isinstance(x, int) and x == 0 else t.as_term(x) for x in row] for row in rows]
    heights = [next((x.shape[0] for x in row if x is not None), 1) for row in found]
    widths = [next((x.shape[1] for x in column if x is not None), 1) for column in zip(*found, strict=False)]
    return [
        [zero(h, w) if x is None else x for x, w in zip(row, widths, strict=False)]
        for row, h in zip(found, heights, strict=True)
    ]


def sqrt(term: Term) -> Term:
    """The square root of a scalar, which must be shown nonnegative; of each entry of anything larger, positive ones."""
    return t.power(term, HALF) if t.as_term(term).is_scalar else activation("sqrt")(term)


def norm(column: Term) -> Term:
    """The Euclidean length (v'v)^(1/2)."""
    return sqrt(column.T @ column)


def norm_in(column: Term, metric: Term) -> Term:
    """The length (v'Av)^(1/2) in a metric A, such as |w|_S."""
    return sqrt(column.T @ metric @ column)


def smallest_eigenvalue(matrix: Term) -> Term:
    """The smallest eigenvalue of a symmetric matrix: -lambda_max(-S)."""
    return -t.largest_eigenvalue(-matrix)


def operator_norm(matrix: Term) -> Term:
    """The operator norm of any matrix, the most by which it lengthens a column: lambda_max(A'A)^(1/2)."""
    return sqrt(t.largest_eigenvalue(matrix.T @ matrix))


def condition_number(matrix: Term) -> Term:
    """lambda_max(S) / lambda_min(S) of a positive definite matrix."""
    return t.largest_eigenvalue(matrix) / smallest_eigenvalue(matrix)


def largest_entry(column: Term) -> Term:
    """The largest entry of a column: the largest eigenvalue of its diagonal matrix."""
    return t.largest_eigenvalue(t.diag(column))


def smallest_entry(column: Term) -> Term:
    """The smallest entry of a column: -max(-v)."""
    return -largest_entry(-column)


def max_norm(column: Term) -> Term:
    """The largest absolute value of an entry, |v|_inf."""
    return largest_entry(activation("abs")(column)) if not column.is_scalar else t.absolute(column)


def E(body: Term, over: Symbol | None = None) -> t.Expectation:  # noqa: N802 - the field's notation
    """The expectation of a term over a random vector; `over` may be left out when the body has exactly one."""
    body = t.as_term(body)
    if over is None:
        random = sorted(
            (s for s in rewrite.free_symbols(body) if s.has(Property.RANDOM) and rewrite.depends_on(body, s)),
            key=lambda s: s.name,
        )
        if len(random) != 1:
            names = ", ".join(s.name for s in random) or "none"
            raise CalculusError(
                f"E(...) needs exactly one random vector in its body, found {names} in {body!r}. "
                "Remedy: name it, E(body, over=x)."
            )
        over = random[0]
    return t.Expectation(body, over)


def variance(body: Term, over: Symbol | None = None) -> Term:
    """E[(b - E b)^2] of a random scalar, written out."""
    mean = E(body, over)
    return E((body - mean) ** 2, over)


def _derivative(body: Term, variable: Symbol, at: Term | None, kind: str, holding: Sequence[Term]) -> Term:
    if not isinstance(variable, Symbol) or variable.has(Property.RANDOM) or variable.has(Property.DIMENSION):
        raise CalculusError(
            f"a derivative is taken in a plain symbol; got {variable!r}. Remedy: gradient(f(u), u, at=...)."
        )
    rewrite.require_open(variable)
    inner, bound = rewrite.bind(body, variable)
    if holding:
        inner = _with_held(body, variable, bound, holding)
        inner = inner if at is None else rewrite.substitute(inner, {variable: at})
    return t.Derivative(inner, bound, variable if at is None else at, kind)


def _with_held(body: Term, variable: Symbol, bound: Symbol, holding: Sequence[Term]) -> Term:
    """The body over the bound variable, but for the terms that are held: these keep the free one."""
    held = _held(body, holding)
    if held is None:
        body = rewrite.unfold(body)
        held = _held(body, [rewrite.unfold(term) for term in holding])
    if held is None:
        raise CalculusError(
            f"holding: expected terms that stand in {body!r:.200}, got {', '.join(map(repr, holding)):.200}. "
            "Remedy: name the statistic once, mu = ..., and use mu in both."
        )
    # A held term may stand in another: the larger ones are taken out first. No user can write these letters.
    places = {term: Symbol("held", term.shape, bound=-1 - place) for place, term in enumerate(held)}
    places = dict(sorted(places.items(), key=lambda item: -sum(1 for _ in t.walk(item[0]))))
    for term, place in places.items():
        body = rewrite.replace(body, term, place)
    body = rewrite.substitute(body, {variable: bound})
    for term, place in places.items():
        body = rewrite.replace(body, place, term)
    return body


def _held(body: Term, holding: Sequence[Term]) -> list[Term] | None:
    """What is held where it stands in the body; None if something does not stand there. A power is held in whatever
    power its base stands, for v / s with a root s is v times a power of what is below the root."""
    nodes, held = set(t.walk(body)), list[Term]()
    for term in holding:
        found = {term} & nodes
        if isinstance(term, t.Power):
            found |= {node for node in nodes if isinstance(node, t.Power) and node.base == term.base}
        if not found:
            return None
        held += sorted(found, key=repr)
    return held


def gradient(body: Term, variable: Symbol, at: Term | None = None, *, holding: Sequence[Term] = ()) -> Term:
    """The gradient of a scalar, of the variable's shape, taken at `at` (at the variable itself if not given).

    holding: terms of the body that count as constants in this derivative, as behind torch's `detach`: the statistics of
    a batch, say. Raises CalculusError for one that does not stand in the body.
    """
    return _derivative(body, variable, at, "gradient", holding)


def derivative(body: Term, variable: Symbol, at: Term | None = None, *, holding: Sequence[Term] = ()) -> Term:
    """The derivative of a scalar in a scalar."""
    return _derivative(body, variable, at, "gradient", holding)


def jacobian(body: Term, variable: Symbol, at: Term | None = None, *, holding: Sequence[Term] = ()) -> Term:
    """The matrix of partial derivatives of a column in a column: entry (i, j) is d body_i / d variable_j."""
    return _derivative(body, variable, at, "jacobian", holding)


def hessian(body: Term, variable: Symbol, at: Term | None = None, *, holding: Sequence[Term] = ()) -> Term:
    """The matrix of second partial derivatives of a scalar in a column."""
    return _derivative(body, variable, at, "hessian", holding)


def define(
    name: str, parameters: tuple[Symbol, ...], body: Term, *, tex: str = "", source: str = "", reference: str = ""
) -> t.Definition:
    """Name a term as a function of some of its symbols. Raises CalculusError for the name of a known function.

    reference: what computes it with torch's own layers, such as "batch_norm.yhat"; the two are compared.
    """
    if not isinstance(name, str) or means_something(name):
        raise CalculusError(
            f"expected a free name for a definition, got {name!r}, which a reader takes for one function. "
            "Remedy: another name, or the function itself: activation('relu'), or exp from theory."
        )
    for parameter in parameters:
        if parameter not in rewrite.free_symbols(body):
            raise CalculusError(f"{name}: parameter {parameter.name} does not occur in the body {body!r}.")
    return t.Definition(name, parameters, body, tex or name, source, reference)
