"""What nodes hold beside other nodes, and what theorems are made of: of exactly the types they seem to be.

A name or an order of a class of somebody's own may be equal to any other, and its node with it. A part, a claim, an
assumption or a line of such a class could say one thing to whoever checks it and another to whoever reads it.
"""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from typing import TypeGuard, get_args

from theory import terms as t
from theory.statements.claims import KINDS, Assumption
from theory.statements.derivation import Derivation, Line
from theory.statements.ranges import Range
from theory.statements.theorem import Part, Theorem
from theory.terms import Property, Symbol, Term
from theory.terms.size_arithmetic import Size

_SINGLE = {int, str, bool, Fraction, type(None), Property}
_MANY = {tuple, frozenset}
_CLAIMS, _ASSUMPTIONS = {*KINDS.values()}, {*get_args(Assumption)}
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


def is_plain_theorem(theorem: Theorem) -> bool:
    """Are its parts, their claims, its assumptions and its ranges of exactly these classes?"""
    return (
        type(theorem.parts) is tuple
        and type(theorem.assumptions) is tuple
        and all(type(assumption) in _ASSUMPTIONS for assumption in theorem.assumptions)
        and all(type(part) is Part and type(part.claim) in _CLAIMS for part in theorem.parts)
        and all(type(part.claim.relation) is str for part in theorem.parts)
        and all(type(found) is Range for found in theorem.domain.values())
    )


def is_plain_chain(chain: Derivation | None) -> TypeGuard[Derivation]:
    """Is it a derivation, of exactly that class, as its lines are? Their reasons are looked at where they are used."""
    return (
        type(chain) is Derivation
        and type(chain.lines) is tuple
        and all(type(line) is Line and type(line.relation) is str for line in chain.lines)
        and all(type(line.reasons) is tuple for line in chain.lines)
    )
