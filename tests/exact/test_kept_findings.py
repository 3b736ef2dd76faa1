"""What lies beside a theorem's file about its false neighbours is certified again; nothing in it is believed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import files
import pytest
from click.testing import CliRunner

from theory import Theorem
from theory.statements import sidecar
from verify.adversary.deciding import on_matrices, on_numbers
from verify.adversary.keeping import keep
from verify.adversary.kept_findings import digest, findings
from verify.adversary.replaying import lies_of
from verify.command.cli import cli
from verify.errors import EXIT_USAGE, UserError
from verify.loading import loader
from verify.proof.kernel import Verdict
from verify.results import fingerprint
from verify.results.records import Fate, TheoremResult
from verify.results.store import Store
from verify.running import rulebook, runner
from verify.settings import Budget, Settings

QUICK = Settings(Budget.QUICK)
MATRICES = {name: rulebook.RULES[name] for name in ("derivation", "enclosure", "near miss", "mutants", "sympy")}
OTHER = '''"""Half of what is not negative."""
from theory import Bound, Theorem, number, real, start, surplus
a = real("a")
CLAIM = Bound(a**2 / 2, a**2)
THEOREM = Theorem(__name__, CLAIM, start(CLAIM.left).at_most(CLAIM.right, surplus(a**2 / 2)), near_misses={
    "a third": Bound(CLAIM.left, a**2 / 3), "reversed": Bound(CLAIM.right, CLAIM.left)})
'''
NUMBERS = '''"""A square is not negative."""
from theory import Bound, Numbers, Range, Theorem, number, real, start, surplus
t = real("t")
CLAIM = Bound(2 * t, t**2 + 1)
THEOREM = Theorem(__name__, CLAIM, start(CLAIM.left).at_most(CLAIM.right, surplus((t - 1) ** 2)),
    setting=Numbers((Range(t, -4, 4),)), near_misses={"without the 1": Bound(2 * t, t**2)})
'''
Rows = list[dict[str, Any]]


def run(theorem: Theorem, settings: Settings = QUICK) -> TheoremResult:
    """One theorem, with its derivation, its near misses and its mutants alone."""
    return runner.run([theorem], settings, Store(None, pytest.fail), rules=MATRICES)[-1]


def place(theorem: Theorem) -> Path:
    path = sidecar.findings(theorem.module)
    assert path is not None
    return path


def rows(theorem: Theorem) -> Rows:
    return [json.loads(line) for line in place(theorem).read_text(encoding="utf-8").splitlines()]


def rewrite(theorem: Theorem, change: Callable[[Rows], Rows]) -> None:
    lines = (json.dumps(row) for row in change(rows(theorem)))
    place(theorem).write_text("\n".join(lines), encoding="utf-8")


def fates(result: TheoremResult) -> dict[str, Fate]:
    return {miss.id: miss.verdict for miss in result.near_misses}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> TheoremResult:
    """A theorem of which all has been found once, and is kept."""
    theorem = loader.load([str(files.write(tmp_path_factory.mktemp("found"), OTHER))])[0]
    result = run(theorem)
    assert keep(result, Budget.QUICK) == place(theorem)
    return result


@pytest.fixture(scope="module")
def beside(found: TheoremResult) -> bytes:
    return place(found.theorem).read_bytes()


@pytest.fixture
def kept(found: TheoremResult, beside: bytes) -> Iterator[Theorem]:
    """The theorem, with what was found beside it; whatever a test puts there is taken away after it."""
    there = place(found.theorem)
    there.write_bytes(beside)
    yield found.theorem
    there.rmdir() if there.is_dir() else there.unlink(missing_ok=True)


@pytest.fixture
def no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever searches or shrinks now has not looked at what is kept."""

    def searched(*args: object, **kwargs: object) -> None:
        pytest.fail("this was searched for")

    for module in ("attack", "deciding.on_matrices"):
        for name in ("search", "shrink"):
            monkeypatch.setattr(f"verify.adversary.{module}.{name}", searched)
    monkeypatch.setattr("verify.adversary.deciding.on_matrices.refuted_by", lambda *args: {})
    monkeypatch.setattr("verify.adversary.attack_on_numbers.points", searched)
    monkeypatch.setattr("verify.adversary.deciding.on_numbers.points", searched)


