"""What was found out about one batch while its values are moved: nothing is analysed twice as long as nothing it reads
changes.

An assumption such as s_0 <= var(y) is looked at when s_0 is placed and again when everything is checked; the analysis
of var(y), far dearer than s_0, is the same. Tensors are never changed in place, so that the same tensor is the same
value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

import torch
from torch import Tensor

from theory.terms import Property, Term
from theory.terms.rewrite import free_symbols, unfold
from verify.floating.tolerance import Roundoff, as_double, bound_of, bounds_of
from verify.floating.torch_compile import PROGRAMS, Program, compile_term, compile_together
from verify.floating.torch_run import Inputs

Errors = Mapping[str, Tensor]
Read = tuple[Tensor | None, ...]
T = TypeVar("T")


@lru_cache(maxsize=PROGRAMS)
def unfolded(term: Term) -> Program:
    """The program of a term with every definition written out."""
    return compile_term(unfold(term), "symbols")


@lru_cache(maxsize=PROGRAMS)
def unfolded_together(left: Term, right: Term) -> tuple[Program, ...]:
    """The programs of two terms with every definition written out; what they share is computed once."""
    return compile_together((unfold(left), unfold(right)), "symbols")


@lru_cache(maxsize=PROGRAMS)
def names_in(term: Term) -> tuple[str, ...]:
    """Of the symbols and laws that a term's value is made of."""
    return tuple(sorted(s.name for s in free_symbols(unfold(term)) if not s.has(Property.DIMENSION)))


@dataclass(frozen=True)
class Findings:
    """One batch's, by what was asked; each with the tensors that it was found from."""

    found: dict[tuple[str, tuple[Term, ...]], tuple[Read, Any]] = field(default_factory=dict)
    doubles: dict[str, tuple[Tensor, Tensor]] = field(default_factory=dict)

    def bound(self, term: Term, inputs: Inputs, errors: Errors) -> tuple[Tensor, Tensor]:
        """(value, error bound) of a term in float64, see `bound_of`."""
        return self._kept(
            ("bound", (term,)),
            inputs,
            errors,
            lambda: bound_of(unfolded(term), self.double(inputs), errors, inputs.dtype),
        )

    def bounds(self, left: Term, right: Term, inputs: Inputs, errors: Errors) -> list[tuple[Tensor, Tensor]]:
        """The same of two terms, together where both take work."""
        if not (names_in(left) and left.children and names_in(right) and right.children):
            return [self.bound(left, inputs, errors), self.bound(right, inputs, errors)]
        return self._kept(
            ("bounds", (left, right)),
            inputs,
            errors,
            lambda: bounds_of(unfolded_together(left, right), self.double(inputs), errors, inputs.dtype),
        )

    def error(self, term: Term, inputs: Inputs, errors: Errors, count: int) -> Tensor:
        """How far a symbol that is defined by the term may be from it, in units of u, at each of `count` instances."""
        unit = Roundoff.of(inputs.dtype).unit
        return self._kept(
            ("error", (term,)),
            inputs,
            errors,
            lambda: (e := self.bound(term, inputs, errors)[1]).expand(count, *e.shape[1:]) / unit,
        )

    def spectrum(self, term: Term, inputs: Inputs, errors: Errors) -> tuple[Tensor, Tensor]:
        """Eigenvalues of a symmetric term in float64, in order, and how far they may be from the exact ones."""
        return self._kept(("spectrum", (term,)), inputs, errors, lambda: self._spectrum(term, inputs, errors))

    def _spectrum(self, term: Term, inputs: Inputs, errors: Errors) -> tuple[Tensor, Tensor]:
        value, error = self.bound(term, inputs, errors)
        unit = torch.finfo(torch.float64).eps
        if value.dim() == 1:  # a 1 x 1 matrix
            return value[:, None], error + unit * value.abs()
        slack = torch.linalg.matrix_norm(error + torch.zeros_like(value))
        own = value.shape[-1] * unit * torch.linalg.matrix_norm(value)
        return torch.linalg.eigvalsh(torch.nan_to_num((value + value.mT) / 2)), slack + own

    def double(self, inputs: Inputs) -> Inputs:
        """The same instances with every tensor in float64."""
        if inputs.dtype == torch.float64:
            return inputs
        return as_double(inputs, self.doubles)

    def _kept(self, asked: tuple[str, tuple[Term, ...]], inputs: Inputs, errors: Errors, find: Callable[[], T]) -> T:
        names = [name for term in asked[1] for name in names_in(term)]
        read = tuple(v for n in names for v in (inputs.symbols.get(n), inputs.laws.get(n), errors.get(n)))
        before = self.found.get(asked)
        if before is not None and all(a is b for a, b in zip(before[0], read, strict=True)):
            result: T = before[1]
            return result
        result = find()
        self.found[asked] = read, result
        return result
