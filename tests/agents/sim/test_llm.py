"""The simulated LLM as others call it."""

import json
import os
import subprocess
import sys
from collections import Counter
from math import sqrt
from typing import Any, Literal

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from moot.agents.llm import LLM
from moot.agents.records import Completion, Message, Request
from moot.agents.sim import Simulated, truth
from moot.agents.sim.llm import completion
from moot.agents.sim.names import parse_sim
from moot.agents.sim.prose import FORMS
from moot.agents.sim.said import said

CITIES = ("Perth", "Canberra", "Sydney", "Melbourne")
ASKED = "Which city is the capital of Australia?"


def request(bench: Any, model: str, **given: Any) -> Request:
    return Request(key="k", model=model, messages=bench.render(ASKED, options=CITIES), seed=1, **given)


def test_it_is_an_llm_that_honours_seeds() -> None:
    llm = Simulated("sim/debater?family=b")
    assert isinstance(llm, LLM)
    assert llm.name == "sim/debater?family=b"
    assert llm.capabilities.seed


async def test_a_reply_is_complete_free_and_marked_as_simulated(bench: Any) -> None:
    asked = request(bench, "sim/debater")
    reply = await Simulated("sim/debater").complete(asked)
    assert (reply.kind, reply.simulated, reply.finish, reply.latency_s) == ("ok", True, "stop", 0.0)
    assert reply.usage.cost_nano_usd == 0
    assert reply.usage.completion_tokens == -(-len(reply.text) // 4)
    assert reply.usage.prompt_tokens == -(-sum(len(message.content) + 4 for message in asked.messages) // 4)
    assert reply.text.splitlines()[-1] in {f"Final answer: {letter}" for letter in "ABCD"}


async def test_a_bad_name_in_a_request_is_an_outcome_not_an_exception(bench: Any) -> None:
    reply = await Simulated().complete(request(bench, "sim/debator"))
    assert reply.kind == "bad_request"
    assert "did you mean 'sim/debater'" in reply.detail


PLAIN = TypeAdapter(Completion)

SCRIPT = """
import json, sys
from pydantic import TypeAdapter
from moot.agents.records import Completion, Message, Request
from moot.agents.sim.llm import completion
from moot.agents.sim.names import parse_sim
plain = TypeAdapter(Completion)
rows = []
for model, messages, seed in json.load(sys.stdin):
    request = Request(key="k", model=model, messages=tuple(Message(**m) for m in messages), seed=seed)
    rows.append(plain.dump_python(completion(parse_sim(model), request), mode="json"))
json.dump(rows, sys.stdout)
"""


def test_replies_are_the_same_in_every_process(bench: Any) -> None:
    prompts = [
        bench.render(ASKED, options=CITIES, confidence=True),
        bench.render(
            "How many frobs are there?", "number", own=bench.final("7"), persona="a miner",
            peers=[bench.peer("x", bench.final("8"), 0, 2.5), bench.peer("y", bench.final("9"))],
        ),
        bench.render("Should zoos exist?", "text"),
    ]  # fmt: skip
    models = ["sim/debater?accuracy=0.6", "sim/swayable?family=b&noise=real", "sim/exact-random?init=A:0.3,B:0.3,C:0.3"]
    calls = [
        (model, [{"role": message.role, "content": message.content} for message in prompt], seed)
        for prompt in prompts for model in models for seed in (1, 2)
        if not (model.startswith("sim/exact") and prompt is not prompts[0])
    ]  # fmt: skip

    def replies(hash_seed: str) -> Any:
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], input=json.dumps(calls), capture_output=True, text=True, check=True,
            env=environment,
        )  # fmt: skip
        return json.loads(done.stdout)

    first, second = replies("1"), replies("2")
    assert first == second
    here = [
        PLAIN.dump_python(bench.call(model, tuple(Message(**message) for message in messages), seed=seed), mode="json")
        for model, messages, seed in calls
    ]
    assert here == first


