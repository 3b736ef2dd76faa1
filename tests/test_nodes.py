"""Which interpreter has a row for which node. A new node fails here, once for each table that does not know it yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest
import torch

import theory as c
from theory import terms as t
from theory.sympy import to_sympy
from theory.terms.rewrite import free_symbols, rebuild
from theory.terms.text import text
from theory.typeset.formulas import latex
from theory.typeset.python_source import python_declarations, python_term
from theory.typeset.sympy_source import sympy_code
from theory.typeset.torch_source import torch_functions
from verify.exact import components, scalar_balls
from verify.exact.scalar_balls import rational
from verify.floating import torch_compile
from verify.proof.matrices.differential import carry_out, differential, direction_of
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import normal_form
from verify.proof.numbers import intervals, reading
from verify.proof.numbers.field import Field
from verify.proof.numbers.interval_arithmetic import Interval

d = c.dimension("d")
A, B, S = c.matrix("A", d), c.matrix("B", d), c.positive_definite("S", d)
u, x, r, p = c.vector("u", d), c.random_vector("x", d), c.real("r"), c.positive("p")
phi, L, z = c.activation("phi"), c.scalar_field("L", d), c.real("z")
twice = c.define("twice", (z,), 2 * z)

ON_MATRICES: dict[type[t.Term], t.Term] = {
    t.Number: c.number(2), t.Symbol: A, t.Eye: c.eye(d), t.Ones: c.ones(d), t.Zero: c.zero(d, d), t.Sum: A + B,
    t.Product: A @ B, t.Scale: r * A, t.Transpose: A.T, t.Trace: c.trace(A), t.Inverse: c.inverse(S),
    t.Determinant: c.det(S), t.LargestEigenvalue: c.largest_eigenvalue(S), t.Special: c.exp(r),
    t.Kronecker: c.kron(A, B), t.Vec: c.vec(A), t.Place: c.stack(c.eye(d), c.zero(d, d)),
    t.Hadamard: c.hadamard(A, B), t.Diag: c.diag(u), t.Power: p**2, t.Abs: abs(r), t.Elementwise: phi(u),
    t.Iterate: A ** c.steps("t"),
    t.FieldValue: L(u), t.Call: twice(r), t.Expectation: c.E(x.T @ u), t.Derivative: c.gradient(L(u), u),
}  # fmt: skip
ON_NUMBERS: dict[type[t.Term], t.Term] = {
    t.Number: c.number(2), t.Symbol: p, t.Sum: p + 1, t.Scale: 2 * p,  t.Power: p**-1,
    t.Abs: abs(r), t.Call: twice(p), t.Derivative: c.derivative(p**2, p), t.Special: c.sin(p),
    t.Integral: c.integral(z**2, z, 0, p), t.Limit: c.limit(1 / p, p, c.oo),
    t.GrowthRate: c.growth_rate(phi, p),
}  # fmt: skip
ANALYSIS = {t.Integral, t.Limit, t.GrowthRate}


def every_node(kind: type = t.Term) -> Iterator[type]:
    """The classes of the library's nodes; what tests derive from them is none."""
    for node in kind.__subclasses__():
        if node.__module__.startswith("theory.terms"):
            yield node
        yield from every_node(node)


NODES = {**ON_NUMBERS, **ON_MATRICES}


def rewritten(term: t.Term) -> None:
    seen: list[t.Term] = []
    rebuild(term, lambda child: seen.append(child) or child)  # type: ignore[func-returns-value]
    assert {*term.children} <= {*seen}, f"rebuild: no row for {type(term).__name__}"


def differentiated(term: t.Term) -> None:
    variables = [s for s in free_symbols(term) if not s.has(t.Property.DIMENSION) and not s.has(t.Property.RANDOM)]
    for variable in variables:
        differential(term, variable, direction_of(variable))


def in_table(table: Any) -> Callable[[t.Term], None]:
    def look(term: t.Term) -> None:
        if type(term) not in table:
            raise TypeError(f"no row for {type(term).__name__}")

    return look


def in_balls(term: t.Term) -> None:
    values = {s: rational(Fraction(2)) for s in free_symbols(term)}
    scalar_balls.evaluate(term, values, {c.limit(1 / p, p, c.oo): c.number(0)})


def run_in_sympy(term: t.Term) -> None:
    """The printed code runs, and what it makes has the shape of the term."""
    names: dict[str, Any] = {}
    exec(sympy_code({"left": term}), names)
    made = names["left"]
    assert getattr(made, "is_Matrix", False) is not term.is_scalar
    assert term.is_scalar or made.shape == to_sympy(term, unfold=True).shape


