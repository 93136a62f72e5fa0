"""What a simulated model says of others' replies and of the debate: ballots, words, scores, a probability.

All of it follows from the answer it holds and from what each candidate or reply is worth to it; laws
that no data were fitted to are choices, and kept as plain as can be.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from moot.agents.sim.judging import JUDGES
from moot.agents.sim.kinds import label
from moot.agents.sim.reader import Heard, Reading

BALLOTS = frozenset(("ranking", "approval", "points"))
"""Forms in which candidates are voted on."""
NEGATIVE = frozenset(
    (
        *("no", "not", "none", "disagree", "reject", "rejected", "continue", "wrong", "incorrect", "false", "unsafe"),
        *("unsatisfied", "insufficient", "refuse", "refuted", "issue", "issues", "flaw", "flaws", "flawed", "invalid"),
        *("inconsistent", "oppose", "against", "deny", "revise", "redraft", "unverified", "problem", "objection"),
    )
)
"""Words that speak against what is shown."""
PLACES = {
    **dict.fromkeys(("first", "one", "1", "a", "affirmative", "proponent", "pro"), 0),
    **dict.fromkeys(("second", "two", "2", "b", "negative", "opponent", "con"), 1),
    **dict.fromkeys(("third", "three", "3", "c"), 2),
    **dict.fromkeys(("fourth", "four", "4", "d"), 3),
}
"""Words that name a reply by its place."""
EQUAL = frozenset(("tie", "draw", "neither", "both", "equal", "same"))
"""Words that prefer no reply."""

COMPARED = frozenset(("same", "different"))
"""Words that say whether two answers are one."""

_WORD = re.compile(r"[^\W_]+")
_WHOLE = re.compile(r"[-+]?[0-9]{1,4}")

Mark = Callable[[str, bool], int]
"""A mark from 1 to 10 for a text, and whether its answer is the rater's own."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model holds, as far as it is asked about more than its answer."""

    answer: str
    """In normal form."""
    believed: float
    """Share of belief in it."""
    worths: Mapping[str, float]
    """Utility of each candidate, in the order listed."""
    best: Callable[[Sequence[Heard]], int]
    """The place of the reply it prefers."""
    mark: Mark


def said_in_form(reading: Reading, opinion: Opinion) -> str:
    """The last line of the reply as the prompt asks for it, without its mark."""
    match reading.asked.form:
        case "ranking" | "approval" | "points":
            return ballot(reading, opinion)
        case "words":
            return word(reading, reading.asked.words, opinion)
        case "score":
            return str(scores(reading, opinion, 1, 10)[-1])
        case "probability":
            return f"{probability(reading, opinion):.2f}"
        case "answer":
            return label(opinion.answer, reading.options)


def ballot(reading: Reading, opinion: Opinion) -> str:
    """Candidates best first, those with at least an equal share of belief, or points by share of belief."""
    named = dict(zip(reading.candidates, reading.listed, strict=True))
    written = {one: label(one, reading.options) if one in (reading.options or ()) else named[one] for one in named}
    if not written:
        return label(opinion.answer, reading.options)
    shares = _shares(opinion.worths)
    order = sorted(shares, key=shares.__getitem__, reverse=True)
    if reading.asked.form == "ranking":
        return " > ".join(written[one] for one in order)
    if reading.asked.form == "approval":
        return "; ".join(written[one] for one in order if shares[one] * len(shares) >= 1 - 1e-9)
    dealt = _dealt(shares, order, reading.asked.total)
    return "; ".join(f"{written[one]}: {points}" for one, points in dealt.items() if points)


def word(reading: Reading, words: Sequence[str], opinion: Opinion) -> str:
    """The word that fits: a reply's author or place, or whether it goes along with what it is shown."""
    if opinion.answer in words and reading.asked.words == tuple(words):  # an exact agent may be told to say a word
        return opinion.answer
    if COMPARED.issubset(words) and len(reading.listed) == 2:
        return "same" if alike(*reading.listed) else "different"
    places = _places(words, reading.shown)
    if places is not None:
        preferred = opinion.best(reading.shown) if reading.shown else 0
        return next((one for one, place in places.items() if place == preferred), words[-1])
    if all(_WHOLE.fullmatch(one) for one in words):
        return _margin(reading, words, opinion)
    against = [one for one in words if _denies(one.lower(), words)]
    along = [one for one in words if one not in against] or [words[0]]
    if agrees(reading, opinion):
        return along[0]
    return against[0] if against else along[-1]


