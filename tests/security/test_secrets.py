"""Keys in the environment and every way to fail: no form of any key in any file, stream or record that is left.

`MOOT_CHAOS=1` tries every fault that the stub knows with every provider, on Ray too.
"""

import base64
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from moot import Agent, Debate
from moot.errors import SpecError
from moot.testing import FAULTS, Fault, Reply, Stub, StubRequest

FULL = bool(os.environ.get("MOOT_CHAOS"))
DRIVER = str(Path(__file__).with_name("driver.py"))
KEYS = {f"{name}_API_KEY": f'sk-"{name.lower()}\\7d41+/=Qv9zKx2Lm5' for name in ("OPENAI", "ANTHROPIC", "GEMINI")}
"""With characters that JSON, addresses and base64 each write in another way."""
ENCODINGS: Mapping[str, Callable[[str], str]] = {
    "plain": str,
    "json": json.dumps,
    "quoted": lambda key: quote(key, safe=""),
    "hex": lambda key: key.encode().hex(),
    "reversed": lambda key: key[::-1],
    "base64": lambda key: base64.b64encode(f"Bearer {key}".encode()).decode(),
    "urlsafe": lambda key: base64.urlsafe_b64encode(f"x{key}".encode()).decode(),
}
SOME = ["auth", "key_echo", "error_200", "redirect", "reset", "truncated_json", "html", "surrogate", "quota", "500"]
FAULTY = [*FAULTS, "400", "401", "403", "404", "408", "409", "413", "422", "429", "500", "503", "529"] if FULL else SOME


def forms(key: str) -> dict[str, bytes]:
    """What is looked for: the key in every coding, base64 without what its neighbours have a share in."""
    found = {name: coded(key).encode() for name, coded in ENCODINGS.items() if name not in {"base64", "urlsafe"}}
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + key.encode()).decode().rstrip("=")[(0, 2, 3)[shift] : -2]
        found |= {f"base64 {shift}": coded.encode(), f"urlsafe {shift}": coded.translate({43: 45, 47: 95}).encode()}
    return found | {
        "json": json.dumps(key)[1:-1].encode(),
        "json in json": json.dumps(json.dumps(key))[3:-3].encode(),
        "beginning": key[:12].encode(),
    }


def hits(told: Mapping[str, bytes]) -> list[tuple[str, str, str]]:
    """Where which key stands in which form; hex in capitals counts too."""
    looked_for = [(name, form, text) for name, key in KEYS.items() for form, text in forms(key).items()]
    return [
        (place, name, form)
        for place, body in told.items()
        for name, form, text in looked_for
        if text in body or (form == "hex" and text.upper() in body)
    ]


def left_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


@pytest.fixture
def stub() -> Iterator[Stub]:
    """Has a model for each coding, which says the key it was sent in it."""
    with Stub() as stub:
        for name in ENCODINGS:
            stub.script(f"echo-{name}", echo(name))
        yield stub


def echo(name: str) -> Callable[[StubRequest], Reply]:
    def step(request: StubRequest) -> Reply:
        key = (request.authorization or "no key").removeprefix("Bearer ")
        return Reply(f"You sent {ENCODINGS[name](key)} here.\nFinal answer: A")

    return step


@pytest.mark.parametrize("name", ENCODINGS)
def test_the_search_finds_a_key_in_every_coding(name: str) -> None:
    key = KEYS["GEMINI_API_KEY"]
    assert hits({"log": f"before{ENCODINGS[name](key)}after".encode()})
    assert hits({"log": b"no key but sk-learn"}) == []


