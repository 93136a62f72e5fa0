"""The page as it was built: three files, read once, served or put into one file by their exact names."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from moot.errors import RuntimeStartError

FILES: Mapping[str, str] = {
    "index.html": "text/html; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "app.css": "text/css; charset=utf-8",
}
"""By name, with their content types."""


@dataclass(frozen=True)
class Bundle:
    """The files of the page."""

    html: str
    script: str
    style: str

    def file(self, name: str) -> tuple[str, str] | None:
        """Text and content type of the file of exactly that name; None where there is none."""
        texts = {"index.html": self.html, "app.js": self.script, "app.css": self.style}
        return (texts[name], FILES[name]) if name in texts else None


@cache
def bundle() -> Bundle:
    """The page that comes with moot.

    Raises:
        RuntimeStartError: It does not: this is a checkout in which it was not built.
    """
    folder = resources.files("moot.runs.viewer") / "page"
    try:
        return Bundle(*((folder / name).read_text(encoding="utf-8") for name in FILES))
    except FileNotFoundError as error:
        raise RuntimeStartError(
            "the page is not built here: run `npm ci && npm run build` in runs/viewer/web"
        ) from error
