"""The group of commands, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from verify.errors import EXIT_INTERRUPTED, EXIT_OK, EXIT_UNDECIDED, EXIT_USAGE, InternalError, UserError, printable
from verify.settings import THREADS


class Program(click.Group):
    """A group whose `main` is the one place where errors become messages and exit codes."""

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        extra["standalone_mode"] = False
        for name in THREADS:
            os.environ.setdefault(name, "1")
        try:
            code = super().main(args, prog_name or "normproof", **extra)
        except UserError as error:
            say(str(error))
            code = EXIT_USAGE
        except InternalError as error:
            say(str(error))
            code = EXIT_UNDECIDED
        except click.ClickException as error:
            say(_usage(self, error))
            code = EXIT_USAGE
        except (click.Abort, KeyboardInterrupt):
            say("interrupted")
            code = EXIT_INTERRUPTED
        except BrokenPipeError:  # the reader of our output has gone: not an error of ours
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = EXIT_OK
        except OSError as error:  # a full disk, a folder taken away while we were working
            say(_unwritten(error))
            code = EXIT_USAGE
        sys.exit(code if isinstance(code, int) else EXIT_OK)


def _usage(program: Program, error: click.ClickException) -> str:
    """click's message as ours, with a near word for a command that does not exist."""
    from verify.errors import did_you_mean

    context = getattr(error, "ctx", None)
    where = context.command_path if context else "normproof"
    message = error.format_message().rstrip(".")
    remedy = f"{where} --help"
    if message.startswith("No such command") and "Did you mean" not in message:  # newer versions of click say it
        word = message.split("'")[1] if "'" in message else ""
        remedy = did_you_mean(word, program.commands) or remedy
    return str(UserError("expected a known command, option or value", got=message, where=where, remedy=remedy))


def _unwritten(error: OSError) -> str:
    """A file that could not be read or written after all, as a message."""
    return str(
        UserError(
            "expected files that can be read and written",
            got=error.strerror or str(error) or type(error).__name__,
            where=str(error.filename or ""),
            remedy="see the place named; finished evidence is in the cache, the same command goes on from there",
        )
    )


def say(message: str) -> None:
    """A message on stderr."""
    click.echo(printable(message), err=True)
