"""Debates in a notebook: a table, and the page in a frame of its own that can reach nothing.

The frame is sandboxed without an origin, so what runs in it can touch neither the notebook nor a
network; without the page, as in a checkout that has not built it, the table stands alone.
"""

from html import escape

from moot.errors import MootError
from moot.runs.export.chosen import Chosen
from moot.runs.export.packing import packed
from moot.runs.export.page import page

HEIGHT = 640
"""Of the frame, in pixels."""
BIGGEST = 4 * 2**20
"""Bytes of a page that a notebook is to hold; a bigger one is left to `view` and `export`."""


def framed(chosen: Chosen, *, prompts: bool = True) -> str:
    """The page as HTML for a cell; empty where there is none, or it is too big to keep in a notebook."""
    try:
        html = page(packed(chosen, prompts=prompts))
    except MootError:
        return ""
    if len(html) > BIGGEST:
        return framed(chosen, prompts=False) if prompts else ""
    style = f"width:100%;height:{HEIGHT}px;border:0"
    return f'<iframe sandbox="allow-scripts" title="moot" style="{style}" srcdoc="{escape(html)}"></iframe>'