_VALUES: dict[str, Any] = {
    "d": 3, "t": 2, "A": torch.arange(9.0).reshape(3, 3) / 9, "B": torch.eye(3), "S": 2 * torch.eye(3),
    "u": torch.tensor([[1.0], [-1.0], [2.0]]), "x": torch.ones(5, 3, 1), "r": torch.tensor(-2.0),
    "p": torch.tensor(2.0), "phi": torch.tanh, "L": lambda y: (y.mT @ y).squeeze() ** 2,
}  # fmt: skip


def _size(size: t.Dimension) -> int:
    if isinstance(size, t.Size):
        return sum(count * _VALUES["d"] ** len(product) for product, count in size.terms)
    return size if isinstance(size, int) else _VALUES[size.name]


def run_in_torch(term: t.Term) -> None:
    """The printed function runs, and what it computes has the shape of the term."""
    names: dict[str, Any] = {}
    exec(torch_functions({"left": term}), names)
    code = names["left"].__code__
    value = names["left"](*(_VALUES[name] for name in code.co_varnames[: code.co_argcount]))
    assert term.is_scalar or tuple(value.shape) == tuple(map(_size, term.shape))
    assert torch.as_tensor(value).isfinite().all()


def run_in_python(term: t.Term) -> None:
    """The printed term is the term again."""
    names: dict[str, Any] = {**vars(c), "Fraction": Fraction}
    exec("\n".join(python_declarations([term])), names)
    assert eval(python_term(term), names) == term


# The interpreter, the nodes that it is asked for, and those of them that it refuses, each for a reason of its own:
# a folded definition is unfolded first or is the catalogue's, a limit needs its extension, a rate is enclosed by
# `rates` alone, and torch and typed statements know no integrals.
INTERPRETERS: dict[str, tuple[Callable[[t.Term], Any], dict[type[t.Term], t.Term], set[type[t.Term]]]] = {
    "text": (text, NODES, set()),
    "LaTeX": (latex, NODES, set()),
    "rewriting": (rewritten, NODES, set()),
    "SymPy": (to_sympy, NODES, set()),
    "normal form": (lambda x: normal_form(Context(differentiate=carry_out), x), ON_MATRICES, set()),
    "differential": (differentiated, ON_MATRICES, {t.Call, t.Derivative, t.LargestEigenvalue, t.Iterate}),
    "components": (in_table(components._TABLE), ON_MATRICES, set()),
    "torch": (in_table(torch_compile._COMPILE), ON_MATRICES, set()),
    "quotients of polynomials": (
        lambda x: reading.read(Field(differentiate=True), x),
        ON_NUMBERS,
        {t.Limit, t.GrowthRate},
    ),
    "intervals": (
        lambda x: intervals.enclose(x, {p: Interval(Fraction(1), Fraction(2)), r: Interval(None, None)}),
        ON_NUMBERS,
        {t.Limit, t.GrowthRate},
    ),
    "balls": (in_balls, ON_NUMBERS, {t.GrowthRate}),
    "SymPy to paste": (run_in_sympy, NODES, {t.GrowthRate}),
    "SymPy to paste, on numbers": (run_in_sympy, ON_NUMBERS, {t.GrowthRate}),
    "torch to paste": (run_in_torch, NODES, ANALYSIS),
    "torch to paste, on numbers": (run_in_torch, ON_NUMBERS, ANALYSIS),
    "Python to paste": (run_in_python, NODES, {*ANALYSIS, t.Call}),
    "Python to paste, on numbers": (run_in_python, ON_NUMBERS, {*ANALYSIS, t.Call}),
}


def test_every_node_has_a_sample() -> None:
    assert {node.__name__ for node in every_node()} == {node.__name__ for node in NODES}
    assert all(type(term) is node for node, term in [*ON_MATRICES.items(), *ON_NUMBERS.items()])
    assert ON_NUMBERS.keys() - ON_MATRICES.keys() == ANALYSIS


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")  # of torch itself, as it loads torch.func
@pytest.mark.parametrize(
    ("name", "node"),
    [(name, node) for name, (_, samples, _) in INTERPRETERS.items() for node in samples],
    ids=lambda item: item if isinstance(item, str) else item.__name__,
)
def test_an_interpreter_has_a_row_for_each_node_or_refuses_it(name: str, node: type[t.Term]) -> None:
    interpret, samples, refused = INTERPRETERS[name]
    if node not in refused:
        interpret(samples[node])
        return
    with pytest.raises((TypeError, KeyError, t.CalculusError, reading.UnreadableError, intervals.NotDefinedError)):
        interpret(samples[node])
