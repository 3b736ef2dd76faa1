"""What grows no faster than exp(C |x|): of it, and of its derivatives, a normal law has every mean.

Stein's identity for a g that grows as 1/density(x) says what is false of means that are finite: for x ~ N(0, 1) and
g = exp(x^2/2) erf(x) the slope of g has the terms x g, which cancels against x g, and exp(x^2/2) erf'(x), which has a
positive mean. So a g in which a known function may grow like that is refused. Of a free function, or a field, that the
means with it are finite is a premise, as it is of every mean that is written.
"""

from __future__ import annotations

from theory import terms as t
from theory.terms import Symbol, Term
from theory.terms.known_functions import known_function, of_positive
from theory.terms.rewrite import depends_on, replace

BOUNDED = frozenset({"tanh", "sigmoid", "sin", "erf"})
LINEAR = frozenset({"identity", "softplus", "silu", "gelu"})  # |f(y)| <= 1 + |y|
LIKE_A_NORMAL_TAIL = frozenset({"erf", "gelu"})  # beside a limit: what is left falls as exp(-y^2)


def is_tame(term: Term, x: Symbol) -> bool:
    """Does no known function in the term, or in its derivatives, grow faster in x than exp(C |x|), however they are put
    together?

    exp is of what grows linearly. What is divided by may be small where a function comes near a limit: it holds
    sigmoid, tanh and their like of what grows linearly alone, and none that falls as a normal density does; so does
    what stands below a root or in a logarithm, as it is divided by in a derivative. A derivative is looked at with its
    point in the place of its letter; no recursion that varies with x is looked at.
    """
    match term:
        case t.Derivative(body, variable, at, _):
            return is_tame(replace(body, variable, at), x)
        case t.Iterate():
            return not depends_on(term, x)
        case t.Special("exp", (argument,)) | t.Elementwise(t.Activation(name="exp"), _, argument):
            if not _grows_linearly(argument, x):
                return False
        case t.Inverse(body) | t.Special("log", (body,)):
            if not _may_be_divided_by(body, x):
                return False
        case t.Elementwise(function, _, body) if of_positive(function.name):
            if not _may_be_divided_by(body, x):
                return False
        case t.Power(base, exponent) if exponent < 0 or exponent.denominator > 1:
            if not _may_be_divided_by(base, x):
                return False
    return all(is_tame(child, x) for child in term.children)


def _grows_linearly(term: Term, x: Symbol) -> bool:
    """|term| <= C (1 + |x|), but for values of free functions and fields, of which nothing is known."""
    if not depends_on(term, x):
        return True
    match term:
        case t.Symbol() | t.FieldValue():
            return True
        case t.Sum() | t.Transpose() | t.Trace() | t.Diag() | t.Vec():
            return all(_grows_linearly(child, x) for child in term.children)
        case t.Product() | t.Scale() | t.Hadamard() | t.Kronecker():
            varying = [child for child in term.children if depends_on(child, x)]
            return len(varying) == 1 and _grows_linearly(varying[0], x)
        case t.Elementwise(function, _, argument):
            if known_function(function.name) is None or function.name in BOUNDED:
                return True
            return function.name in LINEAR and _grows_linearly(argument, x)
    return False


def _may_be_divided_by(term: Term, x: Symbol) -> bool:
    """Is the term, where it is not 0, no smaller than exp(-C |x|), but for values of free functions and fields?"""
    return all(_stays_away_from_zero(node, x) for node in t.walk(term) if depends_on(node, x))


def _stays_away_from_zero(node: Term, x: Symbol) -> bool:
    match node:
        case t.Derivative():
            return False
        case t.Elementwise(function, _, argument) if known_function(function.name) is not None:
            return function.name not in LIKE_A_NORMAL_TAIL and _grows_linearly(argument, x)
    return True
