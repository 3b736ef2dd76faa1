"""Rates and trends as plain data: what `--json` and a sweep write, numbers as decimal text that encloses them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from verify.rates.decimals import certain
from verify.rates.rate import Rate
from verify.rates.trend import Stretch


def rate_row(found: Rate) -> dict[str, Any]:
    """One rate. The true value lies within `radius` of `lambda`; every digit of `norm_rate` is certain."""
    return {
        "phi": found.phi,
        "batch": found.batch,
        "lambda": found.decimals[0],
        "radius": found.decimals[1],
        "norm_rate": certain(found.norm_rate, found.digits).removesuffix("..."),
        "method": found.method,
        "evidence": list(found.evidence),
        "seconds": found.seconds,
    }


def stretch_rows(phi: str, found: Sequence[Stretch]) -> list[dict[str, Any]]:
    """The stretches of a trend; `to` is null for those without end."""
    return [
        {
            "phi": phi.strip(),
            "from": item.first,
            "to": None if item.last is None else item.last + 1,
            "direction": item.direction,
        }
        for item in found
    ]
