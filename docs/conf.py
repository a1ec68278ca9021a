"""Sphinx configuration: MyST pages and reference pages written from the docstrings."""

import sys
from pathlib import Path

from upstander import __version__

sys.path.insert(0, str(Path(__file__).parent))

project = "Upstander"
author = "The Upstander developers"
release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "catalogue"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Upstander"
autodoc_typehints = "description"
autodoc_member_order = "bysource"
myst_heading_anchors = 3
