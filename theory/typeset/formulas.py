r"""Terms as LaTeX, written as a careful lecturer writes them: `\frac{\gamma\, x^\top w}{\lVert w \rVert_S}`.

Scalar factors are gathered into one fraction, signs are pulled to the front, equal factors on one side of the line
become a power, parentheses appear only where the reading would change without them. (w'Sw)^{1/2} is a norm if S is
declared semidefinite, any other power 1/2 a root. Nothing else is simplified: this is the tree, not its normal form.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

from theory import terms as t
from theory.terms import recursions, rewrite
from theory.terms.block_matrices import as_blocks
from theory.terms.extremes import Extreme, as_extreme
from theory.typeset.names import activation_tex, braced, name_tex, size_tex, symbol_tex
from theory.typeset.widths import width

_SUM, _HADAMARD, _PRODUCT, _ATOM = 0, 1, 2, 3
BREAK = "\x01"  # a place where a long line may be broken; two characters follow: how deep in brackets, and what is cut
# A sum is broken before the products in it. A quotient that is too wide for a line is broken at its stroke.
AT_COMMA, AT_SUM, AT_PRODUCT, AT_STROKE = (f"{BREAK}0{kind}" for kind in "0123")
_FRESH = ("u", "v", "y", "z", "t", "s", "r", "q")
_EXTREMES = {
    Extreme.LARGEST_ENTRY: r"\max",
    Extreme.SMALLEST_ENTRY: r"\min",
    Extreme.LARGEST_EIGENVALUE: r"\lambda_{\max}",
    Extreme.SMALLEST_EIGENVALUE: r"\lambda_{\min}",
}
RELATIONS = {"=": "=", "<=": r"\le", "<": "<", "!=": r"\ne"}


@dataclass(frozen=True)
class _Piece:
    """LaTeX with its precedence, whether it is taller than a line of text, and how it meets its neighbours."""

    tex: str
    level: int = _ATOM
    tall: bool = False
    plain: bool = False  # made of symbols only: sets beside others without a thin space
    named: bool = False  # a function, operator or quotient: wants a thin space on both sides
    minus: bool = False  # a sign to be written in front


Pieces = dict[tuple[t.Term, bool, float], _Piece]  # what terms look like, for whoever writes many that are much alike


@dataclass(frozen=True)
class _Style:
    """`breakable`: with marks where a line may be broken. A quotient, root or power that is wider than `room` letters
    is written with a stroke or brackets, so that it can be broken as well. `known`: what was written before in some
    style, for terms that have much in common."""

    breakable: bool = False
    room: float = math.inf
    known: Pieces | None = field(default=None, compare=False)

    def open(self, piece: _Piece) -> bool:
        """Is it too wide to be set in one piece?"""
        return self.breakable and width(piece.tex) > self.room


def latex(term: t.Term, known: Pieces | None = None) -> str:
    """The term as LaTeX for mathematics mode."""
    return _signed(_piece(term, _Style(known=known))).tex


def latex_relation(left: t.Term, relation: str, right: t.Term) -> str:
    r"""`left relation right`; relation is "=" or "<=", written \preceq between matrices."""
    return f"{latex(left)} {relation_tex(relation, left)} {latex(right)}"


def metrics(term: t.Term) -> frozenset[t.Symbol]:
    """The matrices S whose norms, the square roots of v'Sv, are printed in the term: a page says what they mean."""
    found = (square(n.base) for n in t.walk(term) if isinstance(n, t.Power) and n.exponent.denominator == 2)
    return frozenset(pair[1] for pair in found if pair and pair[1] is not None)


def metric_tex(metric: t.Symbol) -> str:
    """What the norm of a matrix is, for a page that uses it."""
    name = symbol_tex(metric)
    letter = "v" if name == "u" else "u"
    return rf"\lVert {letter} \rVert_{braced(name)} = \sqrt{{{letter}^\top {name} {letter}}}"


def excess_tex(relation: str, term: t.Term) -> str:
    """What the certificate of a line of that relation is: at least 0, or more where one side is less."""
    return " > 0" if relation == "<" else r" \ge 0" if term.is_scalar else r" \succeq 0"


def relation_tex(relation: str, side: t.Term) -> str:
    """The sign of a relation: Loewner's order between matrices, the usual one between scalars."""
    return r"\preceq" if relation == "<=" and not side.is_scalar else RELATIONS[relation]


