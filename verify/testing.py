"""A theorem as a Hypothesis test in somebody's own suite: two lines, a witness where it fails.

    from verify.testing import property_test
    from my_theorems.centring import THEOREM

    test_centring = property_test(THEOREM)

Hypothesis draws, torch computes, balls decide: what fails is certain, and what passes was attacked, not proved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Protocol

import hypothesis
from hypothesis import HealthCheck, Phase, assume, given, target
from hypothesis import strategies as st

from theory.statements.claims import FAILS
from theory.statements.setting import Matrices, Numbers, Setting
from theory.statements.theorem import Part, Theorem
from verify.errors import UserError

if TYPE_CHECKING:
    from verify.exact.instances import Instance
    from verify.exact.outcomes import Decision
    from verify.floating.measure import Sides
    from verify.floating.needs import Setting as Needs
    from verify.floating.steering import Start
    from verify.floating.strategy import Drawn

DTYPES = ("float64", "float32")
FURTHEST = 40  # of the points of a theorem on numbers: beyond a dozen they are drawn, the larger the further out


def property_test(
    theorem: Theorem, *, instances: int = 256, settings: hypothesis.settings | None = None
) -> Callable[[], None]:
    """A test that pytest and unittest collect: every example is a batch of `instances` of one part of the theorem, in
    float64 or float32, or one point of a theorem on numbers.

    settings: Hypothesis' own, such as `hypothesis.settings(max_examples=500)`; with none, those of your profile without
    a deadline. Counterexamples are shrunk here, in balls, and not by Hypothesis, which would shrink batches.

    The test raises AssertionError with what was expected, what came, where, the remedy, and the witness, one line of
    JSON that `normproof.replay(witness, theorem)` evaluates again. Raises UserError for what is no theorem.
    """
    if type(theorem) is not Theorem:
        raise UserError(
            "expected a Theorem",
            got=f"{type(theorem).__name__}: {theorem!r:.80}",
            where="property_test",
            remedy="from my_theorems.centring import THEOREM; errata and experiments are run by pytest --normproof",
        )
    if not isinstance(instances, int) or instances < 1:
        raise UserError("expected a number of instances, at least 1", got=repr(instances), where="property_test")
    same = next((part for part in theorem.parts if part.claim.left == part.claim.right), None)
    if same is not None:
        raise UserError("expected two sides to compare", got="the same expression twice", where=_named(theorem, same))
    subject = _ROWS[type(theorem.setting)](theorem, instances)
    chosen = settings or hypothesis.settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    phases = [phase for phase in chosen.phases if phase not in (Phase.shrink, Phase.explain)]

    def test(example: Any) -> None:
        if words := subject.failure(example):
            raise AssertionError(words)

    test.__name__ = test.__qualname__ = "test_" + theorem.id.replace(".", "_").replace("-", "_")
    test.__doc__ = f"{theorem.id} holds at every instance that Hypothesis draws."
    return hypothesis.settings(chosen, phases=phases)(given(st.deferred(lambda: subject.examples()))(test))


class _Subject(Protocol):
    def examples(self) -> st.SearchStrategy[Any]: ...
    def failure(self, example: Any) -> str: ...


# ---- theorems on matrices -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Batch:
    """What Hypothesis draws: a part, a dtype, and what a batch is made of, or for a bound where it starts."""

    part: int
    dtype: str
    drawn: Drawn | Start


class _Batches:
    def __init__(self, theorem: Theorem, instances: int) -> None:
        self.theorem, self.instances = theorem, instances
        self.read = cache(self._read)
        self.shrunk: dict[int, str] = {}  # of each part: Hypothesis finds more than one, and shrinking takes a second

    def _read(self, part: int) -> tuple[Needs, Sides]:
        from theory.terms import CalculusError
        from verify.floating.measure import Sides
        from verify.floating.needs import read

        claim = self.theorem.parts[part].claim
        try:
            return read(claim, self.theorem.assumptions), Sides.of(claim)
        except CalculusError as problem:
            raise UserError(
                "expected a claim that torch can compute",
                got=str(problem),
                where=_named(self.theorem, self.theorem.parts[part]),
            ) from None

    def examples(self) -> st.SearchStrategy[_Batch]:
        import torch

        from verify.floating.steering import starts
        from verify.floating.strategy import ensembles

        parts = st.sampled_from(range(len(self.theorem.parts)))

        @st.composite
        def drawn(draw: st.DrawFn) -> _Batch:
            part = draw(parts)
            setting, sides = self.read(part)
            if sides.one_sided and draw(st.booleans()):
                return _Batch(part, DTYPES[0], draw(starts(setting)))
            dtype = draw(st.sampled_from(DTYPES))
            return _Batch(part, dtype, draw(ensembles(setting, getattr(torch, dtype), "cpu")))

        return drawn()

    def failure(self, example: _Batch) -> str:
        import torch

        from verify.floating.building import build
        from verify.floating.measure import measure
        from verify.floating.steering import Start, around, closeness
        from verify.rules.sampling import examine, touch
        from verify.rules.tallying import Tally

        part, dtype = self.theorem.parts[example.part], getattr(torch, example.dtype)
        setting, sides = self.read(example.part)
        if isinstance(example.drawn, Start):
            built = around(setting, example.drawn, dtype, "cpu")
            target(min(float(closeness(sides, built).max()), 0.0), label=f"sides of {_named(self.theorem, part)}")
        else:
            built = build(setting, example.drawn.ensemble, self.instances, dtype, "cpu")
        found, tally = measure(sides, built, full=False), Tally()
        assume(found.satisfied or found.suspects or found.close)
        examine(self.theorem, part, sides, built, found.suspects, tally)
        touch(self.theorem, part, built, found.close, tally)
        if tally.witness is not None:
            if example.part not in self.shrunk:
                self.shrunk[example.part] = self._shrunk(part, example.dtype, tally.witness)
            return self.shrunk[example.part]
        if tally.code is not None:
            return _words(
                "expected torch to compute what the statement says",
                f"{tally.code}, although the statement holds there",
                f"{_named(self.theorem, part)}, in {example.dtype}",
                tally.code.witness,
                remedy="look at the layer, or at the reference that the definition names",
            )
        return ""

    def _shrunk(self, part: Part, dtype: str, witness: str) -> str:
        from verify.adversary.replaying import parse
        from verify.adversary.shrinking.descent import shrink
        from verify.exact.witnesses import part_id, witness_json

        small, decision = shrink(part.claim, self.theorem.assumptions, parse(witness)[1])
        got = _compared(part, decision, small)
        where = f"{_named(self.theorem, part)}, found in {dtype}"
        return _words(_holds(self.theorem), got, where, witness_json(part_id(self.theorem, part), small))


# ---- theorems on numbers ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Point:
    """What Hypothesis draws: a part and a point."""

    part: int
    point: Instance


class _Points:
    def __init__(self, theorem: Theorem, instances: int) -> None:
        self.theorem = theorem

    @cached_property
    def places(self) -> list[list[Instance]]:
        """Of each part: where something in it vanishes, and what lies far out."""
        from verify.exact.scalar_deciding import corner_points, far_points

        claims = [part.claim for part in self.theorem.parts]
        return [[*corner_points(c, self.theorem), *far_points(c, self.theorem)] for c in claims]

    def examples(self) -> st.SearchStrategy[_Point]:
        from verify.exact.coins import Coins
        from verify.exact.scalar_deciding import point

        parts = st.sampled_from(range(len(self.theorem.parts)))

        @st.composite
        def drawn(draw: st.DrawFn) -> _Point:
            part, boolean = draw(parts), st.booleans()
            special = draw(boolean)
            if special and self.places[part]:
                return _Point(part, draw(st.sampled_from(self.places[part])))
            index, claim = draw(st.sampled_from(range(FURTHEST))), self.theorem.parts[part].claim
            return _Point(part, point(claim, self.theorem, Coins(lambda: draw(boolean)), index))

        return drawn()

    def failure(self, example: _Point) -> str:
        from verify.exact.outcomes import Outcome
        from verify.exact.scalar_balls import Work
        from verify.exact.scalar_deciding import decide
        from verify.exact.witnesses import part_id, witness_json

        part = self.theorem.parts[example.part]
        decision = decide(part.claim, self.theorem, example.point, work=Work())
        if decision.outcome is not Outcome.DIFFERENT:
            return ""
        got = _compared(part, decision, example.point)
        witness = witness_json(part_id(self.theorem, part), example.point)
        return _words(_holds(self.theorem), got, _named(self.theorem, part), witness)


_ROWS: Mapping[type[Setting], Callable[[Theorem, int], _Subject]] = {Matrices: _Batches, Numbers: _Points}


# ---- what is said -------------------------------------------------------------------------------------------
def _named(theorem: Theorem, part: Part) -> str:
    return f"{theorem.id}, {part.label}" if part.label else theorem.id


def _compared(part: Part, decision: Decision, instance: Instance) -> str:
    from verify.exact.outcomes import located

    sign = FAILS[part.claim.relation]
    return f"{located(decision, decision.left)} {sign} {located(decision, decision.right)} at {instance}"


def _holds(theorem: Theorem) -> str:
    return f"expected {theorem.id} to hold at every instance that meets its assumptions"


def _words(
    expected: str, got: str, where: str, witness: str, remedy: str = "mend the statement or its assumptions"
) -> str:
    again = f"{remedy}; to look again: print(normproof.replay(WITNESS, THEOREM))"
    parts = UserError(expected, got=got, where=where, remedy=again)
    return f"{str(parts).removeprefix('error: ')}\n  witness: {witness}"
