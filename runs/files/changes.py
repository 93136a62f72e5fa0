"""Changes to a debate file from outside it: `protocol.rounds=5`, `agents.0.llm=sim/debater`.

The value is written as in YAML; the key is a path of dots. What stands in its short form
(`society?rounds=3`, a bare model, a sum of money) is opened where a part of it is set.
"""

from collections.abc import Sequence
from typing import Any

from moot.errors import SpecError
from moot.names import parse
from moot.runs.files.scalars import Word
from moot.runs.files.sorts import is_list, is_map
from moot.runs.files.yaml12 import YamlError, read_yaml


def changed(tree: dict[str, Any], changes: Sequence[str]) -> dict[str, Any]:
    """The tree with the changes made, in their order.

    Raises:
        SpecError: A change is no `key=value`, or its path leads nowhere.
    """
    for change in changes:
        key, mark, written = change.partition("=")
        path = key.strip().split(".")
        if not mark or not all(path):
            raise SpecError(f"--set {change!r}: write key=value, as in protocol.rounds=5")
        try:
            value = read_yaml(written)
        except YamlError as error:
            raise SpecError(f"--set {change!r}: {error}") from error
        tree = dict(_with(tree, path, 0, value, change))
    return tree


def _with(tree: Any, path: Sequence[str], at: int, value: Any, change: str) -> Any:
    """A copy of the tree with the value at the path, the tree itself lying at its first `at` steps."""
    if at == len(path):
        return value
    opened = _opened(tree, path[:at])
    if is_map(opened):
        entries = dict(opened)
        entries[path[at]] = _with(entries.get(path[at]), path, at + 1, value, change)
        return entries
    if is_list(opened):
        items = list(opened)
        place = _place(items, path[at])
        if place is None:
            there = ".".join(path[:at])
            raise SpecError(f"--set {change!r}: {there} goes from {there}.0 to {there}.{len(items) - 1}")
        steps = [*path[:at], str(place), *path[at + 1 :]]
        items[place] = _with(items[place], steps, at + 1, value, change)
        return items
    raise SpecError(f"--set {change!r}: {'.'.join(path[:at])} has no parts to set: set it whole")


def _opened(tree: Any, path: Sequence[str]) -> Any:
    """The tree at that path, out of its short form."""
    match path:
        case ["protocol" | "topology"] if isinstance(tree, str):
            name, parameters = parse(tree)
            return {"name": name, **parameters}
        case ["protocol" | "topology" as what] if tree is None:
            return {"name": {"protocol": "du", "topology": "complete"}[what]}
        case ["judge"] | ["agents", _] if isinstance(tree, str):
            return {"name": "judge" if len(path) == 1 else _seated(int(path[1])), "llm": tree}
        case ["budget"] if isinstance(tree, int | float | Word):
            return {"usd": tree}
        case [_] | ["agents", _, _] if tree is None:
            return {}
        case _:
            return tree


def _place(items: list[Any], step: str) -> int | None:
    """The index a step means: a number, or the name of an agent."""
    if step.isdecimal():
        return int(step) if int(step) < len(items) else None
    called = [_called(item, place) for place, item in enumerate(items)]
    return called.index(step) if step in called else None


def _called(item: Any, place: int) -> str:
    name: Any = item.get("name") if is_map(item) else None
    return _seated(place) if name is None else name.text if isinstance(name, Word) else str(name)


def _seated(place: int) -> str:
    """What an agent without a name is called."""
    return f"a{place + 1}"
