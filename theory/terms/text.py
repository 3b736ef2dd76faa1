"""Terms as plain text, for messages and the terminal: `gamma * x' w / (w' S w)^(1/2)`. Readable, unambiguous."""

from __future__ import annotations

from fractions import Fraction

from theory import terms as t
from theory.terms import recursions, rewrite
from theory.terms.block_matrices import as_blocks
from theory.terms.extremes import Extreme, as_extreme

_SUM, _PRODUCT, _ATOM = 0, 1, 2
_EXTREMES = {
    Extreme.MAX_NORM: "|{}|_inf",
    Extreme.LARGEST_ENTRY: "max({})",
    Extreme.SMALLEST_ENTRY: "min({})",
    Extreme.LARGEST_EIGENVALUE: "lambda_max({})",
    Extreme.SMALLEST_EIGENVALUE: "lambda_min({})",
}


def text(term: t.Term) -> str:
    """The term on one line."""
    return _text(term)[0]


def _wrap(term: t.Term, level: int) -> str:
    string, own = _text(term)
    return string if own >= level else f"({string})"


def _text(term: t.Term) -> tuple[str, int]:
    match term:
        case t.Number(value):
            return str(value), _ATOM if value >= 0 and value.denominator == 1 else _SUM
        case t.Symbol(name=name, bound=bound):
            return name + "~" * bound, _ATOM
        case t.Eye(size):
            return f"I[{t.show((size, 1)).split(' ')[0]}]", _ATOM
        case t.Ones(size):
            return f"1[{t.show((size, 1)).split(' ')[0]}]", _ATOM
        case t.Zero(_):
            return "0", _ATOM
        case t.Place() | t.Sum() | t.Product() | t.Scale() | t.Transpose() if blocks := as_blocks(term):
            return f"[{'; '.join(', '.join(map(text, row)) for row in blocks)}]", _ATOM
        case t.Sum(terms):
            out = _wrap(terms[0], _SUM)
            for item in terms[1:]:
                if as_extreme(item):  # + min(x), which has a minus in it
                    out += " + " + _wrap(item, _PRODUCT)
                elif isinstance(item, t.Scale) and isinstance(item.scalar, t.Number) and item.scalar.value < 0:
                    out += " - " + _wrap(t.scale(t.Number(-item.scalar.value), item.body), _PRODUCT)
                elif isinstance(item, t.Number) and item.value < 0:
                    out += " - " + _wrap(t.Number(-item.value), _PRODUCT)
                else:
                    out += " + " + _wrap(item, _PRODUCT)
            return out, _SUM
        case t.Product(factors):
            return " ".join(_wrap(f, _ATOM) for f in factors), _PRODUCT
        case t.LargestEigenvalue() | t.Scale() if extreme := as_extreme(term):
            return _EXTREMES[extreme[0]].format(text(extreme[1])), _ATOM
        case t.Scale() | t.Power():
            return _fraction(term)
        case t.Transpose(body):
            return _wrap(body, _ATOM) + "'", _ATOM
        case t.Trace(body):
            return f"tr({text(body)})", _ATOM
        case t.Determinant(body):
            return f"det({text(body)})", _ATOM
        case t.Inverse(body):
            inner = f"({text(body)})" if isinstance(body, t.Inverse) else _base(body)  # no exponent on another
            return inner + "^-1", _ATOM
        case t.Hadamard(left, right):
            return f"{_wrap(left, _ATOM)} o {_wrap(right, _ATOM)}", _PRODUCT
        case t.Kronecker(left, right):
            return f"kron({text(left)}, {text(right)})", _ATOM
        case t.Vec(body):
            return f"vec({text(body)})", _ATOM
        case t.Diag(body):
            return f"Diag({text(body)})", _ATOM
        case t.Abs(body):
            return f"|{text(body)}|", _ATOM
        case t.Elementwise(function, order, argument):
            return f"{function.name}{chr(39) * order}({text(argument)})", _ATOM
        case t.FieldValue(field, order, argument):
            return f"{('', 'grad ', 'Hess ')[order]}{field.name}({text(argument)})", _ATOM
        case t.Call(definition, arguments):
            return f"{definition.name}({', '.join(text(a) for a in arguments)})", _ATOM
        case t.Expectation(body, over):
            return f"E_{over.name}[{text(body)}]", _ATOM
        case t.Iterate(_, _, starts, count, index):
            times = t.show((count, 1)).removesuffix(" x 1")
            if (base := recursions.as_power(term)) is not None:
                return f"{_base(base)}^{times if times.isalnum() else '(' + times + ')'}", _ATOM
            letters, bodies = recursions.lettered(term)
            triples = [", ".join(map(text, triple)) for triple in zip(bodies, letters, starts, strict=True)]
            return f"iterate({', '.join((*triples[index:], *triples[:index]))}, {times})", _ATOM
        case t.Special(name, arguments):
            if name == "pow":
                return f"{_base(arguments[0])}^({text(arguments[1])})", _PRODUCT
            return name + (f"({', '.join(map(text, arguments))})" if arguments else ""), _ATOM
        case t.GrowthRate(function, batch):
            return f"lambda({function.name}, {text(batch)})", _ATOM
        case t.Integral(body, variable, lower, upper):
            return f"int_{text(variable)}[{text(body)}]({text(lower)}, {text(upper)})", _ATOM
        case t.Limit(body, variable, at):
            return f"lim_{text(variable)}->{text(at)}[{text(body)}]", _ATOM
        case t.Derivative(body, variable, at, kind):
            others = rewrite.free_symbols(body) - {variable}
            if isinstance(at, t.Symbol) and at.name == variable.name and all(s.name != at.name for s in others):
                return f"{kind}_{at.name}[{text(rewrite.replace(body, variable, at))}]", _ATOM
            return f"{kind}_{text(variable)}[{text(body)}]({text(at)})", _ATOM
    raise TypeError(f"text: no row for {type(term).__name__}")


