"""The text of a debate file as plain values: YAML 1.2 or JSON, of limited size, in UTF-8."""

import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from moot.agents.cleaning import printable
from moot.errors import DataError
from moot.runs.files.scalars import Word
from moot.runs.files.sorts import is_list, is_map
from moot.runs.files.yaml12 import DEPTH, YamlError, read_yaml

YAML_BYTES = 2**20
JSON_BYTES = 8 * 2**20
"""JSON is read much faster."""
ENDINGS = {".yaml": YAML_BYTES, ".yml": YAML_BYTES, ".json": JSON_BYTES}
TEXTS = frozenset({"name", "llm", "persona", "role", "api_base", "fallback"})
"""Keys of an agent whose value is a text, however number-like the word."""


def read_document(path: Path) -> dict[str, Any]:
    """The map that a file holds; words of YAML may still be `Word`s, see `settled`.

    Raises:
        DataError: It cannot be read, is no such file, or holds more than is read.
    """
    try:
        text = _text(path)
        tree = _json(text) if path.suffix.lower() == ".json" else read_yaml(text)
        if not is_map(tree):
            raise YamlError("it is no map of keys: begin with 'agents:'" if tree is not None else "it is empty")
        return tree
    except YamlError as error:
        raise DataError(f"debate file {printable(str(path))!r}: {error}") from error


def settled(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The tree with every word as text where a text is wanted, and as its value elsewhere."""
    plain = {key: _value(value) for key, value in tree.items() if key not in {"agents", "judge", "same", "prompts"}}
    agents: Any = tree.get("agents")
    if "agents" in tree:
        plain["agents"] = [_agent(agent) for agent in agents] if is_list(agents) else _value(agents)
    if "judge" in tree:
        judge: Any = tree["judge"]
        plain["judge"] = [_agent(one) for one in judge] if is_list(judge) else _agent(judge)
    if "same" in tree:
        plain["same"] = _agent(tree["same"])
    if "prompts" in tree:
        prompts: Any = tree["prompts"]
        plain["prompts"] = {key: _name(value) for key, value in prompts.items()} if is_map(prompts) else _name(prompts)
    return {key: plain[key] for key in tree}


def _agent(agent: Any) -> Any:
    if not is_map(agent):
        return _name(agent)
    return {key: _name(value) if key in TEXTS else _value(value) for key, value in agent.items()}


def _name(tree: Any) -> Any:
    """A word as its text; nothing stays nothing."""
    return tree.text if isinstance(tree, Word) and tree.value is not None else _value(tree)


def _value(tree: Any) -> Any:
    if isinstance(tree, Word):
        return tree.value
    if is_map(tree):
        return {key: _value(value) for key, value in tree.items()}
    if is_list(tree):
        return [_value(value) for value in tree]
    return tree


def _text(path: Path) -> str:
    most = ENDINGS.get(path.suffix.lower())
    if most is None:
        raise YamlError("its ending says no format: call it .yaml or .json")
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or device would be read for ever
            raise YamlError("it is no regular file")
        with path.open("rb") as file:
            content = file.read(most + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise YamlError(f"it cannot be read ({reason.lower()}): check the path, or write one with moot init") from error
    if len(content) > most:
        raise YamlError(f"it is larger than {most} bytes, the most that is read: keep a large graph in its own file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise YamlError(f"byte {error.start + 1} is not UTF-8: save the file as UTF-8") from error


def _json(text: str) -> Any:
    try:
        tree = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise YamlError(f"line {error.lineno}: it is no JSON ({error.msg.lower()}): mend it there") from error
    except (ValueError, RecursionError) as error:
        raise YamlError(f"it is no JSON that is read ({error}): write plain values") from error
    if _deeper(tree, DEPTH):
        raise YamlError(f"it is nested deeper than {DEPTH} levels")
    return tree


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        names = [name for name, _ in pairs]
        raise YamlError(f"key {next(n for n in names if names.count(n) > 1)[:40]!r} is given twice: give it once")
    return entries


def _no_number(name: str) -> Any:
    raise YamlError(f"{name} is no number: leave the key out")


def _deeper(tree: Any, levels: int) -> bool:
    """Whether it is nested deeper; looks no further than that."""
    below: list[Any] = list(tree.values()) if is_map(tree) else tree if is_list(tree) else []
    if not isinstance(tree, dict | list):
        return False
    return levels == 0 or any(_deeper(part, levels - 1) for part in below)
