"""Expressions in one real variable z as plain frozen trees. Nothing here evaluates anything or knows a library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from verify.errors import UserError

SIZE = 2000  # nodes of one tree, names of activations written out
DEPTH = 120
BITS = 2048  # of numerator and denominator of a number
EXPONENT = 64  # of a power with a whole exponent

ANALYTIC = ("exp", "log", "sin", "cos", "tan", "tanh", "sinh", "cosh", "atan", "asinh", "erf", "sigmoid", "softplus")
PIECEWISE = ("abs", "sign", "max", "min")


@dataclass(frozen=True, eq=False)
class Node:
    """`op` is number, pi, z, neg, add, sub, mul, div, power, or a name of ANALYTIC or PIECEWISE. Compared by identity.

    `value` is the number, or the exponent of a power. Raises UserError where a tree grows out of bounds.
    """

    op: str
    args: tuple[Node, ...] = ()
    value: Fraction = Fraction(0)
    size: int = 0
    depth: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", 1 + sum(a.size for a in self.args))
        object.__setattr__(self, "depth", 1 + max((a.depth for a in self.args), default=0))
        if self.size > SIZE or self.depth > DEPTH:
            raise too_large(f"more than {SIZE} operations or {DEPTH} levels")
        if max(abs(self.value.numerator).bit_length(), self.value.denominator.bit_length()) > BITS:
            raise too_large(f"a number of more than {BITS} bits")


def too_large(got: str) -> UserError:
    return UserError("expected an expression of moderate size", got=got, where="PHI", remedy="simplify the expression")


Z = Node("z")


def number(value: Fraction | int) -> Node:
    return Node("number", value=Fraction(value))


def constant(node: Node) -> Fraction | None:
    """The rational number that a node is, if it is written as one."""
    return node.value if node.op == "number" else None


_EXACT: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
}


def binary(op: str, a: Node, b: Node) -> Node:
    """a op b for add, sub, mul, div. Rational numbers are computed at once; 0 and 1 drop out."""
    x, y = constant(a), constant(b)
    if op == "div" and y == 0:
        raise UserError("expected an expression that is defined", got="a division by 0", where="PHI")
    if x is not None and y is not None:
        return number(_EXACT[op](x, y))
    if (y == 0 and op in ("add", "sub")) or (y == 1 and op in ("mul", "div")):
        return a
    if (x == 0 and op == "add") or (x == 1 and op == "mul"):
        return b
    return Node(op, (a, b))


def negative(a: Node) -> Node:
    x = constant(a)
    return Node("neg", (a,)) if x is None else number(-x)


def power(base: Node, exponent: Node) -> Node:
    """base^exponent for a rational exponent, or exp(exponent) where the base is e."""
    if base.op == "exp" and constant(base.args[0]) == 1:
        return function("exp", (exponent,))
    n, b = constant(exponent), constant(base)
    if n is None:
        raise UserError(
            "expected a power with a rational number as its exponent",
            got=f"an exponent with {'z' if _speaks_of_z(exponent) else 'a number that is not rational'}",
            where="PHI",
            remedy="write a^b as exp(b*log(a)), which needs a > 0",
        )
    if abs(n) > EXPONENT or n.denominator > EXPONENT:
        raise UserError(
            f"expected an exponent between -{EXPONENT} and {EXPONENT}"
            + (f", of a denominator up to {EXPONENT}" if n.denominator > EXPONENT else ""),
            got=short(n),
            where="PHI",
            remedy="a smaller power" if abs(n) > EXPONENT else "a simpler fraction",
        )
    if n == 0:
        return beside(number(1), base)
    if n == 1:
        return base
    if b is not None and n.denominator == 1:
        if b == 0 and n < 0:
            raise UserError("expected an expression that is defined", got="a division by 0", where="PHI")
        if abs(n) * max(abs(b.numerator).bit_length(), b.denominator.bit_length()) > BITS:
            raise too_large(f"a number of more than {BITS} bits")
        return number(b ** int(n))
    return Node("power", (base,), n)


AT_ZERO = {
    "exp": Fraction(1),
    "cos": Fraction(1),
    "cosh": Fraction(1),
    "sigmoid": Fraction(1, 2),
    **dict.fromkeys(("sin", "tan", "tanh", "sinh", "atan", "asinh", "erf"), Fraction(0)),
}


def function(name: str, args: tuple[Node, ...]) -> Node:
    """A function of ANALYTIC or PIECEWISE at its arguments."""
    if name in AT_ZERO and constant(args[0]) == 0:
        return number(AT_ZERO[name])
    return Node(name, args)


def contains(node: Node, ops: tuple[str, ...]) -> bool:
    """Does any of these operations occur?"""
    return node.op in ops or any(contains(a, ops) for a in node.args)


def same(a: Node, b: Node) -> bool:
    """Are they one expression, written alike?"""
    return a is b or ((a.op, a.value, a.size) == (b.op, b.value, b.size) and all(map(same, a.args, b.args)))


def total(node: Node) -> bool:
    """Does it read off the tree that it is defined at every real z?"""
    if node.op in ("log", "tan") or (node.op == "power" and (node.value < 0 or node.value.denominator > 1)):
        return False
    if node.op == "div" and not constant(node.args[1]):
        return False
    return all(map(total, node.args))


def beside(kept: Node, dropped: Node) -> Node:
    """`kept`, defined only where `dropped` is too: what an expression leaves out must not widen where it is defined."""
    return kept if total(dropped) else binary("add", kept, Node("mul", (number(0), dropped)))


def _speaks_of_z(node: Node) -> bool:
    return contains(node, ("z",))


def short(value: Fraction | None) -> str:
    """A number as a message shows it."""
    if value is None:
        return "nothing"
    text = str(value) if max(value.numerator.bit_length(), value.denominator.bit_length()) < 200 else "a huge number"
    return text if len(text) < 30 else text[:27] + "..."
