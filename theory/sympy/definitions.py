"""Named functions of SymPy expressions, which stay folded in a statement until a line unfolds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from theory.sympy.declared_symbols import size_to_sympy
from theory.sympy.held_functions import function_to_sympy
from theory.sympy.read_expressions import from_sympy
from theory.sympy.sympy_nodes import Shaped
from theory.terms import CalculusError, Definition, symbols
from theory.terms.nodes import Symbol


@dataclass(frozen=True)
class Folded:
    """A definition of the calculus as a function of SymPy expressions; `unfold(f.definition)` is a reason of a line."""

    definition: Definition

    def __call__(self, *arguments: Any) -> Any:
        call = function_to_sympy(self.definition)(*arguments)
        shape = self.definition.body.shape
        return call if shape == (1, 1) else Shaped(call, *map(size_to_sympy, shape))


def define(name: str, parameters: tuple[Any, ...], body: Any, *, tex: str = "", source: str = "") -> Folded:
    """Name a SymPy expression as a function of some of its symbols: `mean = define("mean", (w,), E((x.T*w)[0, 0], x))`.

    Raises CalculusError for parameters that are no symbols of the body, and for names that mean something.
    """
    terms = tuple(map(from_sympy, parameters))
    wrong = [term for term in terms if not isinstance(term, Symbol)]
    if wrong:
        raise CalculusError(
            f"{name}: expected symbols as parameters, got {wrong[0]!r}. Remedy: define(name, (w,), body)."
        )
    return Folded(symbols.define(name, terms, from_sympy(body), tex=tex, source=source))  # type: ignore[arg-type]
