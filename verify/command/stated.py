"""The commands that take a statement as one types it: `check` it, `derive` what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.command.command_group import say, tell
from verify.errors import EXIT_OK, EXIT_REFUTED, EXIT_UNDECIDED, UserError, printable

if TYPE_CHECKING:
    from theory.grammar.stating import Statement
    from theory.statements.claims import Assumption
    from theory.statements.derivation import Derivation, Induction, Reason
    from theory.statements.theorem import Theorem
    from theory.terms import Term
    from verify.running.answering import Answer
    from verify.settings import Settings

FORMATS = ("text", "latex", "python", "sympy", "torch")


class Stated(click.Command):
    """A command without options of one letter but -h: what begins with one minus, as -|x|^2 <= 0, is a statement."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        given = {arg for arg in args if arg[:1] == "-" != arg[1:2]} - {*ctx.help_option_names}
        return super().parse_args(ctx, [f" {arg}" if arg in given else arg for arg in args])


def options(command: Callable[..., int]) -> Callable[..., int]:
    """What both commands are told of the names in a statement."""
    for option in (
        click.option("--to", type=click.Choice(FORMATS), default="text", show_default=True, help="What is printed."),
        click.option("--using", multiple=True, metavar="MODULE", help="All definitions of a module, such as bn_unit."),
        click.option("--law", multiple=True, metavar="TEXT", help='Random columns: "x: E[x] = 0, E[x x\'] = S".'),
        click.option(
            "--assume", multiple=True, metavar="TEXT", help='Assumed relations, apart by ";": "a <= 1; b > 0".'
        ),
        click.option("--let", multiple=True, metavar="TEXT", help='What names are: "S: positive definite; A: m x d".'),
    ):
        command = option(command)
    return command


@click.command(cls=Stated)
@click.argument("statement")
@options
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Fixes random choices.")
def check(statement: str, to: str, seed: int, **said: tuple[str, ...]) -> int:
    """Derive or refute STATEMENT, such as "grad(|A x|^2, x) = 2 A'A x".

    A lower-case letter is a column, a capital a matrix, a Greek letter a scalar, unless --let says otherwise. Exit
    code 0 if it is proved, 1 if it is refuted, 2 if it is neither, 3 if it cannot be read.
    """
    from theory.grammar.misread import MisreadError

    with readable():
        found = _read(statement, "", **said)
        if found.claim is None:
            relation, remedy = "a relation, =, <=, >=, < or >", f'normproof derive "{statement}" --wrt x'
            raise MisreadError(relation, "a term", statement, 0, len(statement), remedy)
        from verify.running import answering, contradictions  # only now: what cannot be read is answered at once

        contradictions.require_consistent(found.assumptions, found.said)
        theorem = answering.stated(found.claim, found.assumptions, title=_title(statement), scalars=found.scalars)
        answer = answering.answer(theorem, _seeded(seed))
        _print(found, answer, to)
    return _code(answer)


@click.command(cls=Stated)
@click.argument("expression", metavar="EXPRESSION|FILE")
@click.option("--wrt", metavar="NAME", help="The name to differentiate in: a gradient, of a column its Jacobian.")
@options
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Fixes random choices.")
def derive(expression: str, wrt: str | None, to: str, seed: int, **said: tuple[str, ...]) -> int:
    """Carry out EXPRESSION, differentiated in a name, and prove what comes out; or print the lines for a theorem FILE.

    Exit code 0 if what comes out is proved, 2 if nothing was found or it is not proved, 3 for bad input.
    """
    from theory.statements.claims import Identity

    if expression.endswith(".py"):
        return _of_file(expression, to)
    with readable():
        found = _read(expression, wrt or "", **said)
        if found.claim is not None:
            raise UserError("expected a term, no relation", got=expression, remedy=f'normproof check "{expression}"')
        from verify.running import answering, contradictions

        contradictions.require_consistent(found.assumptions, found.said)
        asked = _asked(found, wrt or "")
        result = answering.carried_out(asked, found.assumptions, scalars=found.scalars)
        if result is None:
            raise UserError(
                "expected a term that the calculus can carry out", got=printable(repr(asked)),
                remedy="docs/calculus.md says what it decides; declare what is positive or nonzero with --let",
            )  # fmt: skip
        if result == asked:
            click.echo(printable(f"{result!r}\n\nnothing is to be carried out: --wrt NAME differentiates in a name"))
            return EXIT_OK
        claim = Identity(asked, result)
        theorem = answering.stated(claim, found.assumptions, title=_title(expression), scalars=found.scalars)
        answer = answering.answer(theorem, _seeded(seed))
        _print(found, answer, to)
    return _code(answer)