def test_a_reply_depends_on_seed_temperature_model_and_messages(bench: Any) -> None:
    prompt = bench.render(ASKED, options=CITIES)
    texts = [
        bench.call("sim/debater", prompt, seed=1).text,
        bench.call("sim/debater", prompt, seed=2).text,
        bench.call("sim/debater", prompt, seed=1, temperature=0.9).text,
        bench.call("sim/debater?family=b", prompt, seed=1).text,
        bench.call("sim/debater", bench.render(ASKED, options=CITIES, says="Please."), seed=1).text,
    ]
    assert len(set(texts)) == len(texts)
    assert bench.call("sim/debater", prompt, seed=1).text == texts[0]
    assert bench.call("sim/debater?latency=9&fail=0", prompt, seed=1).text == texts[0]


def test_without_a_seed_equal_prompts_get_different_samples(bench: Any) -> None:
    prompt = bench.render("Which frob?", options=CITIES)
    assert len({bench.call("sim/debater", prompt, seed=None).text for _ in range(10)}) > 5


def test_shuffling_the_options_changes_no_greedy_first_answer(bench: Any) -> None:
    for number in range(60):
        answers = {
            bench.call(
                "sim/debater?first_bias=0",
                bench.render(f"Which frob is number {number}?", options=order),
                temperature=0.0,
            ).view["answer"]
            for order in (CITIES, CITIES[::-1], CITIES[2:] + CITIES[:2])
        }
        assert len(answers) == 1


def test_with_position_bias_the_first_option_wins_more_often(bench: Any) -> None:
    shares: list[float] = []
    for bias in (0, 3):
        first = 0
        for number in range(300):
            prompt = bench.render(f"Which frob is number {number}?", options=CITIES)
            first += bench.call(f"sim/debater?first_bias={bias}", prompt).view["answer"] == CITIES[0]
        shares.append(first / 300)
    assert shares[0] == pytest.approx(0.25, abs=4.5 * sqrt(0.25 * 0.75 / 300))
    assert shares[1] > shares[0] + 0.2


def test_accuracy_through_the_text_channel_is_the_stated_one(bench: Any) -> None:
    right, count = 0, 2500
    for number in range(count):
        text = f"Which frob is number {number}?"
        reply = bench.call("sim/debater", bench.render(text, options=CITIES), seed=number)
        letter = said(reply.text).answer
        right += letter is not None and CITIES["ABCD".index(letter)] == truth(text, CITIES)
    assert right / count == pytest.approx(0.72, abs=4.5 * sqrt(0.72 * 0.28 / count))


def test_the_limit_of_voting_is_the_greedy_answer_through_text(bench: Any) -> None:
    # utilities differ by item; where the best leads clearly, 60 samples show it
    same = 0
    for number in range(40):
        prompt = bench.render(f"Which frob is number {number}?", options=CITIES)
        votes = Counter(bench.call("sim/debater", prompt, seed=seed).view["answer"] for seed in range(60))
        same += votes.most_common(1)[0][0] == bench.call("sim/debater", prompt, temperature=0.0).view["answer"]
    assert same >= 34


async def test_latency_is_really_slept_turn_by_turn(bench: Any, anyio_backend: str) -> None:
    llm = Simulated("sim/debater")
    for turn, expected in ((0, 0.05), (1, 0.15), (7, 0.15)):
        start = anyio.current_time()
        reply = await llm.complete(request(bench, "sim/debater?latency=0.05,0.15", turn=turn))
        assert reply.latency_s == expected
        assert expected - 0.01 <= anyio.current_time() - start < expected + 0.5


def test_the_stated_share_of_calls_fails_and_the_same_ones_each_time(bench: Any) -> None:
    prompt = bench.render(ASKED, options=CITIES)
    kinds = [bench.call("sim/debater?fail=0.3", prompt, seed=seed, turn=1).kind for seed in range(1000)]
    assert kinds == [bench.call("sim/debater?fail=0.3", prompt, seed=seed, turn=1).kind for seed in range(1000)]
    assert set(kinds) == {"ok", "outage"}
    assert kinds.count("outage") / 1000 == pytest.approx(0.3, abs=4.5 * sqrt(0.3 * 0.7 / 1000))
    other = [bench.call("sim/debater?fail=0.3", prompt, seed=seed, turn=2).kind for seed in range(1000)]
    assert other != kinds


