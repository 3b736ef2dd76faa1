"""What SymPy proposes: antiderivatives, derivatives, limits. Untrusted: a line says it, and the checker decides.

Nothing here is imported when theorems load, so a theorem file that calls it pays for SymPy.
"""

from __future__ import annotations

from typing import Any

from theory import terms as t
from theory.statements.derivation import Antiderivative
from theory.terms import CalculusError, Symbol, Term, rewrite


def antiderivative(body: Term, variable: Symbol) -> Antiderivative:
    """SymPy's antiderivative of a body in a plain symbol. Raises CalculusError if it finds none."""
    import sympy as sp

    found = sp.integrate(_out(body).doit(), _out(variable))
    if found.has(sp.Integral):
        raise CalculusError(f"SymPy finds no antiderivative of {body!r} in {variable.name}.")
    return Antiderivative(_in(found, body, variable), variable)


def value(term: Term) -> Term:
    """SymPy's value of an integral, a limit or a derivative. Raises CalculusError if it leaves one uncarried."""
    import sympy as sp

    found = _out(term).doit()
    if found.has(sp.Integral, sp.Limit, sp.Derivative, sp.Subs):
        raise CalculusError(f"SymPy leaves {term!r} as it is.")
    return _in(sp.simplify(found), term)


def agrees(left: Term, right: Term) -> bool:
    """Does SymPy simplify the difference to 0? A second opinion on an identity, never evidence."""
    import sympy as sp

    return bool(sp.simplify((_out(left) - _out(right)).doit()) == 0)


def _out(term: Term) -> Any:
    from theory.sympy.write_expressions import to_sympy

    return to_sympy(rewrite.unfold(term))


def _in(expression: Any, *like: Term) -> Term:
    """The expression as a term, over the very symbols of the terms that it came from."""
    from theory.sympy.read_expressions import from_sympy

    term = from_sympy(expression)
    known = {s.name: s for origin in like for s in rewrite.free_symbols(rewrite.unfold(origin))}
    found = {s: known[s.name] for s in rewrite.free_symbols(term) if s.name in known and s != known[s.name]}
    return _renamed(term, found)


def _renamed(term: Term, names: dict[Symbol, Symbol]) -> Term:
    if isinstance(term, t.Symbol):
        return names.get(term, term)
    return rewrite.rebuild(term, lambda child: _renamed(child, names))
