"""Which device a run computes on: resolved once, at the door, and passed on as an argument."""

from __future__ import annotations

CHOICES = ("auto", "cpu", "cuda")


class DeviceError(RuntimeError):
    """A device that was asked for and is not there; the message says what is, and the remedy."""


def resolve(device: str) -> str:
    """The torch device name for "auto", "cpu" or "cuda"; "auto" takes CUDA where it is.

    Raises DeviceError for an unknown name, and for "cuda" on a machine without it.
    """
    if device not in CHOICES:
        raise DeviceError(f"expected a device out of {', '.join(CHOICES)}; got {device!r}. Remedy: --device auto.")
    if device == "cpu":
        return "cpu"
    import torch

    available = torch.cuda.is_available()
    if device == "auto":
        return "cuda" if available else "cpu"
    if not available:
        built = torch.version.cuda
        got = f"torch {torch.__version__} was built " + (
            f"for CUDA {built} but sees no GPU" if built else "without CUDA"
        )
        raise DeviceError(
            f"expected a CUDA device because --device cuda was given; got none: {got}. "
            "Remedy: --device auto or cpu, or install a CUDA build of torch and a driver."
        )
    return "cuda"
