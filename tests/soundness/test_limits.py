"""What would take for ever, or all memory, is refused at the door with its bound and a remedy: work counted, not timed.

Each test would hang, or be killed for memory, without the limit that it is about.
"""

from __future__ import annotations

import gc
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import FrameType

import fake_rules
import files
import pytest
from click.testing import CliRunner

from theory import define, dimension, eye, number, ones, real, vector
from theory import terms as t
from theory.terms import CalculusError, Term, limits
from theory.terms.text import text
from theory.typeset.formulas import latex
from verify import patience
from verify.adversary.mutating.mutants_of_theorems import mutants_of
from verify.command.cli import cli
from verify.command.templates import TEMPLATES
from verify.errors import UserError
from verify.loading import loader
from verify.proof.kernel import Verdict
from verify.proof.matrices.forms import CannotDecide, Context
from verify.proof.matrices.normal_form import normal_form
from verify.results import fingerprint
from verify.results.store import Store
from verify.rules import measurable
from verify.running import executors, runner
from verify.running.rulebook import RuleSpec
from verify.settings import Budget, Settings

a = real("a")


def repeated(step: Callable[[Term], Term], times: int) -> Term:
    term: Term = a
    for _ in range(times):
        term = step(term)
    return term


def folded(times: int) -> Term:
    """2^times occurrences of a, behind names."""
    f = define("f", (a,), a * a)
    for k in range(times):
        f = define(f"f_{k}", (a,), f(f(a)))
    return f(a)