@contextmanager
def readable() -> Iterator[None]:
    """What cannot be read or stated becomes one message, with the place under the user's own text."""
    from theory.grammar.misread import MisreadError
    from theory.terms import CalculusError

    try:
        yield
    except MisreadError as problem:
        raise UserError(
            f"expected {problem.expected}", got=problem.got, where=problem.marked, remedy=problem.remedy
        ) from None
    except CalculusError as problem:
        words, _, remedy = str(problem).partition(" Remedy: ")
        raise UserError("expected a statement that can be checked", got=words, remedy=remedy) from None


def _read(text: str, wrt: str, /, *, using: tuple[str, ...], **said: tuple[str, ...]) -> Statement:
    """The statement, by what is said of its names: `let`, `assume` and `law`."""
    from theory.grammar.stating import definitions, read

    return read(text, wrt=wrt, known=definitions(*using), **said)


def _asked(found: Statement, wrt: str) -> Term:
    from theory.grammar.misread import MisreadError
    from theory.terms import CalculusError, symbols

    term, variable = found.term, found.variable
    if variable is None:
        return term
    try:
        return symbols.gradient(term, variable) if term.is_scalar else symbols.jacobian(term, variable)
    except CalculusError as problem:
        words, _, remedy = str(problem).partition(" Remedy: ")
        raise MisreadError(
            "a name in which the term can be differentiated", words.rstrip("."), wrt, 0, len(wrt),
            remedy or "of a column or matrix a number is differentiated, as in 1'A x or e'A x",
        ) from None  # fmt: skip


def _seeded(seed: int) -> Settings:
    from verify.settings import Budget, Settings

    return Settings(Budget.QUICK, seed)


def _title(text: str) -> str:
    """The statement as the title of a theorem: plain letters on one line."""
    plain = " ".join(text.split()).encode("ascii", "replace").decode().replace('"', "'").replace("\\", "/")
    return plain.rstrip(".")[:200] or "A statement"


def _code(answer: Answer) -> int:
    return {"proved": EXIT_OK, "refuted": EXIT_REFUTED}.get(answer.verdict.value, EXIT_UNDECIDED)


# ---- what is printed ----------------------------------------------------------------------------------------
def _print(found: Statement, answer: Answer, to: str) -> None:
    if to == "text":
        tell("\n".join(_text(found, answer)))
        return
    say(f"{answer.verdict.value}: {answer.result.reason}")
    click.echo(printable(_WRITERS[to](answer.theorem, answer)))


