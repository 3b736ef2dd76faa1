"""Python and torch code for a statement: what is printed makes the same terms, runs as a file, and computes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import theory
from tests import files
from tests.corpus.statements import Entry, entries
from tests.grammar.test_round_trip import _columns, _scalars, _squares
from theory.definitions import batch_norm
from theory.grammar.stating import read
from theory.statements.claims import assumption_terms
from theory.sympy import from_sympy
from theory.terms import CalculusError, Property, Symbol, Term
from theory.terms.known_functions import KNOWN, of_positive
from theory.terms.text import text
from theory.typeset.formulas import latex
from theory.typeset.python_source import python_assumption, python_claim, python_declarations, python_term
from theory.typeset.sympy_source import sympy_code
from theory.typeset.torch_source import torch_functions
from verify.press.pages.titles import title_tex
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal

Code = dict[str, Any]


def made(declarations: list[str]) -> Code:
    """The names of `theory` and those that the lines declare. What is run was printed here, from a term."""
    names: Code = {**vars(theory), "Fraction": Fraction}
    exec("\n".join(declarations), names)
    return names


@given(st.deferred(lambda: _scalars(3) | _columns(3) | _squares(3)))
def test_python_makes_the_same_tree(term: Term) -> None:
    assert eval(python_term(term), made(python_declarations([term]))) == term


STATEMENTS: list[tuple[str, Mapping[str, Any]]] = [
    ("grad(|A x|^2, x) = 2 A'A x", {}),
    ("grad(x'A x / x'x, x) = (A + A') x / x'x - (2 x'A x / (x'x)^2) x", {"let": ["x: nonzero"]}),
    ("hess((x'x)^2, x) = 4 x'x I + 8 x x'", {}),
    ("jac(A tanh(x), x) = A Diag(tanh'(x))", {}),
    ("grad(E_x[phi(x'w)], w) = E_x[phi'(x'w) x]", {}),
    ("tr(A B) = 1'(A' o B) 1", {"let": ["A, B: d x d"]}),
    ("|x - 1 1'x/m|^2 = x'x - (1'x)^2/m", {}),
    ("grad(log(1 + exp(t)), t) = exp(t) / (1 + exp(t))", {"let": ["t: scalar"]}),
    ("grad(L(A x), x) = A' grad L(A x)", {}),
    ("det(A B) = det(B) det(A)", {"let": ["A, B: invertible"]}),
    ("hess(L(x), x) = Hess L(x)", {}),
    ("(S + I)^-1 (S + I) x = x", {"let": ["S: positive semidefinite"]}),
    ("|a x| = |a| |x|", {"let": ["a: scalar"]}),
    ("E_x[x'A x / x'x] = tr(A E_x[x x' / x'x])", {"let": ["x: random, nonzero"]}),
    ("gamma x / |x|_S = x gamma (x'S x)^(-1/2)", {"let": ["x: nonzero"]}),
]
SIZES = {"d": 3, "m": 4, "n": 2}


def _value(symbol: theory.Term, generator: torch.Generator) -> torch.Tensor:
    assert isinstance(symbol, theory.terms.Symbol)
    rows, columns = (SIZES[s.name] if isinstance(s, theory.terms.Symbol) else s for s in symbol.shape)
    drawn = torch.randn(rows, columns, generator=generator, dtype=torch.float64)
    properties = {prop.value for prop in symbol.properties}
    if "random" in properties:
        return torch.randn(5, rows, columns, generator=generator, dtype=torch.float64)
    if properties & {"positive definite", "positive semidefinite"}:
        return drawn @ drawn.mT
    return drawn.reshape(()) if symbol.shape == (1, 1) else drawn


FUNCTIONS = {"phi": lambda z: z**3 + z, "L": lambda z: (z.mT @ z).squeeze() ** 2 + z.sum()}


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")  # of torch itself, as it loads torch.func
@pytest.mark.parametrize(("typed", "options"), STATEMENTS)
def test_torch_computes_both_sides_alike(typed: str, options: Mapping[str, Any]) -> None:
    found = read(typed, known={}, **options)
    assert found.claim is not None
    names: Code = {}
    torch.set_default_dtype(torch.float64)
    try:
        exec(torch_functions({"left": found.claim.left, "right": found.claim.right}), names)
        generator = torch.Generator().manual_seed(1)
        values: Code = {s.name: _value(s, generator) for s in found.symbols if s.name not in SIZES}
        code = names["left"].__code__
        arguments = [values.get(name, FUNCTIONS.get(name)) for name in code.co_varnames[: code.co_argcount]]
        left, right = names["left"](*arguments), names["right"](*arguments)
    finally:
        torch.set_default_dtype(torch.float32)
    assert torch.allclose(left.squeeze(), right.squeeze(), atol=1e-9)


@pytest.mark.parametrize(("typed", "options"), STATEMENTS)
def test_python_states_the_same_claim(typed: str, options: Mapping[str, Any]) -> None:
    found = read(typed, known={}, **options)
    assert found.claim is not None
    names = made(python_declarations([found.claim.left, found.claim.right]))
    assert eval(python_claim(found.claim), names) == found.claim
    for assumption in found.assumptions:
        assert eval(python_assumption(assumption), names) == assumption


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.command)
def test_every_statement_of_the_corpus_is_stated_the_same_in_python_and_computed_by_torch(entry: Entry) -> None:
    """What a name is declared to be is not lost on the way."""
    found = read(entry.says, **{name: [text] for name, text in entry.options})
    assert found.claim is not None
    claim, assumptions = found.claim, found.assumptions
    sides = [claim.left, claim.right, *(side for a in assumptions for side in assumption_terms(a))]
    names = {**vars(batch_norm), **made(python_declarations(sides))}
    assert eval(python_claim(claim), names) == claim
    assert [eval(python_assumption(assumption), names) for assumption in assumptions] == list(assumptions)
    compile(torch_functions({"left": claim.left, "right": claim.right}), "torch", "exec")
    in_sympy: Code = {}
    exec(sympy_code({"left": claim.left, "right": claim.right}), in_sympy)
    assert getattr(in_sympy["left"], "shape", ()) == getattr(in_sympy["right"], "shape", ())


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.deferred(lambda: _scalars(2) | _columns(2) | _squares(2)))
def test_sympy_makes_what_is_read_as_the_same_term(term: Term) -> None:
    names: Code = {}
    exec(sympy_code({"left": term}), names)
    read_again = from_sympy(names["left"])
    assert read_again == term or equal(read_again, term, Context(differentiate=carry_out)) is not Answer.DIFFERENT


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")  # of torch itself, as it loads torch.func
@pytest.mark.parametrize(
    ("name", "order"), [(name, order) for name, known in KNOWN.items() for order in range(min(known.smoothness, 2) + 1)]
)
def test_a_known_activation_is_the_same_function_in_sympy_and_in_torch(name: str, order: int) -> None:
    """exp was an argument of the torch function, which nobody has to give."""
    term = theory.activation(name, smoothness=KNOWN[name].smoothness).derivative(order, theory.vector("x", 2))
    in_torch: Code = {}
    in_sympy: Code = {}
    exec(torch_functions({"left": term}), in_torch)
    exec(sympy_code({"left": term}), in_sympy)
    point = [0.75, 1.5 if of_positive(name) else -1.5]
    computed = in_torch["left"](x=torch.tensor([[value] for value in point], dtype=torch.float64))
    exact = in_sympy["left"].subs(in_sympy["x"], sp.Matrix(point)).doit()
    assert [float(value) for value in exact] == pytest.approx(computed.flatten().tolist(), abs=1e-12)


def test_a_name_of_the_code_itself_is_another() -> None:
    claim = read("xi left prime x + E x = random y", let=["xi, left, E, random: scalar; prime: d x d"], known={}).claim
    assert claim is not None
    names: Code = {}
    exec(sympy_code({"left": claim.left, "right": claim.right}), names)
    for side, term in (("left", claim.left), ("right", claim.right)):
        assert equal(from_sympy(names[side]), term, Context()) is Answer.EQUAL


def test_the_code_runs_by_itself() -> None:
    """In a process that has nothing but the code, and SymPy's own words mean what they say where they can."""
    claim = read("Diag(exp(x)) tanh(A y) = relu(x) o x", known={}).claim
    assert claim is not None
    code = sympy_code({"left": claim.left, "right": claim.right}) + "print(left)\nprint(right.shape)\n"
    assert "theory" not in code
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=files.HANG, check=True)
    assert shown.stdout == "DiagMatrix(Lambda(_d, exp(_d)).(x))*Lambda(_d, tanh(_d)).(A*y)\n(d, 1)\n"


