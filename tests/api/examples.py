"""An example of each name, by what it is for; each may use what `SETTING` makes."""

from __future__ import annotations

from collections.abc import Mapping

SETTING = """from fractions import Fraction

from theory import *

d, n, m = dimension("d"), dimension("n"), dimension("m")
a, c, t = real("a"), positive("c"), real("t")
u, v, w = vector("u", d), vector("v", d), vector("w", d, nonzero=True)
e, f = basis_vector("e", n), basis_vector("f", d)
A, B, X = matrix("A", n, d), matrix("B", d, n), invertible("X", d)
S, x = positive_definite("S", d), random_vector("x", d)
phi, L = activation("phi"), scalar_field("L", d)
length = define("length", (v,), norm(v))
K = nonnegative("K")
T = steps("T")
HALVED, HALF = iterate(u / 2, u, v, T), number(Fraction(1, 2))
ONCE = start(at_count(HALVED, T, 1)).equals(HALF * v)
STEP = start(at_count(HALVED, T, T + 1)).equals(power(HALF, T + 1) * v)
MOMENT = equal(E(x @ x.T), S)
BOUNDED = sup_bound(phi, 1, K)
ORDER = at_most(S, c * eye(d))
CLAIM = Identity(E((x.T @ w) ** 2), w.T @ S @ w)
WRONG = Identity(CLAIM.left, w.T @ w)
MEANS = Theorem("mine.means", CLAIM, near_misses={"w'w": WRONG}, assumptions=(MOMENT,), docstring="A square's mean.")
GROWTH = measured("growth of the gradient", activation="identity", batch=8, widths=(32,), depths=(2, 6), networks=512)
ROW = Comparison("linear stacks", GROWTH, "=", Rate("identity", 8, log=True), margin=Fraction(4, 100))
"""

