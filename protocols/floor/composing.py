"""How the past becomes a prompt: question first, then the seat's own words, then those it hears.

The unchanging part comes first and a chat history only grows at its end, so that providers'
prefix caches hit. Everything here is a pure function of turns.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest

from moot.agents.records import Message
from moot.protocols.answers import AnswerSpace
from moot.protocols.floor.links import Link
from moot.protocols.floor.seats import DEBATER, Seat
from moot.protocols.floor.showing import Quotation, Shown, chosen, quotations
from moot.protocols.floor.view import Ask, View
from moot.protocols.prompting import Prompts
from moot.protocols.question import LETTERS, Question
from moot.protocols.quoting import cut, escaped, quoted, tagged
from moot.protocols.transcript import Turn


@dataclass(frozen=True)
class Past:
    """What a seat may be shown, all from before its wave.

    Args:
        own: Its own turns, in order.
        peers: For each peer it hears, in seat order, its turns that have text, and the weight of the edge.
        stance: The answer it must defend.
        reads: Exactly the turns to show, where the protocol names them; then `peers` is not looked at.
        draw: Names random draws: debate, wave and seat.
        links: Over what each of `peers` is heard, where edges have channels; None lets everything through.
        redundant: Ids of turns that are left out, since they repeat the seat's own.
        beyond: The turns of debaters whom it does not hear, where the view shows anything of them.
    """

    own: Sequence[Turn] = ()
    peers: Sequence[tuple[Sequence[Turn], float | None]] = ()
    stance: str | None = None
    reads: Sequence[Turn] | None = None
    draw: str = ""
    beyond: Sequence[Sequence[Turn]] = ()
    links: Sequence[Link | None] = ()
    redundant: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Prompt:
    """Messages, and the ids of the turns of others that are newly shown in them."""

    messages: tuple[Message, ...]
    heard: tuple[str, ...]


def compose(  # noqa: PLR0917  (every part of a prompt is an argument)
    prompts: Prompts, question: Question, space: AnswerSpace, seat: Seat, view: View, ask: Ask, past: Past, round: int
) -> Prompt:
    """The prompt of one turn.

    Args:
        prompts: The debate's templates.
        question: What is debated.
        space: How the answer is asked for.
        seat: Who is asked.
        view: What it is shown of the past.
        ask: What it is told to do.
        past: All it may be shown.
        round: Stated in the prompt.
    """
    spoken = [turn for turn in past.own if turn.text]
    chat = view.own == "all" and bool(spoken)
    shown = chosen(_heard(view, past, chat), view, past.draw, space, spoken[-1].answer if spoken else None)
    besides = _besides(past, chat)
    first = not (spoken or shown or besides)
    blocks: list[Sequence[str]] = [
        () if chat else (question_block(question, view.context),),
        (candidates(question, ask.among),) if ask.among else (),
        () if chat or past.stance is None else quoted("stance", cut(past.stance)),
        _own(prompts, spoken) if view.own == "last" else (),
        _quoted(prompts, "peers" if past.reads is None else "shown", shown, view, space),
        _quoted(prompts, "beyond", besides, replace(view, form=view.beyond or "counts"), space),
        (_same(instruction(prompts, ask.first if first else ask.later, ask, space, round)),),
    ]
    message = Message(role="user", content=tuple(_apart(block for block in blocks if any(block))))
    before = _history(spoken) if chat else (system(prompts, seat),)
    return Prompt(messages=(*before, message), heard=_ids([*shown, *besides], seat))


def _heard(view: View, past: Past, chat: bool) -> list[Shown]:
    """The turns to quote, in seat order, each peer's in its own order; in a chat only what is new."""
    if past.reads is not None:
        return [Shown(turn) for turn in past.reads if turn.text and turn.id not in past.redundant]
    known = _known(past, chat) | past.redundant
    part, shown = looked_at(view), list[Shown]()
    for (said, weight), link in zip_longest(past.peers, past.links):
        fresh = [Shown(turn, weight) for turn in said[part] if turn.id not in known]
        carried = fresh if link is None else map(link.carried, fresh)
        shown += [one for one in carried if one is not None]
    return shown


def _besides(past: Past, chat: bool) -> list[Shown]:
    """The last turns of those it does not hear; in a chat only where they are new."""
    known = _known(past, chat)
    return [Shown(said[-1]) for said in past.beyond if said and said[-1].id not in known]


def _known(past: Past, chat: bool) -> set[str]:
    """Turns that the chat so far has shown."""
    return {id for turn in past.own for id in turn.heard} if chat else set()


def _ids(shown: Sequence[Shown], seat: Seat) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.turn.id for one in shown if one.turn.seat != seat.name))


def looked_at(view: View) -> slice:
    """Which of each peer's replies, in their order, a view looks at."""
    return slice(-view.window, None) if view.peers == "all" and view.window else _CHOSEN[view.peers]


