"""Frozen dataclasses to JSON and back, for the store: observations, near-miss results and both sides of errata.

Decoding builds only the classes named here, so a tampered file cannot make evidence: the store keeps what was seen,
and the kernel is asked again for the verdict.
"""

from __future__ import annotations

import dataclasses
import json
from enum import StrEnum
from typing import Any

from verify.proof import observations
from verify.results import records as results

_ENUMERATIONS: dict[str, type[StrEnum]] = {
    name: kind for name, kind in vars(observations).items() if isinstance(kind, type) and issubclass(kind, StrEnum)
}
_CLASSES: dict[str, type[Any]] = {
    cls.__name__: cls
    for cls in (
        *(o for o in vars(observations).values() if dataclasses.is_dataclass(o) and isinstance(o, type)),
        results.NearMissResult,
        results.Counterexample,
    )
}
# Of each class the fields that hold one of the enumerations, which is stored as its text.
_OUTCOMES: dict[str, dict[str, type[StrEnum]]] = {
    name: found
    for name, cls in _CLASSES.items()
    if (found := {f.name: kind for f in dataclasses.fields(cls) if (kind := _ENUMERATIONS.get(str(f.type)))})
}


class CodecError(ValueError):
    """A value that is not stored, or a stored text that is not one of these values."""


def encode(value: object) -> str:
    """One line of JSON. Raises CodecError for anything but the classes above and plain data in them."""
    return json.dumps(_plain(value), separators=(",", ":"), ensure_ascii=False)


def decode(text: str) -> Any:
    """The value that was encoded. Raises CodecError."""
    try:
        value = _built(json.loads(text))
    except RecursionError:
        raise CodecError("not a stored value: nested too deep") from None
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise CodecError(f"not a stored value: {type(error).__name__} {error}") from None
    for item in value if isinstance(value, tuple) else (value,):
        if dataclasses.is_dataclass(item) and (fault := observations.malformed(item)):
            raise CodecError(f"not a stored value: {fault}")
    return value


def _plain(value: object) -> Any:
    name = type(value).__name__
    if _CLASSES.get(name) is type(value):
        fields = {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}  # type: ignore[arg-type]
        return {"class": name, "fields": fields}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise CodecError(f"expected an observation or plain data in it, got {name}")


def _built(value: Any) -> Any:
    """Leaves, which are most of it, are told from what holds others by their type alone: JSON has no other."""
    if type(value) is list:
        return tuple([_built(item) if type(item) in _HOLDING else item for item in value])
    if type(value) is dict:
        name, fields = value["class"], value["fields"]
        outcomes = {field: kind(fields[field]) for field, kind in _OUTCOMES.get(name, {}).items()}
        built = {k: _built(v) if type(v) in _HOLDING else v for k, v in fields.items()}
        return _CLASSES[name](**{**built, **outcomes})
    return value


_HOLDING = frozenset({list, dict})
