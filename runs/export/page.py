"""The page as one file: script and style inside, debates compressed inside, nothing loaded from anywhere.

Debates are base64 letters in an element that no browser runs, so that no word of a model is ever
HTML; what may run is the one script, by its hash.
"""

import base64
import gzip
import hashlib
import json
import re
from typing import Any

from moot.runs.viewer.bundle import Bundle, bundle

_LINK = re.compile(r"<link\b[^>]*\bhref=\"?app\.css\"?[^>]*>")
_SCRIPT = re.compile(r"<script\b[^>]*\bsrc=\"?app\.js\"?[^>]*></script>")
_HEAD = re.compile(r"<head\b[^>]*>|(?=<title)")


def page(document: dict[str, Any], built: Bundle | None = None) -> str:
    """The page that shows that document, as HTML.

    Args:
        document: See `moot.runs.export.packing`.
        built: The page's parts; None are those that come with moot.
    """
    built = built or bundle()
    script, style = _inert(built.script, "script"), _inert(built.style, "style")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    data = base64.b64encode(gzip.compress(text.encode(errors="replace"), 9, mtime=0)).decode()
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    element = f'<script type="application/octet-stream" id="data">{data}</script>\n<script>{script}</script>'
    html = _HEAD.sub(lambda found: found[0] + meta, built.html, count=1)
    html = _LINK.sub(lambda _: f"<style>{style}</style>", html, count=1)
    return _SCRIPT.sub(lambda _: element, html, count=1)


def _inert(text: str, element: str) -> str:
    r"""The text as it may stand in that element: nothing in it ends the element, or hides its end.

    >>> print(_inert("let a = '</script><!--'", "script"))
    let a = '<\/script><\!--'
    """
    return re.sub(rf"<(?=/{element}|!--)", r"<\\", text, flags=re.IGNORECASE)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
