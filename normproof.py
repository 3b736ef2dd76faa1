"""normproof in Python: state a theorem, verify it, look at what came out.

    import normproof as npf

    d = npf.dimension("d")
    w, a = npf.vector("w", d), npf.real("a")
    claim = npf.Identity((a * w).T @ (a * w), a**2 * (w.T @ w))
    proof = npf.start(claim.left).equals(claim.right, npf.ALGEBRA)
    miss = npf.Identity(claim.left, a * (w.T @ w))
    theorem = npf.Theorem("mine.length", claim, proof, near_misses={"a once": miss}, docstring="Lengths scale.")
    result = npf.verify(theorem, budget="quick")
    result.verdict, result.reason  # ("proved", "derivation: 1 line accepted, for all dimensions")

Everything of `theory` is here by its name there. Importing this module loads nothing; the rest comes when asked for.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from theory import *  # noqa: F403
    from theory import Term, Theorem
    from theory.terms import Symbol
    from verify.press.printers.html.notebook import Shown
    from verify.rates.rate import Rate as GrowthRate
    from verify.rates.trend import Stretch
    from verify.results.records import TheoremResult


class ShadowedError(ImportError):
    """A folder or file of the user has the name of one of normproof's packages and is found first."""


@dataclass(frozen=True)
class Result:
    """What came out for one theorem; in a notebook it shows itself as a card.

    details: the whole result, with every piece of evidence (`verify.results.records.TheoremResult`).
    """

    details: TheoremResult

    @property
    def verdict(self) -> str:
        """ "proved", "supported", "undecided" or "refuted"."""
        return self.details.verdict.value

    @property
    def reason(self) -> str:
        """Why, in one line."""
        return self.details.reason

    @property
    def witness(self) -> str | None:
        """The certified counterexample of a refuted claim, as `replay` takes it."""
        return next((item.witness for item in self.details.evidence if item.witness), None)

    def latex(self) -> str:
        """The statement and its proof in LaTeX, as `normproof latex` writes them."""
        from verify.press.pages import build
        from verify.press.printers.latex_page import page_tex

        return page_tex(build.of(self.details))

    def show(self) -> None:
        """Print the theorem with a mark on each line of its derivation, as `normproof show` does."""
        from verify.command.console import console
        from verify.press.pages import build
        from verify.press.printers import terminal

        terminal.show(console(), build.of(self.details))

    @property
    def derivation(self) -> Shown:
        """The lines as the checker left them, for a notebook: a table."""
        from verify.press.printers.html import notebook

        return notebook.Shown(notebook.derivations(self.details))

    @property
    def near_misses(self) -> Shown:
        """The false neighbours and where each one fails, for a notebook: a table."""
        from verify.press.printers.html import notebook

        return notebook.Shown(notebook.near_misses(self.details))

    def _repr_html_(self) -> str:
        from verify.press.printers.html import notebook

        return notebook.card(self.details)

    def __str__(self) -> str:
        return f"{self.details.theorem.id}: {self.verdict}, {self.reason}"


def verify(
    theorem: Theorem, *, budget: str = "standard", seed: int = 0, device: str = "auto", cache: bool = True
) -> Result:
    """Derive, attack and measure one theorem and those it cites.

    budget: "quick", "standard" or "thorough"; device: "auto", "cpu" or "cuda". What was found is kept in the cache that
    the command line uses, unless `cache` is False. Raises UserError for settings that there are not.
    """
    from verify.errors import UserError
    from verify.results.store import Store, cache_folder
    from verify.running import devices, runner, theorem_card
    from verify.settings import Budget, Settings

    known = [choice.value for choice in Budget]
    if budget not in known:
        raise UserError(f"expected a budget, {', '.join(known)}", got=repr(budget), remedy='budget="quick"')
    theorem_card.attach()
    settings = Settings(Budget(budget), seed, devices.resolve(device))
    with Store(cache_folder() if cache else None, _warn) as store:
        results = runner.run([theorem], settings, store)
    return Result(next(result for result in results if result.theorem.id == theorem.id))


