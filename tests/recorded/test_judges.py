"""Human and AI debates before human judges, who state a probability after each round and end the debate."""

import gzip
from pathlib import Path

import pytest
from pydantic import BaseModel

from moot.protocols.rating import judge_reward, judged_right

KNOWN = {
    ("human", "debate"): (130, 154),
    ("human", "consultancy"): (71, 96),
    ("ai", "debate"): (68, 87),
    ("ai", "consultancy"): (61, 76),
}


class Word(BaseModel):
    """One turn; only a judge's has a distribution."""

    type: str
    distribution: list[float] | None = None
    end: bool | None = None


class Held(BaseModel):
    is_human: bool
    is_debate: bool
    correct: int
    final_judgement: list[float]
    num_continues: int
    judge_reward: float
    turns: list[Word]


@pytest.fixture(scope="module")
def debates(recorded: Path) -> list[Held]:
    path = recorded / "nyu_human_ai_debates" / "debates_413.jsonl.gz"
    if not path.exists():
        pytest.skip("recorded debates: no nyu_human_ai_debates/debates_413.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [Held.model_validate_json(line) for line in file]


def test_every_judge_was_paid_by_the_rule(debates: list[Held]) -> None:
    assert len(debates) == 413
    for held in debates:
        paid = judge_reward(held.final_judgement[held.correct], held.num_continues)
        assert paid == pytest.approx(held.judge_reward, abs=1e-9)


def test_the_last_word_and_the_rounds_are_those_of_the_turns(debates: list[Held]) -> None:
    for held in debates:
        judged = [turn for turn in held.turns if turn.type == "judge"]
        assert judged[-1].distribution == held.final_judgement
        assert [turn.end for turn in judged] == [False] * held.num_continues + [True]


def test_judges_were_right_as_often_as_published(debates: list[Held]) -> None:
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for held in debates:
        kind = ("human" if held.is_human else "ai", "debate" if held.is_debate else "consultancy")
        right, all_of_them = found.get(kind, (0, 0))
        found[kind] = right + judged_right(held.final_judgement, held.correct), all_of_them + 1
    assert found == KNOWN
