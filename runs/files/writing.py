"""A spec as the text of a debate file: short things on one line, long texts as blocks.

Strings are quoted wherever a reader of YAML, 1.1 or 1.2, might take them for something else.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from moot.runs.files.sorts import is_list, is_map

WIDTH = 100
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_./?=&%+-]*( (>>|[A-Za-z0-9_./?=&%+-]+))*\Z")
_OTHERWISE = re.compile(r"(?i:y|n|yes|no|on|off|true|false|null)\Z")
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def json_text(spec: Mapping[str, Any]) -> str:
    """The spec as indented JSON."""
    return json.dumps(spec, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def yaml_text(spec: Mapping[str, Any]) -> str:
    """The spec as YAML 1.2."""
    return "".join(f"{line}\n" for key, value in spec.items() for line in _entry(key, value, ""))


def _entry(key: str, value: Any, indent: str) -> list[str]:
    name = f"{indent}{_string(key)}:"
    if isinstance(value, str) and _blocky(value):
        return [f"{name} |{'' if value.endswith(chr(10)) else '-'}", *_block(value, indent)]
    flow = f"{name} {_flow(value)}"
    if not value or (len(flow) <= WIDTH and not _holds_maps(value)):
        return [flow]
    if is_map(value):
        return [name, *(line for k, v in value.items() for line in _entry(k, v, indent + "  "))]
    if is_list(value):
        return [name, *(line for item in value for line in _item(item, indent + "  "))]
    return [flow]


def _item(value: Any, indent: str) -> list[str]:
    flow = f"{indent}- {_flow(value)}"
    if not is_map(value) or not value or len(flow) <= WIDTH:
        return [flow]
    lines = [line for k, v in value.items() for line in _entry(k, v, indent + "  ")]
    return [f"{indent}- {lines[0].strip()}", *lines[1:]]


def _flow(value: Any) -> str:
    if isinstance(value, str):
        return _string(value)
    if is_map(value):
        return "{" + ", ".join(f"{_string(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if is_list(value):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return json.dumps(value, allow_nan=False)


def _string(text: str) -> str:
    if _BARE.match(text) and not _OTHERWISE.match(text):
        return text
    return '"' + "".join(map(_character, text)) + '"'


def _character(one: str) -> str:
    if one in _ESCAPED:
        return _ESCAPED[one]
    if one == " " or one.isprintable():
        return one
    code = ord(one)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _blocky(text: str) -> bool:
    """Whether a text is several lines that a block can hold as they are."""
    lines = text.removesuffix("\n").split("\n")
    plain = all(line == "" or (line.isprintable() and not line.startswith(" ")) for line in lines)
    return len(lines) > 1 and bool(lines[0]) and bool(lines[-1]) and plain


def _block(text: str, indent: str) -> list[str]:
    return [f"{indent}  {line}" if line else "" for line in text.removesuffix("\n").split("\n")]


def _holds_maps(value: Any) -> bool:
    return is_list(value) and len(value) > 1 and is_map(value[0])