def test_no_key_is_in_anything_a_run_or_a_command_leaves(
    program: Any, stub: Stub, tmp_path: Path, shown: Callable[..., None]
) -> None:
    (tmp_path / "raising.py").write_text("import os\nraise RuntimeError(str(dict(os.environ)))\n")
    does = [*(f"echo-{name}" for name in ENCODINGS), *(f"fault-{kind}" for kind in FAULTY)]
    models = [f"{provider}/{model}" for provider in ("openai", "anthropic", "gemini") for model in does]
    debug = {"LITELLM_LOG": "DEBUG", "OPENAI_API_BASE": stub.api_base, **KEYS}
    done = program(DRIVER, "local", stub.url, *models, **debug)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    told = dict(left_in(tmp_path)) | {"stdout": done.stdout, "stderr": done.stderr}
    found = hits(told)
    shown(calls=len(stub.log), files_and_streams=len(told), keys_found=len(found))
    assert found == []
    assert {"debug.log", "run.log", "result.json", "runs.sqlite", "debate.yaml", "r.html", "r.jsonl"} <= set(told)
    assert b"LiteLLM" in told["debug.log"]
    assert b"a listener failed" in told["stderr"]
    assert b"this is a defect" in told["stderr"]
    turns = {turn["seat"]: turn for turn in json.loads(told["result.json"])["turns"]}
    said = [turns[f"a{n}"]["text"] for n in range(len(ENCODINGS))]
    assert [text for text in said if not ("You sent" in text and "[secret]" in text)] == []
    assert len(stub.log) >= len(models)
    shown(models_that_told_keys=len(models), files_and_streams_read=len(told), forms_of_keys_found=0)


@pytest.mark.xdist_group("ray")
def test_no_key_is_in_anything_that_actors_leave(
    program: Any, stub: Stub, tmp_path: Path, shown: Callable[..., None]
) -> None:
    stub.script("both", lambda request: Fault("auth") if request.number else echo("json")(request))
    models = ["anthropic/both", "anthropic/both"]  # an actor of each model costs seconds
    models += [f"{provider}/echo-{name}" for provider in ("openai", "gemini") for name in ENCODINGS if FULL]
    (tmp_path / "sitecustomize.py").write_text("import logging\nlogging.basicConfig(level=logging.DEBUG)\n")
    paths = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    debug = {"LITELLM_LOG": "DEBUG", "PYTHONPATH": paths, **KEYS}
    done = program(DRIVER, "ray", stub.url, *models, **debug)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    told = dict(left_in(tmp_path)) | {"stdout": done.stdout, "stderr": done.stderr}
    found = hits(told)
    shown(calls=len(stub.log), files_and_streams=len(told), keys_found=len(found))
    assert found == []
    logs = [body for place, body in told.items() if place.startswith("ray/") and "worker" in place]
    assert any(b"LiteLLM" in body for body in logs)
    assert len(stub.log) == len(models)


@pytest.mark.parametrize(
    ("name", "extra"),
    [
        ("aws_secret_access_key", {"aws_secret_access_key": "x"}),
        ("azure_ad_token", {"azure_ad_token": "x"}),
        ("vertex_credentials.client", {"vertex_credentials": {"client": "x"}}),
        ("extra_body.api-key", {"extra_body": {"api-key": "x"}}),
        ("tools.headers.Authorization", {"tools": [{"headers": {"Authorization": "Basic x"}}]}),
        ("user", {"user": KEYS["OPENAI_API_KEY"]}),
        ("stop", {"stop": ["END", f"x{KEYS['OPENAI_API_KEY'][::-1]}x"]}),
        ("user", {"user": "sk-abcdefghijklmnop1234"}),
    ],
)
def test_an_extra_that_holds_a_key_is_refused_before_anything_is_stored(
    name: str, extra: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEYS["OPENAI_API_KEY"])
    with pytest.raises(SpecError, match=f"as '{name}' seems to: keys belong in the environment") as caught:
        Debate([Agent("ada", "openai/m", extra=extra)], protocol="vote")
    assert hits({"error": str(caught.value).encode()}) == []


def test_extras_that_only_speak_of_keys_and_tokens_are_passed_on() -> None:
    plain: dict[str, Any] = {
        "prompt_cache_key": "debate",
        "max_completion_tokens": 9,
        "thinking": {"budget_tokens": 1024},
    }
    Debate([Agent("ada", "openai/m", extra={**plain, "top_k": 4, "stop": ["key", "secret"]})], protocol="vote")


@pytest.mark.parametrize("address", ["https://me:hunter2hunter2@127.0.0.1/v1", "https://127.0.0.1/v1?key=hunter2"])
def test_an_address_that_holds_a_key_is_refused_without_showing_it(address: str) -> None:
    with pytest.raises(SpecError, match="keep keys and passwords out of it") as caught:
        Debate([Agent("ada", "openai/m", api_base=address)], protocol="vote")
    assert "hunter2" not in str(caught.value)
