"""Terms of the general-dimension calculus: frozen trees whose shapes are checked as they are built.

A term has a shape `(rows, columns)`; each entry is a positive integer or a dimension symbol such as `m`.
Scalars are terms of shape `(1, 1)`. Nodes carry no meaning beyond their shape: what they mean is said by the
interpreters (normal form, differential, components, torch, LaTeX), one table each, keyed by node type.

Nothing is simplified here except what Python needs to build a readable tree: sums and products are flattened.
Two terms are `==` when they are the same tree; equality as mathematics is decided in `normal_form`.
"""

from theory.terms import operations
from theory.terms.analysis import ON_MATRICES, SPECIAL, Integral, Limit, Special
from theory.terms.base import RIGID, CalculusError, Dimension, Property, Shape, ShapeError, Term, node
from theory.terms.functions import (
    Activation,
    Call,
    Definition,
    Derivative,
    Elementwise,
    Expectation,
    FieldValue,
    ScalarField,
)
from theory.terms.growth_rate import GrowthRate
from theory.terms.nodes import (
    Abs,
    Determinant,
    Diag,
    Eye,
    Hadamard,
    Inverse,
    LargestEigenvalue,
    Number,
    Ones,
    Power,
    Product,
    Scale,
    Sum,
    Symbol,
    Trace,
    Transpose,
    Zero,
    show,
)
from theory.terms.operations import (
    absolute,
    add,
    as_term,
    determinant,
    diag,
    hadamard,
    inverse,
    largest_eigenvalue,
    matmul,
    multiply,
    negative,
    power,
    scale,
    trace,
    transpose,
    walk,
)

Term._operations = operations

__all__ = [
    "ON_MATRICES",
    "RIGID",
    "SPECIAL",
    "Abs",
    "Activation",
    "CalculusError",
    "Call",
    "Definition",
    "Derivative",
    "Determinant",
    "Diag",
    "Dimension",
    "Elementwise",
    "Expectation",
    "Eye",
    "FieldValue",
    "GrowthRate",
    "Hadamard",
    "Integral",
    "Inverse",
    "LargestEigenvalue",
    "Limit",
    "Number",
    "Ones",
    "Power",
    "Product",
    "Property",
    "ScalarField",
    "Scale",
    "Shape",
    "ShapeError",
    "Special",
    "Sum",
    "Symbol",
    "Term",
    "Trace",
    "Transpose",
    "Zero",
    "absolute",
    "add",
    "as_term",
    "determinant",
    "diag",
    "hadamard",
    "inverse",
    "largest_eigenvalue",
    "matmul",
    "multiply",
    "negative",
    "node",
    "power",
    "scale",
    "show",
    "trace",
    "transpose",
    "walk",
]
