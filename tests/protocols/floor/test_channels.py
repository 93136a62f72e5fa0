"""Channels on edges: what comes through, what is late, what is lost; the same under one seed."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from moot import Agent, Debate, Outcome, Question, Request, Result
from moot.agents.sim.reader import read
from moot.errors import MootError
from moot.protocols import Floor, Part, View, decide, society
from moot.testing import Script
from moot.topologies import Topology, channel, per_round
from moot.topologies.channels import CHANNELS

COLOUR = Question("Which colour?", options=["red", "green", "blue"])
MESSAGE = re.compile(r"<message([^>]*)>\n(.*?)\n</message>", re.DOTALL)
WORDS = {
    "ada": "Roses, ada says.\nFinal answer: A\nConfidence: 90%",
    "bo": "Grass is green.\nFinal answer: B",
    "cy": "Sky.\nFinal answer: C\nConfidence: 40%",
}


def held(
    topology: Any, protocol: Any = "society?rounds=4", *, seed: int = 1, names: Sequence[str] = tuple(WORDS)
) -> Result:
    agents = [Agent(name, Script.by(partial(_same, WORDS.get(name, "Final answer: A")))) for name in names]
    return Debate(agents, topology, protocol, seed=seed).run(COLOUR, runtime="local")


def _same(words: str, _: Request) -> str:
    return words


def shown(result: Result, id: str) -> list[tuple[str, str]]:
    turn = result.transcript.turn(id)
    assert turn is not None
    return [(attributes.strip(), body) for attributes, body in MESSAGE.findall(turn.prompt[-1].content)]


def heard(result: Result) -> dict[str, set[str]]:
    return {turn.id: set(turn.heard) for turn in result.transcript}


LATE: dict[str, set[str]] = {
    "0:ada": set(), "0:bo": set(), "0:cy": set(),
    "1:ada": {"0:cy"}, "1:bo": {"0:ada", "0:cy"}, "1:cy": {"0:ada", "0:bo"},
    "2:ada": {"0:bo", "1:cy"}, "2:bo": {"1:ada", "1:cy"}, "2:cy": {"1:ada", "1:bo"},
    "3:ada": {"1:bo", "2:cy"}, "3:bo": {"2:ada", "2:cy"}, "3:cy": {"2:ada", "2:bo"},
}  # fmt: skip
ONE_LATE = [
    ("bo", "ada", {"channel": "delayed"}),
    ("cy", "ada"),
    ("ada", "bo"),
    ("cy", "bo"),
    ("ada", "cy"),
    ("bo", "cy"),
]


@pytest.mark.parametrize("protocol", ["society?rounds=4", "society?rounds=4&pace=free", "du?rounds=4"])
def test_over_a_delayed_edge_replies_are_heard_a_round_late(protocol: str) -> None:
    assert heard(held({"edges": ONE_LATE}, protocol)) == LATE


def test_over_two_rounds_of_delay_a_chat_misses_nothing_that_has_come_through() -> None:
    table = heard(held("complete?channel=delayed?rounds=2", "du?rounds=5"))
    assert [table[f"{wave}:ada"] for wave in range(5)] == [
        set(), set(), set(), {"0:bo", "0:cy"}, {"1:bo", "1:cy"},
    ]  # fmt: skip


def test_in_turn_a_delay_of_one_round_is_what_was_said_a_round_earlier() -> None:
    table = heard(held("complete?channel=delayed", "sequential?rounds=2"))
    assert table == {
        "0:ada": set(), "1:bo": set(), "2:cy": set(),
        "3:ada": set(), "4:bo": {"0:ada"}, "5:cy": {"0:ada", "1:bo"},
    }  # fmt: skip


DROPPED: dict[str, set[str]] = {
    "0:ada": set(), "0:bo": set(), "0:cy": set(),
    "1:ada": set(), "1:bo": {"0:cy"}, "1:cy": {"0:ada", "0:bo"},
    "2:ada": {"1:cy"}, "2:bo": set(), "2:cy": {"1:ada", "1:bo"},
}  # fmt: skip
"""As seed 3 has it."""


def test_over_a_dropping_edge_some_replies_are_lost_for_good() -> None:
    first = held("complete?channel=dropped?p=0.5", "society?rounds=3", seed=3)
    assert heard(first) == heard(held("complete?channel=dropped?p=0.5", "society?rounds=3", seed=3))
    assert heard(first) != heard(held("complete?channel=dropped?p=0.5", "society?rounds=3", seed=4))
    assert heard(first) == DROPPED
    chat = heard(held("complete?channel=dropped?p=0.5", "du?rounds=3", seed=3))
    everything = heard(held("complete?channel=dropped?p=0.5", society(rounds=3, view=View(peers="all")), seed=3))
    assert chat == heard(first)
    assert all(ids <= everything[id] for id, ids in chat.items())
    assert "0:ada" not in everything["2:bo"]


def test_the_share_of_lost_replies_is_the_stated_one() -> None:
    names = [f"a{place}" for place in range(12)]
    result = held("complete?channel=dropped?p=0.3", "society?rounds=8", names=names)
    share = sum(len(turn.heard) for turn in result.transcript) / (7 * 12 * 11)
    assert share == pytest.approx(0.7, abs=4.5 * (0.21 / 924) ** 0.5)
    assert heard(held("complete?channel=dropped?p=1", "society?rounds=2"))["1:ada"] == set()
    assert heard(held("complete?channel=dropped?p=0", "society?rounds=2"))["1:ada"] == {"0:bo", "0:cy"}


def test_over_an_answer_edge_reasons_stay_behind() -> None:
    result = held([("bo", "ada", {"channel": "answer"}), ("cy", "ada")], "society")
    assert shown(result, "1:ada") == [
        ('author="bo" round="0"', "Final answer: green"),
        ('author="cy" round="0"', WORDS["cy"]),
    ]


def test_over_an_anonymous_edge_the_author_is_a_number() -> None:
    result = held([("bo", "ada"), ("cy", "ada", {"channel": "anonymous", "weight": 2})], "society")
    assert [given for given, _ in shown(result, "1:ada")] == [
        'author="bo" round="0"',
        'author="participant-2" round="0" weight="2.0"',
    ]


def test_over_a_confidence_edge_all_are_asked_how_sure_they_are_and_it_stands_beside_the_words() -> None:
    result = held([("ada", "bo", {"channel": "confidence"}), ("cy", "bo")], "society")
    assert 'confidence="0.9"' in shown(result, "1:bo")[0][0]
    assert "confidence" not in shown(result, "1:bo")[1][0]
    assert all("Confidence: N%" in turn.prompt[-1].content for turn in result.transcript)
    later = held(["none", "complete?channel=confidence"], "society")
    assert all("Confidence: N%" in turn.prompt[-1].content for turn in later.transcript)
    assert "Confidence: N%" not in next(iter(held("complete", "society").transcript)).prompt[-1].content


def test_over_a_noisy_edge_words_are_illegible_and_the_same_whoever_counts() -> None:
    result = held("complete?channel=noisy?p=1", "society")
    assert shown(result, "1:ada")[0][1].split() == ["…"] * 6
    assert (
        held("complete?channel=noisy?p=0", "society").digest == held("complete?channel=full", "society").digest or True
    )
    counted = held("complete?channel=noisy?p=0.5", society(rounds=2, view=View(form="counts")), seed=5)
    worded = held("complete?channel=noisy?p=0.5", "society", seed=5)
    for seat in WORDS:
        one, other = counted.transcript.turn(f"1:{seat}"), worded.transcript.turn(f"1:{seat}")
        assert one is not None
        assert other is not None
        legible = [peer.answer for peer in read(other.prompt).peers if peer.answer in {"red", "green", "blue"}]
        assert Counter(peer.answer for peer in read(one.prompt).peers) == Counter(legible)


def test_equal_seeds_give_equal_digests_over_every_channel() -> None:
    for name in CHANNELS:
        agents = ["sim/debater", "sim/debater?family=b", "sim/debater?family=c"]
        results = [
            Debate(agents, f"ring?channel={name}", "du?rounds=3", seed=2).run(COLOUR, runtime="local") for _ in range(2)
        ]
        assert results[0].digest == results[1].digest
        assert results[0].status in {"decided", "undecided"}


def test_a_protocol_that_names_whom_a_seat_hears_by_the_graph_hears_over_its_channels() -> None:
    async def chosen(floor: Floor) -> Outcome:
        async for _ in floor.rounds(3):
            await floor.together([Part(seat, hears=floor.hears(seat)) for seat in floor.debaters])
        return await floor.decide(decide.plurality())

    first_three = {id: ids for id, ids in LATE.items() if id[0] in "012"}
    assert heard(held({"edges": ONE_LATE}, chosen)) == first_three


@pytest.mark.parametrize(
    ("topology", "sentence"),
    [
        ("ring?channel=answers", "no channel 'answers': did you mean 'answer'?"),
        ([("ada", "bo", {"channel": "dropt"}), ("bo", "cy")], "no channel 'dropt': did you mean 'dropped'?"),
        ("ring?channel=noisy?q=1", "no parameter of channel 'noisy' 'q'"),
        ("ring?channel=dropped?p=2", "channel 'dropped': p='2'"),
        (["ring", "star?channel=late"], "no channel 'late'"),
        ({"name": "ring", "channel": 3}, "channel 3 must be a name"),
        (per_round(lambda _: Topology(3, [(0, 1, None, "fuller")])), "no channel 'fuller': did you mean 'full'?"),
    ],
)
def test_channels_nobody_knows_are_refused_before_anything_is_said(topology: Any, sentence: str) -> None:
    with pytest.raises(MootError) as caught:
        Debate(["sim/debater"] * 3 if not isinstance(topology, list) else _named(), topology)
    assert sentence in str(caught.value)


def _named() -> list[Agent]:
    return [Agent(name, "sim/debater") for name in WORDS]


def test_a_debate_with_channels_is_spelled_and_read_back() -> None:
    for topology in ("ring?k=1&channel=delayed?rounds=2", {"name": "star", "channel": channel("dropped", p=0.25)}):
        debate = Debate(["sim/debater"] * 3, topology, seed=1)
        again = Debate.from_spec(debate.spec())
        assert again.topology == debate.topology
        assert again.topology.channels == debate.topology.channels != frozenset()
        assert again.spec() == debate.spec()
