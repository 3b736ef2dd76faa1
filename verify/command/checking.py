"""The commands that check something outside a run: `replay` a counterexample, `doctor` the machine."""

from __future__ import annotations

import click

from verify.command.command_group import tell
from verify.errors import EXIT_OK, EXIT_REFUTED, EXIT_UNDECIDED, EXIT_USAGE, UserError


@click.command()
@click.argument("witness")
@click.option("--from", "source", metavar="PATH", help="The file or folder of your own theorems that it speaks of.")
def replay(witness: str, source: str | None) -> int:
    """Evaluate a counterexample again in ball arithmetic. WITNESS is its JSON, a file with it, or - for stdin.

    Exit code 0 if the two sides are certainly different, 2 if that cannot be decided, 1 if they agree.
    """
    from verify.adversary.replaying import WitnessError
    from verify.command.witness import read
    from verify.replay import described, replayed

    text = read(witness)
    try:
        found = replayed(text, source)
    except WitnessError as error:
        message, _, remedy = str(error).partition(" Remedy: ")
        raise UserError(
            "expected a witness that fits its claim", got=message, where=text[:200], remedy=remedy
        ) from None
    tell(described(found))
    return {"different": EXIT_OK, "unknown": EXIT_UNDECIDED}.get(found.outcome, EXIT_REFUTED)


@click.command()
def doctor() -> int:
    """Say what this machine has and lacks."""
    from verify.command.doctor import examine

    broken = False
    for finding in examine():
        broken = broken or finding.state == "broken"
        tell(f"{finding.state:<8}{finding.name:<14}{finding.detail}")
        if finding.remedy:
            tell(f"{'':<22}remedy: {finding.remedy}")
    return EXIT_USAGE if broken else EXIT_OK
