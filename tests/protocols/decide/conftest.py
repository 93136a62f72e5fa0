"""Debates as a rule sees them, written as the letters or numbers that were said."""

from collections.abc import Callable, Sequence

import pytest

from moot.protocols.question import Question
from moot.protocols.standing import Standing
from moot.protocols.transcript import Transcript, Turn

Rounds = Sequence[Sequence[str | None]]


def standing(
    rounds: Rounds, question: Question | None = None, confidence: Sequence[float | None] = (), seed: int = 0
) -> Standing:
    """A debate with these answers, round after round, seat after seat; confidences are of the last round."""
    turns = [
        Turn(
            id=f"{wave}:a{seat}",
            wave=wave,
            round=wave,
            seat=f"a{seat}",
            role="debater",
            answer=answer,
            vote=answer,
            confidence=confidence[seat - 1] if confidence and wave == len(rounds) - 1 else None,
            status="unparsed" if answer is None else "ok",
        )
        for wave, answers in enumerate(rounds)
        for seat, answer in enumerate(answers, 1)
    ]
    seats = tuple(f"a{seat}" for seat in range(1, 1 + max(map(len, rounds), default=0)))
    return Standing(question=question or Question("Well?"), seats=seats, transcript=Transcript(turns), seed=seed)


@pytest.fixture(scope="session", name="standing")
def _standing() -> Callable[..., Standing]:
    return standing
