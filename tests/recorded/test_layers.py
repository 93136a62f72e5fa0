"""Layered debates on 2 836 questions (DyLAN, arXiv:2310.02170): early stop, calls, accuracy, importance.

Replies were shown in a shuffled order that was not recorded, so importance is held up to it: some
order of each reply's scores must give the recorded figures. One released file is a mixture: the
figures filed under `conceptual_physics` belong to the replies filed under `college_physics`, and the
replies filed under the former are those of another run; they are paired as they belong.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import permutations
from pathlib import Path

import pytest
from pydantic import BaseModel

from moot import Agent, Debate, Question, Request
from moot.protocols.answers import space_of
from moot.protocols.catalogue.dylan import first_of_most
from moot.protocols.decide.counting import led
from moot.protocols.rating import Reply, importance, peer_scores, score_weights
from moot.protocols.stop.byzantine import byzantine_agreement
from moot.testing import Script

MIXED, OTHER = "conceptual_physics_test_43", "college_physics_test_43"
SEATS = 4
UNHEARD = "EFGH"
"""What is said by those whose reply was not recorded because the layer had ended: options nobody chose."""
SHOWN = re.compile(r'author="(participant-\d)"[^>]*>\nSeat (\d)')


class Held(BaseModel):
    file: str
    answers: list[list[str | None]]
    spoke: list[list[bool]]
    peer_scores: list[list[list[float] | None]]
    final: str | None
    final_correct: bool | None
    final_ambiguous: bool
    importance: list[list[float]] | None
    replies: list[list[str | None]]

    @property
    def layers(self) -> list[list[int]]:
        """Who spoke, in each layer that began."""
        return [[seat for seat in range(SEATS) if spoke[seat]] for spoke in self.spoke if any(spoke)]

    @property
    def calls(self) -> int:
        """Replies, and the ranker before the third layer."""
        return sum(map(len, self.layers)) + (len(self.layers) > 2)


class Total(BaseModel):
    n: int
    correct: int
    calls: int


@pytest.fixture(scope="module")
def debates(recorded: Path) -> list[Held]:
    path = recorded / "dylan_mmlu" / "k4_full.jsonl.gz"
    if not path.exists():
        pytest.skip("recorded debates: no dylan_mmlu/k4_full.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [Held.model_validate_json(line) for line in file]


@pytest.fixture(scope="module")
def totals(recorded: Path) -> dict[str, Total]:
    path = recorded / "dylan_mmlu" / "file_totals.json"
    if not path.exists():
        pytest.skip("recorded debates: no dylan_mmlu/file_totals.json")
    given = json.loads(path.read_text(encoding="utf-8"))
    return {file: Total.model_validate(total) for file, total in given["4"].items()}


def stops_here(said: Sequence[str | None], layer: int) -> bool:
    """Whether the rule fires with these replies, and did not before the last of them in some order."""
    fires = byzantine_agreement(said, layer, nothing_agrees=True) is not None
    before = [[*said[:place], *said[place + 1 :]] for place in range(len(said))]
    return fires and any(byzantine_agreement(fewer, layer, nothing_agrees=True) is None for fewer in before)


def test_the_early_stop_holds_on_every_record(debates: list[Held]) -> None:
    assert len(debates) == 2836
    for held in debates:
        *whole, last = [[held.answers[number][seat] for seat in seats] for number, seats in enumerate(held.layers)]
        for said in whole:
            assert len(said) == SEATS
            assert byzantine_agreement(said, SEATS, nothing_agrees=True) is None
        active = SEATS if len(whole) < 2 else len(last)  # the third layer is counted against those picked
        assert stops_here(last, active) or (len(whole) == 2 and byzantine_agreement(last, active) is None)


def test_replies_without_an_answer_agree_in_the_recorded_runs_only(debates: list[Held]) -> None:
    ended = 0
    for held in debates:
        said = [held.answers[len(held.layers) - 1][seat] for seat in held.layers[-1]]
        layer = SEATS if len(held.layers) < 3 else len(said)
        strict, loose = (byzantine_agreement(said, layer, nothing_agrees=agrees) for agrees in (False, True))
        assert strict in {None, loose}
        ended += loose == ""
    assert ended == 38


def test_calls_and_accuracy_are_those_recorded(debates: list[Held], totals: dict[str, Total]) -> None:
    questions = sum(total.n for total in totals.values())
    assert questions == 2809
    assert round(sum(total.calls for total in totals.values()) / questions, 3) == 4.388
    assert round(sum(total.correct for total in totals.values()) / questions, 4) == 0.7052
    calls, right = Counter[str](), Counter[str]()
    for held in debates:
        calls[held.file] += held.calls
        right[held.file] += held.final_correct is True
    assert calls.pop(OTHER) == totals[MIXED].calls
    assert calls.pop(MIXED) == 217  # of another run, in no total
    assert right.pop(OTHER) == 0  # without labels
    assert calls == {file: total.calls for file, total in totals.items() if file in calls}
    assert right == {file: total.correct for file, total in totals.items() if file in right}
    assert (len(calls), len(right)) == (62, 63)


def test_the_answer_is_the_plurality_of_the_last_layer(debates: list[Held]) -> None:
    ties = 0
    for held in debates:
        said = [held.answers[len(held.layers) - 1][seat] or "" for seat in held.layers[-1]]
        lead = led({answer: float(said.count(answer)) for answer in said}).lead
        assert (held.final or "") in lead
        assert held.final_ambiguous == (len(lead) > 1)
        ties += len(lead) > 1
    assert ties == 80


def test_a_tie_goes_to_the_first_agent(debates: list[Held]) -> None:
    for held in debates:
        said = [held.answers[len(held.layers) - 1][seat] for seat in held.layers[-1]]
        assert first_of_most(said) == held.final


def spoken(held: Held, seat: int) -> Script:
    """Gives the seat's recorded answer of the round that the prompt states; one of its own where it was not heard."""

    def says(request: Request) -> str:
        found = re.search(r"This is round (\d+)\.", request.messages[-1].content)
        number = int(found[1]) if found else -1
        answer = held.answers[number][seat] if held.spoke[number][seat] else UNHEARD[seat]
        return f"Seat {seat} answers.\nFinal answer: {answer}"

    return Script.by(says)