# ---- what is kept is used --------------------------------------------------------------------------------------
def test_a_second_run_searches_for_nothing_and_finds_the_same(kept: Theorem, request: pytest.FixtureRequest) -> None:
    fresh = run(kept, replace(QUICK, search=True))
    request.getfixturevalue("no_search")
    again = run(kept)
    assert [(m.id, m.verdict, m.witness, m.left, m.right) for m in again.near_misses] == [
        (m.id, m.verdict, m.witness, m.left, m.right) for m in fresh.near_misses
    ]
    assert again.verdict is fresh.verdict is Verdict.PROVED, again.reason
    assert {Fate.REFUTED, Fate.EQUIVALENT} <= set(fates(again).values())


def test_points_of_theorems_on_numbers_are_kept_as_well(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    theorem = loader.load([str(files.write(tmp_path, NUMBERS))])[0]
    fresh = run(theorem)
    keep(fresh, Budget.QUICK)
    assert {"witness", "because"} <= {key for row in rows(theorem) for key in row}
    request.getfixturevalue("no_search")
    again = run(theorem)
    assert fates(again) == fates(fresh)
    assert [m.witness for m in again.near_misses] == [m.witness for m in fresh.near_misses]


def test_a_run_that_searches_looks_at_none_of_it(kept: Theorem, found: TheoremResult) -> None:
    rewrite(kept, lambda old: [{**row, "searched": "thorough"} for row in old])
    assert fates(run(kept, replace(QUICK, search=True))) == fates(found)


def test_the_next_run_knows_that_the_file_has_changed(kept: Theorem) -> None:
    before = fingerprint.findings(kept)
    rewrite(kept, lambda old: old[1:])
    assert fingerprint.findings(kept) != before
    place(kept).unlink()
    assert fingerprint.findings(kept) == ""
    keys = {fingerprint.key("claim", "mutants", "", settings) for settings in (QUICK, replace(QUICK, search=True))}
    assert len(keys) == 2


# ---- nothing is believed ---------------------------------------------------------------------------------------
def agreeing(row: dict[str, Any]) -> dict[str, Any]:
    """The witness moved to where the claim holds."""
    if "witness" not in row:
        return row
    instance = {**row["witness"]["instance"], "values": {"a": [["0"]]}}
    return {**row, "witness": {**row["witness"], "instance": instance}}


def sized(row: dict[str, Any], size: object) -> dict[str, Any]:
    return {**row, "witness": {**row.get("witness", {"claim": "x"}), "instance": {"sizes": {"a": size}}}}


PRIMES = [f"1/{10**3000 + 1}", f"1/{10**3000 + 3}"]  # over a common denominator they are longer than Python prints
TAMPERED: dict[str, Callable[[Rows], Rows]] = {
    "at a point where the claim holds": lambda old: [agreeing(row) for row in old],
    "the instances of others": lambda old: [
        {**row, "of": old[k - 1]["of"]} if "witness" in row else row for k, row in enumerate(old)
    ],
    "no instance": lambda old: [
        {**row, "witness": {**row["witness"], "instance": 3}} for row in old if "witness" in row
    ],
    "without one": lambda old: [{"of": row["of"], "witness": {"claim": row["witness"]["claim"]}} for row in old[:1]],
    "of a great size": lambda old: [sized(row, 10**9) for row in old],
    "of no size": lambda old: [sized(row, "many") for row in old],
    "words for what is false": lambda old: [
        {"of": row["of"], "claim": row["witness"]["claim"], "because": words}
        for row in old
        if "witness" in row
        for words in (on_matrices.WEAKER,)
    ],
    "words that nothing checks": lambda old: [
        {"of": row["of"], "claim": row.get("witness", row)["claim"], "because": "it is well known"} for row in old
    ],
    "words that are none": lambda old: [
        {"of": row["of"], "claim": row.get("witness", row)["claim"], "because": 7, "searched": ["quick"]} for row in old
    ],
    "an author's, searched in vain": lambda old: [
        {"of": row["of"], "claim": row["witness"]["claim"], "searched": "thorough"}
        for row in old
        if "witness" in row and "mutant" not in row["witness"]["claim"]
    ],
    "weights without a sum": lambda old: [
        {**row, "witness": {**row["witness"], "instance": {"laws": {"x": {"points": [["1"]] * 2, "weights": PRIMES}}}}}
        for row in old
        if "witness" in row
    ],
    "for other claims": lambda old: [{**row, "of": "0" * 16} for row in old],
    "lists": lambda old: [[row] for row in old],  # type: ignore[misc]
}


@pytest.mark.parametrize("how", TAMPERED)
def test_what_was_tampered_with_is_searched_for_again(kept: Theorem, found: TheoremResult, how: str) -> None:
    rewrite(kept, TAMPERED[how])
    again = run(kept)
    assert fates(again) == fates(found)
    assert again.verdict is Verdict.PROVED


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"{", b"[" * 10**5, b"null\n\n{}\n", b'{"claim": 3}\n{"witness": []}']
)
def test_a_file_that_is_none_of_ours_is_not_looked_at(kept: Theorem, found: TheoremResult, content: bytes) -> None:
    place(kept).write_bytes(content)
    assert findings(kept, QUICK).rows == {}
    assert fates(run(kept)) == fates(found)