def _text(found: Statement, answer: Answer) -> Iterator[str]:
    """The formula as it was read, what came out, the lines or the counterexample, and what else can be printed."""
    from theory.statements.claims import assumption_text
    from theory.terms.text import text
    from verify.results.ranges import MISSED, missed, symbols_in_words

    theorem = answer.theorem
    [part] = theorem.parts
    yield f"read as    {text(part.claim.left)}  {part.claim.relation}  {text(part.claim.right)}"
    known = theorem.domain
    guessed = set(found.by_convention)
    words = [
        (str(known[s]) if s in known else symbols_in_words(s)) + "   (by convention)" * (s.name in guessed)
        for s in theorem.symbols
    ]
    words += [
        f"{name} is {root.name} {root.name}: the root {name}^(1/2) is {root.name}"
        for name, root in found.names.roots.items()
    ]
    for row, said in enumerate(words):
        yield f"{'where' if row == 0 else '':<11}{said}"
    for row, assumption in enumerate(theorem.assumptions):
        yield f"{'assuming' if row == 0 else '':<11}{assumption_text(assumption)}"
    found_by = "; derived by the program" if part.derivation is not None else ""
    reason = f"at no instance evaluated: {answer.not_evaluated}" if answer.not_evaluated else answer.result.reason
    yield f"{answer.verdict.value:<11}{reason}{found_by}"
    if part.derivation is not None:
        yield from _lines(part.derivation, " " * 11)
        misses = answer.result.near_misses
        if misses:
            yield f"beside it  refuted: {'; '.join(miss.id.partition('/')[2] for miss in misses)}"
    for said in missed(answer.result.evidence):
        yield f"{MISSED:<11}{said}"
    if answer.counterexample is not None:
        yield from _counterexample(answer)
    elif part.derivation is not None and answer.verdict.value != "proved":
        yield "           every line is accepted; what is missing are instances that meet what is assumed"
    elif answer.verdict.value != "proved":
        yield f"           {part.sought or 'derivation sought: nothing found'}; no counterexample found either"
        for word, said in answer.refusal:
            yield f"           {'in one line it is refused:' if word == 'refused' else f'{word:<10}'} {said}"
    yield f"more       --to {' | '.join(name for name in FORMATS if name != 'text')}"


def _lines(chain: Derivation, margin: str, induction: Induction | None = None) -> Iterator[str]:
    """A derivation below itself, with what an induction rests on further in; `induction` is the one it is a part of."""
    from theory.terms.text import text
    from theory.typeset.statements import HYPOTHESIS

    yield f"{margin}{text(chain.start)}"
    for line in chain.lines:
        said = [
            HYPOTHESIS if induction is not None and induction.supposes(r) else reason_in_short(r, line.relation)
            for r in line.reasons
        ]
        inner = line.induction
        because = f"induction on {inner.over.name}" if inner is not None else "; ".join(said)
        yield f"{margin[:-2]}{line.relation:>2}  {text(line.term)}   ({because})"
        if inner is not None:
            for name, part in (("1", inner.base), (f"{inner.over.name} + 1", inner.step)):
                yield f"{margin}  for {name}"
                yield from _lines(part, margin + " " * 8, inner)


def reason_in_short(reason: Reason, relation: str) -> str:
    """Why a line of that relation follows; an assumption without its note, which stands above."""
    from theory.statements import claims
    from verify.press.pages import typed

    if isinstance(reason, (claims.Equal, claims.AtMost, claims.SupBound, claims.Interchange, claims.Gaussian)):
        return claims.assumption_text(reason)
    return typed.reason_text(reason, relation)


def _counterexample(answer: Answer) -> Iterator[str]:
    from theory.statements.claims import FAILS
    from verify.adversary.replaying import parse
    from verify.exact.gaussian_laws import integrated, normal_laws, order_for

    found = answer.counterexample
    assert found is not None
    assert found.witness is not None
    sign = FAILS[answer.theorem.parts[0].claim.relation]
    instance = parse(found.witness)[1]
    yield f"           at {instance}"
    claim, assumptions = answer.theorem.parts[0].claim, answer.theorem.assumptions
    order, whole = order_for(claim, assumptions, instance.functions), integrated(claim, assumptions, instance)
    for law in normal_laws(assumptions):
        name = law.over.name
        yield f"           where the points of {name} have all moments of the normal law up to order {order}"
        if name in whole:
            yield f"           and means of what is no polynomial in {name} are integrals over that law"
    yield f"           left   {found.left}"
    yield f"        {sign:>2} right  {found.right}"
    yield f"           normproof check ... --to python > check.py; normproof replay --from check.py '{found.witness}'"


