"""Terms as plain text, for messages and the terminal: `gamma * x' w / (w' S w)^(1/2)`. Readable, unambiguous."""

from __future__ import annotations

from theory.calculus import terms as t

_SUM, _PRODUCT, _ATOM = 0, 1, 2


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
        case t.Sum(terms):
            out = _wrap(terms[0], _SUM)
            for item in terms[1:]:
                if isinstance(item, t.Scale) and isinstance(item.scalar, t.Number) and item.scalar.value < 0:
                    out += " - " + _wrap(t.scale(t.Number(-item.scalar.value), item.body), _PRODUCT)
                else:
                    out += " + " + _wrap(item, _PRODUCT)
            return out, _SUM
        case t.Product(factors):
            return " ".join(_wrap(f, _ATOM) for f in factors), _PRODUCT
        case t.Scale(t.Number(value), body) if value == -1:
            return f"-{_wrap(body, _PRODUCT)}", _SUM
        case t.Scale(scalar, body):
            return f"{_wrap(scalar, _PRODUCT)} * {_wrap(body, _PRODUCT)}", _PRODUCT
        case t.Transpose(body):
            return _wrap(body, _ATOM) + "'", _ATOM
        case t.Trace(body):
            return f"tr({text(body)})", _ATOM
        case t.Inverse(body):
            return _wrap(body, _ATOM) + "^-1", _ATOM
        case t.Hadamard(left, right):
            return f"{_wrap(left, _ATOM)} o {_wrap(right, _ATOM)}", _PRODUCT
        case t.Diag(body):
            return f"Diag({text(body)})", _ATOM
        case t.Power(base, exponent):
            return f"{_wrap(base, _ATOM)}^{exponent if exponent.denominator == 1 else f'({exponent})'}", _ATOM
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
        case t.Derivative(body, variable, at, kind):
            return f"{kind}_{text(variable)}[{text(body)}]({text(at)})", _ATOM
    raise TypeError(f"text: no row for {type(term).__name__}")
