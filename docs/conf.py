"""Sphinx: Markdown pages, formulas as MathML or plain text, nothing loaded from the network."""

from importlib.metadata import version as installed_version

project = "normproof"
author = "The normproof authors"
version = release = installed_version("normproof")
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"normproof {release}"
myst_heading_anchors = 3
