"""Rules with known outcomes, importable by name in worker processes, for the tests of the runner and the store."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from theory import NearMiss, Theorem
from verify.proof.observations import DerivationTrace, EnclosureTrace, LineTrace, PartTrace, SamplingTrace
from verify.results.records import NearMissResult
from verify.running.executors import NEAR_MISS
from verify.running.rulebook import RuleSpec
from verify.settings import Settings

GOOD = {
    "derivation": RuleSpec("fake_rules:derivation", symbolic=True),
    "enclosure": RuleSpec("fake_rules:enclosure"),
    "sampling": RuleSpec("fake_rules:sampling", variants=("float64", "float32")),
    NEAR_MISS: RuleSpec("fake_rules:refute"),
}


def note(what: str) -> None:
    """Append to the file that a test watches, so that it can count calls across processes."""
    if "FAKE_RULES_LOG" in os.environ:
        with Path(os.environ["FAKE_RULES_LOG"]).open("a") as log:
            log.write(what + "\n")


def derivation(theorem: Theorem, settings: Settings) -> DerivationTrace:
    note(f"derivation {theorem.id}")
    parts = []
    for part in theorem.parts:
        numbers = range(1, 1 + len(part.derivation.lines if part.derivation else ()))
        parts.append(
            PartTrace(part.label, bool(numbers), tuple(LineTrace(n, "=", True, ("algebra",)) for n in numbers))
        )
    return DerivationTrace(tuple(parts))


def half_derived(theorem: Theorem, settings: Settings) -> DerivationTrace:
    return DerivationTrace((PartTrace("", True, (LineTrace(1, "=", True),)),) * 2)


def enclosure(theorem: Theorem, settings: Settings) -> EnclosureTrace:
    note(f"enclosure {theorem.id}")
    return EnclosureTrace(256, 8, 8, 8, 0, ranges=(("d", "1..4"),))


def refuting(theorem: Theorem, settings: Settings) -> EnclosureTrace:
    return EnclosureTrace(256, 8, 8, 7, 0, witness='{"claim": "x", "instance": {}}')


def vacuous(theorem: Theorem, settings: Settings) -> EnclosureTrace:
    return EnclosureTrace(256, 8, 0, 0, 0)


def sampling(theorem: Theorem, settings: Settings, dtype: str) -> SamplingTrace:
    note(f"sampling {theorem.id} {dtype}")
    return SamplingTrace(dtype, settings.device, 100 + settings.seed, 100 + settings.seed, 1, 1, 0, 0.25, (3, 2))


def refute(theorem: Theorem, name: str, miss: NearMiss, settings: Settings) -> NearMissResult:
    note(f"miss {theorem.id} {name}")
    return NearMissResult(f"{theorem.id}/{name}", "author", "refuted", '{"claim": "x", "instance": {}}', "1", "2")


def survive(theorem: Theorem, name: str, miss: NearMiss, settings: Settings) -> NearMissResult:
    return NearMissResult(f"{theorem.id}/{name}", "author", "survived")


def leave(theorem: Theorem, name: str, miss: NearMiss, settings: Settings) -> NearMissResult:
    return NearMissResult(f"{theorem.id}/{name}", "author", "untried")


def crash(theorem: Theorem, settings: Settings) -> EnclosureTrace:
    raise ZeroDivisionError("planted")


def liar(theorem: Theorem, settings: Settings) -> str:
    return "proved"


def die(theorem: Theorem, settings: Settings) -> EnclosureTrace:
    os._exit(7)


def interrupt(theorem: Theorem, settings: Settings) -> EnclosureTrace:
    raise KeyboardInterrupt


def slow(theorem: Theorem, settings: Settings) -> EnclosureTrace:
    note(f"slow {theorem.id}")
    time.sleep(3600)
    return enclosure(theorem, settings)


def mutants(theorem: Theorem, settings: Settings, label: str) -> tuple[NearMissResult, ...]:
    return (
        NearMissResult(f"{theorem.id}/mutant: planted survivor", "mutant", "survived"),
        NearMissResult(f"{theorem.id}/mutant: planted lie", "mutant", "refuted", "{}", "1", "2"),
    )


def endless(theorem: Theorem, settings: Settings) -> EnclosureTrace:
    while True:
        try:
            theorem.symbols  # noqa: B018
        except Exception:
            continue


def first(theorem: Theorem, what: str) -> bool:
    """Is this the first call that asks for this, among all processes that write to the same log?"""
    try:
        Path(f"{os.environ['FAKE_RULES_LOG']}.{what}.{theorem.id}").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def once(theorem: Theorem, what: str, number: signal.Signals) -> None:
    """The first call that asks for this sends its own process the signal."""
    note(f"{what} {theorem.id}")
    if first(theorem, what):
        os.kill(os.getpid(), number)


def killed_once(theorem: Theorem, settings: Settings) -> EnclosureTrace:
    once(theorem, "killed", signal.SIGKILL)
    return enclosure(theorem, settings)


def killed(theorem: Theorem, settings: Settings) -> EnclosureTrace:
    note(f"killed {theorem.id}")
    os.kill(os.getpid(), signal.SIGKILL)
    return enclosure(theorem, settings)


def halted_once(theorem: Theorem, settings: Settings) -> EnclosureTrace:
    once(theorem, "halted", signal.SIGSTOP)
    return enclosure(theorem, settings)


def slow_here(theorem: Theorem, settings: Settings) -> EnclosureTrace:
    note(f"slow {os.getpid()}")
    time.sleep(3600)
    return enclosure(theorem, settings)


def brief(theorem: Theorem, settings: Settings) -> EnclosureTrace:
    note(f"brief {os.getpid()}")
    time.sleep(0.2)
    return EnclosureTrace(256, 8, 8, 8, 0, ranges=(("d", "1..4"),))