REFUSED: dict[str, tuple[Callable[[], Term], str]] = {
    "a number to a power": (lambda: number(3) ** 10**8, "exponent p/q"),
    "a long number to a power": (lambda: number(10**3000) ** 5, "digits"),
    "a small number to a negative power": (lambda: number(Fraction(1, 7)) ** -9999, "digits"),
    "a symbol to a power": (lambda: a ** (10**9), "exponent p/q"),
    "a root": (lambda: a ** Fraction(1, 10**9), "exponent p/q"),
    "a power made without its builder": (lambda: t.Power(a, Fraction(10**9)), "exponent p/q"),
    "a long number": (lambda: number(10**5000), "digits"),
    "a product of numbers": (lambda: number(10**3000) * number(10**3000), "digits"),
    "powers of powers": (lambda: ((a + 1) ** 1000 + 1) ** 1000, "written out"),
    "doubling": (lambda: repeated(lambda x: x * x, 60), "written out"),
    "doubling behind names": (lambda: folded(60), "written out"),
    "depth": (lambda: repeated(abs, 10**5), "nested"),
    "depth of products": (lambda: repeated(lambda x: a * x, 10**5), "nested"),
    "a long sum": (lambda: repeated(lambda x: x + a, 10**5), "terms in a sum"),
    "a long product": (lambda: repeated(lambda x: x @ eye(1), 10**5), "factors in a product"),
    "a vector": (lambda: vector("v", 10**9), "explicit size"),
    "an identity": (lambda: eye(10**9), "explicit size"),
    "ones": (lambda: ones(10**400), "some 401 digits"),
    "a zero": (lambda: t.Zero((10**9, 1)), "explicit size"),
    "a product of shapes": (lambda: ones(99) @ ones(99).T, "entries"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_term_that_nobody_could_finish_is_refused(name: str) -> None:
    make, words = REFUSED[name]
    with pytest.raises(CalculusError, match=r"expected .* got .*Remedy: ") as problem:
        make()
    assert words in str(problem.value)
    assert len(str(problem.value)) < 400


def test_what_is_just_allowed_can_be_read_by_every_reader() -> None:
    """A reader that needs more stack than Python has, or more digits than Python prints, would fail here."""
    deepest = repeated(lambda x: abs(x + 1), (limits.DEPTH - 1) // 2)
    power = a**limits.EXPONENT
    long = number(Fraction(10**3900, 10**3899 + 1))
    for term in (deepest, power, long, ones(limits.SIZE), eye(30), repeated(lambda x: x + a, limits.BREADTH - 1)):
        assert text(term)
        assert latex(term)
        assert fingerprint.digest(term)


def test_terms_are_weighed_with_powers_and_definitions_written_out() -> None:
    """The weight bounds the nodes of what is written out, and no honest term is near the bound."""
    x = vector("x", dimension("d"))
    form = define("q", (x,), (x.T @ x) ** 2)
    square = form.body
    assert isinstance(square, t.Power)
    assert square._weight >= 2 * sum(1 for _ in t.walk(square.base))
    twice = define("q_2", (x,), form(x) * form(x))
    assert twice(x)._weight >= 2 * square._weight
    assert twice(x)._weight < 100


@pytest.mark.parametrize("exponent", [0.5, "1/2", "1e999999999", True, None])
def test_an_exponent_is_an_exact_number_and_not_a_text(exponent: object) -> None:
    with pytest.raises(CalculusError, match="expected an exact exponent"):
        a**exponent  # type: ignore[operator]


BAD_TEX = [
    r"\input{x}", r"\write18{ls}", r"\def\x{}", r"\csname x\endcsname", r"\catcode 1", r"\text{a_b}", "a%", "{a", "a}",
    "x^2^3", "x_a_b", "x^2'", "_", "^2", "'", "a_", r"\hat", r"\hat\hat y", r"x^\hat y", "a$b", "a&b", "a~b", "a\\\\b",
    "#1", "{" * 50 + "}" * 50, "a\nb", "é", "a\x1b[31m", "a<script>", "x" * 10**6, "\\", 3,
]  # fmt: skip
BAD_NAMES = [
    "", "2", "_x", "x_", "x__y", "a b", "a%", "a$", "a\\b", "a{b", "a&b", "a#b", "a^b", "a~", "<script>", "a|b", "a[b]",
    "a`b", "a\x1b[31m", "a\nb", "é", "‮a", "x" * 10**6, 3, None,
]  # fmt: skip


@pytest.mark.parametrize("tex", BAD_TEX, ids=lambda tex: ascii(tex)[:20])
def test_latex_of_a_symbol_is_letters_accents_and_scripts(tex: str) -> None:
    for make in (real, lambda name, tex: t.Activation(name, 2, tex), lambda name, tex: t.ScalarField(name, 2, tex)):
        with pytest.raises(CalculusError, match=r"f: expected LaTeX of letters") as problem:
            make("f", tex=tex)
        assert str(problem.value).isprintable()
    with pytest.raises(CalculusError, match="expected LaTeX"):
        define("f", (a,), a * a, tex=tex if tex != "#1" else "#2")


@pytest.mark.parametrize("name", BAD_NAMES, ids=lambda name: ascii(name)[:20])
def test_a_name_is_a_word_that_every_medium_prints(name: str) -> None:
    for make in (real, dimension, t.Activation, lambda n: t.ScalarField(n, 2), lambda n: define(n, (a,), a * a)):
        with pytest.raises(CalculusError, match=r"expected a (name|free name)") as problem:
            make(name)
        assert str(problem.value).isprintable()
        assert len(str(problem.value)) < 400


def test_names_and_latex_of_the_field_are_accepted() -> None:
    for name in ("w", "w_2", "c_*", "y'", "L_WN", "lam2", "batch_mean", "d_1"):
        assert real(name).name == name
    for tex in (r"\hat y", r"\tilde w", "W^*", r"f_{\mathrm{BN}}", r"\sigma_{i,j}^2", "x'^2", r"\|v\|_S", r"\bar{X}"):
        assert real("x", tex=tex).tex == tex  # type: ignore[attr-defined]
    for tex in (r"\|#1\|_S", r"\operatorname{var}_x[x^\top #1]", r"\hat{#1}"):
        assert define("f", (a,), a * a, tex=tex).tex == tex


# ---- what comes as text -------------------------------------------------------------------------------------
WITNESS = (
    '{"claim":"decoupling.variance/inputs not centred","instance":{"sizes":{"d":1},"values":{"S":[["1"]],"w":[["1"]]},'
    '"laws":{"x":{"points":[["1"]],"weights":["1"]}},"functions":{}}}'
)


def with_w(value: str) -> str:
    return WITNESS.replace('"w":[["1"]]', f'"w":[[{value}]]')


REPLAYED = {
    "an exponent": (with_w('"1e400000000"'), "digits"),
    "a negative exponent": (with_w('"1e-400000000"'), "digits"),
    "an exponent of many digits": (with_w(f'"1e{"9" * 5000}"'), "digits"),
    "many digits": (with_w(f'"{"7" * 5000}"'), "digits"),
    "a quotient by zero": (with_w('"1/0"'), "quotient by 0"),
    "a float": (with_w("1e999"), "rational as a string"),
    "other digits": (with_w('"\\u0661"'), "rational number"),
    "a size": (WITNESS.replace('"d":1', '"d":300000000'), "300,000,000"),
    "a size of many digits": (WITNESS.replace('"d":1', f'"d":3{"0" * 5000}'), "4300 digits"),
    "a size without end": (WITNESS.replace('"d":1', '"d":1e400'), "whole number from 1 to 100"),
    "braces": ('{"a":' * 2000 + "1" + "}" * 2000, "nested"),
    "brackets": (WITNESS.replace('"functions":{}', f'"functions":{"[" * 10**5}{"]" * 10**5}'), "nested"),
    "brackets that JSON reads": (WITNESS.replace('[["1"]]', "[" * 900 + "]" * 900, 1), "rational as a string"),
    "many points": (WITNESS.replace('"points":[["1"]]', f'"points":[{"[1]," * 5000}[1]]'), "at most 4,096"),
    "a long name": (WITNESS.replace("decoupling.variance", "x" * 10**5), "the id of a theorem"),
    "a long text": (WITNESS + " " * 10**6, "1,000,000"),
    "control characters": (WITNESS.replace("inputs not centred", "\\u001b[31m"), "does not state"),
}


@pytest.mark.parametrize("name", REPLAYED)
def test_a_witness_that_is_none_is_one_short_message(name: str) -> None:
    witness, words = REPLAYED[name]
    shown = CliRunner().invoke(cli, ["replay", "-"], input=witness)
    assert shown.exit_code == 3
    assert shown.output.count("error: ") == 1
    assert words in shown.output
    assert "Traceback" not in shown.output
    assert "\x1b" not in shown.output
    assert len(shown.output) < 3000


@pytest.mark.parametrize(
    ("text", "value"),
    [("-3/2", Fraction(-3, 2)), (" 0.25 ", Fraction(1, 4)), ("1e-9", Fraction(1, 10**9)), ("1e400", Fraction(10**400))],
)
def test_a_rational_is_read_as_it_is_written(text: str, value: Fraction) -> None:
    assert limits.rational(text) == value


@pytest.mark.parametrize(
    "text", ["", "x", "1e999999999", "-1e-999999999", "1/0", "0/0", "1/-2", "nan", "inf", "1_0", "٣", "9" * 10**6, "1e"]
)
def test_a_text_that_is_no_number_of_ours_is_refused_unread(text: str) -> None:
    with pytest.raises(ValueError, match=r"^expected a ") as problem:
        limits.rational(text)
    assert len(str(problem.value)) < 300


# ---- what nobody can know to be endless ---------------------------------------------------------------------
ENDLESS = '''"""A file that computes for ever, whatever it catches."""
while True:
    try:
        x = 1
    except Exception:
        pass
'''
LONG_NUMBER = '''"""A number of 10^9 digits."""
from fractions import Fraction
X = Fraction("1e999999999")
'''
on_posix = pytest.mark.skipif(not hasattr(signal, "SIGPROF"), reason="needs POSIX timers")


@on_posix
@pytest.mark.parametrize("text", [ENDLESS, LONG_NUMBER], ids=["a loop", "a number"])
def test_a_file_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(loader, "LOADING", 0.2)
    path = files.write(tmp_path, text)
    with pytest.raises(UserError) as problem:
        loader.load([str(path)])
    assert "processor time" in problem.value.expected
    assert str(path) in problem.value.where
    assert problem.value.remedy


@on_posix
def test_a_rule_that_never_ends_leaves_its_theorem_undecided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(executors.WORKING, Budget.QUICK, 0.2)
    rules = {**fake_rules.GOOD, "enclosure": RuleSpec("fake_rules:endless")}
    with Store(tmp_path / "cache", pytest.fail) as store:
        [result] = runner.run([files.theorem(tmp_path)], Settings(Budget.QUICK), store, rules=rules)
    assert result.verdict is Verdict.UNDECIDED
    assert "enclosure failed: stopped after 0 s of processor time" in result.reason
    assert "emedy: " in result.reason


def spin() -> None:
    while True:
        pass


@pytest.mark.skipif(not hasattr(time, "pthread_getcpuclockid"), reason="needs clocks of threads")
def test_a_thread_that_no_signal_reaches_is_bounded_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """So a worker of a cluster computes, beside the thread that talks to its scheduler. What it is told it forgets."""
    monkeypatch.setattr(patience, "LOOKING", 0.01)
    ended: list[str] = []

    def bounded() -> None:
        for seconds, work in ((0.05, spin), (1000.0, lambda: None), (0.05, spin)):
            try:
                with patience.within(seconds):
                    work()
            except patience.OutOfTime:
                ended.append("out of time")
            else:
                ended.append("done")

    worker = threading.Thread(target=bounded)
    worker.start()
    worker.join()
    assert ended == ["out of time", "done", "out of time"]


@on_posix
def test_bounds_lie_inside_one_another_and_leave_nothing_behind() -> None:
    with patience.within(1000.0):
        with pytest.raises(patience.OutOfTime), patience.within(0.05):
            spin()
        left, _ = signal.getitimer(signal.ITIMER_PROF)
        assert 900 < left < 1000
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0
    assert signal.getsignal(signal.SIGPROF) is signal.SIG_DFL


@on_posix
def test_a_bound_that_passes_where_it_would_be_swallowed_is_asked_about_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In a callback of the garbage collector what is raised is printed and lost: it is raised once that is over."""

    def callback(phase: str, info: dict[str, int]) -> FrameType:
        return sys._getframe()

    monkeypatch.setattr(patience, "SOON", 500.0)
    frame = callback("stop", {})
    with pytest.raises(patience.OutOfTime):
        patience._stop(signal.SIGPROF, frame)
    gc.callbacks.append(callback)
    try:
        with patience.within(1000.0):
            patience._stop(signal.SIGPROF, frame)
            assert 400 < signal.getitimer(signal.ITIMER_PROF)[0] <= 501
    finally:
        gc.callbacks.remove(callback)


def test_a_mutant_that_would_be_too_large_is_none(tmp_path: Path) -> None:
    """The claim's exponent is just allowed; twice it is not, and neither is the square of the power."""
    power = f"a**{limits.EXPONENT}"
    text = (
        files.GOOD.format(imports="", by="", more="")
        .replace("a**2", power)
        .replace("(a * w).T @ (a * w)", f"{power} * (w.T @ w)")
    )
    [theorem] = loader.load([str(files.write(tmp_path, text))])
    names = [mutant.lie.id for mutant in mutants_of(theorem)]
    assert names
    assert not any("doubled" in name for name in names)


HUGE = {"networks": 10**12, "batch": 10**9, "widths": (10**9, 2 * 10**9), "depths": tuple(range(10**5))}


@pytest.mark.parametrize("name", HUGE)
def test_an_experiment_that_no_machine_could_finish_is_refused(tmp_path: Path, name: str) -> None:
    text = TEMPLATES["experiment"].format(title="Large")
    old = re.search(rf"{name}=(\([^)]*\)|\w+)", text)
    assert old
    huge = f"tuple(range({10**5}))" if name == "depths" else repr(HUGE[name])
    path = files.write(tmp_path, text.replace(old[0], f"{name}={huge}"))
    with pytest.raises(UserError, match="at most"):
        measurable.require_measurable(loader.load([str(path)]))


def test_a_product_that_nobody_could_multiply_out_is_not_decided() -> None:
    """Twenty factors of three terms have some 10^9 products: a term of 80 nodes."""
    product = repeated(lambda x: x, 0)
    for k in range(20):
        product = product * (a + real("b") + real(f"x_{k}"))
    with pytest.raises(CannotDecide, match="too large to expand"):
        normal_form(Context(), product)