def alike(one: str, other: str) -> bool:
    """Whether one of two answers has all words of the other, in any order, and denies no more.

    >>> alike("Paris", "the city of Paris"), alike("Paris", "not Paris"), alike("Paris", "Rome")
    (True, False, False)
    """
    said, heard = (set(_WORD.findall(text.casefold())) for text in (one, other))
    contained = bool(said and heard) and (said <= heard or heard <= said)
    return contained and said & NEGATIVE == heard & NEGATIVE


def _denies(one: str, words: Sequence[str]) -> bool:
    """Whether a word speaks against what is shown: of itself, or by denying another (`dissatisfied`)."""
    denied = any(one != other.lower() and one.endswith(other.lower()) for other in words)
    return denied or bool(NEGATIVE.intersection(one.replace("-", " ").split()))


def _margin(reading: Reading, words: Sequence[str], opinion: Opinion) -> str:
    """By how much the first reply is better than the second, in whole numbers; of one reply alone, its mark."""
    numbers = sorted(map(int, words))
    marks = scores(reading, opinion, 1, 10)
    if numbers[0] < 0 and len(marks) > 1:
        wanted = (marks[0] - marks[1]) / 9 * numbers[-1]
    else:
        wanted = float(scaled(marks[-1], numbers[0], numbers[-1]))
    return min(words, key=lambda one: (abs(int(one) - wanted), abs(int(one))))


def agrees(reading: Reading, opinion: Opinion) -> bool:
    """Whether it goes along: a judge where all replies say the same, others where the last says what they hold."""
    answers = [peer.answer for peer in reading.shown]
    if not answers:
        return True
    if reading.role in JUDGES:
        return len(set(answers)) == 1 and answers[0] is not None
    return answers[-1] is None or answers[-1] == opinion.answer


def scores(reading: Reading, opinion: Opinion, low: int, high: int) -> list[int]:
    """A mark for each reply shown, in their order; where none is, one for its own or for the question."""
    texts = [(peer.body, peer.answer) for peer in reading.shown] or [
        (reading.own[-1].body, reading.own[-1].answer) if reading.own else (reading.question or "", None)
    ]
    return [scaled(opinion.mark(body, answer == opinion.answer), low, high) for body, answer in texts]


def peer_scores(reading: Reading, opinion: Opinion) -> list[str]:
    """The line of scores of the replies shown, `[[4, 3]]`, where it is asked for."""
    if reading.asked.scores is None or not reading.shown:
        return []
    return [f"[[{', '.join(map(str, scores(reading, opinion, *reading.asked.scores)))}]]"]


def probability(reading: Reading, opinion: Opinion) -> float:
    """The share of belief in the first candidate, else in the answer of the reply shown first, else in its own."""
    if opinion.worths:
        return next(iter(_shares(opinion.worths).values()))
    shown = next((peer.answer for peer in reading.shown if peer.answer is not None), opinion.answer)
    return opinion.believed if shown == opinion.answer else 1 - opinion.believed


def scaled(mark: int, low: int, high: int) -> int:
    """A mark from 1 to 10 on another scale."""
    return round(low + (mark - 1) / 9 * (high - low))


def _places(words: Sequence[str], shown: Sequence[Heard]) -> Mapping[str, int | None] | None:
    """The place of the reply that each word names, None for a word that prefers none; or no such words."""
    authors = {peer.author.lower(): place for place, peer in enumerate(shown) if peer.author}
    known = authors if any(one.lower() in authors for one in words) else PLACES
    places = {one: known.get(one.lower()) for one in words}
    named = [place for one, place in places.items() if one.lower() not in EQUAL]
    return places if len(named) > 1 and None not in named else None


def _shares(worths: Mapping[str, float]) -> dict[str, float]:
    top = max(worths.values())
    masses = {one: exp(worth - top) for one, worth in worths.items()}
    whole = sum(masses.values())
    return {one: mass / whole for one, mass in masses.items()}


def _dealt(shares: Mapping[str, float], order: Sequence[str], total: int) -> dict[str, int]:
    """Points by share, what rounding leaves going to the largest remainders."""
    dealt = {one: int(total * shares[one]) for one in order}
    left = total - sum(dealt.values())
    for one in sorted(order, key=lambda one: dealt[one] - total * shares[one])[:left]:
        dealt[one] += 1
    return dealt
