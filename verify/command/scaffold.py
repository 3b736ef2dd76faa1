"""`normproof new`: a small file that runs, to be replaced line by line by the user's own."""

from __future__ import annotations

import importlib.util
import keyword
import re
from pathlib import Path

from verify.command.templates import TEMPLATES
from verify.errors import UserError, writable_folder


def create(name: str, kind: str, into: Path) -> Path:
    """Write the template of a kind and return its path. Raises UserError for a bad name, or a file that exists."""
    stem = re.sub(r"[\s-]+", "_", name.removesuffix(".py").strip()).lower()
    if not re.fullmatch(r"[a-z][a-z0-9_]*", stem) or keyword.iskeyword(stem):
        raise UserError(
            "expected a name in words: letters, digits and hyphens, beginning with a letter",
            got=repr(name),
            remedy="for instance: normproof new length-of-a-multiple",
        )
    path = writable_folder(into, "the new file") / f"{stem}.py"
    if path.exists():
        raise UserError(
            "expected a name that is not taken", got="a file of that name", where=str(path), remedy="another name"
        )
    if not (into / "__init__.py").exists() and importlib.util.find_spec(stem) is not None:
        raise UserError(
            "expected a name that no other module has",
            got=f"{stem}, which Python or an installed package already uses",
            remedy="another name, such as on-" + stem.replace("_", "-"),
        )
    title = stem.replace("_", " ").capitalize()
    path.write_text(TEMPLATES[kind].format(title=title), encoding="utf-8")
    return path
