"""CIFAR-10 from a folder on disk, in its python or its binary version, checked before anything is computed.

The python version is a pickle, which can run code when it is read: here only arrays, bytes and plain containers are
let through, and the files must have their published MD5 sums. The binary version has no published sums a file; its
size and labels are checked. Format: https://www.cs.toronto.edu/~kriz/cifar.html. Knows nothing of theory or verify.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

PREFIX = "cifar10:"
IMAGES, PIXELS, CLASSES = 10_000, 3 * 32 * 32, 10
PUBLISHED: Mapping[str, str] = {
    "data_batch_1": "c99cafc152244af753f735de768cd75f",
    "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
    "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
    "data_batch_4": "634d18415352ddfa80567beed471001a",
    "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
}
INSIDE = ("cifar-10-batches-py", "cifar-10-batches-bin")
NUMPY = (("numpy.core.multiarray", "_reconstruct"), ("numpy", "ndarray"), ("numpy", "dtype"))
ALLOWED = frozenset((*NUMPY, ("numpy._core.multiarray", "_reconstruct"), ("_codecs", "encode")))


class DataError(ValueError):
    """A data folder that is not what it should be: what was expected, what was found, where, and the remedy."""

    def __init__(self, expected: str, got: str, where: Path, remedy: str) -> None:
        super().__init__(expected, got, str(where), remedy)
        self.expected, self.got, self.where, self.remedy = expected, got, str(where), remedy

    def __str__(self) -> str:
        return f"expected {self.expected}, got {self.got}, in {self.where}. Remedy: {self.remedy}."


def named(folder: Path, published: Mapping[str, str] = PUBLISHED) -> str:
    """`cifar10:DIR#SUM` for a folder whose files are all there and sound. Raises DataError."""
    files = _files(folder)
    total = hashlib.sha256()
    for path in files:
        content = _content(path)
        if path.suffix != ".bin":
            _require_sum(path, content, published)
        _decoded(path, content)
        total.update(content)
    return f"{PREFIX}{files[0].parent.resolve()}#{total.hexdigest()[:16]}"


def folder_of(name: str) -> Path:
    """The folder in a name that `named` gave."""
    return Path(name.removeprefix(PREFIX).rpartition("#")[0] or name.removeprefix(PREFIX))


def read(folder: Path) -> tuple[Tensor, Tensor]:
    """Pixels (50000, 3, 32, 32) as bytes, labels (50000). Raises DataError."""
    parts = [_decoded(path, _content(path)) for path in _files(folder)]
    pixels = np.concatenate([p for p, _ in parts]).reshape(-1, 3, 32, 32)
    return torch.from_numpy(pixels), torch.from_numpy(np.concatenate([labels for _, labels in parts]))


# ---- files --------------------------------------------------------------------------------------------------
def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        got = "a file" if folder.exists() else "nothing there"
        raise DataError("a folder with CIFAR-10", got, folder, "name the folder that holds data_batch_1 or _1.bin")
    for place in (folder, *(folder / name for name in INSIDE)):
        for suffix in ("", ".bin"):
            files = [place / f"{name}{suffix}" for name in PUBLISHED]
            missing = [path.name for path in files if not path.is_file()]
            if not missing:
                return files
            if len(missing) < len(files):
                raise DataError("five training batches", f"no {', '.join(missing)}", place, "unpack the archive again")
    remedy = "unpack cifar-10-python.tar.gz or cifar-10-binary.tar.gz and name the folder"
    raise DataError("CIFAR-10's training batches", "neither data_batch_1 nor data_batch_1.bin", folder, remedy)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(
            "a file that can be read", error.strerror or str(error), path, "see to its permissions"
        ) from None


def _require_sum(path: Path, content: bytes, published: Mapping[str, str]) -> None:
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != published[path.name]:
        expected = f"the published MD5 sum {published[path.name]}"
        raise DataError(expected, found, path, "the file is damaged or changed; unpack the archive again")


def _decoded(path: Path, content: bytes) -> tuple[Any, Any]:
    """Pixels (images, 3072) as bytes and labels (images,) as int64."""
    pixels, labels = _binary(path, content) if path.suffix == ".bin" else _python(path, content)
    if labels.size and (labels.min() < 0 or labels.max() >= CLASSES):
        raise DataError("labels from 0 to 9", f"{labels.min()} to {labels.max()}", path, "unpack the archive again")
    return pixels, labels


def _binary(path: Path, content: bytes) -> tuple[Any, Any]:
    size = IMAGES * (PIXELS + 1)
    if len(content) != size:
        raise DataError(f"{size:,} bytes", f"{len(content):,}", path, "the file is cut short; unpack the archive again")
    rows = np.frombuffer(content, dtype=np.uint8).reshape(IMAGES, PIXELS + 1)
    return rows[:, 1:].copy(), rows[:, 0].astype(np.int64)


class _Arrays(pickle.Unpickler):
    """Builds arrays and plain data; refuses every other name, so reading a file runs none of its code."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in image data")
        return super().find_class(module.replace("numpy.core", "numpy._core"), name)


def _python(path: Path, content: bytes) -> tuple[Any, Any]:
    import io

    try:
        found = _Arrays(io.BytesIO(content), encoding="bytes").load()
        pixels, labels = found[b"data"], np.asarray(found[b"labels"], dtype=np.int64)
        sound = isinstance(pixels, np.ndarray) and pixels.dtype == np.uint8 and pixels.shape == (IMAGES, PIXELS)
    except Exception as error:  # a damaged pickle raises anything
        raise DataError("a pickle of pixels and labels", f"{type(error).__name__}: {error}", path, _AGAIN) from None
    if not sound or labels.shape != (IMAGES,):
        raise DataError(f"{IMAGES} images of {PIXELS} bytes with labels", "other shapes", path, _AGAIN)
    return pixels, labels


_AGAIN = "unpack the archive again"