def test_neither_is_one_that_is_too_long_or_a_folder_or_a_pipe(kept: Theorem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sidecar, "LARGEST_FINDINGS", 10)
    assert findings(kept, QUICK).rows == {}
    assert fingerprint.findings(kept) == ""
    monkeypatch.undo()
    place(kept).unlink()
    place(kept).mkdir()
    assert findings(kept, QUICK).rows == {}
    assert fingerprint.findings(kept) == ""
    place(kept).rmdir()
    os.mkfifo(place(kept))  # whoever reads it waits for a writer
    assert findings(kept, QUICK).rows == {}
    assert fingerprint.findings(kept) == ""


def test_that_nothing_was_found_takes_a_verdict_and_gives_none(kept: Theorem) -> None:
    """The one thing that is believed, for it speaks against the theorem."""
    rewrite(
        kept,
        lambda old: [{"of": row["of"], "claim": row.get("witness", row)["claim"], "searched": "quick"} for row in old],
    )
    result = run(kept)
    survivors = [m for m in result.near_misses if m.verdict is Fate.SURVIVED]
    assert survivors
    assert all(m.origin == "mutant" for m in survivors)
    assert result.verdict is Verdict.SUPPORTED
    assert run(kept, Settings(Budget.STANDARD)).verdict is Verdict.PROVED  # a larger budget searches longer


# ---- what is written -------------------------------------------------------------------------------------------
def test_a_changed_claim_has_no_findings(kept: Theorem, tmp_path: Path) -> None:
    lies = lies_of(kept, mutants=True)
    known = findings(kept, QUICK)
    assert sum(known.instance(lie) is not None for lie in lies.values()) > 5
    path = files.write(tmp_path, OTHER.replace("a**2 / 2, a**2)", "a**2 / 2, 2 * a**2)"))
    path.with_suffix(".jsonl").write_bytes(place(kept).read_bytes().replace(kept.id.encode(), path.stem.encode()))
    changed = loader.load([str(path)])[0]
    other = findings(changed, QUICK)
    same = [lie for lie in lies_of(changed, mutants=True).values() if other.instance(lie) or other.because(lie)]
    assert {lie.id.partition("/")[2] for lie in same} <= {"a third", "reversed"}  # which say what they said


def test_of_two_witnesses_the_simpler_one_is_kept_and_strangers_go(kept: Theorem) -> None:
    before = rows(kept)
    far = {**before[0], "witness": {**before[0]["witness"], "instance": {**before[0]["witness"]["instance"]}}}
    far["witness"]["instance"]["values"] = {"a": [["-17/3"]]}
    rewrite(kept, lambda old: [far, *old[1:], {"of": "0" * 16, "claim": "somebody's", "because": "x"}])
    keep(run(kept), Budget.QUICK)  # the far one is certified, and stays
    assert rows(kept) == [far, *before[1:]]
    keep(run(kept, replace(QUICK, search=True)), Budget.QUICK)
    assert rows(kept) == before


@pytest.mark.parametrize("how", ["no instance", "without one", "at a point where the claim holds", "of no size"])
def test_a_witness_that_is_none_gives_way(kept: Theorem, how: str) -> None:
    before = rows(kept)
    rewrite(kept, TAMPERED[how])
    keep(run(kept), Budget.QUICK)
    assert rows(kept) == before


def test_a_witness_that_is_none_gives_way_to_a_search_in_vain(kept: Theorem, found: TheoremResult) -> None:
    rewrite(kept, TAMPERED["no instance"])
    survived = [replace(m, verdict=Fate.SURVIVED, witness=None) for m in found.near_misses if m.witness]
    keep(replace(found, near_misses=tuple(survived)), Budget.QUICK)
    assert {row["claim"] for row in rows(kept) if "searched" in row} == {m.id for m in survived if m.origin == "mutant"}
    assert not any("witness" in row for row in rows(kept))


