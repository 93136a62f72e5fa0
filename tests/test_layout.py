"""The house holds: folders linked and packaged, imports one way, nothing heavy loaded, the wheel complete."""

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FACE = ROOT / "src" / "moot"
LAYERS = {"errors": 0, "logs": 0, "version": 0, "names": 1, "agents": 2, "topologies": 2, "protocols": 3, "runs": 4}
"""A unit imports itself and lower layers; units of one layer do not know each other. The rest is the face, on top."""
TOP = max(LAYERS.values()) + 1
HEAVY = {"litellm": {"agents/provider/gateway.py"}, "ray": {"runs/ray/"}}
"""Which modules may import them, and only inside functions."""
EXTRAS = {"runs.viewer": "view", "runs.drawing": "plot", "runs.export": "parquet"}
"""What only the modules of one folder may need, beside what everybody has."""
PAGE_SOURCES = ROOT / "runs" / "viewer" / "web"
"""What the viewer's page is built from; the wheel holds the page."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def packages() -> list[str]:
    """The top-level folders that hold the four packages."""
    beside = {"src", "tests", "examples", "benchmarks"}
    return sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name not in beside)


def modules() -> dict[str, Path]:
    """Every module of moot by its dotted name."""
    found: dict[str, Path] = {}
    for top, prefix in [(FACE, ""), *((ROOT / name, name) for name in packages())]:
        for path in top.rglob("*.py"):
            parts = [part for part in (prefix, *path.relative_to(top).with_suffix("").parts) if part]
            if top == FACE and parts[0] in packages():
                continue  # reached through its link as well
            found[".".join(["moot", *parts]).removesuffix(".__init__")] = path
    return found


MODULES = modules()


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text(encoding="utf-8"), relative(MODULES[name]), feature_version=(3, 11))


def imported(nodes: Iterator[ast.AST]) -> Iterator[str]:
    """The dotted names that import statements among the nodes bring in, members that are modules included."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            members = [f"{node.module}.{alias.name}" for alias in node.names]
            inner = [member for member in members if member in MODULES]
            yield from inner
            if len(inner) < len(members):
                yield node.module


