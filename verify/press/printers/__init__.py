"""How pages are printed: one row for each format. A new one is a file and a row; modules are loaded when used.

A printer writes a whole run: `write(results, path, about, plots)` returns the main file. `about` says what the run was,
`plots` are what is drawn of it, points and all.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True)
class Printer:
    """`target` is `module:function`; `suffixes` are those of a single file, in lower case. `what` names it in messages.

    `require` sees, before any work is done, that all is there that it needs; `own` that a folder is the printer's own;
    `draws`: it has plots, which are computed.
    """

    target: str
    what: str
    suffixes: tuple[str, ...] = ()
    require: str = ""
    own: bool = False
    draws: bool = True

    @property
    def write(self) -> Callable[..., Path]:
        return _named(self.target)

    def ready(self) -> None:
        """Raises UserError if something is missing that it needs."""
        if self.require:
            _named(self.require)()


PRINTERS: Mapping[str, Printer] = MappingProxyType(
    {
        "latex": Printer("verify.press.printers.latex:write", "LaTeX files", (".tex",)),
        "pdf": Printer("verify.press.printers.pdf:write", "PDF", (".pdf",), "verify.press.printers.pdf:require_engine"),
        "markdown": Printer(
            "verify.press.printers.markdown:write", "Markdown files", (".md", ".markdown"), draws=False
        ),
        "html": Printer("verify.press.printers.html:write", "report", own=True),
    }
)


def _named(target: str) -> Callable[..., Path]:
    module, _, name = target.partition(":")
    found: Callable[..., Path] = getattr(importlib.import_module(module), name)
    return found
