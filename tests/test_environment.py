"""Every test meets the same examples and the same environment, whoever runs it and on whatever machine."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from conftest import SEED, cleaned
from hypothesis import HealthCheck, settings

from verify.settings import THREADS

HOSTILE = {
    "NORMPROOF_CACHE": "/elsewhere",
    "NORMPROOF_DEBUG": "1",
    "COLUMNS": "7",
    "LINES": "3",
    "NO_COLOR": "1",
    "FORCE_COLOR": "1",
    "PAGER": "false",
    "LANG": "tr_TR.ISO-8859-9",
    "LC_ALL": "de_DE",
    "PYTHONWARNINGS": "ignore",
    "PYTHONHASHSEED": "3",
    "SYMPY_GROUND_TYPES": "python",
    "HYPOTHESIS_PROFILE": "ci",
    "TEXINPUTS": "/elsewhere",
    "MPLBACKEND": "tkagg",
    "TERM": "dumb",
    "OMP_NUM_THREADS": "8",
}


def test_no_variable_of_the_caller_reaches_a_test() -> None:
    assert cleaned({**HOSTILE, "PATH": "/bin", "PYTHONPATH": "/here"}) == {
        "PATH": "/bin", "PYTHONPATH": "/here", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
        "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip
    assert not os.environ.keys() & (HOSTILE.keys() - {"LANG", "LC_ALL", *THREADS})
    assert os.environ["LC_ALL"] == "C.UTF-8"


def test_torch_computes_in_one_thread_as_in_every_run() -> None:
    import torch

    assert torch.get_num_threads() == 1


def test_examples_are_the_same_every_time(pytestconfig: pytest.Config) -> None:
    explored = pytestconfig.getoption("explore")
    assert settings.default is not None
    assert settings.default.derandomize is (explored is None)
    assert settings.default.deadline is None
    assert HealthCheck.too_slow in settings.default.suppress_health_check
    if explored is None:
        assert pytestconfig.getoption("randomly_seed", SEED) == SEED


def test_no_test_fails_by_the_clock() -> None:
    """A limit of time in a test is `files.HANG`, which guards against what hangs."""
    clocks = re.compile(r"timeout=(?!files\.HANG)|monotonic\(\) *[+<]|deadline=(?!None)|(?:elapsed|spent) *<")
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        searched = path.parent.name == "mutation"  # no test: a mutant that hangs is one that was noticed
        if path.name not in ("test_environment.py", "files.py") and not searched:
            assert not clocks.search(path.read_text(encoding="utf-8")), f"{path} has a limit of time of its own"
