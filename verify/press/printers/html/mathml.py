"""LaTeX as MathML, checked: a command that the converter left standing is an error, never printed as it is."""

from __future__ import annotations

import html
import re
from functools import lru_cache

_LEFT_OVER = re.compile(r"\\[A-Za-z]+|\\.")
_FENCES = re.compile(
    r"\\[{}]|(\\left\b|\\begin\b|{)|(\\right\b|\\end\b|})|(?:^|(?<= ))(=|<|>|:=|\\le|\\ge|\\ne|\\preceq|\\succeq) "
)
_UNARY = r"(<mo[^>]*>(?:&#x00028;|&#x0002C;|&#x0007B;|&#x0003D;)</mo>(?:<mspace[^>]*/>)?)<mo>(&#x02212;)</mo>"
_NAMES = r"<mo>([A-Za-z]{1,12})</mo>"


class MathError(ValueError):
    """LaTeX that could not be converted; the message names the commands that were left."""


@lru_cache(maxsize=20_000)
def mathml(tex: str, *, block: bool = False) -> str:
    """A `<math>` element with the LaTeX as its alternative text. Raises MathError for what cannot be converted."""
    inner = "".join(_inner(side, block) for side in _sides(tex))
    shown = ' display="block"' if block else ""
    alternative = html.escape(tex, quote=True)
    return (
        f'<math xmlns="http://www.w3.org/1998/Math/MathML"{shown} alttext="{alternative}"><semantics>'
        f'<mrow>{inner}</mrow><annotation encoding="application/x-tex">{html.escape(tex)}</annotation>'
        "</semantics></math>"
    )


def _sides(tex: str) -> list[str]:
    """The formula cut at its relation: false neighbours have one side in common with many others."""
    depth = 0
    for found in _FENCES.finditer(tex):
        if found[1]:
            depth += 1
        elif found[2]:
            depth -= 1
        elif found[3] and not depth and found.end() < len(tex):
            return [side for side in (tex[: found.start()], found[0], tex[found.end() :]) if side.strip()]
    return [tex]


@lru_cache(maxsize=20_000)
def _inner(tex: str, block: bool) -> str:
    """What stands inside the element."""
    from latex2mathml.converter import convert

    bare = re.sub(r"\\[\\{}]", "", tex)
    if bare.count("{") != bare.count("}"):
        raise MathError(f"cannot convert {tex!r} to MathML: its braces do not balance.")
    try:
        raw = convert(_prepared(tex), display="block" if block else "inline")
    except Exception as error:  # the converter raises many private kinds; each means the same here
        raise MathError(f"cannot convert {tex!r} to MathML: {type(error).__name__}.") from error
    left = _LEFT_OVER.findall(html.unescape(re.sub(r"<[^>]*>", " ", raw)))
    if left:
        raise MathError(
            f"cannot convert {tex!r} to MathML: {', '.join(dict.fromkeys(left))} is unknown to the converter."
        )
    return re.sub(r"^<math[^>]*>(.*)</math>$", r"\1", _polished(raw), flags=re.S)


def _prepared(tex: str) -> str:
    """Spacing that only TeX needs is left out; bars become fences, which MathML stretches and spaces rightly."""
    tex = tex.replace(r"\!", "").replace(":=", "\N{COLON EQUALS}")
    tex = re.sub(r"(?<!\\left)\\l([vV])ert", r"\\left\\l\1ert", tex)
    return re.sub(r"(?<!\\right)\\r([vV])ert", r"\\right\\r\1ert", tex)


def _polished(raw: str) -> str:
    raw = re.sub(_NAMES, r'<mo form="prefix" lspace="0.12em" rspace="0em">\1</mo>', raw)
    raw = re.sub(_UNARY, r'\1<mo form="prefix" lspace="0em" rspace="0em">\2</mo>', raw)
    raw = re.sub(r"<mi>(&#x0039[3-F];|&#x003A[0-9];)</mi>", r'<mi mathvariant="normal">\1</mi>', raw)
    raw = re.sub(r"<mi>(&#x02AAF;|&#x02AB0;|&#x000B1;)</mi>", r"<mo>\1</mo>", raw)
    raw = re.sub(r"<mi>(&#x0203[2-4];)</mi>", r'<mo lspace="0em" rspace="0em">\1</mo>', raw)
    raw = raw.replace('<mn mathvariant="bold">1</mn>', "<mn>&#x1D7CF;</mn>")  # a browser sets no number bold by itself
    raw = raw.replace("<mi>&#x0003A;</mi>", '<mo lspace="0em" rspace="0.25em">:</mo>')
    raw = re.sub(r"<m[io]>(&#x02254;|\N{COLON EQUALS})</m[io]>", "<mo>\N{COLON EQUALS}</mo>", raw)
    raw = raw.replace("<mo>&#x0002F;</mo>", '<mo lspace="0em" rspace="0em">/</mo>')
    bars = r'<mo fence="false" stretchy="false">(&#x02016;|&#x0007C;)</mo>'
    raw = re.sub(bars, r'<mo fence="false" stretchy="false" lspace="0em" rspace="0em">\1</mo>', raw)
    return re.sub(r'<mo minsize="1.623em" maxsize="1.623em">\|</mo>', '<mo stretchy="true" minsize="1.6em">|</mo>', raw)
