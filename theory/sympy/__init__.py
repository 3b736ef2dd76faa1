"""From SymPy and back: theorems stated as SymPy expressions, and every term, claim and derivation as one.

    import sympy as sp
    from theory.sympy import E, declare, nonzero, positive_definite, random

SymPy is a language here: nothing that it simplifies, solves or differentiates is believed, and nothing is asked of it.
The page is `docs/sympy.md`. `theory` itself does not load SymPy.
"""

from theory.sympy.declarations import (
    Word,
    basis_vector,
    declare,
    differentiable,
    invertible,
    nonnegative,
    nonzero,
    orthogonal,
    permutation,
    positive,
    positive_definite,
    positive_semidefinite,
    projector,
    random,
    smooth,
    symmetric,
    twice_differentiable,
)
from theory.sympy.definitions import Folded, define
from theory.sympy.derivatives import Gradient, Hessian, Jacobian, Slope
from theory.sympy.expected_values import E
from theory.sympy.explicit import explicit
from theory.sympy.held_functions import activation_of, prime
from theory.sympy.read_expressions import from_sympy
from theory.sympy.relations import claim_from_sympy, lines, relation
from theory.sympy.sympy_nodes import Entry, Iterated, LargestEigenvalue, Vec
from theory.sympy.write_expressions import to_sympy

__all__ = [
    "E",
    "Entry",
    "Folded",
    "Gradient",
    "Hessian",
    "Iterated",
    "Jacobian",
    "LargestEigenvalue",
    "Slope",
    "Vec",
    "Word",
    "activation_of",
    "basis_vector",
    "claim_from_sympy",
    "declare",
    "define",
    "differentiable",
    "explicit",
    "from_sympy",
    "invertible",
    "lines",
    "nonnegative",
    "nonzero",
    "orthogonal",
    "permutation",
    "positive",
    "positive_definite",
    "positive_semidefinite",
    "prime",
    "projector",
    "random",
    "relation",
    "smooth",
    "symmetric",
    "to_sympy",
    "twice_differentiable",
]
