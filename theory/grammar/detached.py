"""`detach(t)`: a term that keeps its value and counts as a constant in every derivative around it.

While the derivatives around it are made, a mark stands for it, which no text can write; when the side is read, its term
is put where the mark stands. So the term keeps the free letter, and the derivative is taken in another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from theory.terms import CalculusError, Property, Symbol, Term, rewrite

if TYPE_CHECKING:
    from theory.grammar.declaring import Names


def mark(names: Names, term: Term) -> Symbol:
    """What stands for the term until the side is read; as deep as the binders in it, for those around are deeper."""
    whole = released(names, term)
    made = Symbol(f"detached {len(names.detached) + 1}", whole.shape, bound=rewrite.binder_depth(whole) or -1)
    names.detached[made] = whole
    return made


def marks_in(names: Names, term: Term) -> list[Symbol]:
    return sorted(rewrite.free_symbols(term) & names.detached.keys(), key=lambda found: found.name)


def released(names: Names, term: Term) -> Term:
    """The term with what is detached in its place."""
    for found in marks_in(names, term):
        term = rewrite.replace(term, found, names.detached[found])
    return term


def at_a_point(names: Names, term: Term, variable: Symbol, point: Term) -> Term:
    """The body of a derivative at another point than the variable itself: there stands what is detached, too.

    Raises CalculusError for a random point: its law may be spoken of around what is detached.
    """
    for found in marks_in(names, term):
        if any(symbol.has(Property.RANDOM) for symbol in rewrite.free_symbols(point)):
            raise CalculusError(
                f"a derivative with a detached term in it is not taken at the random {point!r}. "
                "Remedy: take it at a name of its own."
            )
        moved = mark(names, rewrite.substitute(names.detached[found], {variable: point}))
        term = rewrite.replace(term, found, moved)
    return term