@pytest.mark.parametrize(
    ("typed", "said", "set_as"),
    [
        ("[P, Q] [I[m]; 0] = P", "[P, Q] [I[m]; 0]", r"{\begin{pmatrix} P & Q \end{pmatrix}} {\begin{pmatrix} I \\ 0"),
        ("([I[m], 0] [C; D])' = C'", "([I[m], 0] [C; D])'", r"\end{pmatrix}}\right)^\top"),
        ("(A [B, C])' = [B' A'; C' A']", "(A [B, C])'", r"\left(A {\begin{pmatrix} B & C \end{pmatrix}}\right)^\top"),
        ("[I[m], 0] [I[m]; 0] = I", "[I[m], 0] [I[m]; 0]", r"{\begin{pmatrix} I & 0 \end{pmatrix}} {\begin{pmatrix}"),
        ("[A, B; C, D]' = [A', C'; B', D']", "[A, B; C, D]'", r"{\begin{pmatrix} A & B \\ C & D \end{pmatrix}}^\top"),
    ],
)
def test_what_is_taken_out_of_blocks_is_a_product(typed: str, said: str, set_as: str) -> None:
    """Blocks have their places; a product that ends with a place is none, and a product of blocks takes brackets."""
    claim = read(typed, let=["P: m x m; Q: m x n"] if "P" in typed else []).claim
    assert claim is not None
    assert text(claim.left) == said
    assert set_as in latex(claim.left)
    assert eval(python_claim(claim), made(python_declarations([claim.left, claim.right]))) == claim


