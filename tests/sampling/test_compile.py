"""Compiled terms: values against exact components, derivatives of every kind, and what is refused."""

from random import Random

import pytest
import torch

from theory import (
    E,
    Identity,
    det,
    diag,
    dimension,
    exp,
    eye,
    gradient,
    hadamard,
    hessian,
    inverse,
    jacobian,
    log,
    matrix,
    norm,
    number,
    ones,
    positive_definite,
    random_vector,
    real,
    scalar_field,
    trace,
    vector,
    zero,
)
from theory.definitions.bn_unit import bn_unit, phi
from theory.terms import Term
from theory.terms.rewrite import unfold
from verify.exact.assumptions import scope_of
from verify.exact.balls import Balls
from verify.exact.components import evaluate
from verify.floating.building import build
from verify.floating.ensembling import draw_ensemble
from verify.floating.needs import read
from verify.floating.promotion import promote
from verify.floating.tolerance import analyse, as_double
from verify.floating.torch_compile import CannotCompileError, compile_term, core_rank
from verify.floating.torch_run import run

d, m = dimension("d"), dimension("m")
x, y = random_vector("x", d), random_vector("y", d)
w, v, b = vector("w", d, nonzero=True), vector("v", d), vector("b", m)
A, B, S = matrix("A", m, d), matrix("B", d), positive_definite("S", d)
a, g = real("a"), real("g", nonzero=True)
L = scalar_field("L", d)
HAT = w / norm(w)

TERMS: dict[str, Term] = {
    "chain": b.T @ A @ B @ w @ (v.T @ w),
    "outer": (w @ v.T + a * B) @ v + ones(d),
    "row": w.T @ (eye(d) - B),
    "rationals": number(1) / 3 * a**2 * abs(g) ** 3 / g,
    "inverse": inverse(S) @ w,
    "a logarithm": log(det(S)) * a + log(w.T @ w),
    "gradient of log-sum-exp": gradient(log(ones(d).T @ exp(HAT)), w).T @ v + v.T @ exp(-HAT),
    "hessian of log-sum-exp": hessian(log(ones(d).T @ exp(HAT)), w) @ v + exp(-abs(a)) * v,
    "determinant": det(S) * a + det(B - a * eye(d)),
    "gradient of a determinant": v.T @ gradient(det(B), B, at=S) @ w,
    "hessian of a determinant": v.T @ hessian(det(S + w @ w.T), w) @ v,
    "trace": trace(A @ B @ A.T),
    "diag": diag(w) @ hadamard(v, w) - d * v,
    "transpose": (A @ B).T @ b,
    "expectation": E(phi(x.T @ w) * x) + E(x) * E((x.T @ v) ** 2),
    "two laws": E(E(phi.prime(x.T @ w + y.T @ v) * (x.T @ y), over=x), over=y),
    "nested": E((x.T @ w - E(x.T @ w)) ** 2 * x),
    "jacobian": jacobian(phi(w.T @ v) * w, w) @ v,
    "hessian": hessian(L(a * w), w) @ v,
    "at": gradient(E(phi(x.T @ w)), w, at=2 * v + w),
    "gradient under E": E(gradient(phi(x.T @ w), w) * (x.T @ v)),
    "gradient of a gradient": gradient(v.T @ gradient(E(phi(x.T @ w)), w), w),
    "field": L(w) * L.gradient(v) + L.hessian(w) @ v,
    "unit": gradient(bn_unit(w, g, a), w),
}


@pytest.mark.parametrize("name", TERMS)
def test_values_agree_with_exact_components(name: str) -> None:
    """Instances go from float to exact rationals; balls give the truth, and the derived bound must hold."""
    term = TERMS[name]
    claim = Identity(term, 0)
    setting, rng = read(claim, ()), Random(name)
    reference, symbols = compile_term(term), compile_term(unfold(term), "symbols")
    resolved = []
    for index in (0, 3, 5):
        ensemble = draw_ensemble(setting, rng, index)
        small = {k: min(n, 3) for k, n in ensemble.sizes.items()}
        free = {"L": "sine", "phi": ("tanh", "gelu", "cube")[index % 3]}
        functions = {k: free.get(k, k) for k in ensemble.functions}
        points = dict.fromkeys(ensemble.points, 4)
        built = build(setting, type(ensemble)(small, points, functions, "generic", index), 16, torch.float64, "cpu")
        value = run(reference, built.inputs)
        _, size, bound = analyse(symbols, as_double(built.inputs), {}, torch.float64)
        for place in range(3):
            instance = promote(built, place, setting, claim, ())
            assert instance is not None
            with Balls(256, {}).active():
                exact = [float(e) for row in evaluate(term, scope_of(instance, {}, 256)) for e in row]
            if core_rank(term.shape) < 2:
                got = value.expand(16, *value.shape[1:])[place].reshape(-1)
                allowed = bound.expand(16, *bound.shape[1:])[place].reshape(-1)
                scale = size.expand(16, *size.shape[1:])[place].reshape(-1)
                difference = (got - torch.tensor(exact, dtype=torch.float64)).abs()
                assert (difference <= allowed + 2.0**-52 * got.abs()).all(), (name, difference, allowed)
                resolved.append(bool((allowed <= 1e-9 * scale).all()))
    assert core_rank(term.shape) == 2 or sum(resolved) > len(resolved) / 2


def test_random_vectors_outside_an_expectation_are_refused() -> None:
    with pytest.raises(CannotCompileError, match="outside of any expectation"):
        compile_term(x.T @ w)


def test_folded_definitions_are_refused_in_symbols_mode() -> None:
    with pytest.raises(CannotCompileError, match="takes unfolded terms"):
        compile_term(bn_unit(w, g, zero()), "symbols")


def test_unknown_nodes_are_refused() -> None:
    class Strange(Term):
        shape = (1, 1)

        def _key(self):
            return ()

        def __repr__(self):
            return "strange"

    with pytest.raises(CannotCompileError, match="no torch program for Strange"):
        compile_term(Strange())


def test_shared_parts_are_computed_once() -> None:
    q = w.T @ S @ w
    program = compile_term(q**2 + q * (v.T @ S @ w) + q)
    assert sum(1 for s in program.steps if s.kind == "contract" and s.shape == (d, 1)) == 1


def test_no_matrix_is_formed_where_a_column_will_do() -> None:
    program = compile_term((eye(d) - S @ w @ w.T) @ v)
    assert all(core_rank(s.shape) < 2 for s in program.steps if s.kind != "symbol")
