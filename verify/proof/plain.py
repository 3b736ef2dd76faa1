"""What nodes hold beside other nodes: names, numbers, orders and functions, of exactly the types they seem to be.

A name or an order of a class of somebody's own may be equal to any other, and its node with it.
"""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction

from theory import terms as t
from theory.terms import Property, Symbol, Term
from theory.terms.size_arithmetic import Size

_SINGLE = {int, str, bool, Fraction, type(None), Property}
_MANY = {tuple, frozenset}
_RECORDS = {Symbol, Size, t.Activation, t.ScalarField, t.Definition}


def holds_plain(node: Term) -> bool:
    """Is everything that a node holds plain? Other nodes in it are taken as they are: they are looked at themselves."""
    return all(_is_plain(getattr(node, part.name)) for part in fields(node))  # type: ignore[arg-type]


def is_plain_function(function: t.Activation) -> bool:
    """Is an activation one of exactly this class, with a plain name?"""
    return type(function) is t.Activation and _is_plain(function)


def _is_plain(value: object) -> bool:
    kind = type(value)
    if kind in _SINGLE:
        return True
    if kind in _MANY:
        return all(map(_is_plain, value))  # type: ignore[call-overload]
    if kind in _RECORDS:
        return all(_is_plain(getattr(value, part.name)) for part in fields(value))  # type: ignore[arg-type]
    return isinstance(value, Term) and not isinstance(value, Symbol)
