"""The command line: the group of commands, which lie beside it by what they do.

Everything but click is imported inside the commands, so that `--help` and `list` start at once.

Exit codes: 0 everything as expected; 1 something refuted that should hold, or an erratum not refuted; 2 undecided (or
not as strongly established as expected); 3 wrong usage or bad input; 130 interrupted, with finished work kept.
"""

from __future__ import annotations

from typing import NoReturn

import click

from verify.command import checking, lines, looking, numbers, running, stated, sweeping, writing
from verify.command.command_group import Program

COMMANDS = (
    running.run,
    stated.check,
    stated.derive,
    lines.check_lines,
    looking.list_,
    looking.show,
    looking.graph,
    writing.export,
    writing.new,
    checking.replay,
    checking.doctor,
    numbers.rate,
    numbers.trend,
    sweeping.sweep,
    numbers.bench,
)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="normproof", prog_name="normproof")
def cli() -> None:
    """State a theorem once; get it derived, attacked, measured and typeset.

    SELECT is an id, a topic, a glob over ids, a number as the document of the whole catalogue has it ("Theorem 31"), or
    a path to a .py file or folder of your own theorems.
    Exit codes: 0 as expected, 1 refuted, 2 undecided, 3 wrong usage or bad input, 130 interrupted.
    """


for command in COMMANDS:
    cli.add_command(command)


def main() -> NoReturn:
    """The console script."""
    cli.main()
