"""Where a claim fails, in words and as text with formulas: the instance of a witness, and both sides at it."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction

from theory.statements.theorem import Theorem
from theory.typeset.names import name_tex, symbol_tex
from verify.exact.instances import Instance, InstanceError, Rows, display, from_json
from verify.press.pages import wording
from verify.press.pages.parts import Words

LONGEST = 12  # characters of a number that a page prints exactly


def instance(witness: str | None) -> Instance | None:
    """The instance of a witness; None if it is in no known form."""
    try:
        return from_json(json.loads(witness or "")["instance"])
    except (ValueError, KeyError, TypeError, InstanceError):
        return None


def counterexample(witness: str | None) -> str:
    """The instance of a witness on one line; the witness itself if it is in no known form."""
    found = instance(witness)
    return (witness or "") if found is None else display(found)


def place(theorem: Theorem, witness: str | None) -> Words:
    """The instance of a witness, for every medium."""
    return Words(counterexample(witness), witness_tex(theorem, witness))


def witness_tex(theorem: Theorem, witness: str | None) -> str:
    """The instance of a witness as text with formulas in dollars."""
    found = instance(witness)
    if found is None:
        return witness or ""
    names = {s.name: symbol_tex(s) for s in theorem.symbols}

    def tex(name: str) -> str:
        return names.get(name) or name_tex(name)

    parts = [f"${tex(k)} = {v}$" for k, v in sorted(found.sizes.items())]
    parts += [
        f"${tex(k)} = {_rows_tex(v)}$".replace(r"= {\approx}", r"\approx ") for k, v in sorted(found.values.items())
    ]
    for name, law in sorted(found.laws.items()):
        even = len(set(law.weights)) == 1
        points = [
            _column_tex(p) + ("" if even else f"\\colon {w}") for p, w in zip(law.points, law.weights, strict=True)
        ]
        words = " equally likely" if even and len(points) > 1 else ""
        listed = r",\, ".join(points)
        parts.append(rf"${tex(name)} \in \{{{listed}\}}${words}")
    parts += [f"${wording.function_tex(tex(k), v)}$" for k, v in sorted(found.functions.items()) if k != v]
    return ", ".join(parts)


def _rows_tex(rows: Rows) -> str:
    if all(len(row) == 1 for row in rows):
        return _column_tex(tuple(row[0] for row in rows))
    body = r" \\ ".join(" & ".join(map(_number_tex, row)) for row in rows)
    return rf"\bigl(\begin{{smallmatrix}}{body}\end{{smallmatrix}}\bigr)"


def _column_tex(entries: tuple[Fraction, ...]) -> str:
    shown = [_number_tex(e) for e in entries]
    return shown[0] if len(shown) == 1 else f"({', '.join(shown)})"


def _number_tex(value: Fraction) -> str:
    """A number exactly if it is short, else rounded and marked so; the witness itself has all digits."""
    exact = str(value)
    if len(exact) <= LONGEST:
        return exact
    mantissa, power = f"{Decimal(value.numerator) / Decimal(value.denominator):.2e}".split("e")
    return rf"{{\approx}}{mantissa}\cdot 10^{{{int(power)}}}" if int(power) else rf"{{\approx}}{mantissa}"


def sides_tex(left: str, sign: str, right: str) -> str:
    """How two sides differ at a counterexample, as text with formulas."""
    return wording.sides_tex(shorten(left), sign, shorten(right))


def shorten(enclosure: str, digits: int = 8) -> str:
    """An enclosure with its digits cut for reading: `[0.81237119 +/- ...]` becomes `0.81237119...`."""

    def cut(match: re.Match[str]) -> str:
        mantissa, exponent = match[1], match[2] or ""
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        short = mantissa[: mantissa.find(".") + 1 + digits] if "." in mantissa else mantissa
        return short + ("..." if len(short) < len(mantissa) else "") + exponent

    enclosure = re.sub(r"\[\+/- ([\d.]+(?:e[+-]?\d+)?)\]", r"0 (within \1)", enclosure)
    return re.sub(r"\[(-?[\d.]+)(e[+-]?\d+)? \+/- [^\]]*\]", cut, enclosure)
