"""The group of commands, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from verify.errors import EXIT_INTERRUPTED, EXIT_OK, EXIT_UNDECIDED, EXIT_USAGE, InternalError, UserError, printable
from verify.settings import THREADS

WIDEST = 30  # letters of a first column
LONGEST = 400  # letters of a command's first sentence


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
        except Exception as error:  # Python's own exit code, 1, would say that something is refuted
            sys.excepthook(type(error), error, error.__traceback__)
            say(str(InternalError(f"{type(error).__name__}: {error}")))
            code = EXIT_UNDECIDED
        sys.exit(code if isinstance(code, int) else EXIT_OK)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each command with its first sentence, whole: click cuts it where the line ends."""
        names = self.list_commands(ctx)
        commands = [(name, command) for name in names if (command := self.get_command(ctx, name)) is not None]
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(LONGEST)) for name, command in commands])


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
    tell(message, err=True)


def tell(text: str, *, err: bool = False) -> None:
    """Lines to be read: on a terminal too narrow for one it is broken, below its second column if it has two.

    What is to be pasted, and what a caret points at, is left whole.
    """
    stream = sys.stderr if err else sys.stdout
    rows = printable(text).split("\n")
    if stream.isatty():
        import shutil

        from verify.press.pages.line_breaking import broken

        width = shutil.get_terminal_size().columns
        pointed = [*(row.strip() == "^" for row in rows[1:]), False]
        rows = [
            piece
            for row, caret in zip(rows, pointed, strict=True)
            for piece in ([row] if caret or "replay" in row else broken(row, width, _hang(row)))
        ]
    click.echo("\n".join(rows), err=err)


def _hang(row: str) -> int:
    """Where the rest of a line goes on: below what stands behind its first gap, or two letters further in."""
    gap = re.match(r" *\S+(?: \S+)* {2,}(?==? ?\S)", row)
    return gap.end() if gap and gap.end() <= WIDEST else len(row) - len(row.lstrip()) + 2
