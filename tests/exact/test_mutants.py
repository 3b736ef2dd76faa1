"""Mutants: made from the term tree, refuted, shown equivalent, or survivors; what assumptions are for; the docket."""

from __future__ import annotations

import dataclasses
import functools

import pytest

from theory import (
    ALGEBRA,
    Bound,
    E,
    Identity,
    Matrices,
    Part,
    Theorem,
    at_most,
    det,
    dimension,
    exp,
    gap,
    inverse,
    invertible,
    norm,
    norm_in,
    permutation,
    positive,
    projector,
    real,
    sqrt,
    start,
    surplus,
    vector,
    zero,
)
from theory.definitions.bn_unit import CENTRED, S, bn_unit, gamma, w, x
from theory.terms.text import text
from verify.adversary.deciding.by_deriving import DERIVED
from verify.adversary.deciding.on_matrices import DERIVED_WHEREVER, SAME, SIDES, UNNEEDED, WEAKER, decided, observe
from verify.adversary.mutating.mutants_of_theorems import candidates, given_up, mutants_of
from verify.adversary.mutating.redeclaring import Redeclared
from verify.adversary.mutating.slips import slips
from verify.adversary.replaying import lies_of, replay
from verify.command.summary import table
from verify.loading import loader
from verify.press.pages.mutants import outcome, stale, survivors
from verify.results.records import MUTANT, Fate, NearMissResult, docket_name
from verify.results.store import Store
from verify.running import rulebook, runner
from verify.running.completing import completed
from verify.running.rulebook import RuleSpec
from verify.settings import Budget, Settings

QUICK = Settings(Budget.QUICK)
d = dimension("d")
u, v = vector("u", d), vector("v", d)
P, a = projector("P", d), real("a", nonzero=True)
c = positive("c")
LONG = at_most(c, v.T @ v, note="v is long")
WORDS = "A planted theorem"


def stated(claim, derivation, assumptions=(), name="planted", survivors=None):
    return Theorem(
        f"theory.theorems.decoupling.{name}",
        claim,
        derivation,
        near_misses={"none": claim},
        assumptions=assumptions,
        docstring=WORDS,
        survivors=survivors or {},
    )


LENGTH = 3 * (u.T @ P @ u) / a
IDENTITY = stated(Identity(LENGTH, 3 * norm(P @ u) ** 2 / a), start(LENGTH).equals(3 * norm(P @ u) ** 2 / a, ALGEBRA))
SQUARES = start(2 * (u.T @ v)).at_most(u.T @ u + v.T @ v, surplus((u - v).T @ (u - v)))
BOUND = stated(Bound(2 * (u.T @ v), u.T @ u + v.T @ v), SQUARES)
SHORT = stated(Bound(c, v.T @ v), start(c).at_most(v.T @ v, surplus(gap(LONG)), LONG), (LONG, CENTRED))


def results(theorem: Theorem) -> dict[str, NearMissResult]:
    found = [miss for part in theorem.parts for miss in observe(theorem, QUICK, part.label)]
    return {docket_name(miss.id): miss for miss in found}


def test_slips_are_those_of_a_hand() -> None:
    m = dimension("m")
    y, one = vector("y", m), vector("k", m)
    changed = {name: text(term) for name, term in slips((y.T @ y - (one.T @ y) ** 2 / m) / sqrt(m))}
    assert changed["y' y left out"] == "-(k' y)^2 / (m^(1/2) * m)"
    assert {"m - 1 for m", "sqrt(m) for m"} <= changed.keys()
    assert changed["the power of k' y left out"] == "(y' y - k' y / m) / m^(1/2)"
    assert changed["the sign of -(k' y)^2 / m"] == "(y' y - (-(k' y)^2 / m)) / m^(1/2)"


def test_ids_are_unique_replayable_and_the_same_each_time() -> None:
    for theorem in (IDENTITY, BOUND, SHORT):
        names = [mutant.lie.id for mutant in candidates(theorem)]
        assert len(set(names)) == len(names)
        assert names == [mutant.lie.id for mutant in candidates(theorem)]
        assert {mutant.lie.id for mutant in mutants_of(theorem)} <= lies_of(theorem, mutants=True).keys()


def test_an_identity_and_its_mutants() -> None:
    found = results(IDENTITY)
    assert found["3 left out, on the left"].verdict == "refuted"
    assert found["1 / a left out, on the left"].verdict == "refuted"
    assert {m.left for m in found.values() if m.verdict == "equivalent"} == {SAME, SIDES}
    assert all(m.verdict != "survived" for m in found.values())
    for miss in found.values():
        if miss.witness is not None:
            again = replay(miss.witness, lambda name: IDENTITY)
            assert (again.outcome, again.left, again.right) == ("different", miss.left, miss.right)


