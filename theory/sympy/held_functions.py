"""Functions, there and back: each holds the activation, scalar field or definition that it stands for.

So phi'(z) is a function of its own, phi', which SymPy differentiates by the chain rule; SymPy's own way to write it,
Subs(Derivative(phi(xi), xi), xi, z), is read but never written: it takes two of these for one where their points are
printed alike, as two symbols of one name with different assumptions are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef, UndefinedFunction

from theory.sympy.declared_symbols import tex_of
from theory.sympy.sympy_nodes import bare_tex
from theory.terms import Activation, CalculusError, Definition, GrowthRate, ScalarField, Term
from theory.terms.symbols import activation, scalar_field


@dataclass(frozen=True)
class Nth:
    """A derivative of an activation, or at order 0 the activation itself, of one number or every entry."""

    activation: Activation
    order: int = 0

    @property
    def name(self) -> str:
        return self.activation.name + "'" * self.order

    @property
    def tex(self) -> str:
        return self.activation.tex + "'" * self.order

    def __call__(self, argument: Term) -> Term:
        return self.activation.derivative(self.order, argument)


@dataclass(frozen=True)
class Growth:
    """lambda(phi, .), a function of the batch size."""

    activation: Activation

    @property
    def name(self) -> str:
        return f"lambda_{self.activation.name}"

    @property
    def tex(self) -> str:
        return rf"\lambda_{{{self.activation.tex}}}"

    def __call__(self, batch: Term) -> Term:
        return GrowthRate(self.activation, batch)


Meaning = Nth | ScalarField | Definition | Growth


class Holding(AppliedUndef):  # type: ignore[misc]
    """A value of a function that holds what it stands for. An activation has the derivatives that it is declared to
    have; of other functions SymPy carries none out."""

    def fdiff(self, argindex: int = 1) -> Any:
        meaning = type(self).stands_for
        return function_to_sympy(Nth(meaning.activation, meaning.order + 1))(*self.args)

    def _eval_derivative(self, symbol: Any) -> Any:
        if isinstance(type(self).stands_for, Nth):
            return super()._eval_derivative(symbol)
        return sp.Derivative(self, symbol)

    def _latex(self, printer: Any, exp: Any = None) -> str:
        tex = type(self).stands_for.tex or sp.latex(sp.Symbol(type(self).__name__))
        arguments = [bare_tex(argument, printer) for argument in self.args]
        power = "" if exp is None else rf"^{{{exp}}}"
        if "#" not in tex:
            return rf"{tex}{power}\left({', '.join(arguments)}\right)"
        filled = re.sub(r"#(\d)", lambda hole: arguments[int(hole[1]) - 1], tex)
        return rf"\left({filled}\right){power}" if power else filled


def function_to_sympy(meaning: Meaning) -> Any:
    """A SymPy function of real values that holds what it stands for. Raises CalculusError beyond its derivatives."""
    if isinstance(meaning, Nth) and meaning.order > meaning.activation.smoothness:
        raise CalculusError(
            f"{meaning.activation.name} is declared {meaning.activation.smoothness} times differentiable; derivative "
            f"{meaning.order} was asked for. Remedy: declare({{{meaning.activation.name}: smooth({meaning.order})}})."
        )
    return UndefinedFunction(meaning.name, bases=(Holding,), real=True, stands_for=meaning)


def activation_of(function: Any) -> Activation:
    """The activation that a declared function stands for, as `sup_bound` takes it. Raises CalculusError for others."""
    meaning = getattr(function, "stands_for", None)
    if not isinstance(meaning, Nth) or meaning.order:
        raise CalculusError(
            f"expected a declared function of one number, got {function}. "
            f"Remedy: {function} = declare({{{function}: differentiable}})."
        )
    return meaning.activation


def prime(function: Any, times: int = 1) -> Any:
    """The derivative of a declared function as a function: `prime(phi)(z)` is phi'(z), `z.applyfunc(prime(phi))` too.

    Raises CalculusError for a function that is not declared, and beyond the derivatives that it is declared to have.
    """
    meaning = getattr(function, "stands_for", None)
    if not isinstance(meaning, Nth):
        raise CalculusError(
            f"expected a declared function of one number, got {function}. "
            f"Remedy: {function} = declare({{{function}: differentiable}})."
        )
    return function_to_sympy(Nth(meaning.activation, meaning.order + times))


def meaning_of(function: Any, arguments: tuple[Term, ...]) -> Callable[..., Term]:
    """What a SymPy function stands for: what it holds; else an activation of a number, or a scalar field of a column.

    Raises CalculusError for functions of anything else.
    """
    held = getattr(function, "stands_for", None)
    shown = f"{function}({', '.join(map(repr, arguments))})"
    if isinstance(held, Nth) and not all(argument.is_scalar for argument in arguments):
        raise CalculusError(
            f"cannot read {shown}: {function} is declared a function of one number. "
            f"Remedy: A.applyfunc({function}) for every entry of A."
        )
    if held is not None:
        return held  # type: ignore[no-any-return]
    name = function.__name__
    if len(arguments) == 1 and arguments[0].is_scalar:
        return Nth(activation(name, tex=tex_of(name)))
    if len(arguments) == 1 and arguments[0].columns == 1:
        return scalar_field(name, arguments[0].rows, tex=tex_of(name))
    raise CalculusError(
        f"cannot read {shown}: a free function takes one number or one column. "
        f"Remedy: A.applyfunc({function}) for every entry of A; theory.sympy.define for a formula in several symbols."
    )


def differentiated(meaning: Callable[..., Term], times: Any, at: Term) -> Term | None:
    """The derivative of what a function stands for, at a point; None where it is no function of the calculus's own."""
    if isinstance(meaning, ScalarField) and times in (1, 2):
        return meaning.gradient(at) if times == 1 else meaning.hessian(at)
    if isinstance(meaning, Nth) and times.is_Integer and meaning.order + times <= meaning.activation.smoothness:
        return meaning.activation.derivative(meaning.order + int(times), at)
    return None


def functions_in(expression: Any) -> set[Any]:
    """The undefined functions that are applied in an expression."""
    return {applied.func for applied in expression.atoms(AppliedUndef)}
