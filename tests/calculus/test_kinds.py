"""What atoms and factors are: each is a key of a table, and stays what it is."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace

import pytest

import theory as c
from verify.proof.matrices import kinds as k


@pytest.mark.parametrize("kind", k.Kind.__args__)
def test_a_kind_is_one_key_and_stays_what_it_is(kind: type[k.Kind]) -> None:
    names = [field.name for field in fields(kind)]
    one, other = (kind(*range(len(names))) for _ in range(2))
    assert {one} == {other}
    with pytest.raises(FrozenInstanceError):
        setattr(one, names[0], 1)
    assert len({one, replace(one, **{names[0]: 1})}) == 2


def test_of_a_recursion_what_is_read_off_from_its_steps_is_no_part_of_the_key() -> None:
    """How it was written, and of a power what it is a power of, and of which letter that is a polynomial."""
    one = k.Iterate((), 3, 0, (), (), ())
    for same in (replace(one, written=(c.eye(2),)), replace(one, base=((1, 1), ())), replace(one, letter=2)):
        assert hash(same) == hash(one)
        assert same == one
    assert replace(one, count=4) != one
    assert replace(one, bodies=(((1, 1), ()),)) != one