def latex_breakable(term: t.Term, room: float = math.inf, known: Pieces | None = None) -> str:
    """The term with marks where a line may be broken, for `theory.typeset.breaking`; fixed-size brackets.

    What is wider than `room` letters and usually set in one piece is opened, so that there are enough marks.
    """
    return _signed(_piece(term, _Style(breakable=True, room=room, known=known))).tex


# ---- brackets and signs -------------------------------------------------------------------------------------
def _deeper(tex: str) -> str:
    return re.sub(BREAK + "(.)", lambda m: BREAK + chr(ord(m[1]) + 1), tex)


def _solid(piece: _Piece) -> _Piece:
    return replace(piece, tex=re.sub(BREAK + "..", "", piece.tex))


def _whole(piece: _Piece, style: _Style) -> _Piece:
    """In one piece, unless it is too wide for that."""
    return piece if style.open(piece) else _solid(piece)


def _fence(piece: _Piece, opening: str, closing: str, style: _Style, *, after_name: bool = False) -> _Piece:
    inner = _deeper(_signed(piece).tex)
    if not piece.tall:
        return _Piece(f"{opening}{inner}{closing}")
    if style.breakable and BREAK in inner:
        size = "Bigg" if r"\bigg" in inner else "bigg" if r"\left" in inner or r"\Big" in inner else "Big"
        return _Piece(rf"\{size}l{opening}{inner}\{size}r{closing.lstrip()}", tall=True)
    pull = r"\!" if after_name else ""
    return _Piece(rf"{pull}\left{opening}{inner}\right{closing.lstrip()}", tall=True)


def _at(piece: _Piece, level: int, style: _Style) -> _Piece:
    """The piece as it stands where at least `level` is needed."""
    if piece.minus or piece.level < level:
        return _fence(piece, "(", ")", style)
    return piece


def _signed(piece: _Piece) -> _Piece:
    if not piece.minus:
        return piece
    return replace(piece, tex="-" + piece.tex, level=_SUM, minus=False, plain=False)


# ---- the table ----------------------------------------------------------------------------------------------
def _piece(term: t.Term, style: _Style) -> _Piece:
    if style.known is None:
        return _written(term, style)
    key = (term, style.breakable, style.room)
    if key not in style.known:
        style.known[key] = _written(term, style)
    return style.known[key]


def _written(term: t.Term, style: _Style) -> _Piece:
    match term:
        case t.Number(value):
            return _number(value)
        case t.Symbol():
            letters = symbol_tex(term)
            return _Piece(letters, plain=not letters.startswith(r"\mathrm"), named=letters.startswith(r"\mathrm"))
        case t.Eye(_):
            return _Piece("I", plain=True)
        case t.Ones(size):
            return _Piece(r"\mathbf{1}_" + braced(_size(size)), plain=True)
        case t.Zero(_):
            return _Piece("0", plain=True)
        case t.Place() | t.Sum() | t.Product() | t.Scale() | t.Transpose() if (divided := as_blocks(term)) is not None:
            return _blocks(divided, style)
        case t.Sum(terms):
            return _sum(terms, style)
        case t.Product(factors) if len(factors) > 1:
            return _word(factors, style)
        case t.LargestEigenvalue() | t.Scale() if extreme := as_extreme(term):
            return _extreme(*extreme, style)
        case t.Scale() | t.Power() | t.Product():
            return _monomial(term, style)
        case t.Transpose(t.Inverse(body)) | t.Inverse(t.Transpose(body)):
            return _raised(body, r"-\top", style)
        case t.Transpose(body):
            return _raised(body, r"\top", style)
        case t.Inverse(body):
            return _raised(body, "-1", style)
        case t.Hadamard(left, right):
            sides = [_at(_piece(x, style), _PRODUCT, style) for x in (left, right)]
            return _Piece(rf"{sides[0].tex} \odot {sides[1].tex}", _HADAMARD, any(s.tall for s in sides))
        case t.Kronecker(left, right):
            sides = [_at(_piece(x, style), _PRODUCT, style) for x in (left, right)]
            return _Piece(rf"{sides[0].tex} \otimes {sides[1].tex}", _HADAMARD, any(s.tall for s in sides))
        case t.Vec(body):
            return _applied(r"\operatorname{vec}", [body], style)
        case t.Trace(body):
            return _applied(r"\operatorname{tr}", [body], style)
        case t.Determinant(body):
            return _applied(r"\det", [body], style)
        case t.Diag(body):
            return _applied(r"\operatorname{Diag}", [body], style)
        case t.Abs(body):
            inner = _piece(body, style)
            return _fence(inner, r"\lvert ", r" \rvert", style)
        case t.Elementwise(function, order, argument):
            head = activation_tex(function)
            return _applied(head + ("'" * order if order < 3 else f"^{{({order})}}"), [argument], style)
        case t.FieldValue(field, order, argument):
            head = ("", r"\nabla ", r"\nabla^2 ")[order] + name_tex(field.name, field.tex)
            return _applied(head, [argument], style)
        case t.Call(definition, arguments):
            return _call(definition, arguments, style)
        case t.Expectation(body, over):
            inner = _fence(_piece(body, style), "[", "]", style, after_name=True)
            return replace(inner, tex=rf"\mathbb{{E}}_{braced(symbol_tex(over))}{inner.tex}", named=True)
        case t.Derivative():
            return _derivative(term, style)
        case t.Iterate():
            return _iterate(term, style)
        case t.GrowthRate(function, batch):
            return _applied(rf"\lambda_{braced(name_tex(function.name, function.tex))}", [batch], style)
        case t.Special() | t.Integral() | t.Limit():
            return _analysis(term, style)
    raise TypeError(f"latex: no row for {type(term).__name__}")


