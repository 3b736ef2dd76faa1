"""What SymPy cannot say of a matrix or a function: declared beside it, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.function import UndefinedFunction

from theory.sympy.declared_symbols import matrix_symbol, size_from_sympy, tex_of
from theory.sympy.held_functions import Nth, function_to_sympy
from theory.terms import CalculusError, Property, Symbol
from theory.terms.symbols import activation


@dataclass(frozen=True)
class Word:
    """One thing that can be declared: properties of a matrix, or how often a function is differentiable."""

    text: str
    properties: frozenset[Property] = frozenset()
    times: int | None = None


symmetric = Word("symmetric", frozenset({Property.SYMMETRIC}))
invertible = Word("invertible", frozenset({Property.INVERTIBLE}))
positive_definite = Word("positive_definite", frozenset({Property.SYMMETRIC, Property.POSITIVE_DEFINITE}))
positive_semidefinite = Word("positive_semidefinite", frozenset({Property.SYMMETRIC, Property.POSITIVE_SEMIDEFINITE}))
orthogonal = Word("orthogonal", frozenset({Property.ORTHOGONAL}))
permutation = Word("permutation", frozenset({Property.ORTHOGONAL, Property.PERMUTATION}))
projector = Word("projector", frozenset({Property.SYMMETRIC, Property.PROJECTOR}))
basis_vector = Word("basis_vector", frozenset({Property.BASIS}))
nonzero = Word("nonzero", frozenset({Property.NONZERO}))
positive = Word("positive", frozenset({Property.POSITIVE}))
nonnegative = Word("nonnegative", frozenset({Property.NONNEGATIVE}))
random = Word("random", frozenset({Property.RANDOM}))
differentiable = Word("differentiable", times=1)
twice_differentiable = Word("twice_differentiable", times=2)
WORDS = (
    symmetric, invertible, positive_definite, positive_semidefinite, projector, orthogonal, permutation, basis_vector,
    nonzero, positive, nonnegative, random, differentiable, twice_differentiable,
)  # fmt: skip


def smooth(times: int) -> Word:
    """So many times differentiable, the last derivative locally bounded; 0 for any function."""
    if type(times) is not int or times < 0:
        raise CalculusError(f"expected how often a function is differentiable, got {times!r}. Remedy: smooth(3).")
    return Word(f"smooth({times})", times=times)


def declare(declarations: Mapping[Any, Any]) -> Any:
    """The same symbols and functions with a word, or a tuple of words, said of each; in order, one alone as it is.

    `S, x, phi = declare({S: positive_definite, x: random, phi: differentiable})`. What is declared is part of the new
    symbol, and the former one stays as it was: an expression says itself what it means, whoever reads it.
    Raises CalculusError for what cannot be declared, and for words that do not fit the shape.
    """
    if not isinstance(declarations, Mapping) or not declarations:
        raise CalculusError(
            f"expected what is declared, by symbol, got {declarations!r:.100}. "
            "Remedy: S, x = declare({S: positive_definite, x: random})."
        )
    made = tuple(
        _declared(what, words if isinstance(words, tuple) else (words,)) for what, words in declarations.items()
    )
    return made[0] if len(made) == 1 else made


def _declared(what: Any, words: tuple[Any, ...]) -> Any:
    for word in words:
        if not isinstance(word, Word):
            raise CalculusError(
                f"{what}: expected one of {', '.join(w.text for w in WORDS)}, got {word!r:.80}. "
                "Remedy: from theory.sympy import positive_definite."
            )
    if isinstance(what, UndefinedFunction):
        return _function(what, words)
    if isinstance(what, sp.MatrixSymbol):
        return _matrix(what, words)
    raise CalculusError(
        f"expected a MatrixSymbol or a Function to declare, got {what!s:.80} ({type(what).__name__}). "
        'Remedy: a number has SymPy\'s assumptions, sympy.Symbol("gamma", real=True).'
    )


def _function(what: Any, words: tuple[Word, ...]) -> Any:
    times = [word.times for word in words if word.times is not None]
    if len(times) != 1 or len(words) != 1:
        raise CalculusError(
            f"{what} is a function: expected how often it is differentiable, got "
            f"{', '.join(word.text for word in words)}. Remedy: declare({{{what}: differentiable}})."
        )
    return function_to_sympy(Nth(activation(what.__name__, smoothness=times[0], tex=tex_of(what.__name__))))


def _matrix(what: Any, words: tuple[Word, ...]) -> Any:
    for word in words:
        if word.times is not None:
            raise CalculusError(f"{what} is a matrix: it cannot be declared {word.text}, which is said of functions.")
    properties = frozenset[Property]().union(getattr(what, "properties", ()), *(word.properties for word in words))
    shape = (size_from_sympy(what.shape[0]), size_from_sympy(what.shape[1]))
    Symbol(what.name, shape, properties)  # raises ShapeError for words that do not fit
    return matrix_symbol(what.name, what.shape, properties)
