"""What a step comes to when it is taken again and again: recursions over time or depth, and powers of matrices."""

from __future__ import annotations

from theory.terms import limits, size_arithmetic
from theory.terms.base import CalculusError, Dimension, Property, Shape, ShapeError, Term, node
from theory.terms.nodes import Symbol, show
from theory.terms.size_arithmetic import Size


def require_count(count: object) -> None:
    """A whole number >= 0, a symbol made by `steps`, or a sum of such. Raises CalculusError for anything else."""
    if isinstance(count, int) and not isinstance(count, bool) and 0 <= count <= limits.SIZE:
        return
    if type(count) in (Symbol, Size) and all(s.has(Property.STEPS) for s in size_arithmetic.dimensions_in((count,))):  # type: ignore[arg-type]
        return
    raise CalculusError(
        f"expected a number of steps: a symbol made by steps, or a whole number from 0 to {limits.SIZE}, got "
        f'{count!r:.80}. Remedy: t = steps("t").'
    )


@node
class Iterate(Term):
    """The value of `variables[index]` after `count` steps: all variables begin as `starts`, and every step makes them
    `bodies`, all at once. The variables are bound in the bodies; nothing is declared of them, for a step may lead
    anywhere."""

    bodies: tuple[Term, ...]
    variables: tuple[Symbol, ...]
    starts: tuple[Term, ...]
    count: Dimension
    index: int = 0

    def __post_init__(self) -> None:
        require_count(self.count)
        if not len(self.bodies) == len(self.variables) == len(set(self.variables)) == len(self.starts) > self.index:
            raise CalculusError("expected one step and one start for each variable of a recursion, and different ones.")
        for variable, *terms in zip(self.variables, self.bodies, self.starts, strict=True):
            if variable.properties:
                raise CalculusError(
                    f"expected a letter of which nothing is declared, got {variable.name}, which is declared "
                    f"{', '.join(sorted(p.value for p in variable.properties))}: a step may lead anywhere. "
                    f"Remedy: another letter for what is iterated."
                )
            for term in terms:
                if term.shape != variable.shape:
                    raise ShapeError(
                        f"{variable.name} has shape {show(variable.shape)}; the recursion gives it {term!r} of shape "
                        f"{show(term.shape)}."
                    )

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return self.starts[self.index].shape

    @property
    def children(self) -> tuple[Term, ...]:
        return (*self.bodies, *self.starts)

    def states(self, count: Dimension) -> tuple[Term, ...]:
        """Every variable after so many steps."""
        places = range(len(self.variables))
        return tuple(Iterate(self.bodies, self.variables, self.starts, count, place) for place in places)

    def before(self) -> Dimension | None:
        """How many steps come before the last; None if it is not known whether there is one."""
        return None if self.count == 0 else size_arithmetic.minus(self.count, 1)
