"""What must not stand in the source: calls that undo moot's promises, hosts, machine paths, loose ends."""

import ast
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = ("agents", "topologies", "protocols", "runs", "src/moot")
PURE = ("protocols", "topologies")
"""No clock and no randomness of their own: the same inputs give the same debate."""

BANNED_CALLS = {
    "asyncio.gather": "anyio.create_task_group or anyio.amap",
    "asyncio.TaskGroup": "anyio.create_task_group",
    "asyncio.wait_for": "anyio.fail_after",
    "asyncio.timeout": "anyio.fail_after",
    "asyncio.create_task": "anyio.create_task_group",
    "asyncio.ensure_future": "anyio.create_task_group",
    "yaml.load": "the reader in moot.runs",
    "os.system": "anyio.run_process",
}
BANNED_BUILTINS = {"eval", "exec", "__import__"}
BANNED_MODULES = {"pickle", "cPickle", "cloudpickle", "dill", "shelve", "marshal", "joblib", "jsonpickle", "yaml"}
IMPURE_CALLS = {
    "time.time",
    "time.time_ns",
    "datetime.now",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "uuid.uuid1",
    "uuid.uuid4",
    "os.urandom",
    "random.SystemRandom",
}
OWN_JSON = (
    "runs/journal",
    "agents/provider/prices.py",
    "agents/provider/facts.py",
    "protocols/answers/mathworker.py",
    "src/moot/testing",
)
"""Reads what moot wrote: stores, tables it ships with, lines between its processes, requests to its stub."""
SEEDED = {"random.Random", "numpy.random.default_rng", "np.random.default_rng"}
"""Fine with a seed, not without."""


def files() -> list[Path]:
    """Every file of the project: those git tracks or would track, or all where there is no git."""
    names: list[str] = []
    if shutil.which("git") is not None:
        listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        run = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
        names = run.stdout.splitlines() if run.returncode == 0 else []
    paths = [ROOT / name for name in names] or [path for path in ROOT.rglob("*") if not made_here(path)]
    return sorted(path for path in paths if path.is_file() and not path.is_symlink())


