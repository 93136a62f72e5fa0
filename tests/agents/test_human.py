"""A person at a terminal, played through a pseudo-terminal."""

import io
import os
import sys
import threading
import time
from collections.abc import Iterator

import anyio
import pytest

from moot.agents.actor import LLMActor
from moot.agents.human import Human, Person
from moot.agents.records import Completion, Message, Request
from moot.errors import SpecError


@pytest.fixture
def pty() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal: what a hand types on, and what a program reads."""
    hand, keyboard = os.openpty()
    yield hand, keyboard
    os.close(hand)
    os.close(keyboard)


def request(text: str = "Which?") -> Request:
    return Request(key="k", model="human", messages=(Message(role="user", content=text),))


class Screen(io.StringIO):
    """A screen, and somebody who types once a prompt is on it."""

    def __init__(self, hand: int, *pieces: bytes) -> None:
        super().__init__()
        self._hand, self._pieces = hand, pieces

    def flush(self) -> None:
        for piece in self._pieces:
            os.write(self._hand, piece)


async def replied(pty: tuple[int, int], *pieces: bytes) -> Completion:
    hand, keyboard = pty
    return await Person(keyboard=keyboard, screen=Screen(hand, *pieces)).complete(request())


async def test_the_reply_is_what_is_typed_up_to_an_empty_line(pty: tuple[int, int]) -> None:
    completion = await replied(pty, "I think so, b\u00e4h.\nFinal answer: B\n\nnot mine\n".encode())
    assert (completion.kind, completion.text) == ("ok", "I think so, b\u00e4h.\nFinal answer: B")


async def test_typing_may_come_in_pieces(pty: tuple[int, int]) -> None:
    hand, keyboard = pty
    heard: list[str] = []

    async def listen() -> None:
        heard.append((await Person(keyboard=keyboard, screen=io.StringIO()).complete(request())).text)

    async with anyio.create_task_group() as group:
        group.start_soon(listen)
        for piece in ("one\n", "tw", "o\n", "\n"):
            await anyio.sleep(0.02)
            os.write(hand, piece.encode())
    assert heard == ["one\ntwo"]


async def test_leading_empty_lines_are_no_reply_yet(pty: tuple[int, int]) -> None:
    assert (await replied(pty, b"\n\nFinal answer: A\n\n")).text == "Final answer: A"


async def test_the_end_of_input_ends_the_reply(pty: tuple[int, int]) -> None:
    assert (await replied(pty, b"Final answer: C\n\x04")).text == "Final answer: C"


async def test_nothing_typed_is_an_empty_reply(pty: tuple[int, int]) -> None:
    assert (await replied(pty, b"\x04")).kind == "empty"


async def test_what_was_typed_before_the_question_is_no_answer_to_it(pty: tuple[int, int]) -> None:
    hand, _ = pty
    os.write(hand, b"too late for the last one\n\n")
    assert (await replied(pty, b"in time\n\n")).text == "in time"


async def test_a_person_who_never_answers_costs_the_deadline_and_leaves_the_keyboard_alone(
    pty: tuple[int, int],
) -> None:
    hand, keyboard = pty
    person = Person(keyboard=keyboard, screen=io.StringIO(), timeout_s=0.1)
    began = time.monotonic()
    assert (await LLMActor(person).complete(request())).kind == "timeout"
    assert time.monotonic() - began < 10
    os.write(hand, b"later\n")
    assert os.read(keyboard, 100) == b"later\n"


async def test_no_control_sequence_of_a_model_reaches_the_screen(pty: tuple[int, int]) -> None:
    hand, keyboard = pty
    screen = Screen(hand, b"ok\n\n")
    await Person(keyboard=keyboard, screen=screen).complete(request("\x1b]52;c;aGk=\x07a\x9b2Jb\u202ec\r\x00d"))
    assert "]52;c;aGk=a2Jbc\nd" in screen.getvalue()
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\r", "\x00"} & set(screen.getvalue())


async def test_two_people_at_one_terminal_are_asked_one_after_the_other(pty: tuple[int, int]) -> None:
    hand, keyboard = pty
    screen = io.StringIO()
    people = [Person(name, keyboard=keyboard, screen=screen) for name in ("ada", "bo")]
    heard: dict[str, str] = {}

    async def ask(person: Person) -> None:
        heard[person.name] = (await person.complete(request())).text

    async with anyio.create_task_group() as group:
        for person in people:
            group.start_soon(ask, person)
        for reply in (b"first\n\n", b"second\n\n"):
            await anyio.sleep(0.05)
            assert screen.getvalue().count("your reply") == 1 + len(heard)
            os.write(hand, reply)
    assert set(heard.values()) == {"first", "second"}


async def test_without_a_terminal_the_outcome_says_so_and_a_check_says_it_early(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with (tmp_path_factory.mktemp("in") / "file").open("w+") as no_terminal:
        for stdin in (no_terminal, io.StringIO("x\n\n"), None):
            monkeypatch.setattr(sys, "stdin", stdin)
            completion = await Person().complete(request())
            assert completion.kind == "outage"
            assert "not a terminal" in completion.detail
            with pytest.raises(SpecError, match="at the terminal"):
                Person().check()


def test_a_person_is_heard_by_a_loop_on_another_thread(pty: tuple[int, int]) -> None:
    heard: list[str] = []

    async def listen() -> None:
        heard.append((await replied(pty, b"from afar\n\n")).text)

    thread = threading.Thread(target=anyio.run, args=(listen,))
    thread.start()
    thread.join(5)
    assert heard == ["from afar"]


def test_a_human_is_an_agent_with_a_deadline() -> None:
    human = Human("me", timeout_s=20)
    assert (human.name, human.model) == ("me", "human")
    assert isinstance(human.llm, Person)
    assert human.llm.timeout_s == 20


@pytest.mark.parametrize("timeout_s", [0, -1, float("inf"), float("nan")])
def test_a_deadline_out_of_range_is_refused(timeout_s: float) -> None:
    with pytest.raises(SpecError, match="timeout_s"):
        Human("me", timeout_s=timeout_s)
