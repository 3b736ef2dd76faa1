"""Are the packages of this program the ones that Python finds? Asked before anything is loaded from them.

Whatever else is called `theory` and stands earlier on Python's path, such as a folder or a file where somebody works,
would be taken for ours. `normproof.py` reads this file where it lies, as `verify` itself may be somebody else's.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import Any, NoReturn

PACKAGES = ("theory", "numerics", "verify")


def shadowed() -> tuple[str, str, str] | None:
    """What is expected, what is found before it, and the remedy, of the first package that is not the one beside this
    file's; None if all are. It imports none of them."""
    home = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    for name in PACKAGES:
        found = find_spec(name)
        origin = found.origin if found else None
        if origin is None or os.path.dirname(os.path.dirname(os.path.realpath(origin))) != home:
            folders = list(found.submodule_search_locations or ()) if found else []
            where = origin or (folders[0] if folders else "nowhere")
            remedy = f"give what is called {name!r} there another name, or start in another folder"
            return f"expected normproof's own package {name!r} in {home}", where, remedy
    return None


def refuse(found: tuple[str, str, str], errors: Any) -> NoReturn:
    """Say it as any mistake of a user is said, and end. `errors` is the module of ours, however it was read."""
    expected, got, remedy = found
    sys.stderr.write(f"{errors.UserError(expected, got=got, remedy=remedy)}\n")
    sys.exit(errors.EXIT_USAGE)
