"""What was found is kept: a run that was interrupted goes on, and what changed is tried again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation import __main__ as command
from tests.mutation.finished import Outcome, Run, Texts, holds, keep, keep_run, kept, kept_runs, texts
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.targets import TARGETS

PATH = "verify/proof/door.py"
NOW = Texts("own", "house")
NOTICED, SURVIVED = Outcome("one", False, "tests/test_one.py::test_it"), Outcome("other", True, "")


def test_what_was_kept_is_read_again_and_the_last_line_counts(tmp_path: Path) -> None:
    assert kept(tmp_path, PATH) == {}
    for outcome in (SURVIVED._replace(mutant="one"), NOTICED, SURVIVED):
        keep(tmp_path, PATH, outcome, NOW)
    assert kept(tmp_path, PATH) == {"one": (NOTICED, NOW), "other": (SURVIVED, NOW)}
    assert kept(tmp_path, "verify/proof/plain.py") == {}


def test_a_line_that_was_cut_short_is_none(tmp_path: Path) -> None:
    keep(tmp_path, PATH, NOTICED, NOW)
    keep(tmp_path, PATH, SURVIVED, NOW)
    (store,) = (tmp_path / ".normproof/mutation").iterdir()
    store.write_bytes(store.read_bytes()[:-5])
    assert kept(tmp_path, PATH) == {"one": (NOTICED, NOW)}


def test_what_a_test_runs_is_known_until_something_changes(tmp_path: Path) -> None:
    run = Run("tests/test_one.py::test_it", 0.5, {PATH: ["check"]}, {PATH: "6"})
    assert kept_runs(tmp_path, NOW) == {}
    keep_run(tmp_path, run, NOW)
    assert kept_runs(tmp_path, NOW) == {run.test: run}
    assert kept_runs(tmp_path, NOW._replace(own="of another file")) == {run.test: run}
    assert kept_runs(tmp_path, NOW._replace(house="another")) == {}


@pytest.mark.parametrize(
    ("outcome", "then", "so"),
    [
        (NOTICED, NOW, True),
        (NOTICED, NOW._replace(house="another"), False),  # it may be let through now
        (NOTICED, NOW._replace(own="another"), False),
        (SURVIVED, NOW, True),
        (SURVIVED, NOW._replace(house="another"), True),
        (SURVIVED, NOW._replace(own="another"), False),  # a test may have been written
    ],
)
def test_what_changes_make_an_outcome_void(outcome: Outcome, then: Texts, so: bool) -> None:
    assert holds(outcome, then, NOW) is so


@pytest.mark.parametrize(
    ("changed", "own", "house"),
    [
        ("verify/proof/door.py", True, True),
        ("tests/test_trust.py", True, True),
        ("tests/calculus/drawn.py", True, True),
        ("tests/test_other.py", False, True),
        ("theory/other.py", False, True),
        ("tests/mutation/targets.py", False, False),
        ("tests/mutation/known/reasons.toml", False, False),
        ("docs/page.py", False, False),
    ],
)
def test_which_texts_an_outcome_is_found_with(tmp_path: Path, changed: str, own: bool, house: bool) -> None:
    for name in {PATH, "tests/test_trust.py", changed}:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("as it was", encoding="utf-8")
    before = texts(tmp_path, PATH, ["test_trust.py"])
    assert texts(tmp_path, PATH, ["test_trust.py"]) == before
    (tmp_path / changed).write_text("changed", encoding="utf-8")
    after = texts(tmp_path, PATH, ["test_trust.py"])
    assert (after.own != before.own, after.house != before.house) == (own, house)


def test_a_run_goes_on_where_one_was_interrupted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = list(mutants(PATH, (command.ROOT / PATH).read_text(encoding="utf-8")))
    monkeypatch.setattr(command, "TARGETS", {PATH: TARGETS[PATH]})
    monkeypatch.setattr(command, "kept", lambda _, path: kept(tmp_path, path))
    now, tried = texts(command.ROOT, PATH, TARGETS[PATH]), list[list[Mutant]]()

    def interrupted_after_two(path: str, chosen: list[Mutant], *_: object) -> set[str]:
        tried.append(chosen)
        for mutant in chosen[:2]:
            keep(tmp_path, path, Outcome(mutant.id, False, ""), now)
        if len(chosen) > 2:
            raise KeyboardInterrupt
        return set()

    monkeypatch.setattr(command, "survivors_of", interrupted_after_two)
    for _ in range(len(made) // 2):
        with pytest.raises(KeyboardInterrupt):
            command.main(["--only", PATH])
    assert command.main(["--only", PATH]) == 0
    assert tried == [made[i:] for i in range(0, len(made), 2)]
    tried.clear()
    assert command.main(["--only", PATH]) == 0
    assert not tried
    assert f"{len(made)} of them found before" in capsys.readouterr().out
    with pytest.raises(KeyboardInterrupt):
        command.main(["--only", PATH, "--again"])
    assert tried == [made]


def test_the_store_is_not_one_of_the_texts(tmp_path: Path) -> None:
    (tmp_path / PATH).parent.mkdir(parents=True)
    (tmp_path / PATH).write_text("", encoding="utf-8")
    before = texts(tmp_path, PATH, [])
    keep(tmp_path, PATH, NOTICED, NOW)
    assert texts(tmp_path, PATH, []) == before
