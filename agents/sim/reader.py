"""What a simulated model reads in a prompt: the tags of moot's prompts and nothing cleverer.

Bodies of tags are escaped, so the next `<` after an opening tag closes it or the tag is none: the
scan is linear. This is deliberately another piece of code than moot's own parsers, so that a
mistake in either shows. A prompt that seems to quote peers without readable tags is reported.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from moot.agents.records import Message
from moot.agents.sim.asked import ANSWER, Asked, asked
from moot.agents.sim.kinds import answer_in, same_key
from moot.agents.sim.said import said

REMEMBERED = 8192
"""Characters up to which a whole message is remembered; a longer one is read each time it is met."""

_OPENING = re.compile(
    r"<(question|options|context|stance|own|message|persona|role|candidates|reply_format)((?: [a-z]+=\"[^\"<>]*\")*)>"
)
_ATTRIBUTE = re.compile(r"(?<![a-z])([a-z]+)=\"([^\"]*)\"")
_OPTION = re.compile(r"^[A-Z]\. (.*)$", re.MULTILINE)
_ROUND = re.compile(r"\b[Rr]ound ([0-9]{1,9})\b")
_PEERLIKE = re.compile(
    r"^\W{0,4}(?:agent|debater|peer|participant|expert|assistant|model|response|solution|opinion)\b[^\n:]{0,24}:",
    re.IGNORECASE | re.MULTILINE,
)
_CHALLENGE = "are you sure"
_CROWD = 10_000
"""More than so many behind one message count as so many."""


class Heard(NamedTuple):
    """One message of a peer, as quoted."""

    author: str
    round: int | None
    weight: float | None
    answer: str | None
    """In normal form; None where none can be read."""
    confidence: float | None
    reasons: int
    body: str
    size: int = 1
    """How many participants stand behind it."""


class Own(NamedTuple):
    """One earlier reply of the reader itself."""

    answer: str | None
    body: str


class Part(NamedTuple):
    """One tagged passage of a message."""

    tag: str
    attributes: Mapping[str, str]
    body: str


class Scan(NamedTuple):
    """A message taken apart."""

    parts: tuple[Part, ...]
    prose: str
    """What stands outside every tag."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a prompt tells a simulated model."""

    question: str | None
    """The question's text; None where no tag holds one."""
    kind: str
    options: tuple[str, ...] | None
    context: str | None
    stance: str | None
    """The answer it is told to defend, in normal form where it has one."""
    persona: str | None
    role: str | None
    own: tuple[Own, ...]
    """Its earlier replies, oldest first."""
    heard: tuple[Heard, ...]
    """Every message quoted, in the order shown."""
    peers: tuple[Heard, ...]
    """The latest message of each author, in the order first shown; one behind which several stand, so many times."""
    round: int | None
    """The round that the last message states."""
    wants_confidence: bool
    fields: Mapping[str, str] | None
    """Keys of the structured reply asked for, with what belongs there; None asks for prose."""
    form: str
    """How the answer line is asked for: final, boxed or tag."""
    challenged: bool
    """Whether the last message asks if it is sure."""
    unread: bool
    """Whether the prompt seems to quote peers that no tag marks."""
    text: str
    """The last message without its tags, for prompts that hold no question tag."""
    candidates: tuple[str, ...] = ()
    """What it must choose among, where that is listed: answers in normal form, other words as they are."""
    listed: tuple[str, ...] = ()
    """The same as they are listed."""
    asked: Asked = ANSWER
    """What the last line must hold."""

    @property
    def shown(self) -> tuple[Heard, ...]:
        """The latest message of each author, each once however many stand behind it."""
        return tuple(dict.fromkeys(self.peers))

    @property
    def answer(self) -> str | None:
        """Its own latest answer that can be read."""
        return next((reply.answer for reply in reversed(self.own) if reply.answer is not None), None)


def read(messages: Sequence[Message]) -> Reading:
    """What the prompt tells.

    Args:
        messages: As sent to the model.
    """
    tags: dict[str, Part] = {}
    own: list[str] = []
    quoted: list[Part] = []
    last = Scan((), "")
    for message in messages:
        if message.role == "assistant":
            own.append(message.content)
            continue
        last = scan(message.content)
        if any(part.tag != "reply_format" for part in last.parts):
            tags.pop("candidates", None)  # they stand for one turn and, where it is asked again, for that
        for part in last.parts:
            if part.tag == "message":
                quoted.append(part)
            elif part.tag == "own":
                own.append(part.body)
            else:
                tags[part.tag] = part
    bodies = {tag: part.body.strip() for tag, part in tags.items()}
    kind = tags["question"].attributes.get("kind", "text") if "question" in tags else "text"
    options = tuple(_OPTION.findall(bodies["options"])) if "options" in bodies else None
    normal = _Normal(kind, options or None)
    heard = tuple(normal.heard(part) for part in quoted)
    fields = _fields(last.parts)
    return Reading(
        question=bodies.get("question"),
        kind=kind,
        options=options or None,
        context=bodies.get("context"),
        stance=normal.answer(bodies.get("stance")),
        persona=bodies.get("persona"),
        role=bodies.get("role"),
        own=tuple(Own(normal.answer(said(body).answer), body) for body in own),
        heard=heard,
        peers=_latest(heard),
        round=_round(last.prose),
        wants_confidence=fields is None and "Confidence:" in last.prose,
        fields=fields,
        form=_form(last.prose),
        challenged=_CHALLENGE in last.prose.lower(),
        unread=not heard and any(_peerlike(message.content) for message in messages if message.role == "user"),
        text=last.prose.strip(),
        candidates=normal.candidates(bodies.get("candidates")),
        listed=_lines(bodies.get("candidates")),
        asked=asked(last.prose, kind),
    )


