"""Text to expression, by a tokenizer and recursive descent. No eval, no ast, no names beyond the tables here.

Grammar: sum = product (('+'|'-') product)*; product = signed (('*'|'/') signed)*; signed = ('+'|'-') signed | power;
power = atom (('**'|'^') signed)?; atom = number | name | name '(' sum (',' sum)* ')' | '(' sum ')'.
Decimal numbers are taken as the rationals that they are.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from verify.errors import UserError
from verify.rates.expression import ANALYTIC, Node, Z, binary, constant, function, negative, number, power
from verify.rates.named import ALIASES, NAMED

LENGTH = 2000
NESTING = 40
DIGITS = 80

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<sign>\*\*|[-+*/^(),:]))",
    flags=re.ASCII,
)


@dataclass(frozen=True)
class Token:
    kind: str  # number, name, sign, end
    text: str
    at: int


def parse(text: str) -> Node:
    """The expression of `relu`, `leaky_relu:0.2` or any text of the grammar. Raises UserError for everything else."""
    if len(text) > LENGTH:
        raise UserError(
            f"expected at most {LENGTH} characters", got=str(len(text)), where="PHI", remedy="simplify the expression"
        )
    whole = text.strip()
    head, colon, parameter = whole.partition(":")
    name = _known(head.strip())
    if colon:
        return _with_parameter(text, name, parameter)
    if name in NAMED:
        return _activation(name, NAMED[name].parameter, Z)
    return _Reader(text, Z).whole()


def _with_parameter(text: str, name: str, parameter: str) -> Node:
    entry = NAMED.get(name)
    if entry is None or not entry.parameter:
        takes = [n for n, e in NAMED.items() if e.parameter]
        raise UserError(
            f"expected a parameter only after {' or '.join(takes)}",
            got=text[:80],
            where="PHI",
            remedy=_close(name, takes) or f"such as {takes[0]}:0.2",
        )
    try:
        value = constant(_Reader(parameter, Z).whole())
    except UserError:
        value = None
    if value is None:
        raise UserError(
            f"expected a number after {name}:, a decimal or a fraction",
            got=parameter.strip()[:80] or "nothing",
            where="PHI",
            remedy=f"such as {name}:0.2",
        )
    return _activation(name, f"({parameter})", Z)


def _activation(name: str, parameter: str, at: Node) -> Node:
    return _Reader(NAMED[name].formula.format(parameter), at).whole()


def _tokens(text: str) -> list[Token]:
    found, at = [], 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise _unexpected(text, at, f"the character {text[at]!r}")
        kind = str(match.lastgroup)
        found.append(Token(kind, match[kind], match.start(kind)))
        at = match.end()
    return [*found, Token("end", "", end)]


def _known(name: str) -> str:
    """The name as the tables have it: in any case, and by its other names; what is unknown stays as it is."""
    lower = ALIASES.get(name.lower(), name.lower())
    return lower if lower in NAMED or lower in FUNCTIONS or lower in _NAMES else name


def _close(word: str, known: Iterable[str]) -> str:
    """A guess only where little is wrong: `gleu` is gelu, but `nosuch` is not cosh."""
    close = difflib.get_close_matches(word[:40].lower(), list(known), n=2, cutoff=0.75)
    return f"did you mean {', '.join(close)}?" if close else ""


def _unknown_name(word: str) -> str:
    """The remedy for a name that stands without parentheses and is in no table."""
    known = [*_NAMES, *FUNCTIONS]
    if len(word) == 1:
        return "the variable is z"
    return _close(word, known) or "the variable is z; known are " + ", ".join(known)


SUCH_AS = "numbers, z, pi, e, + - * / ^, parentheses and functions: such as z*sigmoid(1.702*z)"


def _unexpected(
    text: str, at: int, got: str, expected: str = "expected an expression in z", remedy: str = SUCH_AS
) -> UserError:
    begin = max(0, at - 30)
    line = "".join(c if c.isprintable() else "?" for c in text[begin : at + 40])
    return UserError(
        expected,
        got=got,
        where=f"PHI, position {at + 1}\n{line}\n{' ' * (at - begin)}^",
        remedy=remedy,
    )


class _Reader:
    """Recursive descent over the tokens of one text; `z` stands for the node `variable`."""

    def __init__(self, text: str, variable: Node) -> None:
        self.text, self.variable, self.tokens, self.next, self.depth = text, variable, _tokens(text), 0, 0

    def whole(self) -> Node:
        node = self.sum()
        self.expect("end", "")
        return node

    def peek(self) -> Token:
        return self.tokens[self.next]

    def take(self, *signs: str) -> str:
        """The next token if it is one of these signs."""
        token = self.peek()
        if token.kind == "sign" and token.text in signs:
            self.next += 1
            return token.text
        return ""

    def expect(self, kind: str, text: str) -> None:
        token = self.peek()
        if (token.kind, token.text) != (kind, text):
            expected = f"expected {text!r}" if text else "expected an operator or the end"
            raise self.wrong(token, expected, self._product_meant(token) or SUCH_AS)
        self.next += 1

    def _product_meant(self, token: Token) -> str:
        """The remedy for `2z` and `(z + 1)(z + 2)`."""
        before = self.tokens[self.next - 1] if self.next else token
        if token.kind not in ("number", "name") and token.text != "(":
            return ""
        if before.text == ")" or token.text == "(":
            return "write * between factors"
        return f"write {before.text[:40]}*{token.text[:40]}"

    def wrong(self, token: Token, expected: str, remedy: str = SUCH_AS) -> UserError:
        return _unexpected(self.text, token.at, token.text[:40] or "the end of the text", expected, remedy)

    def sum(self) -> Node:
        self.depth += 1
        if self.depth > NESTING:
            raise self.wrong(self.peek(), f"expected at most {NESTING} levels of parentheses and signs")
        node = self.product()
        while sign := self.take("+", "-"):
            node = binary("add" if sign == "+" else "sub", node, self.product())
        self.depth -= 1
        return node

    def product(self) -> Node:
        node = self.signed()
        while sign := self.take("*", "/"):
            node = binary("mul" if sign == "*" else "div", node, self.signed())
        return node

    def signed(self) -> Node:
        self.depth += 1
        if self.depth > NESTING:
            raise self.wrong(self.peek(), f"expected at most {NESTING} levels of parentheses and signs")
        sign = self.take("+", "-")
        node = self.signed() if sign else self.power()
        self.depth -= 1
        return negative(node) if sign == "-" else node

    def power(self) -> Node:
        base = self.atom()
        return power(base, self.signed()) if self.take("**", "^") else base

    def atom(self) -> Node:
        token = self.peek()
        self.next += 1
        if token.kind == "number":
            return number(_rational(token, self.text))
        if token.kind == "name":
            return self.name(token)
        if token.text == "(":
            node = self.sum()
            self.expect("sign", ")")
            return node
        raise self.wrong(token, "expected a number, a name or '('")

    def name(self, token: Token) -> Node:
        name = _known(token.text)
        if not self.take("("):
            if name in _NAMES:
                return self.variable if name == "z" else _NAMES[name]
            remedy = f"{name}(...) needs an argument" if name in FUNCTIONS else _unknown_name(token.text)
            raise UserError(
                "expected a known name",
                got=token.text[:80],
                where=f"PHI, position {token.at + 1}",
                remedy=remedy,
            )
        if name not in FUNCTIONS:
            raise UserError(
                "expected a known function",
                got=token.text[:80],
                where=f"PHI, position {token.at + 1}",
                remedy="write * between factors"
                if name in _NAMES
                else _close(token.text, FUNCTIONS) or "known are " + ", ".join(FUNCTIONS),
            )
        args = [self.sum()]
        while self.take(","):
            args.append(self.sum())
        self.expect("sign", ")")
        counts, build = FUNCTIONS[name]
        if len(args) != counts:
            raise UserError(
                f"expected {counts} argument{'s' * (counts > 1)} of {name}",
                got=str(len(args)),
                where=f"PHI, position {token.at + 1}",
            )
        return build(*args)


def _rational(token: Token, text: str) -> Fraction:
    mantissa, _, exponent = token.text.lower().partition("e")
    if len(mantissa) > DIGITS or len(exponent) > 4 or abs(int(exponent or 0)) > DIGITS:
        raise _unexpected(text, token.at, token.text[:40], f"expected a number of at most {DIGITS} digits")
    return Fraction(token.text)


_NAMES: Mapping[str, Node] = {"z": Z, "pi": Node("pi"), "e": function("exp", (number(1),))}


def _analytic(name: str) -> Callable[..., Node]:
    return lambda a: function(name, (a,))


def _named(name: str) -> Callable[..., Node]:
    return lambda a: _activation(name, NAMED[name].parameter, a)


def _clip(a: Node, low: Node, high: Node) -> Node:
    return function("min", (function("max", (a, low)), high))


# name: how many arguments, and what is built of them
FUNCTIONS: Mapping[str, tuple[int, Callable[..., Node]]] = {
    **{name: (1, _analytic(name)) for name in ANALYTIC},
    "sqrt": (1, lambda a: power(a, number(Fraction(1, 2)))),
    "abs": (1, lambda a: function("abs", (a,))),
    "sign": (1, lambda a: function("sign", (a,))),
    "max": (2, lambda a, b: function("max", (a, b))),
    "min": (2, lambda a, b: function("min", (a, b))),
    "clip": (3, _clip),
    **{name: (1, _named(name)) for name in NAMED if name not in ANALYTIC and name != "id"},
}