def _size(size: t.Dimension) -> str:
    return size_tex(size)


def _blocks(rows: Sequence[Sequence[t.Term]], style: _Style) -> _Piece:
    inner = r" \\ ".join(" & ".join(_signed(_solid(_piece(term, style))).tex for term in row) for row in rows)
    return _Piece(rf"{{\begin{{pmatrix}} {inner} \end{{pmatrix}}}}", tall=True)  # MathML raises a group to a power


def _number(value: Fraction) -> _Piece:
    size = abs(value)
    if size.denominator == 1:
        return _Piece(str(size), plain=True, minus=value < 0)
    return _Piece(rf"\frac{{{size.numerator}}}{{{size.denominator}}}", _PRODUCT, tall=True, minus=value < 0)


def _sum(terms: Sequence[t.Term], style: _Style) -> _Piece:
    pieces = [_piece(x, style) for x in terms]
    out = _signed(pieces[0]).tex
    for piece in pieces[1:]:
        body = _at(replace(piece, minus=False), _HADAMARD, style)
        out += f" {AT_SUM if style.breakable else ''}{'-' if piece.minus else '+'} {body.tex}"
    return _Piece(out, _SUM, any(p.tall for p in pieces))


def _raised(body: t.Term, exponent: str, style: _Style) -> _Piece:
    base = _whole(_piece(body, style), style)
    simple = isinstance(body, t.Symbol | t.Eye | t.Ones | t.Zero) or (base.plain and isinstance(body, t.Number))
    closed = isinstance(body, t.Call | t.Elementwise | t.FieldValue | t.Diag | t.Vec | t.Abs)
    closed = closed or as_blocks(body) is not None
    if base.minus or not (simple or closed):
        base = _fence(base, "(", ")", style)
    text = base.tex.rstrip()
    if simple and "^" in text:  # w^* transposed is {w^*}^\top: two superscripts in a row do not compile
        text = f"{{{text}}}"
    raised = exponent if exponent in ("2", "3", r"\top") else f"{{{exponent}}}"
    return replace(base, tex=f"{text}^{raised}", level=_ATOM, plain=simple)


def _power(base: t.Term, exponent: Fraction, style: _Style) -> _Piece:
    """A positive power."""
    if exponent == 1:
        return _piece(base, style)
    whole = exponent.denominator == 1
    if whole and isinstance(base, t.Power) and base.exponent == Fraction(1, 2) and (squared := square(base.base)):
        return _norm(*squared, exponent.numerator, style)  # a power of a norm needs no brackets
    squared = square(base) if exponent.denominator == 2 else None
    if squared:
        return _norm(*squared, exponent.numerator, style)
    if exponent.denominator == 2 and (matrix := lengthened(base)) is not None:
        fenced = _norm(matrix, None, 1, style)
        return replace(fenced, tex=fenced.tex + "_2" + ("" if exponent.numerator == 1 else f"^{exponent.numerator}"))
    if exponent == Fraction(1, 2):
        inner = _whole(_piece(base, style), style)
        if style.open(inner):
            return replace(_fence(inner, "(", ")", style), tex=_fence(inner, "(", ")", style).tex + "^{1/2}")
        return _Piece(rf"\sqrt{{{_signed(inner).tex}}}", tall=inner.tall)
    return _raised(base, str(exponent), style)


