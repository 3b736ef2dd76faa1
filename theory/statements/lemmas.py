"""Lemmas that lines cite: of its arguments each says that one term, its gap, is nonnegative; of Stein's identity it is
0. Data only.

What a lemma asks of its arguments is looked at by `verify/proof/lines_on_matrices.py`, where one is cited.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from theory import terms as t
from theory.terms import CalculusError, Property, Symbol, Term, rewrite
from theory.terms.special_functions import exp, log
from theory.terms.symbols import E, jacobian
from theory.terms.text import text


class Lemma(ABC):
    """What a line may cite, with its arguments as fields."""

    premise: ClassVar[str]  # its name among what a proof rests on
    says: ClassVar[str]  # what it says, for whoever asks what that name means

    @property
    @abstractmethod
    def gap(self) -> Term:
        """The term that the lemma says is nonnegative, in every entry."""

    @property
    @abstractmethod
    def words(self) -> str:
        """How a line says that it cites the lemma."""

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms among its arguments."""
        return tuple(value for value in vars(self).values() if isinstance(value, Term))


@dataclass(frozen=True)
class CauchySchwarz(Lemma):
    """|u|_M |v|_M - u'Mv >= 0 for a positive semidefinite M: a named lemma for the lines <=.

    For matrices U and V of one shape, tr(U'MU)^(1/2) tr(V'MV)^(1/2) - tr(U'MV) >= 0. With `over` every inner product is
    the mean of it over that random vector, as in E(fg) <= E(f^2)^(1/2) E(g^2)^(1/2).
    """

    premise = "the Cauchy-Schwarz inequality"
    says = (
        "u'Mv <= (u'Mu)^(1/2) (v'Mv)^(1/2) for M symmetric positive semidefinite; of matrices under tr and of numbers "
        "under E"
    )

    left: Term
    right: Term
    metric: Term
    over: Symbol | None = None

    @property
    def words(self) -> str:
        mean = f" under E over {self.over.name}" if self.over is not None else ""
        return f"Cauchy-Schwarz for {text(self.left)} and {text(self.right)} in {text(self.metric)}{mean}"

    @property
    def gap(self) -> Term:
        """The term that the lemma says is nonnegative."""
        first, second = (t.power(self._inner(v, v), Fraction(1, 2)) for v in (self.left, self.right))
        return first * second - self._inner(self.left, self.right)

    def _inner(self, left: Term, right: Term) -> Term:
        product = t.matmul(t.matmul(t.transpose(left), self.metric), right)
        number = product if product.is_scalar else t.trace(product)
        return number if self.over is None else t.Expectation(number, self.over)


@dataclass(frozen=True)
class ExpTangent(Lemma):
    """exp(v) - 1 - v >= 0, for a number v or each entry of a column: exp lies above its tangent at 0."""

    premise = "exp lies above its tangent at 0"
    says = "1 + t <= exp(t) for every real t"

    argument: Term

    def __post_init__(self) -> None:
        if not isinstance(self.argument, Term) or self.argument.shape[1] != 1:
            raise CalculusError(
                f"expected a number or a column for the tangent of exp, got {self.argument!r}. Remedy: ExpTangent(a)."
            )

    @property
    def words(self) -> str:
        return f"1 + t <= exp(t) for t = {text(self.argument)}"

    @property
    def gap(self) -> Term:
        """The term that the lemma says is nonnegative, in every entry."""
        one = t.Ones(self.argument.rows) if not self.argument.is_scalar else t.Number(Fraction(1))
        return exp(self.argument) - one - self.argument


@dataclass(frozen=True)
class DeterminantBound(Lemma):
    """tr(P Q) - n - log(det(P)) - log(det(Q)) >= 0 for positive definite P and Q of size n: x - 1 >= log(x) for each
    eigenvalue of P Q. With Q = I/c, c the mean of the diagonal of P, it is the mean of the eigenvalues above their
    geometric mean."""

    premise = "the trace lies above the logarithms of determinants"
    says = "tr(P Q) - n >= log(det(P)) + log(det(Q)) for P and Q symmetric positive definite of size n"

    left: Term
    right: Term

    def __post_init__(self) -> None:
        square = all(isinstance(one, Term) and one.rows == one.columns for one in (self.left, self.right))
        if not square or self.left.shape != self.right.shape:
            raise CalculusError(
                f"expected two square matrices of one size, got {self.left!r} and {self.right!r}. "
                "Remedy: DeterminantBound(P, Q)."
            )

    @property
    def words(self) -> str:
        return f"tr(P Q) - n >= log(det(P)) + log(det(Q)) for P = {text(self.left)}, Q = {text(self.right)}"

    @property
    def gap(self) -> Term:
        """The term that the lemma says is nonnegative."""
        product, logarithms = self.left @ self.right, [log(t.determinant(one)) for one in (self.left, self.right)]
        return t.trace(product) - t.of_size(product.rows) - logarithms[0] - logarithms[1]


