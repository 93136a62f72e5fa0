"""The whole way: debates held by moot, its own server and its own exported file, in a real browser."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from moot import Agent, Debate, Human, Question, topologies
from moot.agents.asking import open_for_people
from moot.runs.export import export
from moot.runs.export.chosen import Stored
from moot.runs.journal import Reader
from moot.runs.viewer.live import Live
from moot.runs.viewer.serving import served
from moot.runs.viewer.source import Source

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(170)]

CITIES = Question("Which city is the capital of Australia?", options=["Canberra", "Sydney", "Perth"], gold="Canberra")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four debates of a ring, with a judge."""
    path = tmp_path_factory.mktemp("browser") / "runs.sqlite"
    agents = [Agent(name, "sim/debater?accuracy=0.55", persona="a traveller") for name in ("ada", "bo", "cy", "di")]
    debate = Debate(agents, topologies.ring(4), "society", rounds=3, decide="judge", judge="sim/debater", seed=5)
    sums = [Question(f"What is {n} * 7?", gold=str(n * 7)) for n in (12, 13, 14)]
    debate.run_many([CITIES, *sums], store=path, name="first", runtime="local", progress=False)
    return path


@pytest.fixture(params=["server", "file"])
def address(request: pytest.FixtureRequest, store: Path, tmp_path: Path) -> Iterator[str]:
    """The same store, served and exported."""
    if request.param == "server":
        with served(Source(Reader(store), store.name)) as served_at:
            yield served_at
    else:
        file = tmp_path / "debates.html"
        export(Stored(Reader(store), store.name, None, None), file)
        yield f"{file.as_uri()}#"


def test_a_stored_debate_is_read_from_its_question_to_the_prompt_of_a_turn(browser: Any, address: str) -> None:
    browser.open(address)
    browser.click(".debates li:has-text('Australia') .entry")
    browser.see(".outcome h2:has-text('Australia')")
    assert browser.count(".node:not(.judge)") == 4
    assert browser.text(".scrubber output").startswith("Round 2")
    browser.press("ArrowLeft", "ArrowLeft")
    assert browser.text(".scrubber output") == "Round 0 · everyone's first answer"
    browser.press("ArrowRight")
    browser.click('.node[data-seat="bo"]')
    browser.see(".inspector pre:has-text('a traveller')")
    assert 'author="ada"' in browser.text(".inspector")  # of the ring, whom bo hears
    browser.press("Escape", "ArrowRight", "ArrowRight")
    assert browser.text(".scrubber output") == "Verdict"
    assert browser.texts(".card .who") == ["judge"]
    browser.choose(".filters label:has-text('Minds') select", "true")
    browser.until("document.querySelector('.sidebar > .told').textContent.length > 0")
    assert browser.axe() == []
    assert browser.complaints == []


def test_a_debate_is_followed_live_and_answered_from_a_seat(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    agents = [Agent(name, "sim/debater?latency=0.2") for name in ("ada", "bo")] + [Human("me", timeout_s=60)]
    debate = Debate(agents, protocol="society", rounds=2, seed=1)
    live, results = Live(), list[Any]()
    Debate(agents[:2], rounds=1, seed=1).run(CITIES, store=path, name="before", runtime="local")
    source = Source(Reader(path), path.name, running=live.running)
    with served(source, live=live) as address, open_for_people(live):
        browser.open(address)
        browser.see(".pill.open")

        def hold() -> None:
            results.append(debate.run(CITIES, store=path, name="now", runtime="local", listen=live))

        holding = threading.Thread(target=hold)
        holding.start()
        try:
            for turn in range(2):
                browser.see(f".seat[data-turn='{turn}:me'] textarea")
                browser.fill(".seat textarea", "It is Canberra, and I am sure.\nFinal answer: A")
                browser.click(".seat button[type=submit]")
                browser.lose(f".seat[data-turn='{turn}:me']")
        finally:
            holding.join(90)
        browser.choose(".run select", "now")
        browser.see(".status.decided, .status.undecided")
        assert browser.attribute('.node[data-seat="me"]', "aria-label").startswith("me: Canberra")
        assert browser.complaints == []
    assert [turn.answer for turn in results[0].turns if turn.seat == "me"] == ["Canberra", "Canberra"]