def _extreme(extreme: Extreme, body: t.Term, style: _Style) -> _Piece:
    if extreme is not Extreme.MAX_NORM:
        return _applied(_EXTREMES[extreme], [body], style)
    fenced = _norm(body, None, 1, style)
    return replace(fenced, tex=fenced.tex + r"_\infty")


def _norm(inside: t.Term, metric: t.Symbol | None, exponent: int, style: _Style) -> _Piece:
    fenced = _fence(_whole(_piece(inside, style), style), r"\lVert ", r" \rVert", style)
    below = f"_{braced(symbol_tex(metric))}" if metric is not None else ""
    above = "" if exponent == 1 else f"^{braced(str(exponent))}"
    return replace(fenced, tex=fenced.tex + below + above, named=True)


def _applied(head: str, arguments: Sequence[t.Term], style: _Style) -> _Piece:
    pieces = [_signed(_piece(a, style)) for a in arguments]
    comma = f", {AT_COMMA if style.breakable else ''}"
    inner = _Piece(comma.join(p.tex for p in pieces), _SUM, any(p.tall for p in pieces))
    fenced = _fence(inner, "(", ")", style, after_name=True)
    return replace(fenced, tex=head + fenced.tex, named=True)


def _call(definition: t.Definition, arguments: Sequence[t.Term], style: _Style) -> _Piece:
    head = name_tex(definition.name, definition.tex)
    if "#" not in head:
        return _applied(head, arguments, style)
    tall = False

    def fill(match: re.Match[str]) -> str:
        nonlocal tall
        inner = _whole(_piece(arguments[int(match[1]) - 1], style), style)
        before, after = head[: match.start()].rstrip(), head[match.end() :].lstrip()
        closed = re.match(r"$|[\])},|]|\\[|]|\\r(vert|Vert|ight|angle)", after) is not None
        opened = re.search(r"(^|[\[({,|]|\\[|]|\\l([vV]ert|angle))$", before) is not None
        piece = _signed(inner) if opened and closed else _at(inner, _PRODUCT if closed else _ATOM, style)
        piece = _solid(piece) if r"\left" in head else replace(piece, tex=_deeper(piece.tex))
        tall = tall or piece.tall
        return piece.tex

    return _Piece(re.sub(r"#([1-9])", fill, head), tall=tall, named=True)


# ---- products and fractions ---------------------------------------------------------------------------------
@dataclass
class _Factors:
    """A monomial taken apart: coefficient, scalars above and below the line, and the matrix-shaped rest."""

    coefficient: Fraction
    upper: list[tuple[t.Term, Fraction]]
    lower: list[tuple[t.Term, Fraction]]
    body: list[t.Term]


def _gather(term: t.Term, into: _Factors) -> None:
    match term:
        case t.Scale(scalar, body) if not as_extreme(term):
            _gather(scalar, into)
            _gather(body, into)
        case t.Number(value):
            into.coefficient *= value
        case t.Power(t.Power(base, inner), exponent) if abs(exponent) * inner == 1 and square(base):
            (into.lower if exponent < 0 else into.upper).append((base, Fraction(1)))  # |v|^2 is v'v, which is never < 0
        case t.Power(base, exponent):
            (into.lower if exponent < 0 else into.upper).append((base, abs(exponent)))
        case _ if term.is_scalar:
            into.upper.append((term, Fraction(1)))
        case _:
            into.body.append(term)


def square(term: t.Term) -> tuple[t.Term, t.Symbol | None] | None:
    """v of v'v, or v and A of v'Av with A declared positive semidefinite or definite: never negative, whatever v is."""
    if not isinstance(term, t.Product):
        return None
    factors = tuple(x for factor in term.factors for x in _spread(factor))
    half = len(factors) // 2
    left, right, middle = factors[:half], factors[-half:], factors[half : len(factors) - half]
    if left != tuple(t.transpose(x) for x in reversed(right)):
        return None
    inside = right[0] if half == 1 else t.Product(right)
    if not middle:
        return inside, None
    definite = {t.Property.POSITIVE_DEFINITE, t.Property.POSITIVE_SEMIDEFINITE}
    metric = middle[0]
    return (inside, metric) if isinstance(metric, t.Symbol) and metric.properties & definite else None