def made_here(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    hidden = parts[0].startswith(".") and parts[0] not in {".ci", ".github", ".gitignore", ".gitattributes"}
    return hidden or parts[0] == "dist" or "__pycache__" in parts


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


FILES = files()
SOURCES = [path for path in FILES if path.suffix == ".py" and relative(path).startswith(CODE)]


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a chain of names; an empty text for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def aliases(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for, so that `from asyncio import gather` is seen too."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known.update({alias.asname: alias.name for alias in node.names if alias.asname})
        elif isinstance(node, ast.ImportFrom):
            known.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return known


def uses(tree: ast.Module) -> Iterator[tuple[int, str, ast.Call | None]]:
    """Every dotted name that is used, in full, with its line, and with its call where it is one."""
    known = aliases(tree)
    called = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and (name := dotted(node)):
            first, dot, rest = name.partition(".")
            yield node.lineno, f"{known.get(first, first)}{dot}{rest}", called.get(id(node))


def asynchronous_or_unsafe(tree: ast.Module) -> Iterator[str]:
    for line, name, call in uses(tree):
        if name in BANNED_CALLS:
            yield f"{line}: {name}; use {BANNED_CALLS[name]}"
        if name in BANNED_BUILTINS and call is not None:
            yield f"{line}: {name}()"
        if name.split(".")[-1] == "YAML" and call is not None and "unsafe" in ast.unparse(call):
            yield f"{line}: an unsafe YAML reader"


def trusting_json(tree: ast.Module) -> Iterator[str]:
    """JSON of others may say NaN and Infinity, which no comparison survives; our own never does."""
    for line, name, call in uses(tree):
        if name not in {"json.load", "json.loads"} or call is None:
            continue
        if all(keyword.arg != "parse_constant" for keyword in call.keywords):
            yield f"{line}: {name} without parse_constant"


def object_files(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        prefix = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        for name in (f"{prefix}{alias.name}" for alias in node.names):
            if name.split(".")[0] in BANNED_MODULES or "cloudpickle" in name:
                yield f"{node.lineno}: import of {name}"


def built_sql(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            continue
        if node.func.attr not in {"execute", "executemany", "executescript"}:
            continue
        query = node.args[0]
        formatted = isinstance(query, ast.JoinedStr) and any(isinstance(v, ast.FormattedValue) for v in query.values)
        joined = isinstance(query, ast.BinOp) and not constant(query)
        called = isinstance(query, ast.Call) and isinstance(query.func, ast.Attribute) and query.func.attr == "format"
        if formatted or joined or called:
            yield f"{node.lineno}: SQL put together from values; bind them"


SQL = re.compile(r"^\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH|CREATE|DROP|ALTER|PRAGMA)\s|\s(FROM|WHERE|VALUES)\s")
NAMED_IN_CODE = re.compile(r"_?[A-Z][A-Z_]*")
"""A constant of its module, which no value from outside can be."""


def filled_sql(tree: ast.Module) -> Iterator[str]:
    """SQL with anything but constants put into it, wherever it is made and whatever it is called before it is run."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            texts = [part.value for part in node.values if isinstance(part, ast.Constant)]
            put_in = [ast.unparse(part.value) for part in node.values if isinstance(part, ast.FormattedValue)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            texts = [node.func.value.value] if isinstance(node.func.value, ast.Constant) else []
            put_in = [ast.unparse(one) for one in (*node.args, *(keyword.value for keyword in node.keywords))]
        else:
            continue
        if SQL.search(" {} ".join(map(str, texts)) + " ") and not all(map(NAMED_IN_CODE.fullmatch, put_in)):
            yield f"{node.lineno}: SQL with {', '.join(put_in)} in it; bind values"


NAMERS = ("protocols/registry.py", "src/moot/__init__.py")
"""Where a name becomes a module: the one place that asks whether import paths are allowed, and the face's own names."""


def imports_by_name(tree: ast.Module) -> Iterator[str]:
    """Modules that are imported by a name that does not stand in the code."""
    for line, name, call in uses(tree):
        if call is None or name.split(".")[-1] not in {"import_module", "__import__", "spec_from_file_location"}:
            continue
        if not (call.args and isinstance(call.args[0], ast.Constant)):
            yield f"{line}: a module is imported by a name that comes from elsewhere"


def constant(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add) and constant(node.left) and constant(node.right)
    return isinstance(node, ast.Constant)


def impure(tree: ast.Module) -> Iterator[str]:
    for line, name, call in uses(tree):
        seeded = name in SEEDED or name.startswith(("numpy.random.Gen", "numpy.random.PCG", "numpy.random.Seed"))
        if name in IMPURE_CALLS or name.startswith("secrets."):
            yield f"{line}: {name}"
        elif name in SEEDED and call is not None and not (call.args or call.keywords):
            yield f"{line}: {name} without a seed"
        elif not seeded and re.match(r"(numpy|np)?\.?random\.\w", name):
            yield f"{line}: {name} draws from a global generator"


@pytest.mark.parametrize(
    "rule", [asynchronous_or_unsafe, object_files, built_sql, filled_sql], ids=lambda rule: rule.__name__
)
def test_the_code_keeps_to(rule: Callable[[ast.Module], Iterator[str]]) -> None:
    assert violations(rule, SOURCES) == []


def test_a_name_becomes_a_module_only_where_it_is_asked_whether_that_is_allowed() -> None:
    assert violations(imports_by_name, [path for path in SOURCES if relative(path) not in NAMERS]) == []
    assert all(violations(imports_by_name, [ROOT / name]) for name in NAMERS)


def test_only_what_moot_wrote_itself_is_read_as_json_without_a_look_at_its_numbers() -> None:
    assert violations(trusting_json, [path for path in SOURCES if not relative(path).startswith(OWN_JSON)]) == []


def test_protocols_and_topologies_have_no_clock_and_no_randomness_of_their_own() -> None:
    assert violations(impure, [path for path in SOURCES if relative(path).startswith(PURE)]) == []


def violations(rule: Callable[[ast.Module], Iterator[str]], paths: list[Path]) -> list[str]:
    return [f"{relative(path)}:{found}" for path in paths for found in rule(ast.parse(path.read_text("utf-8")))]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (asynchronous_or_unsafe, "import asyncio\nasyncio.gather(1)"),
        (asynchronous_or_unsafe, "from asyncio import create_task as go\ngo(1)"),
        (asynchronous_or_unsafe, "import asyncio as a\na.wait_for(1, 2)"),
        (asynchronous_or_unsafe, "async def f():\n    from asyncio import TaskGroup\n    TaskGroup()"),
        (asynchronous_or_unsafe, "eval('1')"),
        (asynchronous_or_unsafe, "from ruamel.yaml import YAML\nYAML(typ='unsafe')"),
        (trusting_json, "import json\njson.loads(text)"),
        (trusting_json, "from json import load as read\nread(file, parse_float=float)"),
        (object_files, "import pickle"),
        (object_files, "from ray import x\nfrom ray.cloudpickle import dumps"),
        (built_sql, "db.execute(f'SELECT {x}')"),
        (built_sql, "db.execute('SELECT ' + x)"),
        (built_sql, "db.execute('SELECT %s' % x)"),
        (built_sql, "db.execute('SELECT {}'.format(x))"),
        (filled_sql, "QUERY = f'SELECT {column} FROM t'"),
        (filled_sql, "def f(x):\n    q = f'DELETE FROM t WHERE name = {x!r}'\n    db.execute(q)"),
        (filled_sql, "q = 'SELECT a FROM t ORDER BY {}'.format(order)"),
        (imports_by_name, "import importlib\nimportlib.import_module(name)"),
        (imports_by_name, "from importlib import import_module\nimport_module(f'{a}.b')"),
        (impure, "import time\ntime.time()"),
        (impure, "from time import time\ntime()"),
        (impure, "import random\nrandom.choice([1])"),
        (impure, "import random\nrandom.Random()"),
        (impure, "import numpy as np\nnp.random.rand(3)"),
        (impure, "import numpy as np\nnp.random.default_rng()"),
    ],
)
def test_the_rules_see_what_they_forbid(rule: Callable[[ast.Module], Iterator[str]], text: str) -> None:
    assert len(list(rule(ast.parse(text)))) >= 1


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (asynchronous_or_unsafe, "import anyio\nanyio.create_task_group()\nself.gather(1)\nmodel.evaluate(1)"),
        (trusting_json, "import json\njson.loads(text, parse_constant=refused)\njson.dumps(value)"),
        (object_files, "from moot.errors import MootError"),
        (built_sql, "db.execute('SELECT ?', (x,))\ndb.execute('SELECT 1 ' 'FROM t')\ndb.execute('a' + 'b')"),
        (filled_sql, "ALL = f'{_SOME} WHERE name = ?'\nprint(f'from {a} to {b}, where {c}')"),
        (imports_by_name, "import importlib\nimportlib.import_module('a.b')"),
        (impure, "import random\nrandom.Random(7)\nself.random.choice(1)"),
        (impure, "import numpy as np\nnp.random.default_rng(7)\ndef f(r: np.random.Generator): ..."),
    ],
)
def test_the_rules_leave_good_code_alone(rule: Callable[[ast.Module], Iterator[str]], text: str) -> None:
    assert list(rule(ast.parse(text))) == []


LOOSE = "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX"))
HOSTS = (
    r"(?i)\b(files\.)?python"
    + r"hosted\.org|\bpy"
    + r"pi\.org|registry\."
    + r"npmjs|registry\."
    + r"yarnpkg|conda\."
    + r"anaconda"
)
MACHINE = r"(?<![\w.:/-])/(home|Users|root|work|opt|mnt|srv)/\w|\.\./" + r"shared\b"


@pytest.mark.parametrize(
    "pattern",
    [rf"\b({LOOSE})\b", HOSTS, MACHINE, r"^(<{7}|>{7}) "],
    ids=["loose ends", "package hosts", "machine paths", "conflict marks"],
)
def test_no_file_holds(pattern: str) -> None:
    expression = re.compile(pattern, re.MULTILINE)
    found = [
        f"{relative(path)}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()}"
        for path in FILES
        if (text := plain(path)) is not None
        for match in expression.finditer(text)
    ]
    assert found == []


def plain(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def test_every_text_file_ends_in_one_newline_and_has_no_carriage_returns() -> None:
    for path in FILES:
        text = plain(path)
        if text:
            assert text.endswith("\n"), relative(path)
            assert not text.endswith("\n\n"), relative(path)
            assert "\r" not in text, relative(path)
