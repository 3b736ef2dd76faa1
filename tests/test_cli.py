"""The command line as its users meet it: commands, exit codes, one message per mistake, the JSON contract."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import files
import pytest
from click.testing import CliRunner, Result

from verify.command.cli import cli
from verify.command.templates import TEMPLATES
from verify.loading import loader
from verify.press.pages.dependencies import layers
from verify.results.store import NAME
from verify.running import runner

FALSE = '''"""A length is not homogeneous of degree one when squared."""
from theory import Identity, Theorem, dimension, real, start, vector
d = dimension("d")
w = vector("w", d)
a = real("a")
CLAIM = Identity((a * w).T @ (a * w), a * (w.T @ w))
DERIVATION = start(CLAIM.left).equals(CLAIM.right)
THEOREM = Theorem(__name__, CLAIM, DERIVATION, near_misses={"n": Identity(CLAIM.left, w.T @ w)})
'''
IMPOSSIBLE = '''"""From an assumption that nothing satisfies."""
from theory import Identity, Theorem, at_most, dimension, number, real, start, vector
d = dimension("d")
w = vector("w", d)
a = real("a")
NEVER = at_most(a**2, number(-1), note="a square below zero")
CLAIM = Identity(a * (w.T @ w) + a, a * (1 + w.T @ w))
DERIVATION = start(CLAIM.left).equals(CLAIM.right)
THEOREM = Theorem(__name__, CLAIM, DERIVATION, assumptions=(NEVER,),
                  near_misses={"n": Identity(CLAIM.left, w.T @ w)})
'''


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NORMPROOF_CACHE", raising=False)


def call(*arguments: object, code: int = 0, text: str | None = None) -> Result:
    result = CliRunner().invoke(cli, [str(a) for a in arguments], input=text)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


def mistake(*arguments: object) -> str:
    """A call that is wrong: exit code 3 and exactly one message."""
    output = call(*arguments, code=3).stderr
    assert output.count("error:") == 1
    return output


def test_help_names_every_command() -> None:
    output = call("--help").output
    for name in ("run", "list", "show", "graph", "export", "new", "replay", "doctor", "bench"):
        assert f"  {name} " in output


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_help_has_a_short_name_everywhere(command: str) -> None:
    assert call(command, "-h").output == call(command, "--help").output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rnu"], "run"),
        (["run", "--bugdet", "quick"], "--budget"),
        (["run", "--budget", "huge"], "standard"),
        (["run", "--jobs", "0"], "0"),
        (["run", "--seed", "x"], "x"),
        (["run", "--seed", "9" * 400], "4294967295"),
        (["run", "--jobs", "1000000000"], "256"),
        (["run", "--executor", "procesess:2"], "did you mean processes"),
        (["run", "--executor", "serial", "--jobs", "2"], "--jobs alone, or with --executor dask"),
        (["rate", "relu", "--digits", "9" * 400], "100"),
        (["rate", "relu", "--batch", "9" * 400], "batch sizes"),
        (["rate", "relu", "--batch", "4," * 3000 + "4"], "at most 64"),
        (["run", "decoupling.no-such-thing"], "decoupling.no-such-thing"),
        (["run", "absent.py"], "nothing there"),
        (["show", "decopling"], "decopling"),
        (["list", "no-such-topic"], "no-such-topic"),
        (["graph", "-o", "graph.png"], ".svg"),
        (["export", "--to", "word", "-o", "x"], "latex"),
        (["export"], "--to"),
        (["replay", "{"], "JSON"),
        (["replay", "{}"], "instance"),
        (["replay", "absent.json"], "No such file"),
        (["new", "9 lives"], "9 lives"),
        (["new", "fractions"], "no other module"),
        (["new", "x", "--kind", "limit"], "'scalar', 'erratum'"),
    ],
)
def test_mistakes(arguments: list[str], words: str) -> None:
    assert words in mistake(*arguments)


def test_unwritable_outputs_are_refused_before_any_work(tmp_path: Path) -> None:
    path = files.write(tmp_path)
    (tmp_path / "taken").touch()
    for arguments in (
        ["run", path, "--report", "taken/report"],
        ["run", path, "--report", "taken"],
        ["run", path, "--json", "taken/out.json"],
        ["run", path, "--json", tmp_path],
        ["graph", path, "-o", "taken/graph.dot"],
        ["new", "a", "--into", "taken"],
        ["export", path, "--to", "latex", "-o", "taken/out"],
        ["export", path, "--to", "markdown", "-o", "taken/out.md"],
        ["export", path, "--to", "html", "-o", "taken"],
    ):
        mistake(*arguments)
    assert not (tmp_path / ".normproof").exists()


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="needs /dev/full, a disk that is always full")
def test_full_disk_is_one_message_and_devices_are_not_replaced(tmp_path: Path) -> None:
    path = files.write(tmp_path)
    message = mistake("run", path, "--budget", "quick", "--json", "/dev/full")
    assert "No space left on device" in message
    assert "/dev/full" in message
    assert Path("/dev/full").is_char_device()
    (tmp_path / "full.md").symlink_to("/dev/full")
    assert "full.md" in mistake("export", path, "--budget", "quick", "--to", "markdown", "-o", "full.md")
    call("run", path, "--budget", "quick", "--json", "/dev/null")
    assert Path("/dev/null").is_char_device()


def test_a_file_system_that_fails_elsewhere_is_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(selectors: object) -> None:
        raise OSError(5, "Input/output error", "/some/place")

    monkeypatch.setattr("verify.loading.catalogue.select", fails)
    message = mistake("list")
    assert "Input/output error" in message
    assert "/some/place" in message


def test_an_assumption_that_nothing_satisfies_is_one_message(tmp_path: Path) -> None:
    output = call("run", files.write(tmp_path, IMPOSSIBLE), "--budget", "quick", code=2).stdout
    assert output.count("vacuous") == 1
    assert "nothing meets what is assumed: a^2 <= -1, where -1 < a^2 is derived" in output
    assert "not refuted" not in output


def test_an_assumption_of_which_no_instance_is_found_is_not_called_a_contradiction(tmp_path: Path) -> None:
    unmet = IMPOSSIBLE.replace("at_most(a**2, number(-1)", "equal(a**2, number(2)").replace("at_", "equal, at_", 1)
    output = call("run", files.write(tmp_path, unmet), "--budget", "quick", code=2).stdout
    assert "remedy: see whether the assumptions contradict" in output
    assert "nothing meets" not in output


def test_cuda_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    from verify.running import devices

    monkeypatch.setattr(devices, "_no_cuda", lambda: "planted: no device")
    assert "planted: no device" in mistake("run", "--device", "cuda")
    assert devices.resolve("auto") == "cpu"


def test_list(tmp_path: Path) -> None:
    path = files.write(tmp_path)
    assert "A square of a multiple" in call("list", path).output
    [row] = json.loads(call("list", path, "--json").output)["theorems"]
    assert row["id"] == f"user.{path.stem.replace('_', '-')}"
    assert row["kind"] == "theorem"


def test_run_writes_the_contract(tmp_path: Path) -> None:
    used = files.write(tmp_path)
    user = files.using(tmp_path, used)
    output = call("run", user, "--budget", "quick", "--json", "out.json").stdout
    assert "2 proved" in output
    data = json.loads((tmp_path / "out.json").read_text())
    assert data["schema"] == 1
    assert {"schema", "versions", "environment", "seed", "results", "summary"} <= data.keys()
    assert [r["selected"] for r in data["results"]] == [False, True]
    for row in data["results"]:
        assert {"id", "kind", "topic", "title", "verdict", "expected", "as_expected", "source", "uses"} <= row.keys()
        assert row["verdict"] == row["expected"] == "proved"
        assert row["claim_range"] == "all d >= 1"
        for item in row["evidence"]:
            assert {
                "rule",
                "verdict",
                "instances",
                "device",
                "dtype",
                "range",
                "witness",
                "seconds",
                "cached",
            } <= item.keys()
        rules = {item["rule"] for item in row["evidence"]}
        assert rules == {"derivation", "sympy", "dense", "enclosure", "sampling"}
        assert all({"id", "origin", "verdict", "witness"} <= miss.keys() for miss in row["near_misses"])
    summary = data["summary"]
    assert summary["proved"] == 2
    assert summary["unexpected"] == 0
    assert summary["near_misses"] == {"refuted": 4, "equivalent": 0, "survived": 0}
    assert summary["mutants"]["survived"] == 0
    made = [miss for row in data["results"] for miss in row["near_misses"] if miss["origin"] == "mutant"]
    assert len(made) == sum(summary["mutants"].values()) > 10
    again = call("run", user, "--budget", "quick").stdout
    assert again.count("cached") == 2


def test_false_claim_is_refuted_and_replays(tmp_path: Path) -> None:
    path = files.write(tmp_path, FALSE)
    call("run", path, "--budget", "quick", "--json", "out.json", code=1)
    [row] = json.loads((tmp_path / "out.json").read_text())["results"]
    assert row["verdict"] == "refuted"
    witness = row["near_misses"][0]["witness"]
    assert "the claim fails" in call("replay", witness, "--from", path).output
    (tmp_path / "witness.json").write_text(witness)
    assert "the claim fails" in call("replay", "witness.json", "--from", path).output
    assert "the claim fails" in call("replay", "-", "--from", path, text=witness).output
    assert f"user.{path.stem}".replace("_", "-") in mistake("replay", witness)  # not known without its file
    assert "no such lie" in mistake("replay", witness.replace("/n", "/no such lie"), "--from", path)
    assert "expected" in mistake("replay", witness.replace("values", "vlaues"), "--from", path)


def test_show(tmp_path: Path) -> None:
    path = files.write(tmp_path)
    before = call("show", path, "--all").output
    assert "✓  = a^2 * w' w" in before
    assert "not tried yet" in before
    assert "vacuous" not in before
    call("run", path, "--budget", "quick")
    after = call("show", path, "--all").output
    assert "not tried yet" not in after
    assert "sampling" in after
    [line] = [row for row in after.splitlines() if "replay" in row][:1]
    assert "the claim fails" in call(*shlex.split(line)[1:]).output


def test_show_begins_with_the_verdict_and_fits_on_a_screen(tmp_path: Path) -> None:
    path = files.write(tmp_path)
    before = call("show", path).output.splitlines()
    verdict = next(row for row in before if row.startswith("  "))
    assert verdict.split(maxsplit=2)[:2] == ["not", "run"]
    assert "1 line accepted by the checker just now" in verdict
    assert not any("vacuous" in row for row in before)
    call("run", path, "--budget", "quick")
    after = call("show", path).output.splitlines()
    assert next(row for row in after if row.startswith("  ")).startswith("  proved    derivation")
    assert "  ✓ by " in "\n".join(after)
    assert len(after) <= 24
    assert any(row.startswith("normproof show ") and "--all" in row for row in after)


@pytest.mark.parametrize("suffix", ["dot", "svg", "json", "mmd", "txt"])
def test_graph(tmp_path: Path, suffix: str) -> None:
    used = files.write(tmp_path)
    user = files.using(tmp_path, used)
    call("graph", user, "-o", f"out.{suffix}")
    content = (tmp_path / f"out.{suffix}").read_text()
    for path in (used, user):
        assert path.stem.replace("_", "-") in content
    if suffix == "svg":
        arrows = ElementTree.fromstring(content).findall("{http://www.w3.org/2000/svg}path")
        assert len(arrows) == 2, "one edge, and the arrow of the legend"
        assert 'class="node not-run"' in content
        call("run", user, "--budget", "quick")
        call("graph", user, "-o", "after.svg")
        assert 'class="node proved"' in (tmp_path / "after.svg").read_text()
    if suffix == "json":
        assert len(json.loads(content)["edges"]) == 1


def test_layers_put_used_theorems_first(tmp_path: Path) -> None:
    used = files.write(tmp_path)
    user = files.using(tmp_path, used)
    ordered = runner.in_order(loader.load([str(user), str(used)]))
    first, second = (theorem.id for theorem in ordered)
    assert layers(ordered) == ([[first], [second]], [(first, second)])
    assert layers(ordered[1:]) == ([[second]], []), "what is not drawn has no edges"


def test_new_asks_for_a_name_alone_and_writes_a_statement_that_is_derived() -> None:
    said = call("new", "my first").output
    assert "written: my_first.py" in said
    text = Path("my_first.py").read_text()
    assert len(text.splitlines()) <= 10
    assert "start(" not in text
    assert "derived by the program" in call("run", "my_first.py", "--budget", "quick").output


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_new_file_runs_as_it_is(tmp_path: Path, kind: str) -> None:
    name = files.fresh(f"new-{kind}")
    call("new", name, "--kind", kind, "--into", "mine")
    [path] = (tmp_path / "mine").iterdir()
    assert len(path.read_text().splitlines()) <= (10 if kind == "statement" else 60)
    verdict = {"experiment": "1 supported", "erratum": "1 of 1 erratum refuted"}.get(kind, "1 proved")
    assert verdict in call("run", path, "--budget", "quick").stdout
    assert "replace this by" in call("show", path, "--all").stdout or "your own statement here" in path.read_text()
    assert "not taken" in mistake("new", name, "--kind", kind, "--into", "mine")


def test_the_print_of_a_new_erratum_is_what_is_refuted(tmp_path: Path) -> None:
    """Put right, it is no erratum: exit code 1."""
    name = files.fresh("new-erratum")
    call("new", name, "--kind", "erratum")
    path = tmp_path / f"{name.replace('-', '_')}.py"
    path.write_text(path.read_text().replace("/ (variance(y) + eps), norm", "/ (variance(y) + eps) ** HALF, norm"))
    path.write_text(path.read_text().replace("\nPRINTED =", "\nHALF = Fraction(1, 2)\nPRINTED ="))
    path.write_text(path.read_text().replace("annotations\n", "annotations\n\nfrom fractions import Fraction\n", 1))
    assert "0 of 1 erratum refuted" in call("run", path, "--budget", "quick", code=1).stdout


def test_doctor_finds_python() -> None:
    output = call("doctor").output
    assert "Python" in output
    assert "broken" not in output


AT_WORK_FOR_EVER = """import os, time
from pathlib import Path
if (first := Path(__file__).with_suffix(".pid")).exists() and first.read_text() != str(os.getpid()):
    time.sleep(3600)
