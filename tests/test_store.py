"""The store: it survives interruption, notices damage, and reuses a result only if nothing it rests on has changed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import fake_rules
import files
import pytest

from theory import define, dimension, positive_definite, real, symmetric, vector
from verify.command.imported import ROOT, modules, reached
from verify.proof.kernel import Verdict
from verify.proof.observations import (
    CaseOutcome,
    DenseCase,
    DenseTrace,
    DerivationTrace,
    LineTrace,
    PartTrace,
    SamplingTrace,
)
from verify.results import codec, fingerprint
from verify.results import store as store_module
from verify.results.records import Fate, NearMissResult, TheoremResult
from verify.results.store import NAME, Store, Stored
from verify.running.rulebook import RuleSpec
from verify.running.runner import run
from verify.settings import Budget, Settings

VALUES = [
    DerivationTrace((PartTrace("a", True, (LineTrace(1, "=", False, ("x", "y"), "problem"),)),)),
    DenseTrace((DenseCase("", (("d", 2),), CaseOutcome.EQUAL), DenseCase("p", (), CaseOutcome.UNKNOWN, "why", None))),
    SamplingTrace("float32", "cpu", 4, 4, 0, 0, 0, float("inf"), (1, 2, 3), None, (("d", "2..8"),)),
    NearMissResult("t/n", "author", Fate.REFUTED, "{}", "1", "2", 0.5, False),
]


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "calls.log"
    path.touch()
    monkeypatch.setenv("FAKE_RULES_LOG", str(path))
    return path


def go(path: Path, folder: Path, settings: Settings | None = None) -> tuple[TheoremResult, list[str]]:
    from verify.loading import loader

    warnings: list[str] = []
    with Store(folder, warnings.append) as store:
        [result] = run(loader.load([str(path)]), settings or Settings(), store, rules=fake_rules.GOOD)
    return result, warnings


@pytest.mark.parametrize("value", VALUES, ids=lambda v: type(v).__name__)
def test_round_trip(value: object, tmp_path: Path) -> None:
    assert codec.decode(codec.encode(value)) == value
    with Store(tmp_path, pytest.fail) as store:
        store.put("k", "unit", value, 1.25)
    with Store(tmp_path, pytest.fail) as store:
        found = store.get("k")
        assert found is not None
        assert (found.value, found.seconds) == (value, 1.25)
        assert store.get("other") is None


def test_what_became_of_a_near_miss_is_one_of_four() -> None:
    kept = codec.encode(NearMissResult("t/n", "author", Fate.SURVIVED))
    assert codec.decode(kept).verdict is Fate.SURVIVED
    for fault in ('"won"', "1", "null", "true", '["survived"]'):
        with pytest.raises(codec.CodecError, match="not a stored value"):
            codec.decode(kept.replace('"survived"', fault))


def test_an_outcome_is_stored_as_its_text_and_no_other_text_is_one() -> None:
    kept = codec.encode(DenseCase("", (("d", 2),), CaseOutcome.EQUAL))
    assert '"outcome":"equal"' in kept
    assert codec.decode(kept).outcome is CaseOutcome.EQUAL
    for fault in ('"holds"', '"Equal"', "1", "null", '["equal"]', '{"class":"LineTrace","fields":{}}'):
        with pytest.raises(codec.CodecError, match="not a stored value"):
            codec.decode(kept.replace('"equal"', fault))
    with pytest.raises(codec.CodecError, match="not a stored value"):
        codec.decode('{"class":"DenseCase","fields":{"part":"","sizes":[]}}')


def test_only_observations_are_stored() -> None:
    for value in (Verdict.PROVED, object(), {"a": 1}, Fraction(1, 2)):
        with pytest.raises(codec.CodecError):
            codec.encode(value)
    for text in ('{"class":"Evidence","fields":{}}', '{"class":"LineTrace","fields":{"x":1}}', "{", '{"a":1}'):
        with pytest.raises(codec.CodecError):
            codec.decode(text)


def test_second_run_computes_nothing(tmp_path: Path, log: Path) -> None:
    path = files.write(tmp_path)
    first, _ = go(path, tmp_path / "cache")
    calls = log.read_text()
    second, _ = go(path, tmp_path / "cache")
    assert log.read_text() == calls
    assert second.verdict is first.verdict is Verdict.PROVED
    assert all(item.cached for item in (*second.evidence, *second.near_misses))
    assert not any(item.cached for item in (*first.evidence, *first.near_misses))


@pytest.mark.parametrize("settings", [Settings(seed=1), Settings(budget=Budget.QUICK)])
def test_settings_are_part_of_the_key(tmp_path: Path, log: Path, settings: Settings) -> None:
    path = files.write(tmp_path)
    go(path, tmp_path / "cache")
    log.write_text("")
    go(path, tmp_path / "cache", settings)
    rerun = sorted({line.split()[0] for line in log.read_text().splitlines()})
    assert rerun == ["enclosure", "miss", "sampling"]  # the derivation speaks of every size: no seed, no budget


@pytest.mark.parametrize("change", ["versions", "ground", "source"])
def test_surroundings_are_part_of_the_key(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    path = files.write(tmp_path)
    go(path, tmp_path / "cache")
    calls = log.read_text()
    if change == "ground":
        monkeypatch.setenv("SYMPY_GROUND_TYPES", "planted")
    elif change == "versions":
        monkeypatch.setattr(fingerprint, "versions", lambda: {"sympy": "0"})
    else:
        monkeypatch.setattr(fingerprint, "source_code", lambda: "other")
    go(path, tmp_path / "cache")
    assert sorted(log.read_text().splitlines()) == sorted(calls.splitlines() * 2)


@pytest.mark.parametrize(
    ("rule", "spec"),
    [
        ("enclosure", RuleSpec("fake_rules:enclosure", symbolic=True)),
        ("enclosure", RuleSpec("fake_rules:sampling", variants=("float64",))),
        ("sampling", RuleSpec("fake_rules:sampling", variants=("float64", "bfloat16"))),
        ("dense", RuleSpec("fake_rules:enclosure")),
    ],
)
def test_how_a_rule_is_called_is_part_of_its_key(tmp_path: Path, log: Path, rule: str, spec: RuleSpec) -> None:
    """Only what is called in another way is called again."""
    theorem = files.theorem(tmp_path)
    for rules in (fake_rules.GOOD, {**fake_rules.GOOD, rule: spec}):
        log.write_text("")
        with Store(tmp_path / "cache", pytest.fail) as store:
            run([theorem], Settings(), store, rules=rules)
    assert [line.split()[0] for line in log.read_text().splitlines()] == [spec.target.split(":")[1]]


def test_tampered_row_is_dropped_and_run_again(tmp_path: Path, log: Path) -> None:
    path, cache = files.write(tmp_path), tmp_path / "cache"
    go(path, cache)
    log.write_text("")
    with sqlite3.connect(cache / NAME) as connection:
        connection.execute("UPDATE evidence SET payload = replace(payload, '256', '512') WHERE unit LIKE '%enclosure'")
    connection.close()
    result, warnings = go(path, cache)
    assert len(warnings) == 1
    assert "enclosure is damaged" in warnings[0]
    assert log.read_text().split()[0] == "enclosure"
    assert result.verdict is Verdict.PROVED
    assert go(path, cache)[1] == []


def resigned(connection: sqlite3.Connection, payload: str) -> None:
    """A payload put into every row, with a digest that fits it."""
    for key, unit, seconds in connection.execute("SELECT key, unit, seconds FROM evidence").fetchall():
        digest = store_module._digest(key, unit, payload, seconds)
        connection.execute("UPDATE evidence SET payload = ?, digest = ? WHERE key = ?", (payload, digest, key))


LINE = '{"class":"LineTrace","fields":{"number":%s,"relation":"=","accepted":true}}'
DAMAGE: dict[str, Callable[[sqlite3.Connection], object]] = {
    "BLOB": lambda c: c.execute("UPDATE evidence SET payload = CAST(payload AS BLOB)"),
    "no text": lambda c: c.execute("UPDATE evidence SET payload = CAST(x'fffe00' AS TEXT)"),
    "a unit of bytes": lambda c: c.execute("UPDATE evidence SET unit = x'1b5b33316d'"),
    "a unit that is no text": lambda c: c.execute("UPDATE evidence SET unit = CAST(x'ff1b' AS TEXT)"),
    "time as text": lambda c: c.execute("UPDATE evidence SET seconds = 'soon'"),
    "time without end": lambda c: c.execute("UPDATE evidence SET seconds = 9e999"),
    "digest": lambda c: c.execute("UPDATE evidence SET digest = 'no'"),
    "digest as a number": lambda c: c.execute("UPDATE evidence SET digest = x''"),
    "deep nesting": lambda c: resigned(c, "[" * 100_000 + "]" * 100_000),
    "deep objects": lambda c: resigned(c, '{"class":"A","fields":{"a":' * 3000 + "1" + "}}" * 3000),
    "a number of too many digits": lambda c: resigned(c, LINE % ("1" * 10_000)),
    "a float for a count": lambda c: resigned(c, LINE % "1.5"),
    "a text for a count": lambda c: resigned(c, LINE % '"1"'),
    "a negative count": lambda c: resigned(c, LINE % "-1"),
    "a field too few": lambda c: resigned(c, '{"class":"LineTrace","fields":{"number":1}}'),
    "fields as a list": lambda c: resigned(c, '{"class":"LineTrace","fields":[1]}'),
    "a class that is none": lambda c: resigned(c, '{"class":["LineTrace"],"fields":{}}'),
    "no JSON": lambda c: resigned(c, "{"),
    "empty": lambda c: resigned(c, ""),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_row_that_is_not_what_we_wrote_is_dropped_and_reported(tmp_path: Path, damage: str) -> None:
    warnings: list[str] = []
    with Store(tmp_path, pytest.fail) as store:
        store.put("k", "unit", VALUES[0], 1.25)
    connection = sqlite3.connect(tmp_path / NAME)
    with connection:
        DAMAGE[damage](connection)
    connection.close()
    with Store(tmp_path, warnings.append) as store:
        assert store.get("k") is None
        assert store.count() == 0
        assert len(warnings) == 1
        assert "is damaged" in warnings[0]
        assert len(warnings[0]) < 500
        store.put("k", "unit", VALUES[0], 1.25)
        assert store.get("k") == Stored(VALUES[0], 1.25)


def scribbled(path: Path) -> None:
    """The pages behind the header overwritten."""
    data = bytearray(path.read_bytes())
    data[2048:] = b"\xff" * (len(data) - 2048)
    path.write_bytes(bytes(data))


FILES: dict[str, Callable[[Path], object]] = {
    "no database": lambda path: path.write_bytes(b"not a database" * 1000),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "scribbled over": scribbled,
    "another program's table": lambda path: another_table(path),
}


def another_table(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("CREATE TABLE evidence (key TEXT, digest TEXT)")
    connection.close()


@pytest.mark.parametrize("damage", FILES)
def test_a_file_that_is_no_sound_database_is_put_aside_and_reported(tmp_path: Path, damage: str) -> None:
    with Store(tmp_path, pytest.fail) as store:
        for k in range(50):
            store.put(f"k{k}", "unit" * 100, VALUES[0], 1.25)
    FILES[damage](tmp_path / NAME)
    warnings: list[str] = []
    with Store(tmp_path, warnings.append) as store:
        for k in range(50):
            if store.get(f"k{k}") is None:
                store.put(f"k{k}", "unit", VALUES[0], 1.25)
    assert len(warnings) == 1
    assert "put aside" in warnings[0]
    assert (tmp_path / f"{NAME}.damaged").exists()
    with Store(tmp_path, pytest.fail) as store:
        assert store.count() == 50
        assert all(store.get(f"k{k}") == Stored(VALUES[0], 1.25) for k in range(50))


def test_a_folder_that_cannot_be_used_is_survived(tmp_path: Path) -> None:
    path = files.write(tmp_path)
    (tmp_path / "file").touch()
    result, warnings = go(path, tmp_path / "file")
    assert result.verdict is Verdict.PROVED
    assert len(warnings) == 1
    assert "NORMPROOF_CACHE" in warnings[0]


class _Held(sqlite3.Connection):
    """A file that another process holds the first `TIMES` times that it is asked for."""

    TIMES = 2
    asked = 0

    def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        if "journal_mode" in statement:
            _Held.asked += 1
            if _Held.asked <= self.TIMES:
                error = sqlite3.OperationalError("database is locked")
                error.sqlite_errorcode = sqlite3.SQLITE_BUSY_RECOVERY
                raise error
        return super().execute(statement, *values)


@pytest.mark.parametrize("times", [2, 10**9])
def test_who_holds_the_file_is_waited_for_though_not_forever(
    times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two runs begun at once in a new folder: SQLite answers "database is locked" to one of them, now and then."""
    connect, warnings = sqlite3.connect, []
    monkeypatch.setattr(sqlite3, "connect", lambda at, **more: connect(at, factory=_Held, **more))
    monkeypatch.setattr(_Held, "TIMES", times)
    monkeypatch.setattr(_Held, "asked", 0)
    monkeypatch.setattr(store_module, "PATIENCE", 5.0 if times == 2 else 0.1)
    with Store(tmp_path, warnings.append) as store:
        assert store.usable == (times == 2)
    assert _Held.asked > 2
    assert ["database is locked" in warning for warning in warnings] == [True] * (times > 2)


