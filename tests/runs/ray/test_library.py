"""Other processes find modules where the process that started them does, and of one name the same."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType

import pytest

from moot.agents.llm import Endpoint
from moot.errors import RuntimeStartError
from moot.runs.loop import run_in_loop
from moot.runs.ray.library import places_of_modules, quietly
from moot.runs.ray.runtime import RayRuntime
from moot.version import SOURCE

pytestmark = pytest.mark.xdist_group("ray")

HOSTED = """
import importlib
import os

from moot.agents.llm import Capabilities
from moot.agents.records import Completion


def origin(name):
    try:
        return importlib.import_module(name).ORIGIN
    except ImportError:
        return None


class Hosted:
    name, capabilities = "hosted", Capabilities()

    async def complete(self, request):
        return Completion(kind="ok", text=f"{[origin(name) for name in request.messages[-1].content.split()]}")


def opening(endpoint):
    return Hosted()
"""
SCRIPT = """
import hosted
import moot
from moot.agents.llm import Endpoint
from moot.agents.records import Message, Request
from moot.runs.loop import run_in_loop
from moot.runs.ray.runtime import RayRuntime

NAMES = "in_script in_path in_current in_late in_all in_path_and_current"

async def ask():
    host = await RayRuntime(opening=hosted.opening).host(Endpoint(id="hosted", kind="hosted", model="hosted"))
    request = Request(key="k", model="hosted", messages=(Message(role="user", content=NAMES),))
    return (await host.complete(request)).text

import sys
sys.path.append(LATE)
print([hosted.origin(name) for name in NAMES.split()])
print(run_in_loop(ask))
moot.shutdown()
"""


def test_an_actor_imports_the_modules_of_a_user_s_own_that_the_script_would(tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("script", "path", "current", "late")}
    for name, folder in folders.items():
        folder.mkdir()
        for module in [f"in_{name}", "in_all", *(["in_path_and_current"] if name in {"path", "current"} else [])]:
            (folder / f"{module}.py").write_text(f"ORIGIN = {name!r}\n")
    (folders["script"] / "hosted.py").write_text(HOSTED)
    (folders["script"] / "main.py").write_text(textwrap.dedent(SCRIPT).replace("LATE", repr(str(folders["late"]))))
    ended = subprocess.run(
        [sys.executable, "-W", "error", str(folders["script"] / "main.py")],
        cwd=folders["current"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(SOURCE), str(folders["path"])])},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    here, there = ended.stdout.splitlines()
    assert (ended.stderr, ended.returncode) == ("", 0)
    assert there == here == str(["script", "path", None, "late", "script", "path"])


def test_a_module_that_an_actor_cannot_import_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("module_of_nobody")
    exec("def opening(endpoint): ...", vars(module))  # a function that only this process has
    monkeypatch.setitem(sys.modules, module.__name__, module)
    runtime = RayRuntime(opening=module.opening)
    with pytest.raises(RuntimeStartError, match=r"cannot be started on Ray: .*No module named 'module_of_nobody'"):
        run_in_loop(runtime.host, Endpoint(id="own/llm", kind="own", model="llm"))


def test_an_interactive_process_has_the_current_folder_looked_through_and_nobody_what_python_brings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = [place for place in sys.path if "python3" in place]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *python, "/nowhere", str(SOURCE)])
    assert places_of_modules() == [str(tmp_path), str(SOURCE)]
    told = quietly()["job_config"]._py_driver_sys_path
    told.extend(["/elsewhere"])  # as Ray does
    assert told == [str(SOURCE), str(tmp_path)]


def test_a_project_inside_its_python_s_own_folder_is_no_part_of_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert places_of_modules() == [str(tmp_path)]
