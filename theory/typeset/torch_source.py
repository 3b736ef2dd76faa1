"""A term as torch code: a function of its symbols, to paste. Columns are n x 1, scalars tensors of one number.

A random vector is given as a batch of samples, N x n x 1, and E is the mean over them. Nothing of torch is imported
here: what is printed is text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from theory import terms as t
from theory.terms import Property, Symbol, Term, recursions, rewrite
from theory.terms.lettering import free_names
from theory.terms.size_arithmetic import dimensions_in, plus
from theory.typeset.python_source import identifier, size_source, with_its_letters

_SUM, _PRODUCT, _POWER, _ATOM = 0, 1, 2, 3
_KNOWN = {
    "tanh": "torch.tanh", "exp": "torch.exp", "sin": "torch.sin", "erf": "torch.erf", "sigmoid": "torch.sigmoid",
    "abs": "torch.abs", "log": "torch.log", "sqrt": "torch.sqrt", "rsqrt": "torch.rsqrt",
    "softplus": "torch.nn.functional.softplus", "gelu": "torch.nn.functional.gelu", "silu": "torch.nn.functional.silu",
    "relu": "torch.relu", "leaky_relu": "torch.nn.functional.leaky_relu", "hardtanh": "torch.nn.functional.hardtanh",
    "identity": "torch.clone", "square": "torch.square", "cube": "(lambda z: z**3)",
}  # fmt: skip
_SPECIAL = {"exp": "torch.exp", "log": "torch.log", "sin": "torch.sin", "cos": "torch.cos", "arccos": "torch.arccos"}
_SPECIAL |= {"erf": "torch.erf", "Gamma": "torch.lgamma"}


def torch_functions(sides: Mapping[str, Term]) -> str:
    """`def name(A, x): return ...` for each term, all of them of the symbols and functions that any speaks of.

    Raises CalculusError for terms that torch has no word for.
    """
    terms = {name: rewrite.unfold(term) for name, term in sides.items()}
    symbols = set[Symbol]().union(*(rewrite.free_symbols(term) for term in terms.values()))
    functions = {f.name for term in terms.values() for f in rewrite.functions_in(term)} - _KNOWN.keys()
    found = _sizes(symbols)
    missing = {s.name for s in symbols if s.has(Property.DIMENSION)} - found.keys()
    names = sorted(s.name for s in symbols if not s.has(Property.DIMENSION)) + sorted(functions) + sorted(missing)
    written = []
    for name, term in terms.items():
        spoken = {s.name for node in t.walk(term) for s in _spoken(node)}
        rows = "".join(f"    {identifier(size)} = {found[size]}\n" for size in sorted(spoken & found.keys()))
        arguments = ", ".join(map(identifier, names))
        written.append(f"def {name}({arguments}):\n{rows}    return {_text(term)[0]}\n")
    recursive = any(
        isinstance(n, t.Iterate) and recursions.as_power(n) is None for u in terms.values() for n in t.walk(u)
    )
    return ("import functools\n\n" if recursive else "") + "import torch\n\n\n" + "\n\n".join(written)


def _sizes(symbols: Iterable[Symbol]) -> dict[str, str]:
    """Where each dimension is found: at a side of a symbol."""
    found: dict[str, str] = {}
    for symbol in sorted((s for s in symbols if not s.is_scalar), key=lambda s: s.name):
        for side, size in zip((-2, -1), symbol.shape, strict=True):
            if isinstance(size, Symbol):
                found.setdefault(size.name, f"{identifier(symbol.name)}.shape[{side}]")
    return found


def _spoken(node: Term) -> list[Symbol]:
    match node:
        case t.Eye() | t.Ones() | t.Zero() | t.Place():
            return sorted(dimensions_in(node.shape), key=lambda size: size.name)
        case t.Symbol() if node.has(Property.DIMENSION):
            return [node]
    return []


def _at(term: Term, level: int) -> str:
    written, own = _text(term)
    return written if own >= level else f"({written})"


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator} / {value.denominator}"


def _text(term: Term) -> tuple[str, int]:
    match term:
        case t.Number(value):
            return _number(value), _ATOM if value.denominator == 1 and value >= 0 else _SUM
        case t.Symbol(name=name):
            return identifier(name), _ATOM
        case t.Eye(size):
            return f"torch.eye({size_source(size)})", _ATOM
        case t.Ones(size):
            return f"torch.ones({size_source(size)}, 1)", _ATOM
        case t.Zero(shape):
            return f"torch.zeros({', '.join(map(size_source, shape))})", _ATOM
        case t.Place(before, size, whole):
            start = "" if before == 0 else f"{size_source(before)}"
            return f"torch.eye({size_source(whole)})[:, {start} : {size_source(plus(before, size))}]", _ATOM
        case t.Sum(terms):
            return " + ".join(_at(item, _PRODUCT) for item in terms), _SUM
        case t.Product(factors):
            return _product(factors)
        case t.Scale(scalar, body):
            if scalar == t.Number(Fraction(-1)):
                return f"-{_at(body, _POWER)}", _SUM
            return f"{_at(scalar, _PRODUCT)} * {_at(body, _POWER)}", _PRODUCT
        case t.Power(base, exponent):
            if exponent == Fraction(1, 2):
                return f"torch.sqrt({_tensor(base)})", _ATOM
            held = _number(exponent) if exponent.denominator == 1 and exponent >= 0 else f"({_number(exponent)})"
            return f"{_at(base, _ATOM)} ** {held}", _POWER
        case t.Transpose(body):
            return f"{_at(body, _ATOM)}.mT", _ATOM
        case t.Trace(body):
            return f"torch.trace({_text(body)[0]})", _ATOM
        case t.Determinant(body):
            return f"torch.linalg.det({_text(body)[0]})", _ATOM
        case t.LargestEigenvalue(t.Diag(body)):
            return f"torch.max({_text(body)[0]})", _ATOM
        case t.LargestEigenvalue(body):
            return f"torch.linalg.eigvalsh({_text(body)[0]})[-1]", _ATOM
        case t.Inverse(body):
            return f"torch.linalg.inv({_text(body)[0]})", _ATOM
        case t.Hadamard(left, right):
            return f"{_at(left, _PRODUCT)} * {_at(right, _POWER)}", _PRODUCT
        case t.Kronecker(left, right):
            return f"torch.kron({_text(left)[0]}, {_text(right)[0]})", _ATOM
        case t.Vec(body):
            return f"{_at(body, _ATOM)}.mT.reshape(-1, 1)", _ATOM
        case t.Diag(body):
            return f"torch.diag({_at(body, _ATOM)}[:, 0])", _ATOM
        case t.Abs(body):
            return f"torch.abs({_tensor(body)})", _ATOM
        case t.Elementwise(function, order, argument):
            return f"{_activation(function.name, order)}({_tensor(argument)})", _ATOM
        case t.FieldValue(function, order, argument):
            return _taken(identifier(function.name), order, _text(argument)[0]), _ATOM
        case t.Expectation(body, over):
            word = identifier(over.name)
            return f"torch.vmap(lambda {word}: {_text(body)[0]})({word}).mean(0)", _ATOM
        case t.Derivative(body, variable, at, kind):
            word, inner = _lambda(body, variable)
            if kind == "jacobian":
                return f"torch.func.jacrev(lambda {word}: {inner})({_text(at)[0]})[:, 0, :, 0]", _ATOM
            order = 1 if kind == "gradient" else 2
            return _taken(f"(lambda {word}: ({inner}).squeeze())", order, _text(at)[0]), _ATOM
        case t.Iterate():
            return _iterate(term), _ATOM
        case t.Special(name, arguments) if name in _SPECIAL:
            written = f"{_SPECIAL[name]}({_tensor(arguments[0])})"
            return (f"torch.exp({written})" if name == "Gamma" else written), _ATOM
        case t.Special(name="pi"):
            return "torch.pi", _ATOM
        case t.Special(name="pow", arguments=(base, exponent)):
            return f"{_at(base, _ATOM)} ** {_at(exponent, _ATOM)}", _POWER
    raise t.CalculusError(f"expected a term that torch can compute, got {type(term).__name__} {term!r:.80}.")


def _iterate(term: t.Iterate) -> str:
    """All variables at once, step by step; a power of a matrix by torch's own."""
    base = recursions.as_power(term)
    if base is not None:
        held = _at(base, _ATOM)
        return (
            f"{held} ** {size_source(term.count)}"
            if base.is_scalar
            else f"torch.linalg.matrix_power({held}, {size_source(term.count)})"
        )
    letters, bodies = with_its_letters(term)
    names, starts = ", ".join(identifier(v.name) for v in letters), ", ".join(_text(s)[0] for s in term.starts)
    made = ", ".join(_text(body)[0] for body in bodies)
    step = f"lambda state, _: (lambda {names}: ({made},))(*state)"
    return f"functools.reduce({step}, range({size_source(term.count)}), ({starts},))[{term.index}]"