def _python(theorem: Theorem, answer: Answer) -> str:
    from theory.typeset.python_source import python_file

    return python_file(theorem, theorem.title).rstrip("\n")


def _latex(theorem: Theorem, answer: Answer) -> str:
    from verify.press.pages import build
    from verify.press.printers.latex_page import page_tex

    return page_tex(build.of(answer.result)).rstrip("\n")


def _sympy(theorem: Theorem, answer: Answer) -> str:
    from theory.typeset.sympy_source import sympy_code

    [part] = theorem.parts
    return sympy_code({"left": part.claim.left, "right": part.claim.right}).rstrip("\n")


def _torch(theorem: Theorem, answer: Answer) -> str:
    from theory.typeset.torch_source import torch_functions

    [part] = theorem.parts
    return torch_functions({"left": part.claim.left, "right": part.claim.right}).rstrip("\n")


_WRITERS: Mapping[str, Callable[[Theorem, Answer], str]] = {
    "latex": _latex, "python": _python, "sympy": _sympy, "torch": _torch
}  # fmt: skip


# ---- a theorem file -----------------------------------------------------------------------------------------
def _of_file(path: str, to: str) -> int:
    """The lines that are found for each part of a theorem file that has none; those that its author gave are kept."""
    from theory.terms.text import text
    from theory.typeset.python_source import python_letters, python_lines, python_term
    from theory.typeset.statements import latex_reasons
    from verify.deriving import propose
    from verify.loading import loader
    from verify.proof.door import check as checked
    from verify.proof.door import establish

    if to not in ("text", "python", "latex"):
        raise UserError("expected text, python or latex for a theorem file", got=to, where="--to")
    if not Path(path).is_file():
        raise UserError("expected a theorem file", got="no such file", where=path)
    theorem = loader.load([path])[0]
    proposal = propose(theorem)
    for part in proposal.theorem.parts:
        label = f"{part.label}: " if part.label else ""
        say(label + (part.sought or "the lines are the author's"))
        if part.derivation is None:
            continue
        if to == "python":
            assumed = _names_in_file(theorem)
            with readable():
                lines = python_lines(part.derivation, assumed, "CLAIM.right" if len(theorem.parts) == 1 else "")
            for letter in python_letters(part.derivation, theorem.symbols):
                click.echo(letter)
            begin = "CLAIM.left" if len(theorem.parts) == 1 else python_term(part.derivation.start)
            click.echo(f"{_constant(part.label)} = start({begin}){''.join(lines)}")
        elif to == "latex":
            from theory.typeset.formulas import RELATIONS, latex

            click.echo(latex(part.derivation.start))
            for line in part.derivation.lines:
                because = latex_reasons(line.reasons, relation=line.relation)
                click.echo(rf"{RELATIONS[line.relation]} {latex(line.term)} \qquad \text{{by {because}}}")
        else:
            tell(f"   {text(part.derivation.start)}")
            for line in part.derivation.lines:
                because = "; ".join(reason_in_short(reason, line.relation) for reason in line.reasons)
                tell(f"{line.relation:>2} {text(line.term)}   ({because})")
    complete = proposal.complete and establish(checked(proposal.theorem)).verdict.value == "proved"
    return EXIT_OK if complete else EXIT_UNDECIDED


def _constant(label: str) -> str:
    """The name of a part's derivation in a file."""
    words = "".join(c if c.isascii() and c.isalnum() else "_" for c in label.upper()).strip("_")
    return f"DERIVATION_{words}" if words else "DERIVATION"


def _names_in_file(theorem: Theorem) -> dict[Assumption, str]:
    """What a theorem's file calls its assumptions; what makes them, where they have no name there."""
    import sys

    from theory.typeset.python_source import python_assumption

    held = vars(sys.modules[theorem.module]) if theorem.module in sys.modules else {}
    named: dict[Assumption, str] = {}
    for assumption in theorem.assumptions:
        names = (name for name, value in held.items() if value is assumption)
        named[assumption] = next(names, None) or python_assumption(assumption)
    return named
