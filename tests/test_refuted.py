"""What a reader gets of a theorem that is refuted: one small counterexample with both sides, and nothing beside it."""

from __future__ import annotations

import json
from pathlib import Path

import files
import pytest
from click.testing import CliRunner

from theory import Bound, Identity, Theorem, dimension, gradient, matrix, scalar_field, symmetric, trace, vector
from verify.adversary.replaying import parse
from verify.command.cli import cli
from verify.exact.function_words import in_words
from verify.exact.instances import LARGEST
from verify.exact.simplicity import measure
from verify.loading import loader
from verify.proof.kernel import Verdict
from verify.results.records import TheoremResult
from verify.results.store import Store
from verify.running import runner, sides
from verify.running.runner import run
from verify.running.where import processes
from verify.settings import Budget, Settings

QUICK = Settings(Budget.QUICK)
TRACES = '''"""A trace of a product is no product of traces."""
from theory import Identity, Theorem, dimension, matrix, symmetric, trace
d, m = dimension("d"), dimension("m")
A, G = matrix("A", m, d), symmetric("G", d)
CLAIM = Identity(trace(A.T @ A @ G), trace(A @ A.T) * trace(G))
THEOREM = Theorem(__name__, CLAIM, near_misses={"one more": Identity(CLAIM.left, CLAIM.right + 1)})
'''
GRADIENT = '''"""A gradient is no longer than its point, whatever the loss."""
from theory import Bound, Theorem, dimension, gradient, scalar_field, vector
d = dimension("d")
w, L = vector("w", d), scalar_field("L", d)
CLAIM = Bound(gradient(L(w), w).T @ gradient(L(w), w), w.T @ w)
THEOREM = Theorem(__name__, CLAIM, near_misses={"one more": Bound(CLAIM.left + 1, CLAIM.right)})
'''


def results(paths: list[Path], folder: Path | None = None, **how: object) -> list[TheoremResult]:
    with Store(folder, pytest.fail) as store:
        return run(loader.load([str(path) for path in paths]), QUICK, store, **how)  # type: ignore[arg-type]


def called(*arguments: object, code: int) -> str:
    done = CliRunner().invoke(cli, [str(a) for a in arguments])
    assert done.exit_code == code, done.output
    return done.output


def test_the_small_counterexample_comes_first_with_both_sides(tmp_path: Path) -> None:
    path = files.write(tmp_path, TRACES, stem="traces_apart")
    output = called("run", path, "--budget", "quick", "--no-cache", "--json", tmp_path / "out.json", code=1)
    [place] = [line for line in output.splitlines() if line.startswith("  fails at ")]
    assert place == "  fails at d = 2, m = 1, A = [0 1], G = [1 0; 0 0]"
    after = output.splitlines()[output.splitlines().index(place) + 1 :]
    assert [line.strip() for line in after[:2]] == ["left   0", "!= right  1"]
    assert after[2].strip().startswith("normproof replay --from ")
    assert output.count("normproof replay") == 1, "what each rule came across stands in the JSON"
    [found] = json.loads((tmp_path / "out.json").read_text())["results"]
    assert (found["counterexample"]["left"], found["counterexample"]["right"]) == ("0", "1")
    assert f"'{found['counterexample']['witness']}'" in output
    assert sum(item["witness"] is not None for item in found["evidence"]) > 1


def test_functions_are_told_in_words(tmp_path: Path) -> None:
    output = called("run", files.write(tmp_path, GRADIENT), "--budget", "quick", "--no-cache", code=1)
    assert "  fails at d = 1, w = 0, L = cubic: sum_i t_i/i + (1/2) sum_i i t_i^2 + (1/3) (sum_i t_i)^3\n" in output
    assert "\n    left   1\n  > right  0\n" in output
    assert in_words("bowl") == "bowl: sum_i i^2 t_i + (1/4) sum_i t_i^2"
    assert in_words("tanh") == "tanh"


def test_no_mutants_are_run_of_it_wherever_the_work_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [files.write(tmp_path, TRACES), files.write(tmp_path)]
    aside = results(paths, executor=processes(2))
    asked: list[str] = []
    perform = runner.perform
    monkeypatch.setattr(runner, "perform", lambda work, t: asked.append(work.label) or perform(work, t))
    here = results(paths)
    for false, true in (here, aside):
        assert (false.verdict, true.verdict) == (Verdict.REFUTED, Verdict.PROVED)
        assert not false.mutants
        assert true.mutants
        assert false.authored
    assert here[0].counterexample == aside[0].counterexample
    assert not any("mutants" in label and label.startswith(here[0].theorem.id) for label in asked)
    assert any("mutants" in label and label.startswith(here[1].theorem.id) for label in asked)


def test_a_second_run_makes_nothing_smaller_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = files.write(tmp_path, TRACES)
    [first] = results([path], tmp_path / "cache")
    assert first.counterexample is not None, "made where it is asked for, and kept"
    monkeypatch.setattr(sides, "evaluated", lambda theorem, witness: pytest.fail("evaluated again"))
    [second] = results([path], tmp_path / "cache")
    assert second.counterexample == first.counterexample
    assert not second.mutants


def test_of_several_witnesses_the_simplest_is_made_smaller(tmp_path: Path) -> None:
    [result] = results([files.write(tmp_path, TRACES)])
    witnesses = [item.witness for item in result.evidence if item.witness]
    assert len(witnesses) > 1
    least = sides.simplest(result.theorem, witnesses)
    assert least in witnesses
    assert sides.simplest(result.theorem, witnesses[::-1]) == least
    assert all(measure(parse(least)[1]) <= measure(parse(w)[1]) for w in witnesses)


def test_what_cannot_be_replayed_is_no_counterexample() -> None:
    d = dimension("d")
    A, G, w, L = matrix("A", d), symmetric("G", d), vector("w", d), scalar_field("L", d)
    claim = Identity(trace(A @ G), trace(A) * trace(G))
    theorem = Theorem("tests.false", claim, near_misses={"n": Bound(w.T @ gradient(L(w), w), trace(A))}, docstring="T.")
    for witness in ("{", '{"claim":"another","instance":{}}', f'{{"claim":"tests.false","instance":{LARGEST}}}'):
        assert sides.evaluated(theorem, witness) is None


def test_many_survivors_are_one_line_with_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    from dataclasses import replace

    from verify.command import summary
    from verify.results.records import MUTANT, Fate, NearMissResult

    d = dimension("d")
    A = matrix("A", d)
    claim = Identity(trace(A.T), trace(A))
    theorem = Theorem("tests.many", claim, near_misses={"n": Identity(trace(A), 2 * trace(A))}, docstring="Many.")
    survivors = tuple(NearMissResult(f"{theorem.id}{MUTANT}slip {n}", "mutant", Fate.SURVIVED) for n in range(212))
    result = TheoremResult(theorem, Verdict.SUPPORTED, "mutants survived", (), survivors, "all d >= 1", "nothing")
    summary.table([result], 1.0)
    output = capsys.readouterr().out
    assert output.count("mutant survived: ") == summary.FEW
    assert "  and 207 mutants more survived: normproof show tests.many --all\n" in output
    summary.table([replace(result, near_misses=survivors[:3])], 1.0)
    assert "more survived" not in capsys.readouterr().out