_CHOSEN = {"none": slice(0), "first": slice(1), "last": slice(-1, None), "all": slice(None)}


def _history(spoken: Sequence[Turn]) -> tuple[Message, ...]:
    """The seat's chat so far: the prompt of its last turn that came to words, and those words."""
    latest = spoken[-1]
    return (*latest.prompt, Message(role="assistant", content=latest.text))


def system(prompts: Prompts, seat: Seat) -> Message:
    """The standing instruction of a seat: persona and role, each only where it has one."""
    return _system(prompts, seat.agent.persona, seat.role)


@lru_cache(maxsize=16_384)
def _system(prompts: Prompts, persona: str | None, role: str) -> Message:
    text = prompts.render(
        "system",
        persona=f"<persona>{escaped(persona)}</persona>" if persona else "",
        role=f"<role>{escaped(role)}</role>" if role != DEBATER else "",
    )
    return Message(role="system", content=text)


@lru_cache(maxsize=4096)
def question_block(question: Question, context: bool = True) -> str:
    """The question with its options and, if wanted, its context, between tags.

    >>> print(question_block(Question("Tea or coffee?", options=["tea", "coffee"])))
    <question kind="choice">
    Tea or coffee?
    </question>
    <options>
    A. tea
    B. coffee
    </options>
    """
    parts = [tagged("question", question.text, kind=question.kind)]
    if question.options:
        options = zip(LETTERS, question.options, strict=False)
        lines = (f"{letter}. {' '.join(option.split())}" for letter, option in options)
        parts.append(tagged("options", "\n".join(lines)))
    if question.context and context:
        parts.append(tagged("context", question.context))
    return "\n".join(parts)


def candidates(question: Question, answers: Sequence[str]) -> str:
    """Answers to choose among, one a line; an option keeps the letter that the debate knows it by.

    >>> print(candidates(Question("Which?", options=["tea", "milk", "coffee"]), ["coffee", "tea"]))
    <candidates>
    C. coffee
    A. tea
    </candidates>
    """
    letters = dict(zip(question.options or (), LETTERS, strict=False))
    lines = [" ".join(answer.split()) for answer in answers]
    named = [
        f"{letters[answer]}. {line}" if answer in letters else line for answer, line in zip(answers, lines, strict=True)
    ]
    return tagged("candidates", "\n".join(named))


def instruction(prompts: Prompts, template: str, ask: Ask, space: AnswerSpace, round: int) -> str:
    """What to do now, and the form in which to answer."""
    return prompts.render(template, round=str(round), format=reply_format(prompts, ask, space), **ask.values)


def reply_format(prompts: Prompts, ask: Ask, space: AnswerSpace) -> str:
    """The closing line asked for, or the fields of a structured reply."""
    if ask.fields is not None:
        return prompts.render("fields", fields=_fields_block(ask.fields))
    return "\n".join([space.ask(), *([prompts.render("confidence")] if ask.confidence else [])])


def _fields_block(fields: Mapping[str, str]) -> str:
    lines = ",\n".join(f'  "{key}": "{meaning}"' for key, meaning in fields.items())
    return f"<reply_format>{{\n{lines}\n}}</reply_format>"


def _own(prompts: Prompts, spoken: Sequence[Turn]) -> Sequence[str]:
    if not spoken:
        return ()
    latest = spoken[-1]
    given = {} if latest.round is None else {"round": str(latest.round)}
    return _framed(prompts, "own", [quoted("own", cut(latest.text), **given)])


def _quoted(prompts: Prompts, template: str, shown: Sequence[Shown], view: View, space: AnswerSpace) -> Sequence[str]:
    written = [_quotation(one) for one in quotations(shown, view, space)]
    return _framed(prompts, template, written) if written else ()


@lru_cache(maxsize=4096)
def _quotation(one: Quotation) -> tuple[str, ...]:
    """One passage; a message is quoted to every neighbour, so it is escaped once."""
    return one.written()


def _framed(prompts: Prompts, template: str, passages: Sequence[Sequence[str]]) -> Sequence[str]:
    """Passages where the template has them."""
    first, *rest = _frame(prompts, template)
    parts = [first]
    for text in rest:
        parts += [*_apart(passages), text]
    return parts


@lru_cache(maxsize=64)
def _frame(prompts: Prompts, template: str) -> list[str]:
    """What stands around quotations."""
    return prompts.render(template, quoted="\0").split("\0")


def _apart(blocks: Iterable[Sequence[str]]) -> Iterator[str]:
    """The parts of blocks between which there is an empty line."""
    for place, block in enumerate(blocks):
        if place:
            yield "\n\n"
        yield from block


@lru_cache(maxsize=256)
def _same(text: str) -> str:
    """The text as it was first met, which everybody who is told the same then shares."""
    return text
