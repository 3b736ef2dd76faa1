"""LaTeX as MathML, checked: a command that the converter left standing is an error, never printed as it is."""

from __future__ import annotations

import html
import re
from functools import lru_cache

_LEFT_OVER = re.compile(r"\\[A-Za-z]+|\\.")
_MARKS = re.compile(  # a group whose inside stands alone, another one, the end of a group, and a sign between operands
    r"\\[{}]|((?<=frac){|(?<=sqrt){|(?<=[\^_}]){|\\left *(?:\\[A-Za-z]+|\\?.))|(\\begin\b|{)|(\\right\b|\\end\b|})"
    r"|(?:(?:^|(?<= ))(=|<|>|\N{COLON EQUALS}|\\le|\\ge|\\ne|\\preceq|\\succeq)|(?<=[\w})\]|]) ([+-])) "
)
_INSIDE = 0xE100  # stands for the inside of the first group of a piece; nobody's text has such letters
_UNARY = r"(<mo[^>]*>(?:&#x00028;|&#x0002C;|&#x0007B;|&#x0003D;)</mo>(?:<mspace[^>]*/>)?)<mo>&#x02212;</mo>"
_FIRST = r"^<mo>&#x02212;</mo>"
_PREFIX = '<mo form="prefix" lspace="0em" rspace="0em">&#x02212;</mo>'
_NAMES = r"<mo>([A-Za-z]{1,12})</mo>"
_FUNCTION, _INDEX = "<mi>[a-z]{2,}</mi>", r"(?:<mn>\w+</mn>|<mrow><mn>\w+</mn></mrow>)"
_OPERAND = r"(?=<m(?:[in]|su[bp]|subsup|frac|sqrt|over|under|row)\b)"  # behind a function's name, not in brackets


class MathError(ValueError):
    """LaTeX that could not be converted; the message names the commands that were left."""


@lru_cache(maxsize=20_000)
def mathml(tex: str, *, block: bool = False) -> str:
    """A `<math>` element with the LaTeX as its alternative text. Raises MathError for what cannot be converted."""
    bare = re.sub(r"\\[\\{}]", "", tex)
    if bare.count("{") != bare.count("}"):
        raise MathError(f"cannot convert {tex!r} to MathML: its braces do not balance.")
    inner = _inner(_prepared(tex), block)
    shown = ' display="block"' if block else ""
    alternative = html.escape(tex, quote=True)
    return (
        f'<math xmlns="http://www.w3.org/1998/Math/MathML"{shown} alttext="{alternative}"><semantics>'
        f'<mrow>{inner}</mrow><annotation encoding="application/x-tex">{html.escape(tex)}</annotation>'
        "</semantics></math>"
    )


@lru_cache(maxsize=20_000)
def _inner(tex: str, block: bool) -> str:
    """What stands inside the element, put together from pieces: a false neighbour shares all but one with others.

    It is cut at relations and sums, and the inside of a group is converted once for all that it stands in.
    """
    out: list[str] = []
    insides: list[str] = []
    depth, at, begin, piece, alone = 0, 0, 0, "", False
    for found in _MARKS.finditer(tex):
        if found[1] or found[2]:
            depth += 1
            if depth == 1:
                begin, alone = found.end(), bool(found[1])
        elif found[3]:
            depth -= 1
            if depth == 0 and alone and begin < found.start():
                piece += tex[at:begin] + chr(_INSIDE + len(insides))
                insides.append(tex[begin : found.start()])
                at = found.start()
        elif (sign := found[4] or found[5]) and depth == 0 and found.end() < len(tex):
            out += [_filled(piece + tex[at : found.start()], insides, block), _piece(sign, block)]
            at, piece, insides = found.end(), "", []
    return "".join([*out, _filled(piece + tex[at:], insides, block)])


def _filled(piece: str, insides: list[str], block: bool) -> str:
    """The piece with the insides of its groups, which are not displayed even where it is."""
    made = _piece(piece, block) if piece.strip() else ""
    for number, inside in enumerate(insides):
        before, found, after = made.partition(f"<mi>{chr(_INSIDE + number)}</mi>")
        if not found:
            raise MathError(f"cannot convert {inside!r} to MathML inside of {piece!r}.")
        made = before + _inner(inside, False) + after
    return made