class _Unlocked(sqlite3.Connection):
    """SQLite on a network's folder whose locks do not work."""

    def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        if "journal_mode" in statement:
            raise sqlite3.OperationalError("locking protocol")
        return super().execute(statement, *values)


def _nobody(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize("how", ["cannot be made", "read-only", "of a network"])
def test_a_folder_that_cannot_be_written_to_loses_nothing(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own ways to refuse stand for the folder: for whoever runs the tests, none may be read-only."""
    path, folder = files.write(tmp_path), tmp_path / "cache"
    connect, made = sqlite3.connect, Path.mkdir
    if how != "cannot be made":
        go(path, folder)
    kept = (folder / NAME).read_bytes() if folder.exists() else b""
    if how == "cannot be made":
        monkeypatch.setattr(Path, "mkdir", lambda at, **how: _nobody() if at == folder else made(at, **how))
    elif how == "read-only":
        monkeypatch.setattr(sqlite3, "connect", lambda at, **more: connect(f"file:{at}?mode=ro", uri=True, **more))
    else:
        monkeypatch.setattr(sqlite3, "connect", lambda at, **more: connect(at, factory=_Unlocked, **more))
    result, [warning] = go(path, folder)
    assert result.verdict is Verdict.PROVED
    assert str(folder) in warning
    assert "the run goes on without it" in warning
    monkeypatch.undo()
    if kept:
        assert (folder / NAME).read_bytes() == kept
        with Store(folder, pytest.fail) as store:
            assert store.count() > 0


def test_a_folder_of_somebody_else_gets_no_file_but_the_cache(tmp_path: Path) -> None:
    """A .gitignore of ours in the folder of a project would hide all of it."""
    with Store(tmp_path, pytest.fail) as store:
        assert store.usable
    assert not (tmp_path / ".gitignore").exists()
    with Store(tmp_path / "own", pytest.fail) as store:
        assert store.usable
    assert (tmp_path / "own" / ".gitignore").read_text() == "*\n"


def test_killed_run_goes_on_where_it_was(tmp_path: Path, log: Path) -> None:
    path, cache = files.write(tmp_path), tmp_path / "cache"
    program = (
        "import fake_rules\nfrom pathlib import Path\nfrom verify.loading import loader\n"
        "from verify.running.rulebook import RuleSpec\nfrom verify.running.runner import run\n"
        "from verify.settings import Settings\nfrom verify.results.store import Store\n"
        "rules = {**fake_rules.GOOD, 'slow': RuleSpec('fake_rules:slow')}\n"
        f"with Store(Path({str(cache)!r}), print) as store:\n"
        f"    run(loader.load([{str(path)!r}]), Settings(), store, rules=rules)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen([sys.executable, "-c", program], env=environment)
    files.until(lambda: "slow" in log.read_text() or child.poll() is not None)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert "slow" in log.read_text()
    finished = len(log.read_text().splitlines()) - 1
    assert finished >= 6
    log.write_text("")
    result, warnings = go(path, cache)
    assert log.read_text() == ""
    assert warnings == []
    assert result.verdict is Verdict.PROVED


def test_digests_tell_properties_apart_and_repeat_across_processes() -> None:
    d = dimension("d")
    w = vector("w", d)
    terms = [
        w,
        vector("w", d, nonzero=True),
        vector("w", 3),
        w.T,
        w.T @ w,
        positive_definite("S", d),
        symmetric("S", d),
    ]
    assert len({fingerprint.digest(term) for term in terms}) == len(terms)
    program = (
        "from theory import *\nfrom verify.results import fingerprint\n"
        "print(fingerprint.digest(positive_definite('S', dimension('d'))))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == fingerprint.digest(positive_definite("S", d))


def test_how_a_thing_is_printed_is_no_part_of_its_digest() -> None:
    assert fingerprint.digest(real("a")) == fingerprint.digest(real("a", tex=r"\alpha"))
    assert fingerprint.digest(real("a")) != fingerprint.digest(real("b", tex="a"))
    a = real("a")
    named = [define("f", (a,), a * a, tex=tex, source=source) for tex, source in (("f", ""), (r"\hat f", "here"))]
    assert len({fingerprint.digest(f(a)) for f in named}) == 1
    assert fingerprint.digest(named[0](a)) != fingerprint.digest(define("f", (a,), a * a, reference="bn_unit.f")(a))


def test_statement_and_derivation_are_told_apart(tmp_path: Path) -> None:
    theorem = files.theorem(tmp_path)
    reworded = replace(theorem, docstring="Another title.")
    bare = replace(theorem, parts=tuple(replace(p, derivation=None) for p in theorem.parts))
    assert fingerprint.argument(reworded) == fingerprint.argument(theorem)
    assert fingerprint.statement(bare) == fingerprint.statement(theorem)
    assert fingerprint.argument(bare) != fingerprint.argument(theorem)


def test_every_file_that_decides_is_part_of_the_key() -> None:
    names = {name for name, _ in fingerprint.source_files()}
    root = Path(fingerprint.__file__).parents[2]
    for folder in (
        "theory/terms",
        "theory/statements",
        "numerics",
        "verify/proof/matrices",
        "verify/proof/numbers",
        "verify/rules",
        "verify/exact",
        "verify/floating",
        "verify/adversary",
    ):
        found = {path.relative_to(root).as_posix() for path in (root / folder).rglob("*.py")}
        assert found
        assert found <= names
    assert "theory/statements/claims.py" in names
    assert "verify/running/rulebook.py" not in names  # what it says of a rule is in the key of each unit
    assert not any(name.startswith(("theory/theorems", "verify/press", "verify/command")) for name in names)


def test_what_is_no_part_of_the_key_is_reached_by_no_rule() -> None:
    """How a statement was read, or under which former name a file imports it, decides nothing of what is seen of it."""
    starts = [name for name in modules() if name.startswith(("verify.rules", "verify.adversary", "verify.proof"))]
    seen = {path.relative_to(ROOT).as_posix() for path in reached(starts).values()}
    assert "verify/exact/deciding.py" in seen
    assert not {name for name in seen if name.startswith(("theory/grammar/", "theory/former.py", "verify/command/"))}
    assert not {name for name, _ in fingerprint.source_files() if name.startswith(("theory/grammar/", "theory/former"))}


# ---- what failed --------------------------------------------------------------------------------------------
def test_what_failed_is_kept_beside_the_cache(tmp_path: Path) -> None:
    with Store(tmp_path, pytest.fail) as store:
        assert store.failures() == str(tmp_path / store_module.FAILURES)
        assert not (tmp_path / store_module.FAILURES).exists()
    with Store(None, pytest.fail) as store:
        assert store.failures() == ""


@pytest.mark.parametrize("how", ["a file", "read-only"])
def test_a_folder_of_failures_that_cannot_be_used_is_told_once(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cache" / store_module.FAILURES
    with Store(path.parent, pytest.fail):
        pass
    if how == "a file":
        path.write_text("something else")
    else:
        path.mkdir()
        monkeypatch.setattr(os, "access", lambda *_: False)  # for whoever runs the tests, nothing is read-only
    result, warnings = go(files.write(tmp_path), path.parent)
    assert result.verdict is Verdict.PROVED
    [told] = warnings
    assert str(path) in told
    assert "the run goes on without" in told


def test_a_disk_that_fills_up_costs_the_cache_and_nothing_else(tmp_path: Path) -> None:
    """SQLite's own limit of pages stands for the disk: the run warns once, finds the same, and keeps what it had."""
    from verify.loading import loader

    theorems = loader.load([str(files.write(tmp_path)) for _ in range(3)])
    warnings: list[str] = []
    with Store(None, pytest.fail) as store:
        expected = run(theorems, Settings(), store, rules=fake_rules.GOOD)
    with Store(tmp_path / "cache", warnings.append) as store:
        assert store._connection is not None
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        store._connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        found = run(theorems, Settings(), store, rules=fake_rules.GOOD)
    assert [r.verdict for r in found] == [r.verdict for r in expected]
    assert [[e.observation for e in r.evidence] for r in found] == [
        [e.observation for e in r.evidence] for r in expected
    ]
    [warning] = warnings
    assert "full" in warning
    assert "the run goes on without it" in warning
    with Store(tmp_path / "cache", pytest.fail) as store:
        assert 0 < store.count() < 6 * len(theorems)