def test_what_a_run_did_not_look_at_stays(kept: Theorem, found: TheoremResult) -> None:
    before = rows(kept)
    keep(replace(found, near_misses=found.near_misses[:1]), Budget.QUICK)
    assert rows(kept) == before


def test_a_survivor_is_kept_with_its_budget_but_not_an_authors(kept: Theorem, found: TheoremResult) -> None:
    survived = [replace(m, verdict=Fate.SURVIVED, witness=None) for m in found.near_misses]
    place(kept).unlink()
    keep(replace(found, near_misses=tuple(survived)), Budget.STANDARD)
    assert {row["searched"] for row in rows(kept)} == {"standard"}
    assert {row["claim"] for row in rows(kept)} == {m.id for m in survived if m.origin == "mutant"}
    one = next(lie for lie in lies_of(kept, mutants=True).values() if lie.origin == "mutant")
    known = findings(kept, QUICK)
    assert [known.in_vain(one, budget) for budget in Budget] == [True, True, False]


@pytest.mark.parametrize(
    ("content", "got"),
    [
        (b'{"of": 1, "claim": "my own"}\n', "line 1"),
        (b'{"claim": "my own", "because": "data"}\n', "line 1"),
        (b"\n0.25\n", "line 2"),
        (b"\xff\xfe\x00", "no text"),
    ],
)
def test_a_file_of_the_users_own_is_not_written_over(
    kept: Theorem, found: TheoremResult, content: bytes, got: str
) -> None:
    place(kept).write_bytes(content)
    with pytest.raises(UserError, match=got):
        keep(found, Budget.QUICK)
    assert place(kept).read_bytes() == content
    place(kept).write_bytes(b"\n")
    assert keep(found, Budget.QUICK) == place(kept)


def test_a_file_that_cannot_be_written_takes_no_result_away(tmp_path: Path) -> None:
    path, data = files.write(tmp_path, OTHER), tmp_path / "results.json"
    path.with_suffix(".jsonl").write_text("mine\n", encoding="utf-8")
    told = CliRunner().invoke(cli, ["run", str(path), "--budget", "quick", "--keep", "--json", str(data)])
    assert told.exit_code == EXIT_USAGE
    assert "line 1" in told.output
    assert json.loads(data.read_text(encoding="utf-8"))
    assert path.with_suffix(".jsonl").read_text(encoding="utf-8") == "mine\n"


def test_a_theorem_without_a_file_or_findings_writes_nothing(kept: Theorem, found: TheoremResult) -> None:
    assert keep(replace(found, theorem=replace(kept, module="nowhere.at_all")), Budget.QUICK) is None
    place(kept).unlink()
    assert keep(replace(found, near_misses=()), Budget.QUICK) is None
    assert not place(kept).exists()


def test_a_file_is_written_whole_or_not_at_all(
    kept: Theorem, found: TheoremResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = place(kept).read_bytes()

    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        keep(found, Budget.QUICK)
    assert place(kept).read_bytes() == before
    left = [path.suffix for path in place(kept).parent.iterdir() if path.stem == place(kept).stem]
    assert sorted(left) == [".jsonl", ".py"]


# ---- the catalogue's -------------------------------------------------------------------------------------------
CATALOGUE = [theorem for theorem in loader.load([]) if place(theorem).is_file()]


@pytest.mark.parametrize("theorem", CATALOGUE, ids=lambda theorem: theorem.id)
def test_the_catalogues_findings_are_of_its_claims_as_they_stand(theorem: Theorem) -> None:
    """What is stale would be searched for in every run: `normproof run ID --keep` writes it anew."""
    lies = lies_of(theorem, mutants=theorem.kind == "theorem")
    for row in rows(theorem):
        name = row.get("witness", row)["claim"]
        assert name in lies
        assert row["of"] == digest(theorem, lies[name]), name


def test_what_a_mutant_on_numbers_is_shown_by_is_checked_again(tmp_path: Path) -> None:
    theorem = loader.load([str(files.write(tmp_path, NUMBERS))])[0]
    keep(run(theorem), Budget.QUICK)
    rewrite(theorem, lambda old: [{**row, "because": on_numbers.ENCLOSED} if "because" in row else row for row in old])
    assert all(miss.left != on_numbers.ENCLOSED for miss in run(theorem).near_misses)
