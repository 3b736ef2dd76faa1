r"""What LaTeX a symbol, function or definition may have: letters that every medium can print.

`tex` goes to LaTeX and MathML unescaped. So it is read by a small grammar of mathematics that has no command but those
that draw letters: nothing that reads files, defines, or runs programs has a place in it. `theory` hangs it into terms.
"""

from __future__ import annotations

import functools
import re

LONGEST_TEX = 200
REMEDY = r"such as tex=r'\hat y' or tex=r'\sigma_{\mathrm{max}}'"
_TOKEN = re.compile(r"\\[A-Za-z]+|\\[|,;:! ]|#[1-9]|[A-Za-z0-9{}^_'*+\-/=.,;:()\[\]|! ]")
_LETTERS = frozenset(
    re.findall(
        r"\S+",
        """alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho
    varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi
    Omega
    ell hbar imath jmath partial nabla infty emptyset Re Im top bot perp prime star ast dagger ddagger circ bullet
    sharp flat natural wp aleph odot otimes oplus times cdot cdots ldots pm mp le leq ge geq ne neq in to sum prod int
    sin cos tan tanh exp log max min sup inf arg det dim ker lim Pr
    lvert rvert lVert rVert langle rangle lfloor rfloor lceil rceil quad qquad
    | , ; : !""",
    )
) | {" "}
_ACCENTS = frozenset(
    re.findall(
        r"\w+",
        """hat widehat tilde widetilde bar overline underline vec dot ddot check breve acute grave mathring
    mathrm mathbf mathit mathsf mathtt mathcal mathbb mathfrak boldsymbol operatorname sqrt""",
    )
)  # each takes one letter or group
_GENERIC = frozenset({"phi", "psi", "rho"})


def function_tex(name: str) -> str:
    r"""LaTeX of a function whose author gives it none: `\phi` of phi, which is the one that most speak of."""
    return f"\\{name}" if name in _GENERIC else name


@functools.lru_cache(maxsize=4096)
def tex_problem(tex: str, holes: int = 0) -> str:
    """Why a text is no such LaTeX; empty if it is."""
    if len(tex) > LONGEST_TEX:
        return f"it has {len(tex):,} letters, at most {LONGEST_TEX} are read"
    tokens, at = [], 0
    while at < len(tex):
        found = _TOKEN.match(tex, at)
        if found is None:
            return f"{tex[at]!a} has no place in it"
        if found[0][0] == "#" and int(found[0][1]) > holes:
            return f"{found[0]} stands for no parameter"
        tokens.append(found[0])
        at = found.end()
    try:
        rest = _row(tokens, 0)
        return f"{tokens[rest]!r} closes nothing" if rest < len(tokens) else ""
    except _Problem as problem:
        return str(problem)


class _Problem(Exception):  # noqa: N818 - it is caught above
    pass


def _row(tokens: list[str], at: int, depth: int = 0) -> int:
    """Atoms with scripts, up to the end or a closing brace; where it ends."""
    if depth > 10:
        raise _Problem("braces are nested more than ten deep")
    while at < len(tokens) and tokens[at] != "}":
        if tokens[at] == " ":
            at += 1
            continue
        hole, at, seen = tokens[at][0] == "#", _atom(tokens, at, depth), ""
        while at < len(tokens) and tokens[at] in ("^", "_", "'"):
            sign = tokens[at]
            if hole:
                raise _Problem("a script stands on a parameter without braces")
            if (sign in seen and sign != "'") or (sign == "'" and "^" in seen):
                raise _Problem(f"two scripts {sign} on one letter")
            seen += sign
            at = at + 1 if sign == "'" else _atom(tokens, _after_spaces(tokens, at + 1), depth, script=True)
    return at


def _after_spaces(tokens: list[str], at: int) -> int:
    while at < len(tokens) and tokens[at] == " ":
        at += 1
    return at


def _atom(tokens: list[str], at: int, depth: int, *, script: bool = False) -> int:
    """One letter, group, or accent with what it stands on; where it ends."""
    if at >= len(tokens):
        raise _Problem("something is missing at its end")
    token = tokens[at]
    if script and token[0] == "#":
        raise _Problem(f"{token} needs braces around it there")
    if token == "{":
        end = _row(tokens, at + 1, depth + 1)
        if end >= len(tokens):
            raise _Problem("a brace is not closed")
        return end + 1
    if token[0] == "\\":
        word = token[1:]
        if word in _ACCENTS:
            if script:
                raise _Problem(f"{token} needs braces around it there")
            return _atom(tokens, _after_spaces(tokens, at + 1), depth, script=True)
        if word in _LETTERS:
            return at + 1
        raise _Problem(f"{token} is no command that draws a letter")
    if token in ("}", "^", "_", "'"):
        raise _Problem(f"{token!r} stands on nothing")
    return at + 1
