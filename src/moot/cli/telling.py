"""What docstrings tell of parameters, for cards."""

import ast
import inspect
import itertools
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel


def parameters_of(function: Callable[..., Any], *, skip: int = 0) -> Iterator[tuple[str, str, str]]:
    """Name, default and meaning of each parameter, from the signature and the docstring's Args."""
    section = re.search(r"^Args:\n((?:    .*\n?|\n)+)", inspect.cleandoc(function.__doc__ or ""), re.MULTILINE)
    entries = re.findall(r"^    (\w+): (.*(?:\n     .*)*)", section[1] if section else "", re.MULTILINE)
    meanings = {name: " ".join(meaning.split()) for name, meaning in entries}
    for one in list(inspect.signature(function).parameters.values())[skip:]:
        default = "required" if one.default is one.empty else plain(one.default)
        yield one.name, default, meanings.get(one.name, "")


def fields_of(record: type[BaseModel]) -> Iterator[tuple[str, str, str]]:
    """Name, default and meaning of each field, from the texts that stand below the fields."""
    meanings: dict[str, str] = {}
    for kind in reversed(record.__mro__):
        if issubclass(kind, BaseModel) and kind is not BaseModel:
            meanings |= _below_fields(kind)
    for name, field in record.model_fields.items():
        default = "required" if field.is_required() else plain(field.get_default(call_default_factory=True))
        yield name, default, meanings.get(name, "")


def summary_of(function: Callable[..., Any]) -> str:
    """The first paragraph of the docstring, on one line."""
    return " ".join(inspect.cleandoc(function.__doc__ or "").partition("\n\n")[0].split())


def story_of(function: Callable[..., Any]) -> str:
    """All that the docstring says before it comes to the parameters."""
    return inspect.cleandoc(function.__doc__ or "").partition("\n\nArgs:")[0]


def rows_shown(rows: Iterator[tuple[str, str, str]]) -> list[str]:
    """Parameters as lines."""
    listed = list(rows)
    if not listed:
        return []
    column = max(len(f"{name}={default}") for name, default, _ in listed) + 2
    return [
        "parameters:",
        *(f"  {f'{name}={default}':<{column}}{meaning}".rstrip() for name, default, meaning in listed),
    ]


def plain(value: object) -> str:
    """A default as it would be written."""
    if isinstance(value, bool):
        return str(value).lower()
    return "none" if value is None or value in ((), {}) else f"{value:.4g}" if isinstance(value, float) else str(value)


def _below_fields(kind: type[BaseModel]) -> dict[str, str]:
    try:
        body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    except OSError:  # there is no source here
        return {}
    found: dict[str, str] = {}
    statements = body.body if isinstance(body, ast.ClassDef) else []
    for field, below in itertools.pairwise(statements):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            text = ast.literal_eval(below.value) if isinstance(below.value, ast.Constant) else ""
            found[field.target.id] = " ".join(str(text).split())
    return found