def _fraction(term: t.Term) -> tuple[str, int]:
    """A scaled term or a power: factors over a line of denominators, a minus sign in front."""
    number, over, under = Fraction(1), list[str](), list[str]()
    rest: t.Term | None = term
    while rest is not None:
        if isinstance(rest, t.Scale) and not as_extreme(rest):
            factor, rest = rest.scalar, rest.body
        else:
            factor, rest = rest, None
        if isinstance(factor, t.Number):
            number *= factor.value
        elif isinstance(factor, t.Power) and factor.exponent < 0:
            under.append(_power(factor.base, -factor.exponent))
        elif isinstance(factor, t.Power):
            over.append(_power(factor.base, factor.exponent))
        else:
            over.append(_wrap(factor, _PRODUCT))
    if abs(number.numerator) != 1 or not over:
        over.insert(0, str(abs(number.numerator)))
    if number.denominator != 1:
        under.insert(0, str(number.denominator))
    string = " * ".join(over)
    if under:
        string += " / " + (under[0] if len(under) == 1 else f"({' * '.join(under)})")
    if number < 0:
        return f"-{string}", _SUM
    return string, _ATOM if len(over) == 1 and not under and isinstance(term, t.Power) else _PRODUCT


def _power(base: t.Term, exponent: Fraction) -> str:
    if exponent == 1:
        return _wrap(base, _ATOM)
    return f"{_base(base)}^{exponent if exponent.denominator == 1 else f'({exponent})'}"


def _base(term: t.Term) -> str:
    """What a power is taken of: (x^2)^(1/2) is not x^(2^(1/2))."""
    power = isinstance(term, t.Power) or (isinstance(term, t.Iterate) and recursions.as_power(term) is not None)
    return f"({text(term)})" if power else _wrap(term, _ATOM)
