"""What version 0.1 called a scalar theorem and a scalar erratum: a theorem and an erratum on numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from theory.statements.erratum import Erratum
from theory.statements.ranges import Range
from theory.statements.setting import Numbers
from theory.statements.theorem import Theorem

__all__ = ["ScalarErratum", "ScalarTheorem"]


def ScalarTheorem(  # noqa: N802 - the name of a class, in files of version 0.1
    *given: Any, ranges: tuple[Range, ...] = (), functions: Mapping[str, tuple[str, ...]] | None = None, **more: Any
) -> Theorem:
    """`Theorem(..., setting=Numbers(ranges, functions))`."""
    more["setting"] = Numbers(ranges, functions or {})
    return Theorem(*given, **more)


def ScalarErratum(*given: Any, ranges: tuple[Range, ...] = (), **more: Any) -> Erratum:  # noqa: N802 - as above
    """`Erratum(..., setting=Numbers(ranges))`."""
    more["setting"] = Numbers(ranges)
    return Erratum(*given, **more)
