"""How large a term may be: bounds that no theorem of the field comes near, so that what passes them ends in seconds.

A term is *weighed* as it is built: its nodes, with every power and every folded definition written out. The weight
bounds the work of every interpreter, and it is known before any of them starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

WEIGHT = 50_000  # nodes; the heaviest line of the catalogue weighs some 8,000
BREADTH = 1_000  # terms of one sum, factors of one product
DEPTH = 100  # nodes inside nodes; the deepest term of the catalogue has 27
EXPONENT, ROOT = 10_000, 1_000  # the largest |p| and q in x^(p/q)
BITS = 13_000  # of a numerator or denominator: 3,900 decimal digits, just below what Python prints
MOST_STEPS = 5  # of a recursion, in an instance: its numbers may double with every step
SIZE = 100  # an explicit size of a vector or matrix
ENTRIES = 1_000  # of one explicit vector or matrix
_NUMERAL = re.compile(r"[+-]?\d+(/\d+)?|[+-]?(\d+\.?\d*|\.\d+)(e(?P<power>[+-]?\d+))?", re.IGNORECASE | re.ASCII)


def problem_of_term(weight: int, depth: int, breadth: int) -> str:
    """Why a term is too large, with the remedy; empty if it is not."""
    if breadth > BREADTH:
        return (
            f"expected at most {BREADTH:,} terms in a sum or factors in a product, got {shown(breadth)}. "
            "Remedy: a vector and ones(d).T @ v, or a symbol for what repeats."
        )
    if weight > WEIGHT:
        return (
            f"expected a term of at most {WEIGHT:,} nodes with its powers and definitions written out, got "
            f"{shown(weight)}. Remedy: give a name to what repeats (a symbol), or state the theorem for a symbol in "
            "the place of the exponent."
        )
    if depth > DEPTH:
        return (
            f"expected a term nested at most {DEPTH} deep, got {shown(depth)}. Remedy: put a symbol in the place of an "
            "inner part."
        )
    return ""


def problem_of_number(value: Fraction) -> str:
    """Why a number has too many digits, with the remedy; empty if it has not."""
    bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    return problem_of_bits(bits)


def problem_of_bits(bits: int) -> str:
    if bits <= BITS:
        return ""
    return (
        f"expected numbers of at most {_digits(BITS)} digits above and below the line, got one of some "
        f"{_digits(bits)}. Remedy: put a symbol in its place."
    )


def rational(text: str) -> Fraction:
    """The number that a text such as `-3/2`, `0.25` or `1e-9` writes. Raises ValueError for any other, and for one
    with too many digits before they are computed: `1e999999999` is short and fills the memory.
    """
    written = text.strip()
    digits = _digits(BITS)
    found = _NUMERAL.fullmatch(written) if len(written) <= BITS else None
    if found is None:
        raise ValueError(f'expected a rational number such as "-3/2" with at most {digits} digits, got {text[:40]!r}')
    power = found["power"] or "0"
    if len(power) > 6 or abs(int(power)) * 10 // 3 > BITS or max(map(len, written.split("/"))) > BITS * 3 // 10:
        raise ValueError(f"expected a number with at most {digits} digits, got {text[:40]!r}, which has more")
    if found[1] and not int(found[1][1:]):
        raise ValueError(f"expected a number, got {text[:40]!r}, a quotient by 0")
    return Fraction(written)


def problem_of_exponent(exponent: Fraction) -> str:
    """Why an exponent cannot be worked with, with the remedy; empty if it can."""
    if abs(exponent.numerator) > EXPONENT or exponent.denominator > ROOT:
        return (
            f"expected an exponent p/q with |p| at most {EXPONENT:,} and q at most {ROOT:,}, got {_shown(exponent)}. "
            "Remedy: a symbol in the place of the power."
        )
    return ""


def bits_of_power(base: Fraction, exponent: int) -> int:
    """A bound on the bits of base^exponent, without computing it."""
    return max(base.numerator.bit_length(), base.denominator.bit_length()) * abs(exponent)


def problem_of_shape(shape: Iterable[object]) -> str:
    """Why an explicit shape is too large, with the remedy; empty if it is not."""
    entries = 1
    for size in shape:
        if isinstance(size, int):
            if size > SIZE:
                return (
                    f"expected an explicit size of at most {SIZE:,}, got {shown(size)}. "
                    'Remedy: a symbol, d = dimension("d"): the theorem is then about every size.'
                )
            entries *= size
    if entries > ENTRIES:
        return (
            f"expected an explicit shape of at most {ENTRIES:,} entries, got {entries:,}. "
            'Remedy: a symbol, d = dimension("d"): the theorem is then about every size.'
        )
    return ""


def shown(number: int) -> str:
    """A whole number for a message: by its order of magnitude where its digits say no more."""
    return f"{number:,}" if abs(number) < 10**15 else f"a number of some {_digits(abs(number).bit_length())} digits"


def _shown(value: Fraction) -> str:
    top, below = shown(value.numerator), shown(value.denominator)
    return top if value.denominator == 1 else f"{top} / {below}"


def _digits(bits: int) -> str:
    return f"{bits * 1234 // 4099 + 1:,}"
