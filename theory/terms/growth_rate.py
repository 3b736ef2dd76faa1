"""The growth of a gradient as a term: a number that quadrature encloses, of which the calculus knows no more."""

from __future__ import annotations

from theory.terms.base import CalculusError, Term, node
from theory.terms.functions import Activation
from theory.terms.known_functions import known_function


@node
class GrowthRate(Term):
    """lambda(phi, B): growth per layer of the expected squared gradient norm behind batch norm (Yang et al. 2019).

    The mean-field limit of infinite width, eps = 0.
    The batch size is a whole number of at least 4, or oo for the limit.
    """

    function: Activation
    batch: Term
    shape = (1, 1)

    def __post_init__(self) -> None:
        if not isinstance(self.function, Activation) or not isinstance(self.batch, Term) or not self.batch.is_scalar:
            raise CalculusError(
                f"a growth rate is of an activation at a scalar batch size; got {self.function!r} at {self.batch!r}. "
                'Remedy: growth_rate(activation("phi"), B).'
            )
        if known_function(self.function.name) is not None:
            raise CalculusError(
                f"a growth rate is of a free function, whose formulas the theorem names; got {self.function.name}, "
                'which is one function. Remedy: growth_rate(activation("phi"), B) and its formula in functions={...}.'
            )

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.batch,)
