"""What no statement may hand in: asked where it is built, and said in four parts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import theory as c
from theory import (
    ALGEBRA,
    Below,
    Bound,
    Erratum,
    Identity,
    NearMiss,
    Part,
    Source,
    Theorem,
    at_most,
    equal,
    start,
    sup_bound,
)
from theory.statements.claims import AtMost, Equal, Interchange, SupBound
from theory.statements.derivation import Derivation, Line
from theory.statements.theorem import TheoremError
from theory.theorems.decoupling import orthogonality
from theory.theorems.smoothness import closer_initialisation
from verify.errors import UserError
from verify.loading import loader

d = c.dimension("d")
u, w, r = c.vector("u", d), c.vector("w", d), c.real("r")
x = c.random_vector("x", d)
phi, field = c.activation("phi"), c.scalar_field("phi", d)
HOP, OTHER_HOP = c.define("hop", (r,), r**2), c.define("hop", (r,), r**2 + 1)
CLAIM = Identity(w.T @ w, (w.T @ w) + 0 * r)
MISS = {"twice": Identity(w.T @ w, 2 * (w.T @ w))}
NUMBERS = (0.5, True, False, np.float64(0.5), np.int64(2), float("nan"), float("inf"), 1j, None, b"1")


def theorem(**changes):
    given = {"claim": CLAIM, "near_misses": MISS, "docstring": "A case."}
    return Theorem("sandbox.case", **{**given, **changes})


def erratum(truth, **changes):
    given = {"why": "because", "sources": (Source("kohler2019"),), "docstring": "A case."}
    return Erratum("sandbox.case", CLAIM, truth=truth, **{**given, **changes})


# ---- parts --------------------------------------------------------------------------------------------------
def test_the_headline_is_the_label_of_a_part() -> None:
    parts = {"claim": None, "parts": (Part("first", CLAIM), Part("second", Identity(r, r + 0 * r)))}
    assert theorem(**parts, headline="second").headline == "second"
    for wrong in ("third", "Second", 2):
        with pytest.raises(TheoremError, match="headline"):
            theorem(**parts, headline=wrong)
    with pytest.raises(TheoremError, match="headline"):
        theorem(headline="first")


# ---- numbers ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("value", NUMBERS, ids=repr)
@pytest.mark.parametrize("kind", [Identity, Bound, Below, Equal, AtMost, equal, at_most], ids=lambda k: k.__name__)
def test_only_exact_numbers_enter_a_statement(kind, value):
    for sides in ((r, value), (value, r)):
        with pytest.raises(c.CalculusError):
            kind(*sides)


@pytest.mark.parametrize("kind", [Identity, Bound, Below, Equal, AtMost])
def test_whole_numbers_and_fractions_do(kind):
    for value in (2, Fraction(1, 2)):
        assert kind(r, value).right == c.number(value)


@pytest.mark.parametrize("name", ["exp", "relu", "log", "Tanh"])
def test_a_definition_has_no_name_of_a_known_function(name):
    """exp(x) = x^2 came out proved, of a definition exp(x) := x^2."""
    with pytest.raises(c.CalculusError, match="takes for one function"):
        c.define(name, (r,), r**2)


# ---- assumptions --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "build",
    [
        lambda: SupBound("phi", 1, c.nonnegative("L")),
        lambda: sup_bound(phi, -1, c.nonnegative("L")),
        lambda: sup_bound(phi, 1.0, c.nonnegative("L")),
        lambda: sup_bound(phi, True, c.nonnegative("L")),
        lambda: sup_bound(phi, 1, 2),
        lambda: sup_bound(phi, 1, u),
        lambda: sup_bound(phi, 1, c.nonnegative("L"), note=3),
        lambda: Equal(u, c.zero(c.dimension("m"))),
        lambda: Equal(u, c.zero(d), note=None),
        lambda: AtMost(u, w),
        lambda: at_most(c.matrix("A", d, c.dimension("m")), c.matrix("B", d, c.dimension("m"))),
        lambda: Interchange(u),
        lambda: Interchange("x"),
        lambda: Interchange(x, note=1),
        lambda: Below(u, w),
    ],
)
def test_an_assumption_is_asked_what_it_is_where_it_is_built(build):
    with pytest.raises(c.CalculusError):
        build()


# ---- theorems -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"near_misses": {"0 = 1": Identity(c.number(0), c.number(1))}},
            "expected it to speak of r, w, as the claim does",
        ),
        ({"near_misses": {"another": Identity(u.T @ u, 2 * (u.T @ u))}}, "got u"),
        ({"near_misses": {"sizes alone": Identity(d, d + 1)}}, "got d"),
        ({"near_misses": {"none": NearMiss}}, "expected"),
        ({"near_misses": {1: MISS["twice"]}}, "the name of a near miss: expected str"),
        ({"near_misses": [MISS["twice"]]}, "near misses by name"),
        ({"assumptions": [equal(u, w)]}, "assumptions: expected tuple, got"),
        ({"assumptions": (CLAIM,)}, r"tuple of assumptions\[0\]: expected Equal or AtMost"),
        ({"assumptions": equal(u, w)}, "assumptions: expected tuple"),
        ({"sources": ("kohler2019",)}, r"sources\[0\]: expected Source"),
        ({"see_also": Source("kohler2019")}, "see_also: expected tuple"),
        ({"survivors": {"half the right side": ""}}, "expected a sentence that gives the reason"),
        ({"survivors": {"half the right side": True}}, "expected str, got True"),
        ({"survivors": ["half the right side"]}, "survivors: expected Mapping"),
        ({"claim": None, "parts": [Part("a", CLAIM, None)]}, "parts: expected tuple"),
        ({"claim": None, "parts": (Part("a", CLAIM, None), Part("a", CLAIM, None))}, "a label of its own"),
        ({"claim": Identity(HOP(r) + 1, OTHER_HOP(r))}, "the definition hop is declared twice, with different bodies"),
        ({"claim": Identity(phi(r), c.define("phi", (r,), r**2)(r))}, "activation and the definition phi is declared"),
        ({"claim": Identity(phi(r), field(w))}, "activation and the scalar field phi is declared twice"),
        ({"claim": Identity(r, c.positive("r"))}, "the symbol r is declared twice"),
        ({"assumptions": (equal(c.positive("r"), r),)}, "the symbol r is declared twice"),
        ({"claim": Identity(phi(r), c.activation("phi", smoothness=3)(r))}, "phi is declared twice"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_theorem_is_asked_what_it_is_where_it_is_built(changes, words):
    with pytest.raises(TheoremError, match=words) as caught:
        theorem(**changes)
    assert "Remedy" in str(caught.value)


@pytest.mark.parametrize(
    "build",
    [
        lambda: NearMiss("0 = 1"),
        lambda: NearMiss(CLAIM, without=equal(u, w)),
        lambda: NearMiss(CLAIM, without=(CLAIM,)),
        lambda: Part(1, CLAIM, None),
        lambda: Source(3),
        lambda: Source("kohler2019", 4),
        lambda: Source("kohler2019", qualifier=None),
    ],
)
def test_its_pieces_are_asked_as_well(build):
    with pytest.raises(TheoremError, match="Remedy"):
        build()


def test_what_is_well_formed_is_taken():
    assert theorem().near_misses
    assert theorem(near_misses={"redeclared": Identity(c.positive("r") * (w.T @ w), r * (w.T @ w))})
    sizes = Identity(d + d, 2 * d)
    assert theorem(claim=sizes, near_misses={"three": Identity(d + d, 3 * d)})
    numbers = Identity(c.number(2), c.number(2))
    assert theorem(claim=numbers, near_misses={"three": Identity(c.number(2), c.number(3))})
    assert theorem(derivation=start(CLAIM.left).equals(CLAIM.right))


# ---- errata -------------------------------------------------------------------------------------------------
def test_the_truth_speaks_of_what_is_printed_or_says_what_it_has_to_do_with_it():
    other = theorem(claim=Identity(u.T @ u, (u.T @ u) * 1 + 0), near_misses={"twice": Identity(u.T @ u, 2 * (u.T @ u))})
    with pytest.raises(TheoremError, match="truth: expected it to speak of r, w, as the claim does; got u"):
        erratum(other)
    assert erratum(other, bearing="u is what the print calls w").bearing
    assert erratum(orthogonality.THEOREM).truth is orthogonality.THEOREM  # which speaks of w


def test_the_part_that_is_meant_counts():
    labels = [part.label for part in closer_initialisation.THEOREM.parts]
    with pytest.raises(TheoremError, match="truth: expected it to speak of"):
        erratum(closer_initialisation.THEOREM.part(labels[0]))  # of W and W0


@pytest.mark.parametrize("changes", [{"says": "holds"}, {"why": 3}, {"dtype": None}, {"bearing": None}])
def test_an_erratum_has_fields_of_their_kind(changes):
    with pytest.raises(TheoremError, match="expected"):
        erratum(orthogonality.THEOREM, **changes)


# ---- nothing that is equal to whatever is asked ----------------------------------------------------------------
def agreeable(kind):
    """A subclass that equals everything."""

    class Agreeable(kind):
        def __eq__(self, other):
            return True

        __hash__ = kind.__hash__

    return Agreeable


@pytest.mark.parametrize(
    "changes",
    [
        lambda: {"assumptions": (agreeable(Equal)(r, r),)},
        lambda: {"assumptions": agreeable(tuple)()},
        lambda: {"claim": agreeable(Identity)(r, 2 * r)},
        lambda: {"claim": None, "parts": (agreeable(Part)("", CLAIM, None),)},
        lambda: {"near_misses": {"twice": agreeable(NearMiss)(MISS["twice"])}},
        lambda: {"near_misses": {"twice": agreeable(Identity)(w.T @ w, 2 * (w.T @ w))}},
        lambda: {"derivation": agreeable(Derivation)(CLAIM.left, ())},
        lambda: {"derivation": Derivation(CLAIM.left, (agreeable(Line)("=", CLAIM.right, ()),))},
        lambda: {"derivation": Derivation(CLAIM.left, (Line("=", CLAIM.right, [ALGEBRA]),))},
        lambda: {"sources": (agreeable(Source)("kohler2019"),)},
    ],
)
def test_a_piece_is_exactly_of_its_kind(changes):
    with pytest.raises(TheoremError, match="expected"):
        theorem(**changes())


def test_a_theorem_is_exactly_of_its_kind(tmp_path):
    text = (
        '"""A title."""\nfrom theory import real\nfrom theory import Identity\n'
        "from theory import Theorem\nclass Mine(Theorem):\n    pass\nr = real('r')\n"
        "THEOREM = Mine(__name__, Identity(r, r + 0 * r), near_misses={'twice': Identity(r, 2 * r)})\n"
    )
    path = tmp_path / "mine_alone.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="THEOREM of type Mine"):
        loader.load([str(path)])
