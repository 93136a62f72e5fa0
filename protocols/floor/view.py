"""What a seat is shown, and what it is asked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from moot.protocols.confidence import SAMPLES, Map, Source
from moot.protocols.similarity import Similarity, SimilarityName

Form = Literal["words", "answers", "counts", "groups", "statistics", "estimates"]
"""How others' turns are shown. words: each in its own words. answers: each as its answer alone.
counts: how many gave each answer. groups: the words of those who gave one answer together, with
their number. statistics: median and quartiles of numbers. estimates: these, and then each reply in
its own words."""


@dataclass(frozen=True)
class View:
    """How the past becomes a prompt.

    Args:
        own: Of the seat's own replies: none, the last, or all of them as a chat history.
        peers: Of each peer heard: nothing, its first or last reply, or all its replies. In a chat
            history only what is new is shown.
        form: How those replies are shown.
        confidence: Whether it is shown how sure each was, and through which map; debaters are asked for it.
        source: Where that confidence comes from.
        anonymous: Whether debaters go by numbers, given anew in every prompt in the order in which they appear.
        shuffled: Whether replies come in an order drawn for this turn, not in seat order.
        backwards: Whether replies come in the opposite order.
        distinct: Whether replies are left out whose answer is the seat's own last answer.
        similarity: By which measure replies are compared with the seat's own last one, to leave out what repeats it: a
            name, or a function of the texts as `moot.protocols.similarity` has it; None compares none.
        threshold: From which likeness on a reply is left out.
        largest: Most answers whose replies are shown, those that most gave; None is all, abstainers too.
        window: Of all replies of a peer, how many are shown at most, the latest; None is all.
        beyond: In which form the last replies of debaters whom it does not hear are shown; None is not at all.
        words: Most words of one reply that are shown; None is all.
        context: Whether the question's document is shown.
    """

    own: Literal["none", "last", "all"] = "last"
    peers: Literal["none", "first", "last", "all"] = "last"
    form: Form = "words"
    confidence: Map | None = None
    source: Source = "stated"
    anonymous: bool = False
    shuffled: bool = False
    backwards: bool = False
    distinct: bool = False
    similarity: SimilarityName | Similarity | None = None
    threshold: float = 0.9
    largest: int | None = None
    window: int | None = None
    beyond: Form | None = None
    words: int | None = None
    context: bool = True


@dataclass(frozen=True)
class Ask:
    """What a seat is told to do: names of prompt templates, and what its reply must hold.

    Args:
        first: Template where the seat has neither spoken nor heard anyone.
        later: Template of every other turn.
        fields: Keys of a structured reply with what to put there; None asks for prose.
        public: The key of what others are shown of a structured reply; None is all of it.
        quotes: Whether quotes from the document are asked for, and checked before others are shown them.
        confidence: Whether to ask for a stated confidence.
        logprobs: Whether to wish for the likelihood of the reply's tokens.
        samples: How many replies are drawn, the turn's own among them; the others only show how consistent it is.
        values: Further values for the templates.
        among: Answers to choose among, listed in the prompt as the debate writes them.
        temperature: At which the reply is sampled, at least 0; None leaves it to the agent.
    """

    first: str = "answer"
    later: str = "update"
    fields: Mapping[str, str] | None = None
    public: str | None = None
    quotes: bool = False
    confidence: bool = False
    logprobs: bool = False
    samples: int = 1
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    among: tuple[str, ...] = ()
    temperature: float | None = None


def update(*, confidence: bool = False) -> Ask:
    """Answer alone at first, then again in the light of what was heard."""
    return Ask(confidence=confidence)


def asking(ask: Ask, sources: Collection[Source]) -> Ask:
    """The same, and what those sources of confidence need."""
    if not sources:
        return ask
    return replace(
        ask,
        confidence=ask.confidence or "stated" in sources,
        logprobs=ask.logprobs or "logprob" in sources,
        samples=max(ask.samples, SAMPLES if "consistency" in sources else 1),
    )


def always(template: str, *, confidence: bool = False, **values: str) -> Ask:
    """The same template whether or not anything was heard."""
    return Ask(first=template, later=template, confidence=confidence, values=values)
