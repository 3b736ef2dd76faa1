"""Which device "auto" means, without importing torch where there is plainly no GPU."""

from __future__ import annotations

import ctypes
import importlib.metadata

from verify.errors import UserError


def resolve(device: str) -> str:
    """ "cpu" or "cuda" for "auto", "cpu" or "cuda". Raises UserError for "cuda" where torch cannot use one."""
    if device == "cpu":
        return "cpu"
    reason = _no_cuda()
    if device == "auto":
        return "cuda" if not reason else "cpu"
    if reason:
        raise UserError(
            "expected a CUDA device that torch can use",
            got=reason,
            where="--device cuda",
            remedy="--device auto or cpu, or install a CUDA build of torch (README, Using a GPU)",
        )
    return "cuda"


def _no_cuda() -> str:
    """Why CUDA cannot be used; empty if it can."""
    version = importlib.metadata.version("torch")
    if version.endswith("+cpu"):
        return f"torch {version} is a build without CUDA"
    try:
        driver = ctypes.CDLL("libcuda.so.1")
        count = ctypes.c_int(0)
        if driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count)) or count.value == 0:
            return "the CUDA driver sees no device"
    except OSError:
        pass  # another system keeps its driver elsewhere: torch itself has the last word
    import torch

    return "" if torch.cuda.is_available() else f"torch {version} finds no usable CUDA device"
