"""The command line tells by its exit code and its one JSON object what became of a debate."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from moot.cli import main
from moot.testing import Reply, Stub

QUESTION = "Is it so?"


@pytest.fixture
def openai(stub: Stub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stub:
    """OpenAI is the stub; what a model does is in its name. Stores are made in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_BASE", stub.api_base)
    for name in ("ada", "bo", "cy", "di", "ed"):
        stub.script(name, "Final answer: yes")
    return stub


def arguments(*models: str) -> list[str]:
    return ["ask", QUESTION, *(word for model in models for word in ("-m", f"openai/{model}")), "--local", "--json"]


@pytest.mark.usefixtures("openai")
@pytest.mark.filterwarnings("ignore:Cyclopts application invoked without tokens")
@pytest.mark.parametrize(
    ("models", "status", "code"),
    [
        (["ada", "bo", "cy", "di", "ed"], "decided", 0),
        (["ada", "bo", "cy", "di", "e+flaky-1-503"], "decided", 0),
        (["ada", "bo", "cy", "di", "e+fault-refusal"], "degraded", 3),
        (["ada", "bo", "c+fault-quota", "d+fault-empty", "e+fault-401"], "failed", 6),
    ],
)
def test_the_exit_code_tells_the_truth(
    models: list[str],
    status: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["moot", *arguments(*models)])
    with pytest.raises(SystemExit) as ended:
        main()
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], ended.value.code) == (status, code)


@pytest.mark.filterwarnings("ignore:Cyclopts application invoked without tokens")
def test_a_hard_cap_exits_with_4(
    openai: Stub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    openai.script("gpt-5-mini", Reply("Final answer: yes", usage=(100, 90)))
    models = ["gpt-5-mini"] * 3
    monkeypatch.setattr(sys, "argv", ["moot", *arguments(*models), "--max-usd", "0.5"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 4, "three calls may cost 0.77 USD at worst"
    assert openai.log == ()
    assert json.loads(capsys.readouterr().out)["capped"]


@pytest.mark.usefixtures("openai")
def test_a_failed_debate_prints_one_object_with_its_labelled_fallback_and_exits_with_6() -> None:
    models = ["ada", "bo", "c+fault-500", "d+fault-truncated-json", "e+fault-reset"]
    run = subprocess.run(
        [sys.executable, "-P", "-m", "moot", *arguments(*models)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 6, run.stderr
    told = json.loads(run.stdout)
    assert (told["status"], told["answer"]) == ("failed", None)
    assert told["outcome"]["fallback"] == {"answer": "yes", "label": "first vote"}
    assert told["stopped_by"].startswith("quorum: 2 of 5 debaters gave a usable reply in round 0")
    assert "Traceback" not in run.stderr