def lengthened(term: t.Term) -> t.Term | None:
    """A of lambda_max(A'A), whose root is the operator norm of A; None of any other term."""
    if not isinstance(term, t.LargestEigenvalue) or not (found := square(term.body)) or found[1] is not None:
        return None
    return found[0]


def _spread(factor: t.Term) -> tuple[t.Term, ...]:
    """The factors of a transposed product, one by one."""
    match factor:
        case t.Transpose(t.Product(factors)):
            return tuple(x for inner in reversed(factors) for x in _spread(t.transpose(inner)))
        case t.Product(factors):
            return tuple(x for inner in factors for x in _spread(inner))
    return (factor,)


def _powers(factors: list[tuple[t.Term, Fraction]]) -> list[tuple[t.Term, Fraction]]:
    """A factor that stands several times on one side of the line is written once, as a power; nothing is cancelled.

    All exponents here are positive, so that the power has the product's value wherever the product has one.
    """
    out: dict[t.Term, Fraction] = {}
    for base, exponent in factors:
        out[base] = out.get(base, Fraction(0)) + exponent
    return list(out.items())


def _monomial(term: t.Term, style: _Style) -> _Piece:
    parts = _Factors(Fraction(1), [], [], [])
    _gather(term, parts)
    parts.upper, parts.lower = _powers(parts.upper), _powers(parts.lower)
    minus, size = parts.coefficient < 0, abs(parts.coefficient)
    above = [_power(base, exponent, style) for base, exponent in parts.upper]
    below = [_power(base, exponent, style) for base, exponent in parts.lower]
    body = [_piece(item, style) for item in parts.body]
    if not below:
        pieces = ([] if size == 1 and (above or body) else [_number(size)]) + above + body
        row = _row(pieces, style, matrix_last=bool(body))
        return replace(_at(row, _PRODUCT, style), minus=True) if minus != row.minus else replace(row, minus=False)
    inside: list[_Piece] = []
    beside: list[_Piece] = []
    for piece in above + body:
        heavy = piece.tall or piece.level == _HADAMARD or len(piece.tex) > 90
        wide = piece in body and (not piece.plain or piece.tex.startswith((r"\mathbf", "I")))
        (beside if heavy or wide else inside).append(piece)
    if not inside and beside == above and len(beside) == 1 and any(piece.tall for piece in below):  # n(1/2)/d(1/2)
        inside, beside = (beside, []) if len(beside[0].tex) <= 130 else (inside, beside)
    if size.numerator != 1 or not inside:
        inside.insert(0, _number(Fraction(size.numerator)))
    if size.denominator != 1:
        below.insert(0, _number(Fraction(size.denominator)))
    top, bottom = _row(inside, style, matrix_last=bool(body) and not beside), _row(below, style)
    if style.open(bottom):
        return _stroke(_row(_after_one(inside, beside), style), bottom, style, minus=minus)
    if style.open(top):
        kept = [p for p in inside if p.plain and p.level == _ATOM]
        beside = [*(p for p in inside if p not in kept), *beside]
        top = _row(kept or [_number(Fraction(1))], style)
    top, bottom = _solid(top), _solid(bottom)
    line = _Piece(rf"\frac{{{_signed(top).tex}}}{{{_signed(bottom).tex}}}", _PRODUCT, tall=True)
    return replace(_row([line, *beside], style, matrix_last=bool(body)), level=_PRODUCT, tall=True, minus=minus)


def _after_one(inside: Sequence[_Piece], beside: Sequence[_Piece]) -> list[_Piece]:
    """The factors above the line without a 1 in front of others."""
    return [*([] if len(inside) == 1 and inside[0].tex == "1" and beside else inside), *beside]


def _stroke(top: _Piece, bottom: _Piece, style: _Style, *, minus: bool) -> _Piece:
    """A quotient on one line, where what stands below would be wider than a line."""
    above, below = _at(top, _PRODUCT, style), _fence(bottom, "(", ")", style)
    return _Piece(rf"{above.tex} {AT_STROKE}\big/ {below.tex}", _PRODUCT, True, minus=minus, named=True)