def ranked(held: Held) -> Script:
    """Puts those first who went on to the third layer."""

    def says(request: Request) -> str:
        places = {int(seat): name for name, seat in SHOWN.findall(request.messages[-1].content)}
        best = [places[seat] for seat in range(SEATS) if held.spoke[2][seat]]
        return f"Final answer: {' > '.join(best)}"

    return Script.by(says)


def test_the_shipped_protocol_ends_in_the_recorded_layer_with_the_recorded_answer(debates: list[Held]) -> None:
    question = Question("Which?", options=[f"{letter} text" for letter in "ABCDEFGH"])
    heard = [held for held in debates if all(held.answers[n][s] for n, seats in enumerate(held.layers) for s in seats)]
    chosen = [held for place, held in enumerate(heard) if len(held.layers) > 1 or place % 20 == 0]
    assert Counter(len(held.layers) for held in chosen).keys() == {1, 2, 3}
    for place, held in enumerate(chosen):
        agents = [Agent(f"s{seat}", spoken(held, seat)) for seat in range(SEATS)]
        debate = Debate(agents, protocol="dylan", judge=Agent("ranker", ranked(held)), seed=place)
        result = debate.run(question, runtime="local")
        assert result.rounds == len(held.layers)
        assert [turn.status for turn in result.turns] == ["ok"] * len(result.turns)
        # the order in which agents spoke was not recorded: where three agree the fourth may have been heard or not
        assert abs(result.usage.calls - held.calls) <= 1
        assert result.answer == (None if held.final_ambiguous else f"{held.final} text")


