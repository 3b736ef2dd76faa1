"""Entries: which factors and words are nonnegative, or positive, in every entry.

A product of matrices without negative entries has none. Known functions by their values, at every real number; columns
by what they are declared.
"""

from __future__ import annotations

from theory.terms import Property
from verify.proof.matrices import kinds as k
from verify.proof.matrices.forms import Context, Node
from verify.proof.matrices.kinds import Coefficient, Word

# The values of these functions, not of their derivatives; of the last two wherever they are defined.
POSITIVE = frozenset({"exp", "sigmoid", "softplus", "sqrt", "rsqrt"})
NONNEGATIVE = POSITIVE | {"abs", "relu", "square"}
WITHIN_ONE = frozenset({"tanh", "sigmoid", "sin", "erf"})  # from -1 to 1


def value_positive(what: k.Elementwise) -> bool:
    """Are the values of a known function positive?"""
    return what.order == 0 and what.function.name in POSITIVE


def value_nonnegative(what: k.Elementwise) -> bool:
    """Are the values of a known function nonnegative?"""
    return what.order == 0 and what.function.name in NONNEGATIVE


def value_within_one(what: k.Elementwise) -> bool:
    """Are the values of a known function from -1 to 1?"""
    return what.order == 0 and what.function.name in WITHIN_ONE


def positive(ctx: Context, word: Word) -> bool:
    """Is each entry of a column or a number > 0: ones, columns declared positive, and values of positive functions,
    scaled by such? An entry of a positive column is: one end of a number may be a standard basis vector, not both."""
    nodes = [ctx.factors[number] for number in word]
    if len(nodes) > 1 and nodes[0].shape[0] == 1 and nodes[-1].shape[1] == 1:
        end = next((i for i in (0, -1) if nodes[i].declared(Property.BASIS)), None)
        nodes = nodes if end is None else nodes[1:] if end == 0 else nodes[:-1]
    return all(_positive(ctx, node) for node in nodes)


def _positive(ctx: Context, node: Node) -> bool:
    match node.what:
        case k.Ones():
            return True
        case k.Diagonal(column):  # has zeros, but no row of zeros
            return positive(ctx, column)
        case k.Elementwise() as what:
            return value_positive(what)
        case k.Named():
            if node.declared(Property.PERMUTATION):  # has zeros, but no row of zeros
                return True
            return _noted(ctx, node, Property.POSITIVE, ">")
    return False


def nonnegative(ctx: Context, word: Word) -> bool:
    """Is no entry of a word negative, factor by factor or as v o v?"""
    first = ctx.factors[word[0]].what if word else None
    if isinstance(first, k.Diagonal) and first.word == word[1:]:
        return True
    return all(_nonnegative(ctx, ctx.factors[number]) for number in word)


def _nonnegative(ctx: Context, node: Node) -> bool:
    match node.what:
        case k.Ones():
            return True
        case k.Diagonal(column):
            return nonnegative(ctx, column)
        case k.Elementwise() as what:
            return value_nonnegative(what)
        case k.Hadamard(parts):
            return all(nonnegative(ctx, part) or parts.count(part) % 2 == 0 for part in parts)
        case k.DiagonalOf(word):
            return nonnegative(ctx, word)
    if _noted(ctx, node, Property.POSITIVE, ">") or _noted(ctx, node, Property.NONNEGATIVE, ">="):
        return True
    return at_most_one(node)


def _noted(ctx: Context, node: Node, prop: Property, sign: str) -> bool:
    """Is a column declared so? The reader is told where that is used."""
    found = node.declared(prop)
    if found:
        ctx.used.add(f"{node.name} {sign} 0")
    return found


def at_most_one(node: Node) -> bool:
    """Are its entries 0 or 1, as those of a standard basis vector, one in a row or column at most?"""
    return node.declared(Property.BASIS) or node.declared(Property.PERMUTATION)


def within_one(ctx: Context, word: Word) -> bool:
    """Are the entries of a column from -1 to 1: values of some known functions, and their products entry by entry?"""
    *diagonals, last = (ctx.factors[number].what for number in word)
    inside = isinstance(last, k.Elementwise) and value_within_one(last)
    return inside and all(isinstance(what, k.Diagonal) and within_one(ctx, what.word) for what in diagonals)


def under_absolute(node: Node) -> tuple[tuple[Word, Coefficient], ...]:
    """The words of the v of which a factor has the absolute values, with their numbers; none for other factors."""
    what = node.what
    if not isinstance(what, k.Elementwise) or (what.function.name, what.order) != ("abs", 0) or node.transposed:
        return ()
    _, terms = what.argument
    if any(monomial for (monomial, _), _ in terms):
        return ()
    return tuple((word, value) for (_, word), value in terms)