EXAMPLES: Mapping[str, Mapping[str, str]] = {
    "Numbers, columns and matrices": {
        "dimension": 'dimension("d")',
        "steps": 'steps("T")',
        "real": 'real("a", nonzero=True)',
        "positive": 'positive("c")',
        "nonnegative": 'nonnegative("K")',
        "negative": 'negative("b")',
        "number": "number(Fraction(1, 2))",
        "vector": 'vector("p", d, positive=True)',
        "basis_vector": 'basis_vector("e", n)',
        "random_vector": 'random_vector("x", d)',
        "matrix": 'matrix("A", n, d)',
        "symmetric": 'symmetric("M", d)',
        "positive_definite": 'positive_definite("S", d)',
        "positive_semidefinite": 'positive_semidefinite("R", d)',
        "invertible": 'invertible("X", d)',
        "orthogonal": 'orthogonal("Q", d)',
        "permutation": 'permutation("P", d)',
        "projector": 'projector("P", d)',
        "eye": "eye(d)",
        "ones": "ones(d)",
        "zero": "zero(n, d)",
        "pi": "2 * pi",
        "oo": "limit(1 / c, c, oo)",
    },
    "Operations": {
        "transpose": "transpose(A)",
        "trace": "trace(A @ B)",
        "det": "det(S)",
        "largest_eigenvalue": "largest_eigenvalue(S)",
        "smallest_eigenvalue": "smallest_eigenvalue(S)",
        "condition_number": "condition_number(S)",
        "operator_norm": "operator_norm(A)",
        "inverse": "inverse(S)",
        "hadamard": "hadamard(u, v)",
        "largest_entry": "largest_entry(v)",
        "smallest_entry": "smallest_entry(v)",
        "max_norm": "max_norm(v)",
        "blocks": "blocks([[S, A.T], [A, 0]])",
        "stack": "stack(v, 1)",
        "beside": "beside(S, v)",
        "kron": "kron(A, S)",
        "vec": "vec(A)",
        "power": "power(S, T)",
        "iterate": "iterate(u - a * S @ u, u, v, T)",
        "iterates": "iterates({u: (u - v, w), v: (a * v, w)}, T)[0]",
        "at_count": "at_count(HALVED, T, T + 1)",
        "diag": "diag(u) @ v",
        "entry": "entry(A, e, f)",
        "norm": "norm(v)",
        "norm_in": "norm_in(w, S)",
        "sqrt": "sqrt(c)",
        "raised": "raised(c, a)",
        "exp": "exp(v)",
        "log": "log(det(S))",
        "sin": "sin(a)",
        "cos": "cos(a)",
        "arccos": "arccos(a)",
        "erf": "erf(a)",
        "Gamma": "Gamma(c)",
    },
    "Functions and definitions": {
        "activation": 'activation("relu")(A @ v)',
        "scalar_field": 'scalar_field("L", d)(v)',
        "define": 'define("double", (v,), 2 * v)(u)',
        "unfold": "unfold(length)",
    },
    "Expectations": {"E": "E(phi(x.T @ w), x)", "variance": "variance(x.T @ w)"},
    "Derivatives, integrals, limits": {
        "gradient": "gradient(v.T @ v * (u.T @ v), v, holding=(v.T @ v,))",
        "derivative": "derivative(norm(u + t * w), t)",
        "jacobian": "jacobian(phi(A @ v), v)",
        "hessian": "hessian(v.T @ S @ v, v)",
        "integral": "integral(t**2, t, 0, a)",
        "limit": "limit((1 + c) / c, c, oo)",
        "growth_rate": "growth_rate(phi, 8)",
    },
    "Claims": {
        "Identity": "Identity(A @ (u + v), A @ u + A @ v)",
        "Bound": "Bound(2 * (u.T @ v), u.T @ u + v.T @ v)",
        "Below": "Below(number(0), 1 + a**2)",
    },
    "Assumptions": {
        "equal": "equal(E(x), zero(d))",
        "at_most": "at_most(S, c * eye(d))",
        "sup_bound": "sup_bound(phi, 1, K)",
        "gaussian": "gaussian(x, mean=zero(d), covariance=S)",
        "interchange": "interchange(x)",
    },
    "Lines": {
        "start": "start(norm(v) ** 2).equals(v.T @ v)",
        "ALGEBRA": "start((a + c) ** 2).equals(a**2 + 2 * a * c + c**2, ALGEBRA)",
        "LINEARITY": "start(E(2 * x)).equals(2 * E(x), LINEARITY)",
        "DIFFERENTIATE": "start(gradient(v.T @ v, v)).equals(2 * v, DIFFERENTIATE)",
        "hypothesis": "hypothesis(HALVED, power(HALF, T) * v)",
        "induction": "start(HALVED).equals(power(HALF, T) * v, induction(T, ONCE, STEP))",
        "surplus": "start(2 * a).at_most(a**2 + 1, surplus((a - 1) ** 2))",
        "squares": "start(a).at_most(sqrt(1 + a**2), squares(number(1)))",
        "gap": "gap(ORDER)",
        "sup_gap": "sup_gap(BOUNDED, v.T @ w)",
        "CauchySchwarz": "CauchySchwarz(u, v, eye(d)).gap",
        "ExpTangent": "ExpTangent(a).gap",
        "DeterminantBound": "DeterminantBound(S, eye(d)).gap",
        "MeanValue": "MeanValue(phi, 1, K, v, w).gap",
        "LipschitzBound": "LipschitzBound(2 * v, v, w, number(2), number(0), u, x).gap",
        "RootBound": "RootBound(a, K, K**2 - a**2).gap",
        "SteinIdentity": "SteinIdentity(phi(w.T @ x), x, zero(d), S).gap",
        "instance": "instance(MEANS, {w: 2 * w})",
        "Antiderivative": "Antiderivative(t**3 / 3, t)",
        "KnownIntegral": 'KnownIntegral("gamma", (number(2), c, number(1)))',
        "gamma_integral": "gamma_integral(2, c)",
        "gaussian_cosine": "gaussian_cosine(a, c)",
        "Extension": "Extension(1 + t, t, Fraction(0), Fraction(1, 4))",
        "Written": "Written(a**2 - a + 1, (a - Fraction(1, 2)) ** 2 + Fraction(3, 4))",
    },
    "Theorems": {
        "for_some": 'for_some({K: norm(A @ v)}, Bound(norm(A @ v), K + 1))["reads"]',
        "Theorem": 'Theorem("my.mean", CLAIM, near_misses={"n": WRONG}, assumptions=(MOMENT,), docstring="A mean.")',
        "Part": 'Part("the mean", CLAIM)',
        "NearMiss": "NearMiss(CLAIM, without=(MOMENT,))",
        "Source": 'Source("kohler2019", "section 3")',
        "Matrices": "Matrices()",
        "Numbers": "Numbers((above(a, 0),))",
        "Erratum": "issubclass(Erratum, Theorem)",
        "Saying": "Saying.HOLDS",
    },
    "Ranges of numbers": {
        "Range": "Range(a, low=Fraction(0), low_open=True)",
        "above": "above(a, 0)",
        "at_least": "at_least(a, 1)",
        "between": "between(a, 0, 1, open=True)",
        "whole_at_least": "whole_at_least(a, 4)",
        "declared": "declared(c)",
    },
    "Experiments": {
        "Experiment": "issubclass(Experiment, Theorem)",
        "BUDGETS": "BUDGETS",
        "Comparison": 'Comparison("linear", GROWTH, "=", Rate("identity", 8, log=True), margin=Fraction(4, 100))',
        "Measured": "isinstance(GROWTH, Measured)",
        "measured": 'measured("growth of the gradient", activation="relu", batch=8, widths=(32,), networks=512)',
        "Rate": 'Rate("relu", 8, log=True)',
        "ResidualSlope": 'ResidualSlope("relu", 8, (2, 6))',
        "predicting": "predicting({'quick': (ROW,)}, times(2))",
        "times": "times(2)(Rate('relu', 8))",
        "in_large_batches": "in_large_batches(Rate('relu', 8))",
    },
    "From SymPy, and errors": {
        "from_sympy": "from_sympy(to_sympy(a**2 + 1))",
        "to_sympy": "to_sympy(a**2 + 1)",
        "Term": "isinstance(norm(v), Term)",
        "CalculusError": "issubclass(ShapeError, CalculusError)",
        "ShapeError": "issubclass(ShapeError, CalculusError)",
    },
}
