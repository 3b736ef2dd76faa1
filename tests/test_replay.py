"""The line of Python beside a counterexample: pasted as it is shown, it shows both sides again."""

from __future__ import annotations

import html
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from verify.adversary.replaying import WitnessError
from verify.command.cli import cli
from verify.errors import UserError
from verify.replay import described, python_line, replay, replayed, shell_line

WITNESS = (
    '{"claim":"decoupling.variance/inputs not centred","instance":{"sizes":{"d":1},"values":{"S":[["1"]],"w":[["1"]]},'
    '"laws":{"x":{"points":[["1"]],"weights":["1"]}},"functions":{}}}'
)
SHOWN = """claim:   decoupling.variance/inputs not centred
at:      d = 1, S = 1, w = 1, x in {(1)}
left:    0
right:   1
outcome: different at 128 bits"""


def python(line: str, folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    ran = subprocess.run([sys.executable, "-c", line], cwd=folder, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return ran.stdout.strip()


def test_one_function_shows_claim_instance_sides_and_outcome() -> None:
    assert replay(WITNESS) == SHOWN == described(replayed(WITNESS))


def test_the_command_line_prints_the_same() -> None:
    assert CliRunner().invoke(cli, ["replay", WITNESS], standalone_mode=False).output.strip() == SHOWN


def test_a_witness_with_quotes_stays_one_literal() -> None:
    witness = WITNESS.replace("inputs not centred", "the mean's part")
    seen: list[str] = []
    line = python_line(witness).replace("from verify.replay import replay; ", "")
    exec(line, {"replay": seen.append})
    assert seen == [witness]
    assert shlex.split(shell_line(witness)) == ["normproof", "replay", witness]


def test_damage_is_named() -> None:
    with pytest.raises(WitnessError, match="no instance of the claim"):
        replay(WITNESS.replace('"S":[["1"]]', '"S":[["2"]]'))
    with pytest.raises(UserError):
        replay(WITNESS.replace("decoupling.variance", "decoupling.no-such-thing"))


def test_the_lines_of_report_and_terminal_work_as_they_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ["run", "decoupling.variance", "--budget", "quick", "--device", "cpu", "--report", "report"]
    assert CliRunner().invoke(cli, arguments, standalone_mode=False).exception is None
    terminal = CliRunner().invoke(cli, ["show", "decoupling.variance"], standalone_mode=False).output
    page = html.unescape((tmp_path / "report" / "theorems" / "decoupling.variance.html").read_text())
    shown = re.findall(r"^ *(from verify\.replay import .*)$", terminal, flags=re.M)
    printed = re.findall(r"<code>(from verify\.replay import .*)</code>", page)
    assert len(shown) >= 3
    assert set(shown) <= set(printed)  # the page shows mutants as well
    for line in printed:
        lines: list[str] = []
        exec(line, {"print": lines.append})
        assert "outcome: different at " in lines[0]
    commands = re.findall(r"^ *(normproof replay .*)$", terminal, flags=re.M)
    for line, command in zip(shown[:1], commands[:1], strict=True):
        assert python(line, tmp_path) == replay(shlex.split(command)[2])
    for command in commands:
        assert "outcome: different at " in replay(shlex.split(command)[2])
