"""An analytic expression and its derivative as one list of steps, run in balls: real points and complex boxes.

Steps are shared: what occurs twice is computed once. The derivative is taken step by step, so it is a few times as
long as the expression however deep that is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from verify.rates.elementary import FUNCTIONS
from verify.rates.expression import Node, total

Ball = Any  # flint.arb or flint.acb; python-flint has no type stubs
Step = tuple[str, tuple[int, ...], Fraction]


@dataclass(frozen=True)
class Program:
    """`steps[i]` is (operation, indices of earlier steps, number); `value` and `slope` index phi and phi'."""

    steps: tuple[Step, ...]
    value: int
    slope: int

    @property
    def flat(self) -> bool:
        """Is the derivative zero as it stands?"""
        return self.steps[self.slope] == ("number", (), Fraction(0))


class _Builder:
    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.known: dict[Step, int] = {}

    def add(self, op: str, args: tuple[int, ...] = (), value: Fraction = Fraction(0)) -> int:
        step = (op, args, value)
        if step not in self.known:
            self.known[step] = len(self.steps)
            self.steps.append(step)
        return self.known[step]

    def number(self, value: Fraction | int) -> int:
        return self.add("number", (), Fraction(value))

    def _constant(self, i: int) -> Fraction | None:
        op, _, value = self.steps[i]
        return value if op == "number" else None

    def times(self, a: int, b: int) -> int:
        x, y = self._constant(a), self._constant(b)
        if x == 0 or y == 0:
            return self.number(0)
        if x == 1:
            return b
        return a if y == 1 else self.add("mul", (a, b))

    def plus(self, a: int, b: int) -> int:
        if self._constant(a) == 0:
            return b
        return a if self._constant(b) == 0 else self.add("add", (a, b))

    def minus(self, a: int, b: int) -> int:
        if a == b:
            return self.number(0)
        if self._constant(a) == 0:
            return self.negative(b)
        return a if self._constant(b) == 0 else self.add("sub", (a, b))

    def negative(self, a: int) -> int:
        return self.number(0) if self._constant(a) == 0 else self.add("neg", (a,))

    def over(self, a: int, b: int) -> int:
        return self.number(0) if self._constant(a) == 0 else self.add("div", (a, b))

    def power(self, a: int, exponent: Fraction) -> int:
        if exponent == 0:
            return self.number(1)
        return a if exponent == 1 else self.add("power", (a,), exponent)


def compile_(node: Node) -> Program:
    """The program of an expression without piecewise operations, and of its derivative."""
    builder = _Builder()
    value = _emit(builder, node, {})
    slopes: dict[int, int] = {}
    for i in range(value + 1):
        slopes[i] = _slope(builder, i, slopes)
    return _without_waste(Program(tuple(builder.steps), value, slopes[value]))


def _emit(builder: _Builder, node: Node, done: dict[int, int]) -> int:
    if id(node) not in done:
        args = tuple(_emit(builder, a, done) for a in node.args)
        if node.op == "sub" and total(node):  # what is undefined somewhere does not vanish there
            done[id(node)] = builder.minus(*args)
        else:
            done[id(node)] = builder.add(node.op, args, node.value)
    return done[id(node)]


def _slope(b: _Builder, i: int, slopes: dict[int, int]) -> int:
    """The step that is the derivative of step i."""
    op, args, value = b.steps[i]
    if op in ("number", "pi"):
        return b.number(0)
    if op == "z":
        return b.number(1)
    inner = slopes[args[0]]
    if op == "neg":
        return b.negative(inner)
    if len(args) == 2:
        return _slope_of_two(b, op, args, (inner, slopes[args[1]]), i)
    if op == "power":
        factor = b.times(b.number(value), b.power(args[0], value - 1))
        return b.times(factor, inner)
    return b.times(inner, _OUTER[op](b, args[0], i)) if op != "log" else b.over(inner, args[0])


def _slope_of_two(b: _Builder, op: str, args: tuple[int, ...], d: tuple[int, int], i: int) -> int:
    if op in ("add", "sub"):
        return (b.plus if op == "add" else b.minus)(*d)
    if op == "mul":
        return b.plus(b.times(d[0], args[1]), b.times(args[0], d[1]))
    return b.over(b.minus(d[0], b.times(i, d[1])), args[1])  # (f/g)' = (f' - (f/g) g')/g


def _square(b: _Builder, i: int) -> int:
    return b.power(i, Fraction(2))


# outer derivative of a function, from its argument x and its value y
_OUTER: dict[str, Callable[[_Builder, int, int], int]] = {
    "exp": lambda b, x, y: y,
    "sin": lambda b, x, y: b.add("cos", (x,)),
    "cos": lambda b, x, y: b.negative(b.add("sin", (x,))),
    "tan": lambda b, x, y: b.plus(b.number(1), _square(b, y)),
    "tanh": lambda b, x, y: b.add("sech2", (x,)),
    "sinh": lambda b, x, y: b.add("cosh", (x,)),
    "cosh": lambda b, x, y: b.add("sinh", (x,)),
    "atan": lambda b, x, y: b.over(b.number(1), b.plus(b.number(1), _square(b, x))),
    "asinh": lambda b, x, y: b.power(b.plus(b.number(1), _square(b, x)), Fraction(-1, 2)),
    "erf": lambda b, x, y: b.add("bell", (x,)),
    "sigmoid": lambda b, x, y: b.times(y, b.add("sigmoid", (b.negative(x),))),
    "softplus": lambda b, x, y: b.add("sigmoid", (x,)),
}


def _without_waste(program: Program) -> Program:
    """Only the steps that phi or phi' need."""
    needed, waiting = set(), [program.value, program.slope]
    while waiting:
        i = waiting.pop()
        if i not in needed:
            needed.add(i)
            waiting.extend(program.steps[i][1])
    order = {old: new for new, old in enumerate(sorted(needed))}
    steps = tuple(
        (op, tuple(order[a] for a in args), value) for op, args, value in (program.steps[i] for i in sorted(needed))
    )
    return Program(steps, order[program.value], order[program.slope])


def run(program: Program, z: Ball, constants: Sequence[Ball]) -> tuple[Ball, Ball]:
    """phi and phi' on a ball: an arb holds real points; on an acb both are analytic, or the result is not finite.

    `constants` are those of `numbers(program)`. What is undefined somewhere on the ball comes out not finite.
    """
    values: list[Ball] = list(constants)
    for i, (op, args, value) in enumerate(program.steps):
        if op == "z":
            values[i] = z
        elif len(args) == 2:
            a, b = values[args[0]], values[args[1]]
            values[i] = a + b if op == "add" else a - b if op == "sub" else a * b if op == "mul" else a / b
        elif args:
            values[i] = FUNCTIONS[op](values[args[0]], value)
    return values[program.value], values[program.slope]


def numbers(program: Program) -> list[Ball]:
    """The constants of a program at the active precision, in their places."""
    return [
        arb(fmpq(value.numerator, value.denominator)) if op == "number" else arb.pi() if op == "pi" else None
        for op, _, value in program.steps
    ]


@dataclass(frozen=True)
class Bound:
    """A program with its constants at one precision."""

    program: Program
    constants: tuple[Ball, ...]
    bits: int

    def __call__(self, z: Ball) -> tuple[Ball, Ball]:
        return run(self.program, z, self.constants)


def bind(program: Program) -> Bound:
    """The program at the active precision."""
    return Bound(program, tuple(numbers(program)), ctx.prec)
