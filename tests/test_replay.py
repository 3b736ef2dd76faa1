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

from verify.adversary.replaying import WitnessError, parse
from verify.command.cli import cli
from verify.errors import UserError
from verify.exact.witnesses import witness_json
from verify.press.pages.again import python_line, shell_line
from verify.replay import MEANING, described, replay, replayed

WITNESS = (
    '{"claim":"decoupling.variance/inputs not centred","instance":{"sizes":{"d":1},"values":{"S":[["1"]],"w":[["1"]]},'
    '"laws":{"x":{"points":[["1"]],"weights":["1"]}},"functions":{}}}'
)
SHOWN = """claim:   decoupling.variance/inputs not centred
at:      d = 1, S = 1, w = 1, x in {(1)}
left:    0
right:   1
outcome: left != right, the claim fails, at 128 bits"""


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


def test_a_witness_says_its_version_and_one_without_is_of_the_first() -> None:
    same = WITNESS[:-1] + ',"version":1}'
    assert witness_json(*parse(WITNESS)) == witness_json(*parse(same)) == same
    assert replay(same) == SHOWN
    for version in ("2", "0", "1.0", "true", '"1"', "null", "[1]"):
        with pytest.raises(WitnessError, match=r"of version .*Remedy: .* or a later one"):
            replay(WITNESS[:-1] + f',"version":{version}}}')


def test_nothing_is_a_witness_against_what_is_measured() -> None:
    instance = '{"sizes":{},"values":{},"laws":{},"functions":{}}'
    for name in ("explosion.gradient-growth", "explosion.gradient-growth/another"):
        line = f'{{"claim":"{name}","instance":{instance},"version":1}}'
        with pytest.raises(WitnessError, match=r"is measured.*Remedy: normproof run explosion\.gradient-growth"):
            replay(line)


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
    terminal = CliRunner().invoke(cli, ["show", "decoupling.variance", "--all"], standalone_mode=False).output
    page = html.unescape((tmp_path / "report" / "theorems" / "decoupling.variance.html").read_text())
    shown = re.findall(r"^ *(from verify\.replay import .*)$", terminal, flags=re.M)
    printed = re.findall(r"<code>(from verify\.replay import .*)</code>", page)
    assert len(shown) >= 3
    assert set(shown) <= set(printed)  # the page shows mutants as well
    for line in printed:
        lines: list[str] = []
        exec(line, {"print": lines.append})
        assert ", the claim fails, at " in lines[0]
    commands = re.findall(r"^ *(normproof replay .*)$", terminal, flags=re.M)
    for line, command in zip(shown[:1], commands[:1], strict=True):
        assert python(line, tmp_path) == replay(shlex.split(command)[2])
    for command in commands:
        assert ", the claim fails, at " in replay(shlex.split(command)[2])


OWN = '''"""A square is twice itself, which is false."""

from theory import ALGEBRA, Bound, Identity, Theorem, dimension, start, vector

v = vector("v", dimension("d"))
MISSES = {"at most": Bound(2 * (v.T @ v), v.T @ v)}
CLAIM = Identity(v.T @ v, 2 * (v.T @ v))
THEOREM = Theorem(__name__, CLAIM, start(CLAIM.left).equals(CLAIM.right, ALGEBRA), near_misses=MISSES)
'''


def test_the_lines_for_a_theorem_of_ones_own_name_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_square.py").write_text(OWN, encoding="utf-8")
    arguments = ["run", "my_square.py", "--budget", "quick", "--device", "cpu"]
    assert "1 refuted" in CliRunner().invoke(cli, arguments, standalone_mode=False).output
    terminal = CliRunner().invoke(cli, ["show", "my_square.py", "--all"], standalone_mode=False).output
    commands = re.findall(r"^ *(normproof replay .*)$", terminal, flags=re.M)
    outcomes = []
    for command in commands:
        words = shlex.split(command)
        assert words[2:4] == ["--from", "my_square.py"]
        done = CliRunner().invoke(cli, words[1:], standalone_mode=False)
        assert done.exception is None, done.output
        outcomes.append(done.output.strip().splitlines()[-1].split(",")[0])
    assert set(outcomes) == {"outcome: left != right", "outcome: left > right"}
    for line in re.findall(r"^ *(from verify\.replay import .*)$", terminal, flags=re.M):
        shown: list[str] = []
        exec(line, {"print": shown.append})
        assert ", the claim fails, at " in shown[0]


def test_every_relation_says_what_its_outcome_means() -> None:
    assert set(MEANING) == {(r, o) for r in ("=", "<=", "<", "sign") for o in ("different", "agree", "unknown")}
    assert MEANING["<", "different"].startswith("left >= right")