def test_flaws_come_at_their_rates(bench: Any) -> None:
    model = "sim/debater?refusal=0.1&empty=0.1&garble=0.1&two_answers=0.1&drift=0.1"
    prompt, count = bench.render(ASKED, options=CITIES), 2000
    found: Counter[str] = Counter()
    for seed in range(count):
        reply = bench.call(model, prompt, seed=seed)
        marks = reply.text.count("Final answer:")
        found[reply.kind if reply.kind != "ok" else str(marks)] += 1
        found["garble"] += reply.kind == "ok" and reply.view["answer"] is None
    near = 4.5 * sqrt(0.1 * 0.9 / count)
    assert found["refused"] / count == pytest.approx(0.1, abs=near)
    assert found["empty"] / count == pytest.approx(0.1, abs=near)
    assert found["garble"] / count == pytest.approx(0.1, abs=near)
    assert found["2"] / count == pytest.approx(0.1, abs=near)
    assert found["0"] / count == pytest.approx(0.2, abs=2 * near)


def test_clean_models_have_no_flaw_and_real_ones_some(bench: Any) -> None:
    prompt = bench.render(ASKED, options=CITIES)

    def flawed(model: str) -> int:
        return sum(
            (reply := bench.call(model, prompt, seed=seed)).kind != "ok" or reply.text.count("Final answer:") != 1
            for seed in range(1000)
        )

    assert flawed("sim/debater") == 0
    assert flawed("sim/debater?noise=real") / 1000 == pytest.approx(0.075, abs=4.5 * sqrt(0.075 * 0.925 / 1000))


def test_a_long_reply_is_cut_at_max_tokens(bench: Any) -> None:
    prompt = bench.render(ASKED, options=CITIES)
    whole = bench.call("sim/debater?persuasion=10", prompt)
    cut = bench.call("sim/debater?persuasion=10", prompt, max_tokens=20)
    assert (cut.kind, cut.finish, cut.usage.completion_tokens) == ("truncated", "length", 20)
    assert whole.text.startswith(cut.text)
    assert bench.call("sim/debater?persuasion=10", prompt, max_tokens=10_000) == whole


@pytest.mark.parametrize("form", [form for form in FORMS if form != "free"])
def test_an_answer_in_any_form_can_be_read_by_a_peer(bench: Any, form: str) -> None:
    reply = bench.call(f"sim/debater?form={form}", bench.render(ASKED, options=CITIES, confidence=True))
    peers = [bench.peer("x", reply.text)]
    reading = bench.call("sim/exact-echo", bench.render(ASKED, options=CITIES, peers=peers))
    readable = reply.view["answer"] if form not in {"bold", "json"} else None
    assert reading.view["answer"] == readable


@pytest.mark.parametrize(("kind", "form"), [("percent", "%"), ("decimal", "0."), ("word", "sure")])
def test_confidence_is_written_as_asked(bench: Any, kind: str, form: str) -> None:
    prompt = bench.render(ASKED, options=CITIES, confidence=True)
    lines = [
        bench.call(f"sim/debater?confidence={kind}&conf=2&conf_sd=0.1", prompt, seed=seed).text.splitlines()[-1]
        for seed in range(5)
    ]
    assert all(line.startswith("Confidence: ") and form in line for line in lines)
    assert all(said(f"Final answer: A\n{line}").confidence is not None for line in lines)


