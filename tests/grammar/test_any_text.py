"""Whatever is typed, the answer is a statement or one refusal with its place: no text ends in anything else."""

from __future__ import annotations

import re
import time
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from theory.grammar.misread import MisreadError
from theory.grammar.stating import definitions, read

PIECES = st.sampled_from(
    re.findall(
        r"\S+",
        """x y A S I 1 0 2 0.5 gamma m phi L f_BN s_norm tr Diag sqrt grad hess jac sum exp E E_x grad_x o ' ' '' ^-1 ^2
        ^T ^ ( ) [ ] | | |_S , + - * / = <= >= < != ~ _ . γ ² ᵀ ‖ ≤ Σ ∇ { } phi'( L( grad( E[ E_x[ gradient_x[ I[ 1[
        tr( f_BN( .T ** @ I_d 1_m |_F |_2 w, x) x] beta ^-T {T} ; : \\ " # é""",
    )
)
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from(["", " "])), max_size=14).map(
    lambda pairs: "".join(piece + space for piece, space in pairs)
)
KNOWN = definitions()


@given(TEXTS | st.text(max_size=40))
@example("grad(x, x, x, x)")
@example("gradient_x~[x~'x~](x)")
@example("hess(L(x), x)' = E_x[x]")
@example("x^99999999999999999999")
@example("2^9999 x")
@example("2^99999 + 1")
@example("(x'x)^(1/0)")
@example("0^-1")
@example("@")
@example("1[0] 1[1] I[3]' I[99999999999]")
@example("f_BN(f_BN(w, gamma) w, gamma)")
def test_a_text_is_read_or_refused(text: str) -> None:
    begin = time.process_time()
    problem = problem_of(text)
    assert time.process_time() - begin < 5
    if problem is not None:
        assert problem.expected
        assert problem.got
        assert 0 <= problem.start <= len(problem.source)


@given(TEXTS, st.sampled_from(["let", "assume", "law", "wrt"]))
def test_so_is_what_is_declared_and_assumed(text: str, option: str) -> None:
    problem_of("x'x", **{option: text if option == "wrt" else [text]})


def problem_of(text: str, **options: Any) -> MisreadError | None:
    """Why a text is refused, with its place marked; None where it is read."""
    try:
        assert read(text, known=KNOWN, **options).term.shape
    except MisreadError as problem:
        return problem if problem.marked else None
    return None
