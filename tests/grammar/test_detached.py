"""`detach(t)` in a text: the value stays, and no derivative around it sees it move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from theory.grammar.misread import MisreadError
from theory.grammar.stating import names_of, read, reread
from theory.terms.rewrite import unfold
from theory.terms.text import text
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal

SCALAR = {"let": ["c: scalar"]}
LAW = {"law": ["z: E[z z'] = S"], "let": ["z: random"]}


@pytest.mark.parametrize(
    ("typed", "read_as", "more"),
    [
        ("grad(y'(x - detach(x'y) 1), x)", "gradient_x~[y' (x~ - x' y * 1[d])](x)", {}),
        ("jac(detach(|x|^2) x, x)", "jacobian_x~[x' x * x~](x)", {}),
        ("grad(detach(|x|^2) |x|^2, x, 2 y)", "gradient_x~[4 * y' y * x~' x~](2 * y)", {}),
        ("hess(detach(|x|^2) |x|^2, x)", "hessian_x~[x' x * x~' x~](x)", {}),
        ("grad(detach(detach(|x|^2) x)'x, x)", "gradient_x~[x' x * x' x~](x)", {}),
        ("grad(detach(grad(|x|^2, x))'x, x)", "gradient_x~~[gradient_x[x' x]' x~~](x)", {}),
        ("grad(E[detach(phi(z'w)) z'w], w)", "gradient_w~[E_z[phi(z' w) * z' w~]](w)", LAW),
        ("detach(x) + y", "x + y", {}),
    ],
)
def test_a_text_is_read_as(typed: str, read_as: str, more: Mapping[str, Any]) -> None:
    term = read(typed, **more).term
    assert text(term) == read_as
    assert text(reread(read_as, names_of([term]), term.shape)) == read_as


@pytest.mark.parametrize(
    ("typed", "more", "holds"),
    [
        ("grad(|x|^2 * detach(|x|^2), x) = 2 |x|^2 * x", {}, True),  # the same term beside it moves
        ("grad(|x|^2 * |x|^2, x) = 2 |x|^2 * x", {}, False),
        ("grad(c detach(c), c) = c", SCALAR, True),
        ("grad(grad(c^2 * detach(c), c), c) = 2 c", SCALAR, True),  # no derivative around it
        ("grad(grad(c^2 * detach(c), c), c) = 4 c", SCALAR, False),
        ("hess(c^2 * detach(c), c) = 2 c", SCALAR, True),
        ("grad(grad(c^2 * detach(c), c, c^2), c) = 4 c^3", SCALAR, True),  # 2 c^2 c^2, the last of them held: at c^2
        ("jac(softmax(x) * detach(sum(exp(x))), x) = detach(sum(exp(x))) jac(softmax(x), x)", {}, True),
        ("grad(detach(y)'y + detach(x)'x, x) = x", {}, True),
    ],
)
def test_it_is_a_constant_of_every_derivative_around_it(typed: str, more: Mapping[str, Any], holds: bool) -> None:
    claim = read(typed, **more).claim
    assert claim is not None
    answer = equal(unfold(claim.left), unfold(claim.right), Context(differentiate=carry_out))
    assert (answer is Answer.EQUAL) == holds


@pytest.mark.parametrize(
    ("typed", "more", "says"),
    [
        ("detach(x, y) = 0", {}, "1 argument of detach"),
        ("detach(x) = x", {}, "true by construction"),
        ("detach(|y|^2) |y|^2", {"wrt": "y"}, "nothing is detached"),
        ("grad(E[z'w detach(z'w)], w, z) = 0", LAW, "not taken at the random z"),
    ],
)
def test_what_is_refused(typed: str, more: Mapping[str, Any], says: str) -> None:
    with pytest.raises(MisreadError, match=says):
        read(typed, **more)