@pytest.mark.parametrize("kind", ["choice", "number", "math", "bool", "text", "probability", "score"])
def test_debates_of_every_kind_of_answer_mostly_converge(bench: Any, kind: str) -> None:
    agreed, debates, model = 0, 40, "sim/debater?family="
    for debate in range(debates):
        text, options = f"What of frob {debate}?", CITIES if kind == "choice" else None
        texts = [
            bench.call(f"{model}{seat}", bench.render(text, kind, options=options), seed=debate).text for seat in "abc"
        ]
        for round in range(1, 5):
            shown = texts
            texts = [
                bench.call(
                    f"{model}{seat}",
                    bench.render(
                        text, kind, options=options, own=shown[place], round=round,
                        peers=[bench.peer(f"p{k}", shown[k], round - 1) for k in range(3) if k != place],
                    ),
                    seed=debate * 100 + round,
                ).text
                for place, seat in enumerate("abc")
            ]  # fmt: skip
        counts = Counter(said(text).answer for text in texts)
        agreed += counts.most_common(1)[0][1] >= 2
    assert agreed >= 0.6 * debates


def test_presets_differ_in_how_they_take_three_opponents(bench: Any) -> None:
    moved: dict[str, int] = {}
    for preset in ("stubborn", "debater", "conformist", "free-rider", "contrarian"):
        moved[preset] = 0
        for number in range(120):
            text = f"Which frob is number {number}?"
            peers = [bench.peer(f"p{k}", bench.final("D")) for k in range(3)]
            prompt = bench.render(text, options=CITIES, own=bench.final("A"), peers=peers)
            moved[preset] += bench.call(f"sim/{preset}", prompt, seed=number).view["answer"] == CITIES[3]
    assert moved["contrarian"] < moved["stubborn"] < moved["conformist"] < moved["free-rider"] == 120
    assert moved["debater"] < moved["conformist"]


def test_an_adversary_argues_wrongly_and_at_length(bench: Any) -> None:
    lengths: dict[str, int] = {"debater": 0, "adversary": 0}
    for number in range(60):
        text = f"Which frob is number {number}?"
        for preset in lengths:
            reply = bench.call(f"sim/{preset}", bench.render(text, options=CITIES), seed=number)
            lengths[preset] += said(reply.text).reasons
            assert preset == "debater" or reply.view["answer"] != truth(text, CITIES)
    assert lengths["adversary"] > lengths["debater"] + 2 * 60


Role = Literal["system", "user", "assistant"]
ROLES: tuple[Role, ...] = ("system", "user", "assistant")
PIECES = st.sampled_from(
    [
        '<question kind="choice">',
        "</question>",
        "<options>",
        "\nA. one\nB. two\n",
        "</options>",
        "<own>",
        "</own>",
        '<message author="x" round="1" weight="nan">',
        "</message>",
        "<reply_format>",
        '{"answer": 1}',
        "\n",
        "</reply_format>",
        "<stance>",
        "</stance>",
        "<role>judge</role>",
        "This is round 3.",
        "Final answer: A",
        '<question kind="number">',
        '<question kind="odd">',
        "Confidence: 99%",
        "Are you sure?",
        "\ud800",
        "&lt;",
        "1e400",
        "Agent 1: no",
    ]
)


@given(
    st.lists(st.tuples(st.sampled_from(ROLES), st.lists(PIECES, max_size=12)), max_size=4),
    st.sampled_from(["sim/debater?noise=real", "sim/adversary", "sim/sycophant", "sim/exact-voter?init=1",
                     "sim/exact-logit?init=A", "sim/exact-dcm?init=A", "sim/exact-degroot?init=2", "sim/exact-echo"]),
)  # fmt: skip
def test_no_prompt_makes_it_raise(messages: list[tuple[Role, list[str]]], model: str) -> None:
    made = tuple(Message(role=role, content="".join(pieces)) for role, pieces in messages)
    asked = Request(key="k", model=model, messages=made, seed=3, temperature=None, top_p=0.9)
    assert completion(parse_sim(model), asked).simulated


def test_importing_it_loads_no_heavy_library() -> None:
    script = (
        "import sys, moot.agents.sim; print([m for m in ('numpy', 'litellm', 'ray', 'networkx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