def test_mutants_with_one_normal_form_are_one() -> None:
    every = [m.lie.id for m in candidates(IDENTITY)]
    assert sum("P squared" in name for name in every) >= 2  # P P = P, so each says what the theorem says
    assert [m.left for m in results(IDENTITY).values()].count(SAME) == 1


def test_the_same_seed_gives_the_same_witness() -> None:
    assert [dataclasses.replace(m, seconds=0) for m in observe(BOUND, QUICK, "")] == [
        dataclasses.replace(m, seconds=0) for m in observe(BOUND, QUICK, "")
    ]


def test_a_weaker_bound_is_true_and_a_tighter_one_is_not() -> None:
    found = results(BOUND)
    assert (found["2 left out, on the left"].verdict, found["2 left out, on the left"].left) == ("equivalent", WEAKER)
    for name in ("half the right side", "the inequality reversed", "an equality", "u' u left out, on the right"):
        assert found[name].verdict == "refuted", name


def test_an_assumption_is_needed_or_not_needed_by_the_proof() -> None:
    found = results(SHORT)
    assert found["without E_x[x] = 0"].left == UNNEEDED
    needed = found["without c <= v' v"]
    assert needed.verdict == "refuted"
    assert needed.witness is not None
    [mutant] = [m for m in given_up(SHORT, SHORT.parts[0]) if m.dropped == LONG]
    assert mutant.lie.assumptions == (CENTRED,)


def test_a_property_that_only_makes_the_sides_defined() -> None:
    found = results(IDENTITY)
    assert found["a any, not nonzero"].left == SIDES
    G = invertible("G", d)
    step = Identity(det(G + u @ v.T), det(G) * (1 + v.T @ inverse(G) @ u))
    found = results(stated(step, start(step.left).equals(step.right, ALGEBRA)))
    assert found["G any, not invertible"].left == SIDES


def test_what_is_true_and_derived_is_equivalent() -> None:
    """|u'v| <= |u||v| without an assumption that it does not need: Cauchy-Schwarz is found."""
    claim = Bound(u.T @ v, norm(u) * norm(v))
    theorem = stated(claim, None)
    unneeded = next(iter(given_up(stated(claim, None, (CENTRED,)), theorem.parts[0])))
    found = decided(theorem, theorem.parts[0], unneeded, QUICK)
    assert (found.verdict, found.left) == ("equivalent", DERIVED)


def test_what_is_true_and_not_shown_survives() -> None:
    """|u + v|^5 <= 16 (|u|^5 + |v|^5) needs a mean of powers, which is nobody's brick: not shown is not equivalent."""
    claim = Bound(norm(u + v) ** 5, 16 * (norm(u) ** 5 + norm(v) ** 5))
    theorem = stated(claim, None)
    unneeded = next(iter(given_up(stated(claim, None, (CENTRED,)), theorem.parts[0])))
    assert decided(theorem, theorem.parts[0], unneeded, QUICK).verdict == "survived"


def test_a_redeclared_symbol_reaches_definitions_and_stays_one() -> None:
    weaker = dataclasses.replace(S, properties=frozenset())
    change = Redeclared(S, weaker)
    both = change.term(norm_in(w, S) * bn_unit(w, gamma, zero()) + E(x.T @ S @ x))
    assert "S" in {s.name for s in _symbols(both)}
    assert S not in _symbols(both)
    assert change.definition(bn_unit) is change.definition(bn_unit)


def _symbols(term):
    from theory.terms.rewrite import free_symbols

    return free_symbols(term)


# ---- the docket ---------------------------------------------------------------------------------------------
def concluded(survivors: dict[str, str], *, repeated: bool = True) -> object:
    theorem = stated(
        Identity(2 * (u.T @ v), u.T @ v + v.T @ u), start(2 * (u.T @ v)).equals(u.T @ v + v.T @ u), survivors=survivors
    )
    rules = {
        "derivation": rulebook.RULES["derivation"],
        **({rulebook.SECOND: rulebook.RULES[rulebook.SECOND]} if repeated else {}),
        "enclosure": rulebook.RULES["enclosure"],
        "mutants": RuleSpec("fake_rules:mutants"),
    }
    with Store(None, pytest.fail) as store:
        [result] = runner.run([theorem], QUICK, store, rules=rules)
    return result