def _row(pieces: Sequence[_Piece], style: _Style, *, matrix_last: bool = False) -> _Piece:
    """Factors side by side. Inner products in front of anything else, or beside another one, get brackets."""
    if len(pieces) == 1:
        return pieces[0]
    pieces = list(pieces)
    inner = [i for i, p in enumerate(pieces) if p.level == _PRODUCT and not p.tex.startswith(r"\frac")]
    for i in inner:
        if i < len(pieces) - 1 or (len(inner) > 1 and not matrix_last):
            pieces[i] = _fence(pieces[i], "(", ")", style)
    return _joined([_at(p, _PRODUCT, style) for p in pieces], style)


def _word(factors: Sequence[t.Term], style: _Style) -> _Piece:
    pieces = [_at(_piece(f, style), _ATOM, style) for f in factors]
    return _joined(pieces, style, word=True)


def _joined(pieces: Sequence[_Piece], style: _Style, *, word: bool = False) -> _Piece:
    out = pieces[0].tex
    for before, piece in pairwise(pieces):
        loose = before.tall or piece.tall or before.named or piece.named or style.room < math.inf
        mark = AT_PRODUCT if style.breakable and loose else ""
        if piece.tex[0].isdigit():
            space = r" \cdot "
        elif (
            piece.tex.startswith(r"\operatorname")  # TeX sets its own thin space before an operator
            or (word and not (before.named or piece.named))
            or (before.plain and piece.plain and piece.level == _ATOM)
            or (_opens(piece) and (before.tex[-1:] == ")" or before.tex.startswith(r"\frac")))
        ):
            space = " "
        else:
            space = r"\, "
        out += space + mark + piece.tex
    ends = pieces[0].named or pieces[-1].named
    return _Piece(out, _PRODUCT, any(p.tall for p in pieces), plain=all(p.plain for p in pieces), named=ends)


def _opens(piece: _Piece) -> bool:
    return piece.tex.startswith(("(", r"\left(", r"\Bigl(", r"\biggl(", r"\Biggl("))


# ---- derivatives --------------------------------------------------------------------------------------------
def _derivative(term: t.Derivative, style: _Style) -> _Piece:
    r"""`\nabla_w f(w)`, `(\nabla_w f)(a w)` for its value at a w, and `\nabla_w [f(a w)]` for what is another function
    of w: the three are told apart by where the derivative stands."""
    body, variable, at = term.body, term.variable, term.at
    taken = {s.name for s in rewrite.free_symbols(body) if s != variable}
    plain_at = isinstance(at, t.Symbol) and at.name == variable.name and variable.name not in taken
    if not plain_at and isinstance(body, t.Call) and _in_its_own_letter(body, variable):
        return _at_a_point(term, body, style)
    name = variable
    if not plain_at:
        clash = taken | {s.name for s in rewrite.free_symbols(at)}
        if variable.name in clash:
            fresh = next((n for n in _FRESH if n not in clash), f"{variable.name}'")
            name = replace(variable, name=fresh, tex="")
    where = at if plain_at else name
    shown = _whole(_piece(rewrite.replace(body, variable, where), style), style)
    atom = isinstance(body, t.Call | t.Elementwise | t.FieldValue) and _slot(body, variable) is not None
    open_ended = not (atom or isinstance(body, t.Expectation))
    letter = symbol_tex(name)
    if open_ended:
        shown = _fence(shown, "[", "]", style)
    if term.kind == "jacobian":
        out = _quotient(shown, letter + r"^\top", atom)
    elif variable.is_scalar:
        out = _quotient(shown, letter, atom)
    else:
        twice = "^2" if term.kind == "hessian" else ""
        gap = r"\," if open_ended else ""
        out = _Piece(rf"\nabla{twice}_{braced(letter)} {gap}{shown.tex}", tall=shown.tall, named=True)
    if plain_at:
        return out
    value = _signed(_solid(_piece(at, style))).tex
    return _Piece(rf"{out.tex}\Big|_{{{letter} = {value}}}", tall=True, named=True)


def _slot(body: t.Call | t.Elementwise | t.FieldValue, variable: t.Symbol) -> int | None:
    """The place of the variable among the arguments, if it stands in one of them and is all of it; else None."""
    arguments = body.arguments if isinstance(body, t.Call) else (body.argument,)
    named = [
        number
        for number, argument in enumerate(arguments)
        if any(isinstance(s, t.Symbol) and s.name == variable.name for s in t.walk(argument))
    ]
    return named[0] if len(named) == 1 and arguments[named[0]] == variable else None