def at_import(module: ast.Module) -> Iterator[ast.AST]:
    """The nodes that run when the module is imported: not inside functions, not for type checkers alone."""
    waiting: list[ast.AST] = list(module.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting.extend(node.orelse)
            continue
        yield node
        waiting.extend(ast.iter_child_nodes(node))


def unit(name: str) -> str:
    """The package or top module that a dotted name of moot belongs to; "moot" for the face itself."""
    return name.split(".")[1] if "." in name else name


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python(program: str, *, cwd: Path) -> str:
    """What a program prints, run by this Python away from the checkout."""
    run = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_there_are_four_packages_each_linked_relatively_into_the_face() -> None:
    links = {path.name: os.readlink(path) for path in FACE.iterdir() if path.is_symlink()}
    assert links == {name: f"../../{name}" for name in packages()}
    assert set(packages()) == {name for name in LAYERS if not (FACE / f"{name}.py").exists()}


def test_every_list_in_pyproject_names_the_same_packages() -> None:
    build = PROJECT["tool"]["hatch"]["build"]
    wheel = build["targets"]["wheel"]
    expected = set(packages())
    assert {path.removeprefix("/src/moot/") for path in build["exclude"]} - {"/runs/viewer/web"} == expected
    assert set(build["targets"]["sdist"]["only-include"]) >= expected | {"src/moot"}
    assert set(wheel["only-include"]) == expected | {"src/moot"}
    assert wheel["sources"] == {"src/moot": "moot", **{name: f"moot/{name}" for name in packages()}}
    assert set(PROJECT["tool"]["pyright"]["include"]) >= expected | {"src"}


def test_nothing_that_is_packaged_is_ignored_by_git() -> None:
    # hatch leaves out what git ignores, without a word
    patterns = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert not {pattern.strip("/") for pattern in patterns} & {*packages(), "src", "packs", "prompts", "web"}


@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports_point_downward_only(name: str) -> None:
    own = unit(name)
    layer = LAYERS.get(own, TOP)
    for target in imported(ast.walk(tree(name))):
        other = unit(target)
        if target.split(".")[0] != "moot" or other == own:
            continue
        assert layer == TOP or LAYERS.get(other, TOP) < layer, f"{name} imports {target}"


def test_there_are_no_import_cycles() -> None:
    known = {
        name: {target for target in imported(at_import(tree(name))) if target in MODULES and target != name}
        for name in MODULES
    }
    try:
        TopologicalSorter(known).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_imports_are_absolute() -> None:
    relative_ones = [
        f"{name}:{node.lineno}"
        for name in MODULES
        for node in ast.walk(tree(name))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative_ones == []


@pytest.mark.parametrize("library", sorted(HEAVY))
def test_a_heavy_library_is_imported_in_its_one_place_and_inside_functions(library: str) -> None:
    def brings(nodes: Iterator[ast.AST]) -> bool:
        return any(target.split(".")[0] == library for target in imported(nodes))

    places = {relative(MODULES[name]) for name in MODULES if brings(ast.walk(tree(name)))}
    allowed = tuple(HEAVY[library])
    assert [place for place in sorted(places) if not place.startswith(allowed)] == []
    assert [name for name in MODULES if brings(at_import(tree(name)))] == []


def test_every_folder_of_code_is_a_package_and_every_file_a_module() -> None:
    for name, path in MODULES.items():
        assert all(part.isidentifier() for part in name.split(".")), relative(path)
        assert (path.parent / "__init__.py").is_file(), f"{relative(path.parent)} lacks __init__.py"


def test_every_module_can_be_imported_and_importing_all_loads_nothing_heavy(tmp_path: Path) -> None:
    names = sorted(name for name in MODULES if not name.endswith("__main__"))
    program = f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)\n"
    program += f"print(sorted(set({sorted(HEAVY)!r}) & set(sys.modules)))"
    assert python(program, cwd=tmp_path) == "[]"


@pytest.mark.parametrize(
    "use",
    [
        "import moot",
        "from moot import Agent, Debate, Question, decide, protocols, stop, topologies",
        "import contextlib, sys; sys.argv = ['moot', '--help']\n"
        "from moot.cli import main\n"
        "with contextlib.suppress(SystemExit): main()",
    ],
    ids=["import", "names", "help"],
)
def test_a_first_look_at_moot_loads_nothing_heavy(use: str, tmp_path: Path) -> None:
    heavy = [*HEAVY, "openai", "sympy", "scipy", "pandas", "torch", "matplotlib"]
    printed = python(f"{use}\nimport sys\nprint(sorted(set({heavy!r}) & set(sys.modules)))", cwd=tmp_path)
    assert printed.endswith("[]")


def test_generic_names_cannot_be_imported_from_outside(tmp_path: Path) -> None:
    program = f"from importlib.util import find_spec\nprint([n for n in {packages()!r} if find_spec(n)])"
    assert python(program, cwd=tmp_path) == "[]"


def test_every_import_is_of_a_declared_dependency() -> None:
    provided = importlib.metadata.packages_distributions()
    needed = named_in(PROJECT["project"]["dependencies"])
    for name in MODULES:
        extras = [extra for folder, extra in EXTRAS.items() if name.startswith(f"moot.{folder}")]
        declared = needed.union(*(named_in(PROJECT["project"]["optional-dependencies"][extra]) for extra in extras))
        for top in {target.split(".")[0] for target in imported(ast.walk(tree(name)))}:
            if top not in sys.stdlib_module_names and top not in {"moot", "__future__"}:
                assert {normal(owner) for owner in provided.get(top, [])} & declared, f"{name} imports {top}"


def named_in(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[^\w.-]", line, maxsplit=1)[0]) for line in requirements}


def normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    return next(folder.glob("*.whl"))


@pytest.mark.xdist_group("wheel")
def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    expected = {
        f"moot/{prefix}{path.relative_to(top).as_posix()}"
        for top, prefix in [(FACE, ""), *((ROOT / name, f"{name}/") for name in packages())]
        for path in top.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and path.relative_to(top).parts[0] not in packages()
        and not path.is_relative_to(PAGE_SOURCES)
    }
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == expected


@pytest.mark.xdist_group("wheel")
def test_the_wheel_installs_one_name_a_command_and_its_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        info = next(name.split("/")[0] for name in names if ".dist-info/" in name)
        assert {name.split("/")[0] for name in names} == {"moot", info}
        assert "moot = moot.cli:main" in archive.read(f"{info}/entry_points.txt").decode()
        assert f"{info}/licenses/LICENSE" in names
        assert "moot/py.typed" in names


@pytest.mark.xdist_group("wheel")
def test_an_unpacked_wheel_is_importable_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    where = python(
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nimport moot\nprint(moot.__file__)", cwd=tmp_path
    )
    assert Path(where).is_relative_to(tmp_path)


def test_constraints_are_plain_versions_for_every_dependency() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9-]+==[\w.+!]+( ; [\w .'<>=!()]+)?", pin)] == []
    named = {pin.split("==")[0] for pin in pins}
    extras = [line for extra in PROJECT["project"]["optional-dependencies"].values() for line in extra]
    assert named_in([*PROJECT["project"]["dependencies"], *extras]) - named == {
        "moot"
    }  # whose extras are the developer's too