def test_a_symbol_that_no_constructor_declares_is_refused() -> None:
    odd = Symbol("A", (theory.dimension("d"),) * 2, frozenset({Property.SYMMETRIC, Property.ORTHOGONAL}))
    with pytest.raises(CalculusError, match="A: orthogonal, symmetric"):
        python_declarations([odd])


@pytest.mark.parametrize(
    ("typed", "set_as"),
    [
        ("[A, B; C, D]' = [A', C'; B', D']", r"\end{pmatrix}}^\top = {\begin{pmatrix}"),
        ("vec(A X B) = kron(B', A) vec(X)", r"\operatorname{vec}(A X B) = (B^\top \otimes A)"),
        ("x'S x >= 0", r"0 \le x^\top S x"),
    ],
)
def test_a_title_that_is_a_statement_is_set_as_one(typed: str, set_as: str) -> None:
    claim = read(typed, let=["S: positive definite"]).claim
    assert claim is not None
    miss = type(claim)(claim.left, claim.right + claim.right + claim.left)
    theorem = theory.Theorem("user.typed", claim, near_misses={"more": miss}, docstring=typed + ".")
    assert set_as in title_tex(theorem)
    words = theory.Theorem(
        "user.typed", claim, near_misses={"more": miss}, docstring="A length = no word of it is one."
    )
    assert title_tex(words).startswith("A length = no word")
