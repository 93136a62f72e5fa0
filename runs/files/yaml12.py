"""YAML 1.2 as plain values: only maps, lists and words, with every cap held while it is read.

The parser's events are enough, so nothing is ever constructed by a tag. An alias repeats what its
anchor named and counts in full, so that no few lines can stand for millions.
"""

import math
from collections.abc import Iterator
from typing import Any

from moot.errors import DataError
from moot.runs.files.scalars import Word, meaning

DEPTH = 32
NODES = 50_000

Tree = dict[str, Any] | list[Any] | Word | str
"""What is read: `Word`s keep both text and value until it is known which is wanted."""


class YamlError(DataError):
    """A text that is no YAML of ours; the sentence leaves out which file."""


def read_yaml(text: str) -> Tree | None:
    """The one document of a text; None where it is empty.

    Raises:
        YamlError: It is no YAML, holds a tag, a key twice, or more than is read.
    """
    from ruamel.yaml import YAML  # here, since whoever has no file need not wait for it
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    parser: Any = YAML(typ="safe", pure=True)
    try:
        return _Document(parser.parse(text)).tree
    except MarkedYAMLError as error:
        marked: Any = error  # ruamel declares no types for its parts
        words = str(marked.problem or marked.context or "it cannot be read").partition("\n")[0]
        where = "" if marked.problem_mark is None else f"line {marked.problem_mark.line + 1}: "
        raise YamlError(
            f"{where}it is no YAML ({words}): check indentation, and quote what holds ': ' or ' #'"
        ) from error
    except YAMLError as error:  # a character that may not stand in YAML
        raise YamlError("it holds a control character, which YAML does not allow: remove it") from error
    except (ValueError, RecursionError) as error:
        raise YamlError(f"it is no YAML ({str(error).partition(chr(10))[0]}): write it out plainly") from error


class _Document:
    """The events of a stream, made into one tree."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchors: dict[str, tuple[Tree, int, int]] = {}
        self._nodes = 0
        self.tree = self._read()

    def _read(self) -> Tree | None:
        tree: Tree | None = None
        documents = 0
        for event in self._events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise YamlError(f"{_line(event)}a second document begins: keep one in a file")
            elif kind not in {"StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"}:
                tree = self._node(event, 1)[0]
        return None if tree == Word("", None) else tree

    def _node(self, event: Any, depth: int) -> tuple[Tree, int, int]:
        """The tree of a node, how many nodes it has and how deep it is."""
        kind = type(event).__name__
        if kind == "AliasEvent":
            return self._repeated(event, depth)
        if event.tag is not None:
            raise YamlError(f"{_line(event)}tags such as {str(event.tag)[:40]!r} are not read: write the value plainly")
        if depth > DEPTH:
            raise YamlError(f"{_line(event)}it is nested deeper than {DEPTH} levels")
        self._count(event, 1)
        if kind == "ScalarEvent":
            found: tuple[Tree, int, int] = (_scalar(event), 1, 1)
        elif kind == "SequenceStartEvent":
            found = self._list(depth)
        else:
            found = self._map(depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = found
        return found

    def _list(self, depth: int) -> tuple[Tree, int, int]:
        items: list[Any] = []
        nodes, height = 1, 0
        for event in self._events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            item, below, deep = self._node(event, depth + 1)
            items.append(item)
            nodes, height = nodes + below, max(height, deep)
        return items, nodes, height + 1

    def _map(self, depth: int) -> tuple[Tree, int, int]:
        items: dict[str, Any] = {}
        nodes, height = 1, 0
        for event in self._events:
            if type(event).__name__ == "MappingEndEvent":
                break
            key, _, _ = self._node(event, depth + 1)
            if not isinstance(key, str | Word):
                raise YamlError(f"{_line(event)}a key is a list or a map: write a plain word")
            name = key.text if isinstance(key, Word) else key
            if name in items:
                raise YamlError(f"{_line(event)}key {name[:40]!r} is given twice: give it once")
            items[name], below, deep = self._node(next(self._events), depth + 1)
            nodes, height = nodes + 1 + below, max(height, deep)
        return items, nodes, height + 1

    def _repeated(self, event: Any, depth: int) -> tuple[Tree, int, int]:
        if event.anchor not in self._anchors:
            raise YamlError(f"{_line(event)}alias {event.anchor[:40]!r} stands inside what it names, or names nothing")
        tree, nodes, height = self._anchors[event.anchor]
        self._count(event, nodes)
        if depth + height - 1 > DEPTH:
            raise YamlError(f"{_line(event)}it is nested deeper than {DEPTH} levels")
        return tree, nodes, height

    def _count(self, event: Any, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > NODES:
            raise YamlError(f"{_line(event)}it holds more than {NODES} values, aliases written out")


def _scalar(event: Any) -> Word | str:
    word = meaning(event.value) if event.implicit[0] else str(event.value)
    if isinstance(word, Word) and isinstance(word.value, float) and not math.isfinite(word.value):
        raise YamlError(f"{_line(event)}{word.text} is no number that can be used: quote it if it is a text")
    return word


def _line(event: Any) -> str:
    mark: Any = event.start_mark
    return "" if mark is None else f"line {mark.line + 1}: "
