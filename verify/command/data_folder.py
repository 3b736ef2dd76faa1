"""`--data cifar10:DIR`: the folder is read and checked before anything is computed."""

from __future__ import annotations

from pathlib import Path

from verify.errors import UserError


def resolved(text: str) -> str:
    """The name of the data set with the checksum of its files. Raises UserError for an unknown or unsound one."""
    kind, _, folder = text.partition(":")
    if kind != "cifar10" or not folder:
        raise UserError(
            "expected --data cifar10:DIR",
            got=repr(text),
            remedy="name the folder with CIFAR-10's python or binary version; without --data the digits are taken",
        )
    from numerics.shift.cifar import DataError, named

    try:
        return named(Path(folder).expanduser())
    except DataError as error:
        raise UserError(f"expected {error.expected}", got=error.got, where=error.where, remedy=error.remedy) from None