def test_a_survivor_lowers_the_grade_unless_the_docket_explains_it() -> None:
    low = concluded({})
    assert low.verdict.value == "supported"
    assert [(docket_name(m.id), m.known) for m in survivors(low)] == [("planted survivor", "")]
    known = concluded({"planted survivor": "it is true"})
    assert known.verdict.value == "proved"
    assert [(docket_name(m.id), m.known) for m in survivors(known)] == [("planted survivor", "it is true")]
    assert concluded({"planted survivor": "it is true"}, repeated=False).verdict.value == "supported"
    assert stale(known) == []
    assert stale(concluded({"planted survivor": "true", "long gone": "was true"})) == ["long gone"]


def test_a_run_names_what_stands_in_a_docket_and_survives_no_longer(capsys) -> None:
    table([concluded({"planted survivor": "true", "long gone": "was true"})], 1.0)
    said = capsys.readouterr().out
    assert "in its docket, but not a survivor: long gone" in said
    assert "remedy: strike it from planted.toml" in said
    table([concluded({"planted survivor": "true"})], 1.0)
    assert "in its docket" not in capsys.readouterr().out


def test_purposes_say_what_each_assumption_is_for() -> None:
    theorem = SHORT
    with Store(None, pytest.fail) as store:
        [result] = runner.run([theorem], QUICK, store, rules={"mutants": rulebook.RULES["mutants"]})
    said = {p.given_up: outcome(p) for p in result.purposes}
    assert said["without c <= v' v"] == "needed"
    assert said["without E_x[x] = 0"] == UNNEEDED


ON_MATRICES = [t for t in loader.load([]) if t.kind == "theorem" and isinstance(t.setting, Matrices)]
DOCKETED = [
    (theorem, part, name)
    for theorem in ON_MATRICES
    for part in theorem.parts
    for name in theorem.survivors
    if name.startswith(f"{part.label}: ") or not part.label
]


def test_every_entry_of_a_docket_belongs_to_a_part() -> None:
    assert len(DOCKETED) == sum(len(theorem.survivors) for theorem in ON_MATRICES)


made = functools.cache(mutants_of)  # a part has several in its docket
QUICKEST = ("smoothness.projector: from above: P(y, eps) squared", "smoothness.projector: from below: 1 / m squared")


def _entry(theorem: Theorem, part: Part, name: str) -> object:
    """The search for one that survives goes to its end: all but the quickest are asked when asked for; a run names
    those that are gone."""
    known = f"{theorem.id}: {name}"
    marks = () if known.startswith(QUICKEST) else (pytest.mark.long,)
    return pytest.param(theorem, part, name, marks=marks, id=known)


@pytest.mark.parametrize(("theorem", "part", "name"), [_entry(*entry) for entry in DOCKETED])
def test_a_docket_names_only_what_survives(theorem: Theorem, part: Part, name: str) -> None:
    [mutant] = [m for m in made(theorem, part.label) if docket_name(m.lie.id) == name]
    assert decided(theorem, part, mutant, QUICK).verdict == "survived"
    assert len(theorem.survivors[name]) > 15


def test_a_bound_with_a_root_that_is_not_defined_everywhere_is_derived_where_it_is() -> None:
    """sqrt(u'(u + v)) <= |u| + |v| wherever u'(u + v) >= 0: a slip of the triangle inequality that is no mistake."""
    claim = Bound(norm(u + v), norm(u) + norm(v))
    theorem = completed(stated(claim, None, ()))
    found = {miss.id.partition(MUTANT)[2]: miss for miss in observe(theorem, QUICK, "")}
    assert found["v left out, on the left"].left == DERIVED_WHEREVER
    assert Fate.SURVIVED not in {miss.verdict for miss in found.values()}


def test_a_permutation_is_given_up_for_an_orthogonal_matrix() -> None:
    """Which it stays: that alone is no mutant."""
    P = permutation("P", d)
    step = Identity(exp(P @ u), P @ exp(u))
    found = results(stated(step, start(step.left).equals(step.right, ALGEBRA)))
    redeclared = {name: lie.verdict for name, lie in found.items() if name.startswith("P ") and ", not " in name}
    assert redeclared == {"P orthogonal, not permutation matrix": "refuted"}
    free = Identity(P.T @ P @ u, u)
    unneeded = results(stated(free, start(free.left).equals(free.right, ALGEBRA)))
    assert unneeded["P orthogonal, not permutation matrix"].verdict == "equivalent"
