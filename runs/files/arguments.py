"""The plain values of a debate file, held to their sorts, and with the files that they name read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from moot.errors import SpecError, UnknownNameError
from moot.names import parse
from moot.runs.files.sorts import is_list, is_map
from moot.topologies import from_file

KEYS = (
    "agents",
    "topology",
    "protocol",
    "rounds",
    "judge",
    "decide",
    "stop",
    "quorum",
    "budget",
    "policy",
    "limits",
    "prompts",
    "same",
    "seed",
)


def completed(spec: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """What `Debate.from_spec` takes: keys known, values of their sorts, graph files read.

    Args:
        spec: Plain values as a debate file holds them.
        folder: Where files that it names lie; they may not lie elsewhere.

    Raises:
        UnknownNameError: There is no such key; it carries the nearest.
        SpecError: A value is of the wrong sort; the sentence names it.
    """
    for key in spec:
        if key not in KEYS:
            raise UnknownNameError("key of a debate", key, KEYS)
    given = {key: value for key, value in spec.items() if value is not None}
    if not is_list(given.get("agents")) or not given["agents"]:
        raise SpecError("agents: list who debates, as in [sim/debater, {name: bo, llm: sim/debater}]")
    if "topology" in given:
        given["topology"] = _topology(given["topology"], folder)
    if isinstance(given.get("prompts"), str):
        given["prompts"] = _inside(folder, given["prompts"], "prompts")
    for key, value in given.items():
        _check(key, value)
    return given


def _topology(value: Any, folder: Path) -> Any:
    """The topology, every graph file in it read."""
    if is_list(value):
        return [_topology(one, folder) for one in value]
    form: Mapping[str, Any]
    if isinstance(value, str):
        name, parameters = parse(value)
        form = {"name": name, **parameters}
    else:
        form = value if is_map(value) else {}
    if form.get("name") == "from_file":
        form = {"file": form.get("path"), **{k: v for k, v in form.items() if k not in {"name", "path"}}}
    if "file" not in form:
        return value
    for key in form:
        if key not in {"file", "format", "directed", "channel"}:
            raise UnknownNameError("topology key", key, ("file", "format", "directed", "channel"))
    _inside(folder, form["file"], "topology")
    if str(form.get("directed", True)).lower() not in {"true", "false"}:
        raise SpecError(f"topology: directed={_shown(form['directed'])} must be true or false")
    directed = str(form.get("directed", True)).lower() == "true"
    graph = from_file(str(form["file"]), form.get("format"), directed=directed, folder=folder)
    return graph.through(str(form["channel"])) if "channel" in form else graph


def _inside(folder: Path, name: Any, what: str) -> Path:
    """The path of that name in the folder.

    Raises:
        SpecError: It lies elsewhere, be it by `..`, by a link or by an absolute path.
    """
    if not isinstance(name, str) or not name or "\0" in name:
        raise SpecError(f"{what}: {_shown(name)} is no path: write one relative to the debate file")
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise SpecError(f"{what}: {_shown(name)} leads out of the debate file's folder: copy the file into it")
    return path


def _check(key: str, value: Any) -> None:
    sorts: Mapping[str, tuple[tuple[type, ...], str]] = {
        "protocol": ((str, dict), "a name such as du, or {name: society, rounds: 3}"),
        "rounds": ((int,), "a whole number"),
        "decide": ((str, dict, list), "a name such as plurality, or {majority: {share: 0.6}}"),
        "stop": ((str, dict, list), "a name such as unanimous, or a list of rules"),
        "quorum": ((int, float), "a number of debaters, or a share of them such as 0.5"),
        "budget": ((int, float, dict), "US dollars, or {usd: 0.5, minutes: 5}"),
        "policy": ((dict,), "{timeout_s: 60, retries: 3}"),
        "limits": ((dict,), "{openai: {requests_per_minute: 500}}"),
        "prompts": ((dict, Path), "a folder, or a map of templates"),
        "same": ((str, dict), "the import path of a function, as in mypkg.rules:same, or a model that compares"),
        "seed": ((int,), "a whole number"),
    }
    allowed, example = sorts.get(key, ((object,), ""))
    if not isinstance(value, allowed) or (isinstance(value, bool) and key in sorts):
        raise SpecError(f"{key}: {_shown(value)}: write {example}")
    if key == "protocol" and is_map(value) and not isinstance(value.get("name"), str):
        raise SpecError("protocol: it has no name: write {name: society, rounds: 3}")
    if key == "prompts" and is_map(value):
        for name, text in value.items():
            if not isinstance(text, str):
                raise SpecError(f"prompts: {name}: {_shown(text)}: write the template's text")
    if key == "decide":
        _check_decision(value)


def _check_decision(value: Any) -> None:
    for part in value if is_list(value) else [value]:
        if is_map(part):
            if any(not isinstance(parameters, dict | None) for parameters in part.values()):
                raise SpecError(f"decide: {_shown(part)}: write {{majority: {{share: 0.6}}}}")
        elif not isinstance(part, str):
            raise SpecError(f"decide: {_shown(part)}: write a name such as plurality")


def _shown(value: Any) -> str:
    text = ascii(value) if not isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
