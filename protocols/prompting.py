"""Prompt templates: text files with `$placeholders`, each replaceable for a debate.

The sentences of every prompt stand in `protocols/prompts/`; the layout around them (question,
own reply, quotations, in that order, so that the unchanging part comes first) is code.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Template

from moot.errors import SpecError, UnknownNameError

SUFFIX = ".md"


@cache
def shipped() -> Mapping[str, str]:
    """Every shipped template by name."""
    folder = files("moot.protocols") / "prompts"
    found = {entry.name: entry for entry in folder.iterdir() if entry.name.endswith(SUFFIX)}
    return {name.removesuffix(SUFFIX): found[name].read_text(encoding="utf-8").strip() for name in sorted(found)}


class Prompts:
    """The templates of one debate: the shipped ones, some replaced."""

    def __init__(self, replaced: Mapping[str, str] | None = None) -> None:
        """Check the replacements.

        Args:
            replaced: Template name to text.

        Raises:
            UnknownNameError: There is no template of that name.
            SpecError: A replacement uses a placeholder that is not there, or leaves out one it needs.
        """
        self.replaced = dict(replaced or {})
        for name, text in self.replaced.items():
            _check(name, text)
        self._pieces = {name: _pieces(text) for name, text in {**shipped(), **self.replaced}.items()}

    def render(self, name: str, /, **values: str) -> str:
        """A template with its values; values are inserted as they are and not looked at again."""
        return "".join([text + (values[key] if key else "") for text, key in self._pieces[name]]).strip()


def replacements(source: "str | Path | Mapping[str, str] | None") -> dict[str, str]:
    """Replacements from a mapping, or from a folder of files named after templates.

    Raises:
        SpecError: There is no such folder.
    """
    if source is None or isinstance(source, Mapping):
        return dict(source or {})
    folder = Path(source)
    if not folder.is_dir():
        raise SpecError(f"prompts: {str(source)!r} is no folder of templates")
    return {path.stem: path.read_text(encoding="utf-8").strip() for path in sorted(folder.glob(f"*{SUFFIX}"))}


def _pieces(text: str) -> list[tuple[str, str]]:
    """A template as plain text, each piece with the placeholder that follows it; prompts are filled in by the million.

    >>> _pieces("Round $round: $$5 each.")
    [('Round ', 'round'), (': ', ''), ('$', ''), ('5 each.', '')]
    """
    pieces: list[tuple[str, str]] = []
    place = 0
    for found in Template.pattern.finditer(text):
        pieces.append((text[place : found.start()], found["named"] or found["braced"] or ""))
        pieces += [("$", "")] if found["escaped"] is not None else []
        place = found.end()
    return [*pieces, (text[place:], "")]


def _check(name: str, text: str) -> None:
    if name not in shipped():
        raise UnknownNameError("prompt template", name, shipped())
    needed = set(Template(shipped()[name]).get_identifiers())
    template = Template(text)
    if not template.is_valid():
        raise SpecError(f"prompt template {name!r}: write a dollar sign as $$")
    used = set(template.get_identifiers())
    if used - needed:
        raise SpecError(f"prompt template {name!r}: no placeholder ${min(used - needed)}; there are {_list(needed)}")
    if "format" in needed - used:
        raise SpecError(f"prompt template {name!r} must hold $format, which asks for the line the answer is read from")


def _list(names: set[str]) -> str:
    return ", ".join(f"${name}" for name in sorted(names)) or "none"
