"""What is claimed: the one door of whoever writes theorems.

`from theory import Identity, Theorem, start, vector` is all that a theorem file needs besides the definitions it uses
(`theory.definitions`) and the theorems that it cites (`theory.theorems`). Terms are in `theory.terms`, statements and
derivations in `theory.statements`, LaTeX of both in `theory.typeset`. Nothing here computes: what is true is said by
`verify`.
"""

from typing import Any

from theory import former
from theory.statements.claims import (
    RELATIONS,
    Below,
    Bound,
    Claim,
    Identity,
    at_most,
    equal,
    gaussian,
    interchange,
    sup_bound,
)
from theory.statements.derivation import (
    ALGEBRA,
    DIFFERENTIATE,
    LINEARITY,
    Antiderivative,
    Extension,
    KnownIntegral,
    Written,
    at_count,
    gap,
    hypothesis,
    induction,
    instance,
    squares,
    start,
    sup_gap,
    surplus,
    unfold,
)
from theory.statements.erratum import Erratum, Saying
from theory.statements.experiment import (
    BUDGETS,
    Comparison,
    Experiment,
    Measured,
    Rate,
    ResidualSlope,
    in_large_batches,
    measured,
    predicting,
    times,
)
from theory.statements.for_some import for_some
from theory.statements.known_integrals import gamma_integral, gaussian_cosine
from theory.statements.lemmas import (
    CauchySchwarz,
    DeterminantBound,
    ExpTangent,
    LipschitzBound,
    MeanValue,
    RootBound,
    SteinIdentity,
)
from theory.statements.ranges import Range, above, at_least, between, declared, whole_at_least
from theory.statements.setting import Matrices, Numbers
from theory.statements.theorem import NearMiss, Part, Source, Theorem
from theory.terms import (
    CalculusError,
    ShapeError,
    Term,
    diag,
    hadamard,
    inverse,
    largest_eigenvalue,
    trace,
    transpose,
    vec,
)
from theory.terms import determinant as det
from theory.terms import kronecker as kron
from theory.terms.operations import READERS
from theory.terms.recursions import iterate, iterates, power
from theory.terms.special_functions import (
    Gamma,
    arccos,
    cos,
    erf,
    exp,
    growth_rate,
    integral,
    limit,
    log,
    oo,
    pi,
    raised,
    sin,
)
from theory.terms.symbols import (
    E,
    activation,
    basis_vector,
    beside,
    blocks,
    condition_number,
    define,
    derivative,
    dimension,
    entry,
    eye,
    gradient,
    hessian,
    invertible,
    jacobian,
    largest_entry,
    matrix,
    max_norm,
    negative,
    nonnegative,
    norm,
    norm_in,
    number,
    ones,
    operator_norm,
    orthogonal,
    permutation,
    positive,
    positive_definite,
    positive_semidefinite,
    projector,
    random_vector,
    real,
    scalar_field,
    smallest_eigenvalue,
    smallest_entry,
    sqrt,
    stack,
    steps,
    symmetric,
    variance,
    vector,
    zero,
)
from theory.terms.text import text
from theory.typeset import display, latex_letters


def from_sympy(expression: Any) -> Term:
    """A term from a SymPy expression (`theory.sympy`). Raises CalculusError for what the calculus has no word for."""
    from theory.sympy import read_expressions  # SymPy is loaded only by whoever asks for it

    return read_expressions.from_sympy(expression)


def to_sympy(term: Term, *, unfold: bool = False) -> Any:
    """A SymPy expression of the same meaning as a term (`theory.sympy`); definitions stay folded unless unfolded."""
    from theory.sympy import write_expressions

    return write_expressions.to_sympy(term, unfold=unfold)


def _claim_from_sympy(relation: object) -> Claim:
    from theory.sympy import relations

    return relations.claim_from_sympy(relation)


READERS["sympy"] = from_sympy
RELATIONS["sympy"] = _claim_from_sympy
Term._text = staticmethod(text)
Term._raised = staticmethod(power)
Term._lettering = latex_letters
display.attach()
former.install()

__all__ = [
    "ALGEBRA",
    "BUDGETS",
    "DIFFERENTIATE",
    "LINEARITY",
    "Antiderivative",
    "Below",
    "Bound",
    "CalculusError",
    "CauchySchwarz",
    "Comparison",
    "DeterminantBound",
    "E",
    "Erratum",
    "ExpTangent",
    "Experiment",
    "Extension",
    "Gamma",
    "Identity",
    "KnownIntegral",
    "LipschitzBound",
    "Matrices",
    "MeanValue",
    "Measured",
    "NearMiss",
    "Numbers",
    "Part",
    "Range",
    "Rate",
    "ResidualSlope",
    "RootBound",
    "Saying",
    "ShapeError",
    "Source",
    "SteinIdentity",
    "Term",
    "Theorem",
    "Written",
    "above",
    "activation",
    "arccos",
    "at_count",
    "at_least",
    "at_most",
    "basis_vector",
    "beside",
    "between",
    "blocks",
    "condition_number",
    "cos",
    "declared",
    "define",
    "derivative",
    "det",
    "diag",
    "dimension",
    "entry",
    "equal",
    "erf",
    "exp",
    "eye",
    "for_some",
    "from_sympy",
    "gamma_integral",
    "gap",
    "gaussian",
    "gaussian_cosine",
    "gradient",
    "growth_rate",
    "hadamard",
    "hessian",
    "hypothesis",
    "in_large_batches",
    "induction",
    "instance",
    "integral",
    "interchange",
    "inverse",
    "invertible",
    "iterate",
    "iterates",
    "jacobian",
    "kron",
    "largest_eigenvalue",
    "largest_entry",
    "limit",
    "log",
    "matrix",
    "max_norm",
    "measured",
    "negative",
    "nonnegative",
    "norm",
    "norm_in",
    "number",
    "ones",
    "oo",
    "operator_norm",
    "orthogonal",
    "permutation",
    "pi",
    "positive",
    "positive_definite",
    "positive_semidefinite",
    "power",
    "predicting",
    "projector",
    "raised",
    "random_vector",
    "real",
    "scalar_field",
    "sin",
    "smallest_eigenvalue",
    "smallest_entry",
    "sqrt",
    "squares",
    "stack",
    "start",
    "steps",
    "sup_bound",
    "sup_gap",
    "surplus",
    "symmetric",
    "times",
    "to_sympy",
    "trace",
    "transpose",
    "unfold",
    "variance",
    "vec",
    "vector",
    "whole_at_least",
    "zero",
]
