"""What every test shares: the same examples every time, an environment of its own, programs that may be missing, and
one thread for torch, as in every run of `normproof`: with two, each of two workers waits for the other at every step.

Every run draws the same examples in the same order; `--explore` draws others, with a seed that it prints, and so does
`make check`. No variable of the caller reaches a test, and none fails by the clock: limits of time in tests guard
against what hangs, and are far longer than a loaded machine takes.

`@pytest.mark.needs("pdflatex")` skips where the program is missing, and `needs("pyarrow")` where the library is; under
CI=true the same is a failure.
"""

from __future__ import annotations

import importlib.util
import os
import random
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from verify.settings import THREADS

PROGRAMS = {"chromium": ("chromium", "chromium-browser", "google-chrome", "chrome")}
LIBRARIES = {"pyarrow": "pip install pyarrow"}  # optional ones, and how they are had
MISSING: pytest.StashKey[Counter[str]] = pytest.StashKey()
SEED = 10  # of every run that does not explore
EXPLORED = 2**32
# What a test may see of the caller: where programs and Python's modules lie, what pytest itself says, and the device.
KEPT = frozenset(
    re.findall(
        r"\w+",
        """PATH PYTHONPATH VIRTUAL_ENV HOME USERPROFILE USER LOGNAME TMPDIR TEMP TMP SYSTEMROOT WINDIR COMSPEC PATHEXT
        CI LD_LIBRARY_PATH DYLD_LIBRARY_PATH CUDA_VISIBLE_DEVICES CUDA_HOME COVERAGE_PROCESS_START""",
    )
)
KEPT_PREFIXES = ("PYTEST_", "COV_CORE_", "LOKY_")


def cleaned(environment: dict[str, str]) -> dict[str, str]:
    """The environment that every test runs in, whoever runs it."""
    kept = {name: value for name, value in environment.items() if name in KEPT or name.startswith(KEPT_PREFIXES)}
    return {**kept, **dict.fromkeys(THREADS, "1"), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


def program(name: str) -> str | None:
    """The path of a program under any of the names it goes by, or None."""
    return next(filter(None, map(shutil.which, PROGRAMS.get(name, (name,)))), None)


def found(name: str) -> bool:
    """Is there such a program, or such an optional library?"""
    return importlib.util.find_spec(name) is not None if name in LIBRARIES else program(name) is not None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--explore",
        nargs="?",
        const=random.SystemRandom().randrange(EXPLORED),
        type=int,
        metavar="SEED",
        help="Draw other examples, in another order, than every run does; the seed is printed and can be given again.",
    )


@pytest.hookimpl(tryfirst=True)  # before pytest-randomly draws a seed of its own
def pytest_configure(config: pytest.Config) -> None:
    config.stash[MISSING] = Counter()
    kept = cleaned(dict(os.environ))
    os.environ.clear()
    os.environ.update(kept)
    seed = config.getoption("explore")
    patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
    settings.register_profile("same", patient, derandomize=True)
    settings.register_profile("explore", patient, derandomize=False, print_blob=True)  # under CI it is True otherwise
    settings.load_profile("same" if seed is None else "explore")
    if seed is not None:
        config.option.hypothesis_seed = str(seed)
    if getattr(config.option, "randomly_seed", None) == "default":
        config.option.randomly_seed = SEED if seed is None else seed


def pytest_report_header(config: pytest.Config) -> str:
    seed = config.getoption("explore")
    return "examples: the same as always" if seed is None else f"examples: --explore={seed} draws these again"


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            if not found(name):
                item.config.stash[MISSING][name] += 1
                message = f"needs {name}, which is not installed (remedy: {LIBRARIES.get(name, 'make system')})"
                if os.environ.get("CI") == "true":
                    pytest.fail(message, pytrace=False)
                pytest.skip(message)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    skipped = Counter(
        name
        for report in terminalreporter.stats.get("skipped", [])
        for name in _missing(str(getattr(report, "longrepr", "")))
    )
    for name, count in sorted(skipped.items()):
        remedy = LIBRARIES.get(name, "make system")
        terminalreporter.write_line(f"{count} tests not run: they need {name}, which is not installed ({remedy})")


def _missing(reason: str) -> Iterator[str]:
    if "needs " in reason and ", which is not installed" in reason:
        yield reason.split("needs ")[1].split(",")[0]


@pytest.fixture(autouse=True)
def _environment_of_its_own() -> Iterator[None]:
    """What a library sets for processes that it starts, as Dask does with the seed of hashes, reaches no other test."""
    before = dict(os.environ)
    yield
    for name in os.environ.keys() - before.keys():
        if not name.startswith(KEPT_PREFIXES):
            del os.environ[name]


@pytest.fixture(autouse=True)
def _fresh_comparisons() -> None:
    """Definitions are compared with their references once in a process; a test may put other references in place."""
    pairing = sys.modules.get("verify.floating.pairing")
    if pairing is not None:
        pairing.compared.cache_clear()
