"""Simulated replies in words: an opener, some reasons, and the answer in the form asked for."""

import json
from collections.abc import Sequence

from moot.agents.sim import templates
from moot.agents.sim.draws import Draws

LONG = 60
"""Longest answer that reasons repeat in full."""
_MARKS = {
    "final": ("Final answer: ", ""),
    "boxed": ("\\boxed{", "}"),
    "curly": ("{final answer: ", "}"),
    "tag": ("<answer>", "</answer>"),
    "bold": ("**", "**"),
    "free": ("So I would go with ", "."),
    "bare": ("", ""),
}
FORMS = (*_MARKS, "json")
"""Ways of writing the answer line."""


def paragraph(
    openers: Sequence[str],
    answer: str,
    draws: Draws,
    *,
    reasons: int,
    extra: int = 0,
    other: str | None = None,
    peer: str | None = None,
) -> str:
    """An opener and some sentences of reasons.

    Args:
        openers: One of these comes first.
        answer: What is argued for.
        draws: Five or fewer draws are taken.
        reasons: Most sentences of reasons, drawn from 0 up.
        extra: Sentences beyond those.
        other: An answer to mention and reject, half of the time.
        peer: Whose case is praised.
    """
    said = [_one_of(openers, draws)]
    if peer is not None:
        said.append(_one_of(templates.SURE, draws).format(peer=peer))
    count = draws.below(reasons + 1) + extra
    start = draws.below(len(templates.REASONS))
    short = answer if len(answer) <= LONG else "this"
    said += [templates.REASONS[(start + place) % len(templates.REASONS)].format(answer=short) for place in range(count)]
    if other is not None and count and len(other) <= LONG and draws.uniform() < 0.5:
        said.append(_one_of(templates.REJECT, draws).format(other=other))
    return " ".join(said)


def answer_line(written: str, form: str) -> str:
    """The answer in one of `FORMS`.

    >>> answer_line("B", "final"), answer_line("408", "boxed")
    ('Final answer: B', '\\\\boxed{408}')
    """
    if form == "json":
        return json.dumps({"answer": written}, ensure_ascii=False)
    before, after = _MARKS[form]
    return f"{before}{written}{after}"


def gibberish(draws: Draws) -> str:
    """Words that hold no answer, as a broken model emits them."""
    return " ".join(_one_of(templates.GARBLE, draws) for _ in range(18 + draws.below(9)))


def refusal(draws: Draws) -> str:
    """A polite refusal."""
    return _one_of(templates.REFUSE, draws)


def _one_of(sentences: Sequence[str], draws: Draws) -> str:
    return sentences[draws.below(len(sentences))]
