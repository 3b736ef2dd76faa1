"""A term as SymPy code to paste: the symbols with what is assumed of them, and an expression of them in SymPy's words.

What SymPy has no class for (E, gradients, eigenvalues, recursions), and what it cannot assume of a matrix, comes from
`theory.sympy`, which reads the expression as the term again. SymPy evaluates as it builds: `u / u` is 1. Nothing of
SymPy is imported here: what is printed is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from theory import terms as t
from theory.terms import Property, Symbol, Term, recursions, rewrite
from theory.terms.block_matrices import as_blocks
from theory.terms.lettering import free_names
from theory.terms.size_arithmetic import dimensions_in, minus, plus
from theory.typeset.python_source import identifier, size_source, with_its_letters

_P = Property
_SUM, _PRODUCT, _POWER, _ATOM = 0, 1, 2, 3
_SIGNS = (_P.POSITIVE, _P.NEGATIVE, _P.NONNEGATIVE, _P.NONZERO)  # that SymPy can assume of a number
_WORDS: Mapping[frozenset[Property], str] = {  # of a matrix, those that say more first
    frozenset({_P.SYMMETRIC, _P.POSITIVE_DEFINITE}): "positive_definite",
    frozenset({_P.SYMMETRIC, _P.POSITIVE_SEMIDEFINITE}): "positive_semidefinite",
    frozenset({_P.SYMMETRIC, _P.PROJECTOR}): "projector",
    frozenset({_P.ORTHOGONAL, _P.PERMUTATION}): "permutation",
    frozenset({_P.SYMMETRIC}): "symmetric",
    frozenset({_P.INVERTIBLE}): "invertible",
    frozenset({_P.ORTHOGONAL}): "orthogonal",
    frozenset({_P.BASIS}): "basis_vector",
    frozenset({_P.POSITIVE}): "positive",
    frozenset({_P.NONNEGATIVE}): "nonnegative",
    frozenset({_P.NONZERO}): "nonzero",
    frozenset({_P.RANDOM}): "random",
}
_KNOWN = {  # activations of one number `xi`
    "identity": "xi", "square": "xi**2", "cube": "xi**3", "tanh": "sp.tanh(xi)", "exp": "sp.exp(xi)",
    "sin": "sp.sin(xi)", "erf": "sp.erf(xi)", "abs": "sp.Abs(xi)", "sigmoid": "1 / (1 + sp.exp(-xi))",
    "softplus": "sp.log(1 + sp.exp(xi))", "gelu": "xi * (1 + sp.erf(xi / sp.sqrt(2))) / 2",
    "log": "sp.log(xi)", "sqrt": "sp.sqrt(xi)", "rsqrt": "1 / sp.sqrt(xi)",
    "silu": "xi / (1 + sp.exp(-xi))", "relu": "sp.Max(0, xi)", "leaky_relu": "sp.Max(xi, xi / 100)",
    "hardtanh": "sp.Max(-1, sp.Min(1, xi))",
}  # fmt: skip
_SPECIAL = {"sin": "sin", "cos": "cos", "arccos": "acos", "exp": "exp", "log": "log", "erf": "erf", "Gamma": "gamma"}
_MADE = {"gradient": "Gradient", "jacobian": "Jacobian", "hessian": "Hessian"}
_ENTRY = 'xi = sp.Symbol("xi", real=True)'


def sympy_code(sides: Mapping[str, Term]) -> str:
    """`name = expression` for each term, below the imports and the symbols that they speak of.

    Raises CalculusError for terms that this has no word for, such as rates of growth.
    """
    terms = {name: rewrite.unfold(term) for name, term in sides.items()}
    taken = {s.name for term in terms.values() for n in t.walk(term) for s in n.children if isinstance(s, Symbol)}
    taken |= {s.name for term in terms.values() for s in rewrite.free_symbols(term)} | {"xi", *sides}
    writer = _Writer(taken)
    rows = [f"{name} = {writer.whole(term)}" for name, term in terms.items()]
    symbols = set[Symbol]().union(*map(rewrite.free_symbols, terms.values()), writer.letters)
    functions = frozenset[t.Activation | t.ScalarField]().union(*map(rewrite.functions_in, terms.values()))
    declared = _declarations(symbols, (f for f in functions if f.name not in _KNOWN))
    text = "\n".join([*declared, *([_ENTRY] if any("xi" in row for row in rows) else []), "", *rows])
    words = set(re.findall(r"(?<![\w.\"])[A-Za-z_]\w*(?![\w=])", re.sub(r'"[^"]*"', '""', text)))
    names = sorted(words & _OF_THIS_DOOR)
    imports = ["import sympy as sp", *([f"from theory.sympy import {', '.join(names)}"] if names else [])]
    return "\n".join([*imports, "", text, ""])


_OF_THIS_DOOR = frozenset({
    "E", "Gradient", "Hessian", "Iterated", "Jacobian", "LargestEigenvalue", "Slope", "Vec", "declare", "prime",
    "smooth", *_WORDS.values(),
})  # fmt: skip


def _word(symbol: Symbol) -> str:
    """The name of a symbol in the code; what else the code speaks of keeps its own."""
    name = identifier(symbol.name)
    return name + "_" if name in _OF_THIS_DOOR or name in ("sp", "xi", "left", "right") else name


def _size(size: t.Dimension) -> str:
    return re.sub(r"[A-Za-z_]\w*", lambda found: _word(Symbol(found[0], (1, 1))), size_source(size))


def _declarations(symbols: Iterable[Symbol], functions: Iterable[t.Activation | t.ScalarField]) -> list[str]:
    sizes = {size for symbol in symbols for size in dimensions_in(symbol.shape)}
    ordered = sorted({*symbols, *sizes}, key=lambda s: (not s.has(_P.DIMENSION), s.name))
    lines = [f"{_word(s)} = {_declared(s)}" for s in ordered]
    for function in sorted(functions, key=lambda f: f.name):
        made = f'sp.Function("{function.name}"'
        if isinstance(function, t.Activation):
            lines.append(f"{identifier(function.name)} = declare({{{made}): smooth({function.smoothness})}})")
        else:
            lines.append(f"{identifier(function.name)} = {made}, real=True)")
    return lines


def _declared(symbol: Symbol) -> str:
    if symbol.has(_P.DIMENSION):
        return f'sp.Symbol("{symbol.name}", integer=True, positive=True)'
    if _is_number(symbol):
        signs = "".join(f", {p.value}=True" for p in _SIGNS if symbol.has(p))
        return f'sp.Symbol("{symbol.name}", real=True{signs})'
    made = f'sp.MatrixSymbol("{symbol.name}", {", ".join(map(_size, symbol.shape))})'
    said, words = set(symbol.properties), []
    for properties, word in _WORDS.items():
        if properties <= said:
            words.append(word)
            said -= properties
    if said:
        more = ", ".join(sorted(prop.value for prop in said))
        raise t.CalculusError(f"expected a symbol that can be declared, got {symbol.name}: {more}.")
    if not words:
        return made
    return f"declare({{{made}: {words[0] if len(words) == 1 else '(' + ', '.join(words) + ')'}}})"


def _is_number(symbol: Symbol) -> bool:
    """Can SymPy assume of it as a number what is declared? A random number is the entry of a 1 x 1 matrix."""
    return symbol.is_scalar and symbol.properties <= {*_SIGNS}


# ---- terms --------------------------------------------------------------------------------------------------
class _Writer:
    """Writes terms; `letters` are the bound variables that it met, which are to be declared."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        self.letters: set[Symbol] = set()

    def whole(self, term: Term) -> str:
        """A term as a SymPy object, also where it is a bare number."""
        return _integer(term) or self._text(term)[0]

    def _at(self, term: Term, level: int) -> str:
        written, own = self._text(term)
        return written if own >= level else f"({written})"

    def _all(self, terms: Iterable[Term]) -> str:
        return ", ".join(self.whole(term) for term in terms)

    def _text(self, term: Term) -> tuple[str, int]:
        match term:
            case t.Number(value):
                if value.denominator != 1:
                    return f"sp.Rational({value.numerator}, {value.denominator})", _ATOM
                return str(value), _ATOM if value >= 0 else _SUM
            case t.Symbol():
                matrix = term.is_scalar and not _is_number(term) and not term.has(_P.DIMENSION)
                return f"sp.Trace({_word(term)})" if matrix else _word(term), _ATOM
            case t.Eye() | t.Ones() if term.is_scalar:
                return "sp.Integer(1)", _ATOM
            case t.Zero() if term.is_scalar:
                return "sp.Integer(0)", _ATOM
            case t.Eye(size):
                return f"sp.Identity({_size(size)})", _ATOM
            case t.Ones(size):
                return f"sp.OneMatrix({_size(size)}, 1)", _ATOM
            case t.Zero(shape):
                return f"sp.ZeroMatrix({', '.join(map(_size, shape))})", _ATOM
            case t.Sum() | t.Product() | t.Scale() | t.Transpose() if (rows := as_blocks(term)) and t.blocks(
                rows
            ) == term:
                return self._blocks(rows), _ATOM
            case t.Place(before, size, whole):
                after = minus(whole, plus(before, size))
                sizes = ((before, "ZeroMatrix"), (size, "Identity"), (after, "ZeroMatrix"))
                parts = [f"[{_constant(kind, n, size)}]" for n, kind in sizes if n not in (0, None)]
                return f"sp.BlockMatrix([{', '.join(parts)}])", _ATOM
            case t.Sum(terms):
                return self._sum(terms), _SUM
            case t.Product(factors):
                return self._product(factors, scalar=term.is_scalar)
            case t.Scale(t.Number(Fraction(numerator=-1, denominator=1)), body):
                return f"-{self._at(body, _POWER)}", _SUM
            case t.Scale(scalar, body):
                return f"{self._at(scalar, _PRODUCT)} * {self._at(body, _POWER)}", _PRODUCT
            case t.Power(base, Fraction(numerator=1, denominator=2)):
                return f"sp.sqrt({self.whole(base)})", _ATOM
            case t.Power(base, exponent):
                whole = exponent.denominator == 1
                held = (
                    str(exponent.numerator) if whole else f"sp.Rational({exponent.numerator}, {exponent.denominator})"
                )
                held = f"({held})" if exponent < 0 and whole else held
                return f"{_integer(base) or self._at(base, _ATOM)}**{held}", _POWER
            case t.Inverse(body) if term.is_scalar:
                return f"{_integer(body) or self._at(body, _ATOM)}**(-1)", _POWER
            case t.Trace(body) | t.Determinant(body) | t.Diag(body) if body.is_scalar:
                return self._text(body)
            case t.Hadamard(left, right) if term.is_scalar:
                return f"{self._at(left, _PRODUCT)} * {self._at(right, _POWER)}", _PRODUCT
            case t.Transpose(body):
                return f"{self._at(body, _ATOM)}.T", _ATOM
            case t.Elementwise(function, order, argument):
                return self._elementwise(function, order, argument), _ATOM
            case t.FieldValue():
                return self._field(term), _ATOM
            case t.Expectation(body, over):
                return f"E({self.whole(body)}, {_word(over)})", _ATOM
            case t.Derivative():
                return self._derivative(term), _ATOM
            case t.Iterate():
                return self._iterate(term)
            case t.Special():
                return self._special(term)
            case t.Integral(body, variable, lower, upper):
                letter, inner = self._bound(variable, body)
                return f"sp.Integral({self.whole(inner)}, ({_word(letter)}, {self._all((lower, upper))}))", _ATOM
            case t.Limit(body, variable, at):
                letter, inner = self._bound(variable, body)
                return f'sp.Limit({self.whole(inner)}, {_word(letter)}, {self.whole(at)}, "-")', _ATOM
        if type(term) not in _NAMED:
            raise t.CalculusError(f"expected a term that SymPy has words for, got {type(term).__name__} {term!r:.80}.")
        return f"{_NAMED[type(term)]}({self._all(term.children)})", _ATOM

    def _sum(self, terms: Sequence[Term]) -> str:
        written = _integer(terms[0]) or self._at(terms[0], _SUM)
        for term in terms[1:]:
            match term:
                case t.Scale(t.Number(Fraction(numerator=-1, denominator=1)), body):
                    written += f" - {self._at(body, _PRODUCT)}"
                case _:
                    written += f" + {self._at(term, _PRODUCT)}"
        return written

    def _product(self, factors: Sequence[Term], *, scalar: bool) -> tuple[str, int]:
        """Numbers in front; what is left is a matrix, or 1 x 1 and the entry of it is its trace."""
        numbers = [self._at(f, _POWER) for f in factors if f.is_scalar]
        matrices = [self._at(f, _POWER) for f in factors if not f.is_scalar]
        if matrices and scalar:
            numbers, matrices = [*numbers, f"sp.Trace({' * '.join(matrices)})"], []
        written = " * ".join([*numbers, *matrices])
        return written, _ATOM if scalar and len(numbers) == 1 else _PRODUCT

    def _blocks(self, rows: Sequence[Sequence[Term]]) -> str:
        def block(term: Term) -> str:
            return f"sp.Matrix([{self.whole(term)}])" if term.is_scalar else self._text(term)[0]

        written = (", ".join(map(block, row)) for row in rows)
        return f"sp.BlockMatrix([{', '.join(f'[{row}]' for row in written)}])"

    # -- functions ----------------------------------------------------------------------------------------------
    def _elementwise(self, function: t.Activation, order: int, argument: Term) -> str:
        if function.name in _KNOWN:
            formula = _KNOWN[function.name]
            if order:
                formula = f"sp.diff({formula}, xi{f', {order}' if order > 1 else ''})"
            named = re.fullmatch(r"(sp\.\w+)\(xi\)", formula)
            head = named[1] if named else f"sp.Lambda(xi, {formula})"
        else:
            word = identifier(function.name)
            head = word if not order else f"prime({word})" if order == 1 else f"prime({word}, {order})"
        if argument.is_scalar:
            return f"{head}({self.whole(argument)})"
        return f"{self._at(argument, _ATOM)}.applyfunc({head})"

    def _field(self, term: t.FieldValue) -> str:
        """L(y); its gradient and Hessian are derivatives in a letter, at the argument."""
        word = identifier(term.field.name)
        if not term.order:
            return f"{word}({self.whole(term.argument)})"
        made = ("Gradient", "Hessian")[term.order - 1]
        at = term.argument
        if isinstance(at, Symbol) and not at.is_scalar:
            written = f"{made}({word}({_word(at)}), {_word(at)})"
        else:
            letter = Symbol(self._fresh("y"), (term.field.size, 1))
            self.letters.add(letter)
            written = f"{made}({word}({_word(letter)}), {_word(letter)}, {self.whole(at)})"
        return f"sp.Trace({written})" if term.is_scalar else written

    def _special(self, term: t.Special) -> tuple[str, int]:
        if term.name in ("pi", "oo"):
            return f"sp.{term.name}", _ATOM
        if term.name == "pow":
            base, exponent = term.arguments
            if isinstance(base, Symbol) and base.has(_P.POSITIVE):
                return f"{self._at(base, _ATOM)}**{self._at(exponent, _ATOM)}", _POWER
            return f"sp.exp({self._at(exponent, _PRODUCT)} * sp.log({self.whole(base)}))", _ATOM
        if term.name not in _SPECIAL:
            raise t.CalculusError(f"expected a function that SymPy has, got {term.name}.")
        return f"sp.{_SPECIAL[term.name]}({self._all(term.arguments)})", _ATOM

    # -- binders ------------------------------------------------------------------------------------------------
    def _fresh(self, name: str) -> str:
        found = next(free_names(name, self.taken))
        self.taken.add(found)
        return found

    def _bound(self, variable: Symbol, body: Term, at: Term | None = None) -> tuple[Symbol, Term]:
        """A bound variable as a free letter, which is to be declared, and the body over it; another letter than one of
        that name in the body, or in the point at which it is taken, there for something else."""
        free = replace(variable, bound=0)
        others = rewrite.free_symbols(body) - {variable}
        if at is not None:
            others |= rewrite.free_symbols(at) - {free}
        if any(s.name == free.name for s in others):
            free = replace(free, name=self._fresh(free.name))
        self.letters.add(free)
        return free, rewrite.replace(body, variable, free)

    def _derivative(self, term: t.Derivative) -> str:
        """SymPy's own Derivative of a number in a number, at the number itself; else those of `theory.sympy`."""
        letter, body = self._bound(term.variable, term.body, term.at)
        inner, word = self.whole(body), _word(letter)
        if not (term.body.is_scalar and term.variable.is_scalar):
            at = "" if term.at == letter else f", {self.whole(term.at)}"
            return f"{_MADE[term.kind]}({inner}, {word}{at})"
        twice = term.kind == "hessian"
        if term.at == letter:
            return f"sp.Derivative({inner}, {f'({word}, 2)' if twice else word})"
        return f"Slope({inner}, {word}, {self.whole(term.at)}{', 2' if twice else ''})"

    def _iterate(self, term: t.Iterate) -> tuple[str, int]:
        """A power by SymPy's own; another recursion in letters of its own."""
        base = recursions.as_power(term)
        if base is not None:
            times = _size(term.count)
            return f"{_integer(base) or self._at(base, _ATOM)}**{times if times.isalnum() else f'({times})'}", _POWER
        letters, bodies = with_its_letters(term)
        self.letters.update(letters)
        names = ", ".join(map(_word, letters))
        parts = (self._all(bodies), names, self._all(term.starts))
        tuples = ", ".join(f"sp.Tuple({part})" for part in parts)
        written = f"Iterated({tuples}, {_size(term.count)}, {term.index})"
        return f"sp.Trace({written})" if term.is_scalar else written, _ATOM


def _constant(kind: str, rows: t.Dimension, columns: t.Dimension) -> str:
    if rows == columns == 1:
        return f"sp.Matrix([{int(kind == 'Identity')}])"
    held = (rows,) if kind == "Identity" else (rows, columns)
    return f"sp.{kind}({', '.join(map(_size, held))})"


def _integer(term: Term) -> str:
    """A whole number as SymPy's, where Python's own would be computed with by Python."""
    whole = isinstance(term, t.Number) and term.value.denominator == 1
    return f"sp.Integer({term.value})" if isinstance(term, t.Number) and whole else ""


_NAMED: Mapping[type[Term], str] = {
    t.Trace: "sp.Trace",
    t.Determinant: "sp.Determinant",
    t.LargestEigenvalue: "LargestEigenvalue",
    t.Inverse: "sp.Inverse",
    t.Hadamard: "sp.HadamardProduct",
    t.Diag: "sp.DiagMatrix",
    t.Kronecker: "sp.KroneckerProduct",
    t.Vec: "Vec",
    t.Abs: "sp.Abs",
}