first.write_text(str(os.getpid()))"""  # only the run itself may load the file: a worker never gets to what it is for


def test_interrupted_run_keeps_its_work(tmp_path: Path) -> None:
    """Ctrl-C in the middle of a run in a process of its own: exit code 130, one message, no traceback."""
    paths = [str(files.write(tmp_path)) for _ in range(12)]
    waiting = files.write(tmp_path, imports=AT_WORK_FOR_EVER)  # so that however slow the look, the run still goes on
    paths.append(str(waiting))
    environment = {**os.environ, "NORMPROOF_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "verify", "run", *paths, "--jobs", "2"]
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=files.hears_ctrl_c,
    ) as child:
        files.until(lambda: rows(tmp_path / "cache") >= 2)
        child.send_signal(signal.SIGINT)
        _, stderr = child.communicate(timeout=files.HANG)
    assert child.returncode == 130
    assert "Traceback" not in stderr
    assert stderr.count("interrupted") == 1
    assert rows(tmp_path / "cache") >= 2


def rows(folder: Path) -> int:
    """How many results a cache holds, read from outside."""
    if not (folder / NAME).exists():
        return 0
    with contextlib.closing(sqlite3.connect(folder / NAME)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM evidence").fetchone()[0])
        except sqlite3.OperationalError:  # not made yet
            return 0
