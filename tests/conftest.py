"""What every test shares: tests that need a program say so, and their absence is counted, never silent.

`@pytest.mark.needs("pdflatex")` skips where the program is missing; under CI=true the same is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator

import pytest

PROGRAMS = {"chromium": ("chromium", "chromium-browser", "google-chrome", "chrome")}
MISSING: pytest.StashKey[Counter[str]] = pytest.StashKey()


def program(name: str) -> str | None:
    """The path of a program under any of the names it goes by, or None."""
    return next(filter(None, map(shutil.which, PROGRAMS.get(name, (name,)))), None)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[MISSING] = Counter()


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            if program(name) is None:
                item.config.stash[MISSING][name] += 1
                message = f"needs {name}, which is not installed (remedy: make system)"
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
        terminalreporter.write_line(f"{count} tests not run: they need {name}, which is not installed (make system)")


def _missing(reason: str) -> Iterator[str]:
    if "needs " in reason and ", which is not installed" in reason:
        yield reason.split("needs ")[1].split(",")[0]
