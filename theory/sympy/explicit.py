"""Explicit sizes: a term over whole numbers of rows, in SymPy's dense algebra, entry by entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from theory.sympy.declared_symbols import size_to_sympy
from theory.sympy.derivatives import MatrixDerivative
from theory.sympy.expected_values import Expectation, MatrixExpectation
from theory.sympy.write_expressions import to_sympy
from theory.terms import CalculusError, Symbol, Term


def explicit(term: Term, sizes: Mapping[Symbol, int]) -> Any:
    """The term at explicit sizes: a scalar expression, or an ImmutableDenseMatrix. Definitions are unfolded.

    A derivative in a column or matrix is carried out entry by entry, as derivatives of one number in one number.
    Raises CalculusError for a derivative under E, which is not true of every law.
    """
    values = {size_to_sympy(symbol): size for symbol, size in sizes.items()}
    return _dense(to_sympy(term, unfold=True).subs(values))


def _dense(expression: Any) -> Any:
    done = expression.replace(lambda part: isinstance(part, MatrixDerivative), _carried_out)
    done = done.replace(lambda part: isinstance(part, sp.Trace), lambda trace: trace.as_explicit()).doit()
    return done.as_explicit() if done.is_Matrix else done


def _carried_out(derivative: Any) -> Any:
    """By entries: each a symbol of its own, differentiated in, and the point put in its place."""
    if derivative.body.has(Expectation, MatrixExpectation):
        raise CalculusError(
            f"cannot differentiate under E in {derivative}. "
            "Remedy: normproof.carried_out(term, interchange=(x,)) first."
        )
    variable, point = derivative.variable, _dense(derivative.at)
    rows, columns = map(int, variable.shape)
    entries = sp.ImmutableDenseMatrix(rows, columns, lambda i, j: sp.Dummy(f"{variable.name}_{i}{j}", real=True))
    body = _dense(derivative.body.subs(variable, entries))
    there = dict(zip(entries, point if derivative.at.is_Matrix else [point], strict=True))
    made = {
        "gradient": lambda: entries.applyfunc(lambda entry: sp.diff(body, entry)),
        "hessian": lambda: sp.hessian(body, list(entries)).as_immutable(),
        "jacobian": lambda: sp.Matrix(body if body.is_Matrix else [body]).jacobian(list(entries)).as_immutable(),
    }[derivative.kind_of_derivative]()
    return made.subs(there, simultaneous=True)