def replay(witness: str, *theorems: Theorem) -> str:
    """A counterexample evaluated again: the claim, the instance, an enclosure of each side, and what they prove.

    `theorems` are your own, if the witness speaks of one. Raises WitnessError for a text that is no witness.
    """
    from verify.replay import among, described

    return described(among(witness, theorems))


def rate(phi: str, batch: int | None = None, digits: int = 25) -> GrowthRate:
    """lambda(phi, batch), the growth of the squared gradient norm per layer behind batch norm, enclosed in a ball.

    phi: a name such as "relu" or an expression in z; batch: at least 4, or None for the limit. Raises UserError.
    """
    from verify.rates.rate import checked_rate

    return checked_rate(phi, batch, digits)


def trend(phi: str) -> tuple[Stretch, ...]:
    """For every batch size from 4 on, whether the rate falls or rises to the next one, certified. Raises UserError."""
    from verify.rates import trend as trends

    return trends.trend(phi)


def carried_out(term: Term, *, interchange: Iterable[Symbol] = ()) -> Term:
    """The term with its gradients, Jacobians and Hessians carried out by the calculus, for every dimension.

    `interchange` names the random vectors under whose E derivatives may be taken. Definitions under a derivative are
    unfolded. The result may be defined at more points than the derivative. Raises CalculusError where the calculus
    cannot decide.
    """
    from theory import terms
    from theory.terms import rewrite
    from verify.proof.matrices.differential import carry_out
    from verify.proof.matrices.forms import Context

    def visit(node: Term) -> Term:
        if isinstance(node, terms.Derivative):
            return carry_out(Context(differentiate=carry_out, interchange=frozenset(interchange)), rewrite.unfold(node))  # type: ignore[arg-type]
        return rewrite.rebuild(node, visit)

    return visit(term)


def main() -> NoReturn:
    """The command line."""
    from verify.__main__ import main as run

    run()


def _card(theorem: Theorem) -> str:
    from verify.running.theorem_card import theorem_card

    return theorem_card(theorem)


def _formula(shown: Any) -> str:
    """A term or a claim as a browser sets it by itself: no script is needed, and no network."""
    from verify.press.printers.html.richtext import formula

    set_by_itself = formula(shown._repr_latex_().strip("$"), block=True)
    return f'<div style="display: inline-block; max-width: 100%; overflow-x: auto">{set_by_itself}</div>'


def _warn(text: str) -> None:
    import warnings

    warnings.warn(text, stacklevel=3)


def _require_own_packages() -> None:
    """Raises ShadowedError if another `theory`, `numerics` or `verify` is found before those beside this file. The
    console script begins with this import: it says so as it says any mistake of a user, and ends."""
    packages = _of_verify("own_packages")
    found = packages.shadowed()
    if found is None:
        return
    if Path(next(iter(sys.argv), "")).stem == "normproof":
        packages.refuse(found, _of_verify("errors"))
    expected, got, remedy = found
    raise ShadowedError(f"{expected}, got {got}. Remedy: {remedy}.")


def _of_verify(name: str) -> Any:
    """A module of the `verify` beside this file, read where it lies."""
    place = Path(__file__).resolve().parent / "verify" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"normproof_{name}", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def __getattr__(name: str) -> Any:
    door = importlib.import_module("theory")
    if "_repr_html_" not in vars(door.Theorem):  # how a notebook shows one; the rest is loaded when it does
        door.Theorem._repr_html_ = _card
        for module, kind in (("theory.terms", "Term"), ("theory.statements.claims", "Claim")):
            getattr(importlib.import_module(module), kind)._repr_html_ = _formula
    if name in door.__all__:
        return getattr(door, name)
    raise AttributeError(f"module 'normproof' has no attribute {name!r}")


def __dir__() -> list[str]:
    own = {"Result", "carried_out", "rate", "replay", "trend", "verify"}
    return sorted(own | {*importlib.import_module("theory").__all__})


_require_own_packages()