def test_what_the_shipped_parser_reads_in_the_replies_is_what_was_recorded(debates: list[Held]) -> None:
    """The wording of options was not recorded, so of `(C) True, False` nothing can be read; but no other letter is."""
    space = space_of(Question("Which?", options=list("ABCD")))
    found = Counter[str]()
    for held in debates:
        for replies, answers in zip(held.replies, held.answers, strict=True):
            for reply, recorded in zip(replies, answers, strict=True):
                read = None if reply is None else space.read(reply).answer
                if read is not None:
                    found["recorded" if read == recorded else "unrecorded" if recorded is None else "other"] += 1
    # one reply names option D in passing and ends "the correct answer is C": D is on record
    assert found == {"recorded": 1819, "unrecorded": 13, "other": 1}


def test_scores_are_read_in_the_replies_as_recorded(debates: list[Held]) -> None:
    replies = 0
    for held in debates:
        for number, seats in enumerate(held.layers[1:], 1):
            for seat in seats:
                read = score_weights(peer_scores(held.replies[number][seat] or ""), SEATS)
                assert read == pytest.approx(score_weights(held.peer_scores[number][seat], SEATS), abs=1e-12)
                replies += 1
    assert replies == 2523


def belonging(debates: Sequence[Held]) -> Iterator[tuple[Held, list[list[float]]]]:
    """Debates with the figures that belong to them."""
    figures = iter([held.importance for held in debates if held.file == MIXED])
    for held in debates:
        given = next(figures) if held.file == OTHER else None if held.file == MIXED else held.importance
        if given is not None:
            yield held, given


def orders(wanted: Sequence[float], givers: Sequence[tuple[float, tuple[float, ...]]]) -> list[tuple[int, ...]] | None:
    """For each giver an order in which its weights, times what it holds, add up with the others' to what is wanted."""
    if not givers:
        return [] if all(abs(rest) < 1e-9 for rest in wanted) else None
    (held, weights), *others = givers
    for order in {
        tuple(weights[place] for place in order): order for order in permutations(range(len(weights)))
    }.values():
        rest = [want - held * weights[place] for want, place in zip(wanted, order, strict=True)]
        if min(rest) > -1e-9 and (found := orders(rest, others)) is not None:
            return [order, *found]
    return None


def shown(
    held: Held, figures: Sequence[Sequence[float]], scores: Sequence[Sequence[Sequence[float] | None]]
) -> list[list[Reply]]:
    """The replies with an order in which they may have been shown; none where no order gives the figures."""
    layers = [[Reply(agent=str(seat), answer=held.answers[0][seat]) for seat in held.layers[0]]]
    for number, seats in enumerate(held.layers[1:], 1):
        given = {seat: tuple(scores[number][seat] or ()) for seat in seats}
        givers = [(figures[number][seat], score_weights(given[seat], SEATS)) for seat in seats]
        found = orders(figures[number - 1], givers)
        if found is None:
            return []
        heard = [tuple(str(order.index(place)) for place in range(SEATS)) for order in found]
        layers.append(
            [
                Reply(agent=str(seat), answer=held.answers[number][seat], heard=peers, scores=given[seat])
                for seat, peers in zip(seats, heard, strict=True)
            ]
        )
    return layers


def reproduced(
    held: Held, figures: Sequence[Sequence[float]], scores: Sequence[Sequence[Sequence[float] | None]]
) -> bool:
    layers = shown(held, figures, scores)
    if not layers:
        return False
    leading = led(Counter(reply.answer or "" for reply in layers[-1])).lead
    wanted = [figures[number][seat] for number, seats in enumerate(held.layers) for seat in seats]
    for result in leading:  # ties went by lot
        found = importance(layers, result or None)
        flat = [found[number][str(seat)] for number, seats in enumerate(held.layers) for seat in seats]
        if all(abs(one - other) < 1e-9 for one, other in zip(flat, wanted, strict=True)):
            return True
    return False


def test_importance_follows_from_the_replies(debates: list[Held]) -> None:
    paired = list(belonging(debates))
    assert len(paired) == 2789
    for held, figures in paired:
        scores = [[peer_scores(reply or "") for reply in layer] for layer in held.replies]
        assert reproduced(held, figures, scores)
