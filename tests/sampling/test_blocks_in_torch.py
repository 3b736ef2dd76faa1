"""Blocks, Kronecker products and stacked columns in torch, in both precisions, against the exact value.

Random terms of all shapes, as `tests/calculus/test_composites.py` makes them, at instances in small whole numbers: what
torch computes is within the rounding-error bound, and no more than the screen says below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import torch

from tests.calculus.test_composites import SIZES, a_term
from theory import Identity
from theory.terms import LargestEigenvalue, Shape, Term, walk
from theory.terms.rewrite import free_symbols
from theory.typeset.torch_source import torch_functions
from verify.exact.assumptions import scope_of
from verify.exact.balls import Balls
from verify.exact.components import evaluate
from verify.exact.drawing import draw
from verify.exact.instances import Instance
from verify.floating.screen import least_bound
from verify.floating.tolerance import bound_of
from verify.floating.torch_compile import compile_term
from verify.floating.torch_run import Inputs, run, run_slots


def cases(count: int) -> Iterator[tuple[Term, Instance]]:
    for seed in range(count):
        coins = Random(f"blocks in torch {seed}")
        term = a_term(coins, coins.choice(SIZES), coins.choice(SIZES), 3)
        if any(isinstance(node, LargestEigenvalue) for node in walk(term)):
            continue
        instance = draw(Identity(term, term), (), {"m": coins.randint(1, 2), "n": coins.randint(1, 3)}, coins)
        if instance is not None:
            yield term, instance


def inputs_of(instance: Instance, shapes: dict[str, Shape], dtype: torch.dtype) -> Inputs:
    symbols = {}
    for name, rows in instance.values.items():
        table = torch.tensor([[float(entry) for entry in row] for row in rows], dtype=dtype)
        sides = [size for size, declared in zip(table.shape, shapes[name], strict=True) if declared != 1]
        symbols[name] = table.reshape(1, *sides)
    return Inputs(instance.sizes, symbols, {}, {}, dtype, "cpu")


def exact(term: Term, instance: Instance) -> torch.Tensor:
    with Balls(128, {}).active():
        value = evaluate(term, scope_of(instance, {}, 128))
    return torch.tensor([[float(entry) for entry in row] for row in value], dtype=torch.float64)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_torch_is_within_the_bound(dtype: torch.dtype) -> None:
    seen = 0
    for term, instance in cases(250):
        program = compile_term(term, "symbols")
        shapes = {symbol.name: symbol.shape for symbol in free_symbols(term)}
        inputs = inputs_of(instance, shapes, dtype)
        value, bound = bound_of(program, inputs_of(instance, shapes, torch.float64), {}, dtype)
        wanted = exact(term, instance).reshape(value.shape[1:])
        assert torch.isfinite(bound).all()
        assert (torch.abs(run(program, inputs).double()[0] - wanted) <= bound[0] + 1e-13 * wanted.abs()).all(), term
        least = least_bound(program, run_slots(program, inputs), inputs, {})
        assert (least.double() <= bound * (1 + 1e-6) + 1e-300).all(), term
        seen += 1
    assert seen > 200


def test_torch_that_is_printed_computes_the_same() -> None:
    for term, instance in cases(60):
        code: dict[str, Any] = {}
        exec(torch_functions({"value": term}), code)
        numbers = {symbol.name for symbol in free_symbols(term) if symbol.is_scalar}
        tables = {
            name: torch.tensor([[float(x) for x in row] for row in rows]) for name, rows in instance.values.items()
        }
        given = {name: table.reshape(()) if name in numbers else table for name, table in tables.items()}
        known = code["value"].__code__
        got = code["value"](
            **{name: {**given, **instance.sizes}[name] for name in known.co_varnames[: known.co_argcount]}
        )
        wanted = exact(term, instance)
        got = torch.as_tensor(got, dtype=torch.float64).reshape(wanted.shape)
        torch.testing.assert_close(got, wanted, rtol=1e-3, atol=1e-3)
