"""`normproof rate` and `normproof trend`: what a terminal shows of certified rates."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from verify.errors import UserError
from verify.rates.decimals import certain, enclosure
from verify.rates.rate import Rate, checked_rate
from verify.rates.trend import Stretch

MOST = 64  # batch sizes of one call
LONG = 256  # bits of a fraction that nobody reads


def batch_sizes(text: str) -> list[int | None]:
    """`4,8,inf` as [4, 8, None]. Raises UserError."""
    sizes: list[int | None] = []
    for word in text.split(","):
        word = word.strip().lower()
        if word in ("inf", "infinity", "oo"):
            sizes.append(None)
        elif word.isascii() and word.isdigit() and len(word) < 20:
            sizes.append(int(word))
        else:
            raise UserError(
                "expected batch sizes, whole numbers of at least 4 or inf",
                got=word[:40] or "nothing between commas",
                where="--batch",
                remedy="such as --batch 4,8,32,inf",
            )
    if len(sizes) > MOST:
        raise UserError(f"expected at most {MOST} batch sizes", got=str(len(sizes)), where="--batch")
    return sizes


def rates(phi: str, sizes: Sequence[int | None], digits: int) -> list[Rate]:
    """One rate for each batch size, each held against a second computation."""
    return [checked_rate(phi, batch, digits) for batch in sizes]


def text(found: Rate) -> str:
    """What is shown of one rate: the value, what it means, and what it rests on."""
    batch = "inf" if found.batch is None else str(found.batch)
    scale = found.depth_scale
    if scale.is_finite():
        xi = _number(scale, 8)
    else:
        xi = "infinite, the gradient does not grow" if found.exact == 1 else "not known, lambda cannot be told from 1"
    value = found.shown()
    if found.exact is not None:
        value += f" ({_fraction(found.exact)})" if "..." in value else " exactly"
    else:
        value += f" +/- {found.decimals[1]}"
    return "\n".join(
        (
            f"B = {batch}",
            f"  lambda      = {value}",
            f"  norm rate   = {_number(found.norm_rate, 12)}   sqrt(lambda), growth of the gradient norm per layer",
            f"  depth scale = {xi}   1/log(lambda), layers",
            f"  evidence: {found.method}, {found.seconds:.2f} s",
            *(f"    {line}" for line in found.evidence),
        )
    )


def _fraction(value: Fraction) -> str:
    size = value.denominator.bit_length()
    return f"exactly {value}" if size < LONG else f"exactly a fraction, whose denominator has {size:,} bits"


def _number(ball: Any, digits: int) -> str:
    """Certain digits, or the middle with its radius where few digits are shared by the whole ball."""
    shown = certain(ball, digits)
    return shown if shown.endswith("...") or ball.is_exact() else f"{shown} +/- {enclosure(ball, digits)[1]}"


DIGITS = 8  # of the rates at the ends of a stretch


def stretch_text(phi: str, found: Stretch) -> str:
    """One line: the direction, from where to where, and the rates at both ends."""
    if found.direction == "unknown":
        where = f"from B = {found.first} on" if found.last is None else f"from B = {found.first} to {found.last + 1}"
        return f"  not known {where}: {found.why}"
    start, stop = (_value(checked_rate(phi, b, DIGITS)) for b in (found.first, found.last and found.last + 1))
    if found.last is not None:
        return f"  {found.direction} from B = {found.first} to {found.last + 1}: {start} to {stop}"
    return f"  {found.direction} from B = {found.first} on, for ever: {start} to {stop} in the limit"


def _value(found: Rate) -> str:
    """Certain digits, or the middle with its radius."""
    return found.shown() if found.exact is not None else _number(found.value, found.digits)
