"""`pytest --normproof` in a project of its own: what it collects, what it says, and that it is not there otherwise."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
from pathlib import Path

import files
import pytest

from verify.replay import replay
from verify.running.rulebook import RULES

# Installed with its entry point, the plugin is loaded by pytest itself, and a second time would be once too often.
LOADED = any(point.name == "normproof" for point in importlib.metadata.entry_points(group="pytest11"))
ASKED = () if LOADED else ("-p", "verify.pytest_plugin")

WRONG = '''"""The square of a multiple, with the factor once."""
from theory import Identity, Theorem, dimension, real, vector

d = dimension("d")
w, a = vector("w", d), real("a")
CLAIM = Identity((a * w).T @ (a * w), a * (w.T @ w))
THEOREM = Theorem(__name__, CLAIM, near_misses={"true": Identity(CLAIM.left, a**2 * (w.T @ w))})
'''
SUITE = '''"""Tests of somebody's own, beside theorems."""
import sys

BEFORE = {"theory", "torch", "sympy"} & set(sys.modules)

from theory import Theorem  # the name alone makes no theorem file of a test


def test_own():
    assert Theorem


def test_nothing_was_loaded_before():
    assert not BEFORE
'''
PROPERTIES = """from hypothesis import settings
from my_theorems.good import THEOREM as GOOD
from my_theorems.wrong_square import THEOREM as WRONG
from verify.testing import property_test

same = settings(derandomize=True, deadline=None, max_examples=20, database=None)
test_good = property_test(GOOD, settings=same)
test_wrong = property_test(WRONG, settings=same)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two theorems, a helper and a test of the user's own."""
    folder = tmp_path / "my_theorems"
    folder.mkdir()
    files.write(folder, stem="good")
    (folder / "wrong_square.py").write_text(WRONG)
    (folder / "helper.py").write_text("NUMBER = 3\n")
    (folder / "_draft.py").write_text("from theory import Theorem\nTHEOREM = Theorem(\n")
    (folder / "test_own.py").write_text(SUITE)
    return tmp_path


def asked(folder: Path, *arguments: str, cache: Path | None = None) -> tuple[int, str]:
    """pytest in a project of its own, warnings as errors: the exit code and what it printed."""
    root = Path(__file__).parent.parent
    environment = {
        **os.environ,
        "NORMPROOF_CACHE": str(cache or folder / "cache"),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(root), str(folder), os.environ.get("PYTHONPATH", "")))),
    }
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"):
        environment.pop(name, None)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *ASKED, "-v", "-W", "error", "-p", "no:randomly", "-p", "no:cacheprovider",
         "--rootdir", str(folder), "-c", os.devnull, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return ran.returncode, ran.stdout + ran.stderr


def outcomes(printed: str) -> dict[str, str]:
    """Each test with what became of it."""
    found = re.findall(r"^(?:my_theorems/)?(\S+?::\S+) (PASSED|FAILED|SKIPPED)", printed, flags=re.M)
    return dict(found)


def test_a_test_for_each_theorem_and_rule(project: Path) -> None:
    code, printed = asked(project, "--normproof", "my_theorems")
    assert code == 1
    found = outcomes(printed)
    rules = [*(rule.replace(" ", "-") for rule in RULES), "verdict"]
    assert {name: found.pop(f"good.py::{name}") for name in rules} == dict.fromkeys(rules, "PASSED")
    assert found.pop("test_own.py::test_own") == "PASSED"
    found.pop("test_own.py::test_nothing_was_loaded_before")  # here the theorem files were
    refuted = {
        name: found[f"wrong_square.py::{name}"] for name in ("dense", "enclosure", "sampling", "verdict", "near-miss")
    }
    assert refuted == dict.fromkeys(refuted, "FAILED")
    assert found["wrong_square.py::derivation"] == "SKIPPED", "what is undecided never passes"
    assert set(found) == {f"wrong_square.py::{name}" for name in rules}

    told = dict(re.findall(r"^_+ \S+: (\S+) _+\n(.*?)(?=\n[_=]{4})", printed, flags=re.M | re.S))
    lines = told["verdict"].split("\n")
    assert lines[0] == "expected user.wrong-square to be proved"
    assert [line.split(":")[0].strip() for line in lines[1:5]] == ["got", "where", "remedy", "witness"]
    witness, path = lines[4].partition("witness: ")[2], project / "my_theorems" / "wrong_square.py"
    assert "the claim fails" in replay(witness, str(path))
    assert "expected every false neighbour of" in told["near-miss"]
    assert "/true survived (this near miss is true" in told["near-miss"]


def test_finished_evidence_is_taken_from_the_cache_and_one_rule_can_be_asked_for(project: Path) -> None:
    code, printed = asked(project, "--normproof", "my_theorems/good.py", "-k", "dense or verdict")
    assert (code, outcomes(printed)) == (0, {"good.py::dense": "PASSED", "good.py::verdict": "PASSED"})
    (project / "my_theorems" / "test_light.py").write_text(
        "import sys\n\n\ndef test_light():\n    assert 'torch' not in sys.modules\n"
    )
    code, printed = asked(project, "--normproof", "my_theorems/good.py", "my_theorems/test_light.py")
    assert code == 0, printed
    assert len(outcomes(printed)) == len(RULES) + 2


def test_without_the_option_nothing_is_there(project: Path) -> None:
    code, printed = asked(project, "my_theorems")
    names = ("test_own", "test_nothing_was_loaded_before")
    assert (code, outcomes(printed)) == (0, {f"test_own.py::{name}": "PASSED" for name in names})
    assert "normproof:" not in printed
    assert not (project / "cache").exists()


def test_a_property_test_is_collected_from_a_users_suite(project: Path) -> None:
    (project / "test_properties.py").write_text(PROPERTIES)
    code, printed = asked(project, "test_properties.py")
    assert (code, outcomes(printed)) == (
        1,
        {"test_properties.py::test_good": "PASSED", "test_properties.py::test_wrong": "FAILED"},
    )
    assert "AssertionError: expected my-theorems.wrong-square to hold at every instance" in printed
    assert 'witness: {"claim":"my-theorems.wrong-square"' in printed


@pytest.mark.parametrize("cache", ["usable", "a file"])
def test_bad_input_is_told(cache: str, project: Path) -> None:
    empty = project / "empty"
    empty.mkdir()
    (empty / "notes.py").write_text("NUMBER = 3\n")
    place = project / "place"
    if cache == "a file":
        place.write_text("no folder")
        code, printed = asked(project, "--normproof", "my_theorems/good.py", "-k", "derivation", cache=place)
        assert code == 0
        assert printed.count("normproof: the cache") == 1
        assert "the run goes on without it" in printed
        return
    code, printed = asked(project, "--normproof", "empty")
    assert code == 5  # pytest's own for no tests
    assert "normproof: no theorem file in empty. Remedy: normproof new" in printed
    (empty / "broken.py").write_text("THEOREM = (\n")
    (empty / "unfinished.py").write_text('"""A start."""\nfrom theory import Theorem\nSTATED = Theorem\n')
    code, printed = asked(project, "--normproof", "empty", "--continue-on-collection-errors")
    assert code in (1, 2)
    assert "expected a theorem file that Python can read" in printed
    assert "expected the file to end with THEOREM = Theorem" in printed
    assert "Traceback" not in printed
