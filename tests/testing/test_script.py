"""The scripted LLM."""

import pytest

from moot.agents.actor import LLMActor
from moot.agents.llm import LLM
from moot.agents.records import Completion, Message, Request
from moot.errors import ScriptError
from moot.testing import Script


def request(key: str = "k", text: str = "Which?") -> Request:
    return Request(key=key, model="script", messages=(Message(role="user", content=text),))


def test_a_script_is_an_llm() -> None:
    assert isinstance(Script([]), LLM)
    assert Script([]).name == "script"


async def test_lines_are_said_in_order_and_every_call_is_recorded() -> None:
    with Script(["one", "two"]) as script:
        replies = [await script.complete(request(text=text)) for text in ("a", "b")]
    assert [(reply.kind, reply.text, reply.simulated) for reply in replies] == [
        ("ok", "one", True),
        ("ok", "two", True),
    ]
    assert [heard.messages[-1].content for heard in script.requests] == ["a", "b"]


async def test_a_line_may_be_any_outcome() -> None:
    refused = Completion(kind="refused", detail="no")
    assert await Script([refused]).complete(request()) is refused


async def test_an_unexpected_call_fails_and_names_it_through_the_actor_too() -> None:
    script = Script(["one"], name="ada")
    actor = LLMActor(script)
    await actor.complete(request("a"))
    with pytest.raises(ScriptError, match=r"'ada' heard an unexpected call, its number 2: 'Which\?'"):
        await actor.complete(request("b"))


async def test_unsaid_lines_fail_at_the_end_of_the_block_or_when_asked() -> None:
    script = Script(["one", "two", "three"])
    await script.complete(request())
    with pytest.raises(ScriptError, match="2 lines left unsaid, next: 'two'"):
        script.finished()
    with pytest.raises(ScriptError, match="2 lines left"), script:
        pass


def test_an_error_in_the_block_is_not_hidden_by_unsaid_lines() -> None:
    with pytest.raises(KeyError), Script(["one"]):
        raise KeyError


async def test_a_function_may_say_the_lines() -> None:
    script = Script.by(lambda heard: heard.messages[-1].content.upper(), name="echo")
    assert (await script.complete(request(text="a"))).text == "A"
    assert (script.name, len(script.requests)) == ("echo", 1)
    script.finished()


async def test_a_script_costs_nothing_and_counts_tokens() -> None:
    usage = (await Script(["x" * 40]).complete(request(text="y" * 400))).usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.cost_nano_usd) == (104, 10, 0)
