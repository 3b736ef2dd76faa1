"""What a piece of work moves through memory, operation by operation, and how often Python asks for a value.

Counted from shapes, so that a count on the CPU holds for any device. A view moves nothing; of an expanded tensor only
what lies in memory is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

ASKED = "aten::_local_scalar_dense"  # .item(), int(), float(), bool() of a tensor: on a GPU, everything waits for it
IDLE = ("aten::empty", "aten::detach", "aten::lift_fresh")  # allocate or name, and move nothing


@dataclass
class Traffic:
    """Bytes that operations read and write, how many operations there were, and how often Python asked for a value."""

    moved: int = 0
    operations: int = 0
    asked: int = 0


def traffic(work: Callable[[], object]) -> Traffic:
    """What `work` moves."""
    counted = Traffic()
    with _Counting(counted):
        work()
    return counted


class _Counting(TorchDispatchMode):  # type: ignore[no-untyped-call]
    def __init__(self, counted: Traffic) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.counted = counted

    def __torch_dispatch__(self, operation: Any, _: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = operation(*args, **(kwargs or {}))
        name = operation._schema.name
        if name == ASKED:
            self.counted.asked += 1
        elif not operation.is_view and not name.startswith(IDLE):
            self.counted.operations += 1
            self.counted.moved += sum(map(_bytes, tree_leaves((args, kwargs, result))))
        return result


def _bytes(value: object) -> int:
    if not isinstance(value, Tensor) or value.layout is not torch.strided:
        return 0
    count = 1
    for size, stride in zip(value.shape, value.stride(), strict=True):
        count *= size if stride or not size else 1
    return count * value.element_size()
