"""Endpoints are opened where their LLM will live."""

import subprocess
import sys

import pytest

_PROGRAM = """
import gc, sys, threading
from moot.agents.models import endpoint_of
from moot.runs.opening import opened, opened_alone

open_llm = {"opened": opened, "opened_alone": opened_alone}[sys.argv[1]]
open_llm(endpoint_of("openai/gpt-4o-mini", api_base="http://127.0.0.1:9/v1"))
for thread in threading.enumerate():
    if thread.name == "moot-load":
        thread.join()
print(gc.get_freeze_count() > 100_000, "litellm" in sys.modules)
"""


@pytest.mark.parametrize(("opening", "frozen"), [("opened", False), ("opened_alone", True)])
def test_only_a_process_of_its_own_hides_what_was_loaded_from_the_garbage_collector(opening: str, frozen: bool) -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM, opening], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(frozen), "True"]