@dataclass(frozen=True)
class MeanValue(Lemma):
    """K^2 (a - b)^2 - (f(a) - f(b))^2 >= 0, for numbers or in each entry of columns: the mean value theorem.

    f is phi^(order - 1), and |phi^(order)| <= K is assumed, or known of a function that is known by its name.
    """

    premise = "the mean value theorem"
    says = (
        "|f(a) - f(b)| <= K |a - b| for an f with |f'| <= K on the whole line, as is assumed of f or known of tanh, "
        "sigmoid, softplus and sin"
    )

    function: t.Activation
    order: int
    bound: Term
    left: Term
    right: Term

    def __post_init__(self) -> None:
        terms = [term for term in (self.left, self.right) if isinstance(term, Term) and term.shape[1] == 1]
        if len(terms) < 2 or self.left.shape != self.right.shape:
            raise CalculusError(
                f"expected two numbers or two columns of one size for the mean value theorem, got {self.left!r} and "
                f"{self.right!r}. Remedy: MeanValue(phi, 1, L, a, b)."
            )
        if not isinstance(self.function, t.Activation) or type(self.order) is not int or self.order < 1:
            raise CalculusError(
                "expected an activation and the order of its derivative, 1, 2, ..., for the mean value theorem, got "
                f"{self.function!r} and {self.order!r}. Remedy: MeanValue(phi, 1, L, a, b)."
            )
        require_scalars("a bound of a derivative", "MeanValue(phi, 1, L, a, b)", (self.bound,))

    @property
    def words(self) -> str:
        slope = f"|{self.function.name}{chr(39) * self.order}| <= {text(self.bound)}"
        return f"the mean value theorem for {text(self.left)} and {text(self.right)}, as {slope}"

    @property
    def gap(self) -> Term:
        """The term that the theorem says is nonnegative, in every entry."""
        apart = self.left - self.right
        values = [t.Elementwise(self.function, self.order - 1, side) for side in (self.left, self.right)]
        square = t.scale if apart.is_scalar else t.hadamard
        between = values[0] - values[1]
        return t.scale(t.power(self.bound, Fraction(2)), square(apart, apart)) - square(between, between)


@dataclass(frozen=True)
class RootBound(Lemma):
    """upper - lower >= 0 for numbers: upper >= 0, and upper^2 - lower^2 is `term`, which is >= 0 by the reasons that
    the line names before this one. So one length in a sum is bounded, as a line by `squares` bounds it alone."""

    premise = "of numbers that are not negative the larger has the larger square"
    says = "a^2 <= b^2 gives a <= b for every b >= 0"

    lower: Term
    upper: Term
    term: Term

    def __post_init__(self) -> None:
        require_scalars("a bound by squares", "RootBound(a, b, b**2 - a**2)", (self.lower, self.upper, self.term))

    @property
    def words(self) -> str:
        return f"{text(self.lower)} <= {text(self.upper)}, as their squares differ by {text(self.term)} >= 0"

    @property
    def gap(self) -> Term:
        """The term that the lemma says is nonnegative."""
        return self.upper - self.lower


@dataclass(frozen=True)
class LipschitzBound(Lemma):
    """c^2 |a - b|^2 - |f(a) - f(b)|^2 >= 0 for a map f that is differentiable at every z: the mean value inequality.

    `body` is f(z), a column or a number. `term` is c^2 |u|^2 - |J(z) u|^2 for its Jacobian J and every u, and is >= 0
    by the reasons that the line names before this one. z and u are letters that nothing else is said of.
    """

    premise = "the mean value inequality"
    says = (
        "|f(a) - f(b)| <= c |a - b| for a map f that is differentiable at every z, with |J(z) u| <= c |u| for every u"
    )

    body: Term
    letter: Symbol
    direction: Symbol
    bound: Term
    term: Term
    left: Term
    right: Term

    def __post_init__(self) -> None:
        remedy = "Remedy: LipschitzBound(f(z), z, u, c, c**2 * (u.T @ u) - (J @ u).T @ (J @ u), a, b)."
        letters = (self.letter, self.direction)
        if (
            any(not isinstance(letter, Symbol) or letter.shape[1] != 1 for letter in letters)
            or letters[0] == letters[1]
        ):
            raise CalculusError(f"expected two columns as letters of a map, got {letters!r}. {remedy}")
        if not isinstance(self.body, Term) or self.body.shape[1] != 1:
            raise CalculusError(f"expected a column or a number for a map, got {self.body!r}. {remedy}")
        for value in (self.direction, self.left, self.right):
            if not isinstance(value, Term) or value.shape != self.letter.shape:
                raise CalculusError(f"expected a column as {self.letter.name} is, got {value!r}. {remedy}")
        require_scalars("a bound of a map", remedy.removeprefix("Remedy: ")[:-1], (self.bound, self.term))

    @property
    def words(self) -> str:
        return (
            f"the mean value inequality for {self.letter.name} -> {text(self.body)}, between {text(self.left)} and "
            f"{text(self.right)}, as {text(self.term)} >= 0"
        )

    @property
    def slope(self) -> Term:
        """J(z) u."""
        return jacobian(self.body, self.letter) @ self.direction

    @property
    def gap(self) -> Term:
        """The term that the lemma says is nonnegative."""
        left, right = (rewrite.substitute(self.body, {self.letter: at}) for at in (self.left, self.right))
        return self.beneath(self.left - self.right, left - right)

    def beneath(self, apart: Term, images: Term) -> Term:
        """c^2 |apart|^2 - |images|^2."""
        first, second = (
            t.power(one, Fraction(2)) if one.is_scalar else t.transpose(one) @ one for one in (apart, images)
        )
        return t.scale(t.power(self.bound, Fraction(2)), first) - second


