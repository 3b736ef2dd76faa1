"""From normal forms back to terms, so that they can be differentiated again and shown to a reader."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from theory import terms as t
from theory.terms import Term
from verify.proof.matrices import forms as f
from verify.proof.matrices.forms import Context, Form, Monomial, Node, Word


def to_term(ctx: Context, form: Form) -> Term:
    """A term whose normal form is the given one."""
    parts: list[Term] = []
    for (monomial, word), value in sorted(form.terms.items(), key=_readable):
        body = _word(ctx, word, form.shape)
        scalar = monomial_term(ctx, monomial)
        piece = body if scalar is None else t.scale(scalar, body)
        parts.append(piece if value == 1 else t.scale(t.Number(Fraction(value)), piece))
    if not parts:
        return t.Number(Fraction(0)) if form.shape == (1, 1) else t.Zero(form.shape)
    return t.add(*parts)


def _readable(item: tuple[tuple[Monomial, Word], f.Coefficient]) -> tuple[object, ...]:
    """Positive terms first, short words first: the order in which a reader would write the sum."""
    (monomial, word), value = item
    return (value < 0, len(word), word, tuple((a, Fraction(e)) for a, e in monomial))


def monomial_term(ctx: Context, monomial: Monomial) -> Term | None:
    """The scalar term of a monomial; None for the empty one."""
    out: Term | None = None
    for atom, exponent in monomial:
        part = t.power(atom_term(ctx, atom), Fraction(exponent))
        out = part if out is None else t.scale(out, part)
    return out


def _word(ctx: Context, word: Word, shape: t.Shape) -> Term:
    if not word:
        return t.Number(Fraction(1)) if shape == (1, 1) else t.Eye(shape[0])
    out = factor_term(ctx, word[0])
    for number in word[1:]:
        out = t.matmul(out, factor_term(ctx, number))
    return out


def atom_term(ctx: Context, atom: int) -> Term:
    """The term that an atom stands for."""
    node = ctx.atoms[atom]
    payload: tuple[Any, ...] = node.payload
    match node.kind:
        case "symbol":
            return payload[0]  # type: ignore[no-any-return]
        case "word":
            return _word(ctx, payload[0], (1, 1))
        case "trace":
            first = ctx.factors[payload[0][0]]
            return t.trace(_word(ctx, payload[0], (first.shape[0], first.shape[0])))
        case "prime":
            return t.Number(Fraction(payload[0]))
        case "sum":
            return to_term(ctx, f.thaw(payload[0]))
        case "abs":
            inner = payload[0]
            return t.Abs(atom_term(ctx, inner) if isinstance(inner, int) else to_term(ctx, f.thaw(inner)))
        case "expectation":
            inside = monomial_term(ctx, payload[1])
            return t.Expectation(t.Number(Fraction(1)) if inside is None else inside, payload[0])
    return _function(ctx, node)


def factor_term(ctx: Context, number: int) -> Term:
    """The term that a factor stands for."""
    node = ctx.factors[number]
    payload: tuple[Any, ...] = node.payload
    match node.kind:
        case "symbol" | "direction":
            out: Term = payload[0]
        case "ones":
            out = t.Ones(payload[0])
        case "diagonal":
            size = ctx.factors[payload[0][0]].shape[0]
            out = t.diag(_word(ctx, payload[0], (size, 1)))
        case "inverse":
            inner = payload[0]
            out = t.inverse(factor_term(ctx, inner) if isinstance(inner, int) else to_term(ctx, f.thaw(inner)))
        case "hadamard":
            shape = (node.shape[1], node.shape[0]) if node.transposed else node.shape
            out = t.hadamard(_word(ctx, payload[0], shape), _word(ctx, payload[1], shape))
        case "first moment":
            out = _moment(ctx, payload[1], payload[0], payload[0])
        case "second moment":
            out = _moment(ctx, payload[1], t.matmul(payload[0], t.transpose(payload[0])), payload[0])
        case "opaque moment":
            shape = (node.shape[1], node.shape[0]) if node.transposed else node.shape
            out = _moment(ctx, payload[1], _word(ctx, payload[2], shape), payload[0])
        case _:
            out = _function(ctx, node)
    return t.transpose(out) if node.transposed else out


def _moment(ctx: Context, inside: Monomial, body: Term, over: t.Symbol) -> Term:
    scalar = monomial_term(ctx, inside)
    return t.Expectation(body if scalar is None else t.scale(scalar, body), over)


def _function(ctx: Context, node: Node) -> Term:
    payload: tuple[Any, ...] = node.payload
    match node.kind:
        case "elementwise":
            return t.Elementwise(payload[0], payload[1], to_term(ctx, f.thaw(payload[2])))
        case "field":
            return t.FieldValue(payload[0], payload[1], to_term(ctx, f.thaw(payload[2])))
        case "call":
            return t.Call(payload[0], tuple(to_term(ctx, f.thaw(x)) for x in payload[1:]))
        case "derivative":
            body, at = (to_term(ctx, f.thaw(x)) for x in payload[2:])
            return t.Derivative(body, payload[1], at, payload[0])
    raise f.CannotDecide(f"no term is known for {node.kind}")