@lru_cache(maxsize=20_000)
def _piece(tex: str, block: bool) -> str:
    """A piece of a formula, converted; a minus that it begins with has nothing before it to be taken from."""
    from latex2mathml.converter import convert

    try:
        raw = convert(tex, display="block" if block else "inline")
    except Exception as error:  # the converter raises many private kinds; each means the same here
        raise MathError(f"cannot convert {tex!r} to MathML: {type(error).__name__}.") from error
    left = _LEFT_OVER.findall(html.unescape(re.sub(r"<[^>]*>", " ", raw)))
    if left:
        raise MathError(
            f"cannot convert {tex!r} to MathML: {', '.join(dict.fromkeys(left))} is unknown to the converter."
        )
    inner = re.sub(r"^<math[^>]*><mrow>(.*)</mrow></math>$", r"\1", _polished(raw), flags=re.S)
    return inner if tex == "-" else re.sub(_FIRST, _PREFIX, inner)


def _prepared(tex: str) -> str:
    """Spacing that only TeX needs is left out; bars become fences, which MathML stretches and spaces rightly."""
    tex = tex.replace(r"\!", "").replace(":=", "\N{COLON EQUALS}")
    tex = re.sub(r"(?<!\\left)\\l([vV])ert", r"\\left\\l\1ert", tex)
    return re.sub(r"(?<!\\right)\\r([vV])ert", r"\\right\\r\1ert", tex)


def _polished(raw: str) -> str:
    raw = re.sub(_NAMES, r'<mo form="prefix" lspace="0.12em" rspace="0em">\1</mo>', raw)
    raw = re.sub(_UNARY, rf"\1{_PREFIX}", raw)
    raw = re.sub(r"<mi>(&#x0039[3-F];|&#x003A[0-9];)</mi>", r'<mi mathvariant="normal">\1</mi>', raw)
    raw = re.sub(r"<mi>(&#x02AAF;|&#x02AB0;|&#x000B1;)</mi>", r"<mo>\1</mo>", raw)
    raw = re.sub(r"<mi>(&#x027E[89];)</mi>", r'<mo stretchy="false">\1</mo>', raw)
    raw = raw.replace("<mi>&#x0007E;</mi>", "<mo>&#x0223C;</mo>").replace("<mo>&#x0221E;</mo>", "<mi>&#x0221E;</mi>")
    raw = re.sub(rf"(?<!sup>)(?<!sub>)({_FUNCTION}){_OPERAND}", r'\1<mspace width="0.167em" />', raw)
    raw = re.sub(rf"(<(msu[bp])>{_FUNCTION}{_INDEX}</\2>){_OPERAND}", r'\1<mspace width="0.167em" />', raw)
    raw = re.sub(rf'(<mo form="prefix" lspace="0.12em" rspace=)"0em"(>[a-z]+</mo>){_OPERAND}', r'\1"0.167em"\2', raw)
    raw = re.sub(r"<mi>(&#x0203[2-4];)</mi>", r'<mo lspace="0em" rspace="0em">\1</mo>', raw)
    raw = raw.replace('<mn mathvariant="bold">1</mn>', "<mn>&#x1D7CF;</mn>")  # a browser sets no number bold by itself
    raw = raw.replace("<mi>&#x0003A;</mi>", '<mo lspace="0em" rspace="0.25em">:</mo>')
    raw = re.sub(r"<m[io]>(&#x02254;|\N{COLON EQUALS})</m[io]>", "<mo>\N{COLON EQUALS}</mo>", raw)
    raw = raw.replace("<mo>&#x0002F;</mo>", '<mo lspace="0em" rspace="0em">/</mo>')
    bars = r'<mo fence="false" stretchy="false">(&#x02016;|&#x0007C;)</mo>'
    raw = re.sub(bars, r'<mo fence="false" stretchy="false" lspace="0em" rspace="0em">\1</mo>', raw)
    return re.sub(r'<mo minsize="1.623em" maxsize="1.623em">\|</mo>', '<mo stretchy="true" minsize="1.6em">|</mo>', raw)