def _lambda(body: Term, variable: Symbol) -> tuple[str, str]:
    """The argument and the value of a function of the variable; its letter is its own, unless the body has that one."""
    taken = {s.name for s in rewrite.free_symbols(body) - {variable}}
    free = replace(variable, bound=0, name=next(free_names(variable.name, taken)))
    return identifier(free.name), _text(rewrite.replace(body, variable, free))[0]


def _tensor(term: Term) -> str:
    """What a function of torch takes: a tensor, also where the term is a number or a size."""
    bare = not any(isinstance(n, t.Symbol) and not n.has(Property.DIMENSION) for n in t.walk(term))
    bare = bare and not any(isinstance(n, (t.Eye, t.Ones, t.Zero)) for n in t.walk(term))
    return f"torch.tensor(float({_text(term)[0]}))" if bare else _text(term)[0]


def _product(factors: tuple[Term, ...]) -> tuple[str, int]:
    """Matrix products; a factor that is one number is multiplied, since torch's @ takes none."""
    written = _at(factors[0], _PRODUCT)
    for before, factor in pairwise(factors):
        single = factor.is_scalar or before.is_scalar
        written += f" {'*' if single else '@'} {_at(factor, _POWER)}"
    return written, _PRODUCT


def _activation(name: str, order: int) -> str:
    """A derivative of an activation, entry by entry, by torch itself."""
    head = _KNOWN.get(name, identifier(name))
    for _ in range(order):
        head = f"(lambda z, f={head}: torch.func.jvp(f, (z,), (torch.ones_like(z),))[1])"
    return head


def _taken(function: str, order: int, at: str) -> str:
    """The value, gradient or Hessian of a function of a column at a point."""
    if order == 2:
        return f"torch.func.hessian({function})({at}).squeeze(-1).squeeze(1)"
    return f"torch.func.grad({function})({at})" if order else f"{function}({at})"
