"""What is done so many times: recursions, iterate(w - g, w, w0, t), and powers of matrices, A^t."""

from __future__ import annotations

from typing import Any

from theory.grammar.declaring import Name
from theory.grammar.detached import marks_in
from theory.grammar.extents import SCALAR, is_scalar, same
from theory.grammar.readings import Read, Reader, bare_name, settled, span_of
from theory.terms import Property, Term, recursions
from theory.terms.rewrite import free_symbols
from theory.terms.symbols import STEPS


def count(reader: Reader, tree: Any) -> Read:
    """A number of steps."""
    guess(reader, tree)
    read = reader.read(tree)
    reader.require_scalar(read, "as a number of steps")
    return read


def guess(reader: Reader, tree: Any) -> None:
    """Names of which nothing is known yet are numbers of steps."""
    for name in map(str, tree.scan_values(lambda token: getattr(token, "type", "") == "NAME")):
        if name not in reader.names.known and name not in reader.names.dimensions:
            reader.names.known[name] = Name(name, "symbol", SCALAR, STEPS)


def counts(term: Term) -> bool:
    """Is a term made of numbers of steps?"""
    found = free_symbols(term)
    return bool(found) and all(symbol.has(Property.STEPS) for symbol in found)


def power(reader: Reader, base: Read, exponent: Read, start: int, end: int) -> Read:
    """A matrix to the power of a number of steps."""
    return reader.made(base.extent, lambda: recursions.power(base.make(), exponent.make()), start, end)


def iterate(reader: Reader, inner: list[Any], span: tuple[int, int]) -> Read:
    """What a step makes of a letter, the letter, and its start, of several letters one triple behind another; then the
    count. It is the first letter that is meant."""
    if len(inner) % 3 != 1 or len(inner) < 4:
        raise reader.wrong(
            "a step, its letter, a start and a count: iterate(w - g, w, w0, t)", f"{len(inner)} arguments", *span
        )
    triples = [inner[i : i + 3] for i in range(0, len(inner) - 1, 3)]
    letters, starts = [], []
    for _, letter, start in triples:
        name = bare_name(letter)
        if not name:
            raise reader.wrong("a name that stands for what is iterated", "a term", *span_of(letter), "a letter, w")
        found, begun = reader.names.met(name, reader.source, *span_of(letter)), reader.read(start)
        if is_scalar(found.extent):
            settled(begun)
        if not same(found.extent, begun.extent):
            raise reader.wrong(f"a start of the shape of {name}", reader.said(begun), begun.start, begun.end)
        if found in letters:
            raise reader.wrong("one step for each letter", f"another of {name}", *span_of(letter), "another letter")
        letters.append(found)
        starts.append(begun)
    bodies = [reader.read(body) for body, *_ in triples]
    for found, body in zip(letters, bodies, strict=True):
        if is_scalar(found.extent):
            settled(body)
        if not same(found.extent, body.extent):
            raise reader.wrong(f"a step of the shape of {found.name}", reader.said(body), body.start, body.end)
    times = count(reader, inner[-1])

    def make() -> Term:
        names = [reader.names.symbol(found.name) for found in letters]
        steps = {n: (b.make(), s.make()) for n, b, s in zip(names, bodies, starts, strict=True)}
        if any(marks_in(reader.names, body) for body, _ in steps.values()):
            raise reader.wrong(
                "a step in which nothing is detached",
                "detach(...)",
                *span,
                "no derivative is taken through a recursion",
            )
        return recursions.iterates(steps, times.make())[0]

    return reader.made(letters[0].extent, make, *span, natural=True)