@dataclass(frozen=True)
class SteinIdentity(Lemma):
    """E[g x'] - E[g] mu' - E[dg/dx] S = 0 where x ~ N(mu, S) is assumed, for a number or a column g that is made of x:
    by parts (Stein 1981, Lemmas 1 and 2). S may be singular.
    """

    premise = "Stein's identity"
    says = (
        "E[g x'] = E[g] mu' + E[dg/dx] S for x ~ N(mu, S), as assumed, and a g that is differentiable at every x; each "
        "of the three means is finite, also where g stands in a sum"
    )

    argument: Term
    over: Symbol
    mean: Term
    covariance: Term

    def __post_init__(self) -> None:
        remedy = "Remedy: SteinIdentity(g, x, mu, S) for an assumed gaussian(x, mean=mu, covariance=S)."
        if not isinstance(self.argument, Term) or self.argument.shape[1] != 1:
            raise CalculusError(f"expected a number or a column for Stein's identity, got {self.argument!r}. {remedy}")
        over = self.over
        if not isinstance(over, Symbol) or not over.has(Property.RANDOM):
            raise CalculusError(f"expected a random vector for Stein's identity, got {over!r}. {remedy}")
        shapes = [value.shape if isinstance(value, Term) else None for value in (self.mean, self.covariance)]
        if shapes != [over.shape, (over.shape[0],) * 2]:
            raise CalculusError(
                f"expected the mean and the covariance of {over.name} for Stein's identity, got {self.mean!r} and "
                f"{self.covariance!r}. {remedy}"
            )

    @property
    def words(self) -> str:
        return f"Stein's identity for {text(self.argument)} and {self.over.name}"

    @property
    def plain(self) -> Symbol:
        """The letter in which the derivative is taken: x, and nothing random."""
        return Symbol(self.over.name, self.over.shape, tex=self.over.tex)

    @property
    def sides(self) -> tuple[Term, Term]:
        """E[g x'] and what it is equal to."""
        g, x = self.argument, self.over
        slope = jacobian(rewrite.replace(g, x, self.plain), self.plain, at=x)
        right = t.add(_product(E(g, x), t.transpose(self.mean)), _product(E(slope, x), self.covariance))
        return E(_product(g, t.transpose(x)), x), right

    @property
    def traces(self) -> tuple[Term, Term] | None:
        """E[x'g] and what it is equal to, where g is a column as x is: the traces of both sides."""
        if self.argument.shape != self.over.shape:
            return None
        return E(t.matmul(t.transpose(self.over), self.argument), self.over), t.trace(self.sides[1])

    @property
    def gap(self) -> Term:
        """The term that is 0."""
        left, right = self.sides
        return left - right


def _product(left: Term, right: Term) -> Term:
    """Of a column or a number with a row, or of matrices."""
    return t.scale(left, right) if left.is_scalar else t.matmul(left, right)


LEMMAS: tuple[type[Lemma], ...] = (
    CauchySchwarz, ExpTangent, DeterminantBound, MeanValue, RootBound, LipschitzBound, SteinIdentity
)  # fmt: skip


def require_scalars(what: str, example: str, terms: tuple[object, ...], variable: object = None) -> None:
    """Scalar terms, and a real symbol where there is one."""
    wrong = [term for term in terms if not isinstance(term, Term) or not term.is_scalar]
    if variable is not None and (not isinstance(variable, Symbol) or not variable.is_scalar):
        wrong.append(variable)
    if wrong:
        raise CalculusError(f"expected scalar terms for {what}, got {wrong[0]!r}. Remedy: {example}.")