class _Normal:
    """Brings answers to the question's normal form, and equal texts to the form met first."""

    def __init__(self, kind: str, options: tuple[str, ...] | None) -> None:
        self.kind, self.options = kind, options
        self._met: dict[str, str] = {}

    def answer(self, written: str | None) -> str | None:
        form = None if written is None else answer_in(written, self.kind, self.options)
        return None if form is None else self._met.setdefault(same_key(form, self.kind), form)

    def candidates(self, listed: str | None) -> tuple[str, ...]:
        return tuple(self.answer(line) or line for line in _lines(listed))

    def heard(self, part: Part) -> Heard:
        words, shown = said(part.body), _weight(part.attributes.get("confidence"))
        return Heard(
            author=part.attributes.get("author", ""),
            round=_whole(part.attributes.get("round")),
            weight=_weight(part.attributes.get("weight")),
            answer=self.answer(words.answer),
            confidence=words.confidence if shown is None else shown,
            reasons=words.reasons,
            body=part.body,
            size=min(_whole(part.attributes.get("size")) or 1, _CROWD),
        )


def scan(content: str) -> Scan:
    """A message taken apart into its tagged passages and the rest."""
    return _remembered(content) if len(content) <= REMEMBERED else _scanned(content)


def _scanned(content: str) -> Scan:
    parts: list[Part] = []
    prose: list[str] = []
    place, unclosed = 0, False
    while (opening := _OPENING.search(content, place)) is not None:
        tag, body = opening[1], opening.end()
        closing = f"</{tag}>"
        # a JSON body may hold "<"; one that is never closed is looked for once, so the scan stays linear
        end = -1 if unclosed else content.find(closing if tag == "reply_format" else "<", body)
        unclosed = unclosed or end < 0
        prose.append(content[place : opening.start()])
        if end < 0 or not content.startswith(closing, end):
            prose.append(content[opening.start() : body])
            place = body
            continue
        parts.append(Part(tag, _attributes(opening[2]), _unescaped(content[body:end])))
        place = end + len(closing)
    prose.append(content[place:])
    return Scan(tuple(parts), "\n".join(prose))


_remembered = lru_cache(maxsize=1024)(_scanned)


@lru_cache(maxsize=8192)
def _attributes(text: str) -> Mapping[str, str]:
    return MappingProxyType(dict(_ATTRIBUTE.findall(text)))


def _unescaped(body: str) -> str:
    return body.replace("&lt;", "<").replace("&amp;", "&") if "&" in body else body


def _latest(heard: Sequence[Heard]) -> tuple[Heard, ...]:
    latest: dict[str | int, Heard] = {}
    # those who stand behind a count are not named: of the counts in a chat, only the last round's still hold
    counted = max((message.round or 0 for message in heard if not message.author), default=0)
    for place, message in enumerate(heard):
        if not message.author and (message.round or 0) < counted:
            continue
        known = latest.get(message.author or place)
        if known is None or known.round is None or message.round is None or message.round >= known.round:
            latest[message.author or place] = message
    return tuple(message for message in latest.values() for _ in range(message.size))


def _lines(listed: str | None) -> tuple[str, ...]:
    # split on newlines only: splitlines() would also cut inside a line at U+2028 and its like
    return tuple(line.strip() for line in (listed or "").split("\n") if line.strip())


def _fields(parts: Iterable[Part]) -> Mapping[str, str] | None:
    body = next((part.body for part in parts if part.tag == "reply_format"), None)
    if body is None:
        return None
    try:
        keys = json.loads(body, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return {str(key): str(meaning) for key, meaning in keys.items()} if isinstance(keys, dict) else None  # pyright: ignore


def _round(prose: str) -> int | None:
    found = _ROUND.search(prose)
    return None if found is None else int(found[1])


def _form(prose: str) -> str:
    if "Final answer:" in prose:
        return "final"
    return "boxed" if "\\boxed{" in prose else "tag" if "<answer>" in prose else "final"


@lru_cache(maxsize=1024)
def _peerlike(content: str) -> bool:
    """Whether text outside readable tags looks like the words of peers."""
    prose = scan(content).prose
    return "<message" in prose or _PEERLIKE.search(prose) is not None


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else None


def _weight(text: str | None) -> float | None:
    try:
        weight = None if text is None else float(text)
    except ValueError:
        return None
    return weight if weight is not None and weight - weight == 0 else None