def _in_its_own_letter(body: t.Call, variable: t.Symbol) -> bool:
    """Is the variable an argument of f, with the letter of its parameter, so that the derivative in w says which?

    A definition whose notation hides or moves its arguments has no such form.
    """
    slot = _slot(body, variable)
    definition = body.definition
    letters = [p.name for p in definition.parameters]
    return slot is not None and letters[slot] == variable.name and "#" not in definition.tex


def _at_a_point(term: t.Derivative, body: t.Call, style: _Style) -> _Piece:
    r"""The derivative as a function, applied: `(\nabla_w f)(a w, b)`, `\frac{\partial f}{\partial b}(w, 2)`."""
    head = name_tex(body.definition.name, body.definition.tex)
    letter = symbol_tex(term.variable)
    arguments = [term.at if x == term.variable else x for x in body.arguments]
    if term.kind == "jacobian" or term.variable.is_scalar:
        below = letter + (r"^\top" if term.kind == "jacobian" else "")
        applied = _applied(rf"\frac{{\partial {head}}}{{\partial {below}}}", arguments, style)
        return replace(applied, tall=True)
    twice = "^2" if term.kind == "hessian" else ""
    return _applied(rf"(\nabla{twice}_{braced(letter)} {head})", arguments, style)


# ---- recursions ---------------------------------------------------------------------------------------------
def _iterate(term: t.Iterate, style: _Style) -> _Piece:
    r"""A power as one; else the map that makes a step, raised to the count, at its start: `(w \mapsto w - g)^{t}(w_0)`.
    Of several variables the one that is meant is named below."""
    count = size_tex(term.count)
    base = recursions.as_power(term)
    if base is not None:
        return _raised(base, count, style)
    letters, bodies = recursions.lettered(term)
    inner = _Style(room=style.room)
    step = [", ".join(written) for written in ([symbol_tex(v) for v in letters], [_inside(b, inner) for b in bodies])]
    if len(letters) > 1:
        step = [rf"({part})" for part in step]
    start = ", ".join(_inside(begin, inner) for begin in term.starts)
    below = f"_{braced(symbol_tex(letters[term.index]))}" if len(letters) > 1 else ""
    return _Piece(rf"\left({step[0]} \mapsto {step[1]}\right)^{{{count}}}{below}({start})", tall=True)


def _inside(term: t.Term, style: _Style) -> str:
    return _signed(_solid(_piece(term, style))).tex


_NAMED = {"pi": r"\pi", "oo": r"\infty", "Gamma": r"\Gamma", "erf": r"\operatorname{erf}"}


def _analysis(term: t.Special | t.Integral | t.Limit, style: _Style) -> _Piece:
    """Named functions as one writes them; e^x for exp; integrals and limits over the rest of the line."""
    if isinstance(term, t.Special):
        if term.name == "exp":
            return _Piece(f"e^{{{_signed(_solid(_piece(term.arguments[0], style))).tex}}}", plain=True)
        if term.name == "pow":
            base = _at(_solid(_piece(term.arguments[0], style)), _ATOM, style)
            return _Piece(f"{base.tex}^{{{_signed(_solid(_piece(term.arguments[1], style))).tex}}}", plain=True)
        head = _NAMED.get(term.name, "\\" + term.name)
        return _applied(head, term.arguments, style) if term.arguments else _Piece(head, plain=True)
    letter = symbol_tex(term.variable)
    inner = _whole(_piece(term.body, style), style)
    body = _fence(inner, "(", ")", style) if inner.level == _SUM or inner.minus else inner
    body = body if body is not inner else replace(inner, tex=_deeper(inner.tex))
    if isinstance(term, t.Limit):
        at = _signed(_solid(_piece(term.at, style))).tex
        return _Piece(rf"\lim_{{{letter} \to {at}}} {body.tex}", _PRODUCT, tall=True, named=True)
    low, high = (_signed(_solid(_piece(end, style))).tex for end in (term.lower, term.upper))
    return _Piece(rf"\int_{{{low}}}^{{{high}}} {body.tex}\, d{letter}", _PRODUCT, tall=True, named=True)


def _quotient(shown: _Piece, below: str, atom: bool) -> _Piece:
    if atom and not shown.tall and BREAK not in shown.tex:
        return _Piece(rf"\frac{{\partial {shown.tex}}}{{\partial {below}}}", _PRODUCT, tall=True)
    return _Piece(rf"\frac{{\partial}}{{\partial {below}}}\, {shown.tex}", _PRODUCT, tall=True)
