"""A stored debate, read as a reader reads it: by hand, by keys, at any width, in either light."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(170)]

Make = Callable[..., dict[str, Any]]
SIZES = [(1440, 900), (900, 900), (400, 860)]


@pytest.fixture
def panel(spoken: Make, debated: Make) -> dict[str, Any]:
    """Three debate; cy goes over to what bo says in round 1, and a judge has the last word."""
    turns = [
        spoken("0:ada", "9.11", "The digits after the point are more.\n\nFinal answer: 9.11"),
        spoken("0:bo", "9.9", "Nine tenths are **more** than eleven hundredths.", confidence=0.8),
        spoken("0:cy", "9.11", "I would say the first one."),
        spoken("1:ada", "9.11", "I stay with it.", heard=("0:bo", "0:cy")),
        spoken("1:bo", "9.9", "Nine tenths are still more.", heard=("0:ada", "0:cy")),
        spoken("1:cy", "9.9", "I would say the second one.", heard=("0:ada", "0:bo")),
        spoken(
            "2:judge", "9.9", "The case for 9.9 is better.", heard=("1:ada", "1:bo", "1:cy"), round=None, role="judge"
        ),
    ]
    flips = [{"agent": "cy", "round": 1, "before": "9.11", "after": "9.9"}]
    return debated(
        "run/one", turns, "Which is larger, 9.11 or 9.9?", flips=flips, first_vote="9.11", rule="judge",
        rationale="The case for 9.9 is better.", judge="sim/judge", dissent=["ada"],
    )  # fmt: skip


@pytest.fixture
def prompts() -> dict[str, Any]:
    prompt = [
        {"role": "system", "content": "You take part."},
        {"role": "user", "content": "<question>\nWhich?</question>"},
    ]
    failures = [{"kind": "rate_limited", "detail": "try again in 2 s"}]
    replies = ["I would say **the second** one."]
    return {"1:cy": {"id": "1:cy", "prompt": prompt, "replies": replies, "failures": failures, "inner": []}}


@pytest.fixture(params=["served", "one file"])
def samples(request: pytest.FixtureRequest, samples: Any, one_file: Callable[[Any], str]) -> Any:
    """Debates to read: from a server, or in one file from disk."""
    if request.param == "served":
        return samples
    put = samples.put

    def written(debate: dict[str, Any], **details: Any) -> str:
        _, _, place = put(debate, **details).partition("&")
        return f"{one_file(samples)}#{place}"

    samples.put = written
    return samples


def test_the_head_says_what_was_decided_who_changed_because_of_whom_and_why_it_stopped(
    browser: Any, samples: Any, panel: dict[str, Any]
) -> None:
    browser.open(samples.put(panel))
    browser.see(".node")
    head = " ".join(browser.text(".outcome").split())
    assert "Which is larger, 9.11 or 9.9?" in head
    assert "simulated: no real model was asked" in head
    assert "First vote 9.11 ✗ the debate changed it" in head
    assert "Final answer 9.9 ✓ right · by judge, 2 of 2 ada disagrees" in head
    assert "Why it stopped all 3 rounds were held" in head
    assert "cy 9.11 ✗ → 9.9 ✓ round 1, heard it from bo" in head
    assert browser.complaints == []


def test_a_wrong_answer_and_its_options_are_told_in_words(
    browser: Any, samples: Any, panel: dict[str, Any], spoken: Make, debated: Make
) -> None:
    turns = [spoken("0:ada", "Cuba"), spoken("0:bo", "Haiti"), spoken("1:ada", "Cuba"), spoken("1:bo", "Cuba")]
    question = {"id": "q", "text": "Which?", "kind": "choice", "options": ["Haiti", "Cuba"], "gold": "Haiti"}
    seats = [{"name": "ada", "model": "sim/debater"}, {"name": "bo", "model": "acme/large"}]
    right = {"Haiti": True, "Cuba": False}
    debate = debated("run/wrong", turns, seats=seats, right=right, correct=False) | {"question": question}
    browser.open(samples.put(debate))
    browser.see(".node")
    head = " ".join(browser.text(".outcome").split())
    assert "Which? A Haiti B Cuba" in head
    assert "partly simulated" in head
    assert "Final answer Cuba ✗ wrong: right is Haiti by plurality" in head
    assert "bo Haiti ✓ → Cuba ✗ round 1, nobody it heard had said so" in head
    assert browser.attribute(".debates .tick", "aria-label") == "wrong"
    browser.click('.node[data-seat="bo"]')
    assert "parsed answer B → Cuba" in " ".join(browser.text(".inspector .grid").split())


@pytest.mark.parametrize("width", [1440, 400])
def test_no_message_runs_through_a_name_and_the_caption_says_what_arrows_carry(
    browser: Any, samples: Any, spoken: Make, debated: Make, width: int
) -> None:
    seats = ("ada", "bo", "cy", "di", "eve")
    turns = [spoken(f"0:{seat}", "the Bahamas" if seat == "eve" else "Haiti") for seat in seats]
    for at, seat in enumerate(seats):
        ears = (f"0:{seats[at - 1]}", f"0:{seats[(at + 1) % 5]}")
        turns.append(spoken(f"1:{seat}", "Haiti", heard=ears))
    browser.open(samples.put(debated("run/ring", turns)), width=width)
    browser.see(".edge.moved")
    caption = browser.text(".over .note")
    assert caption.split(" · ") == [
        "arrows: what was said in round 0",
        "shapes: answers after round 1",
        "bold: followed",
        "ring: the answer that was left",
    ]
    assert browser.evaluate(RUN_THROUGH) == []
    assert browser.evaluate(CUT_OFF) == []
    browser.press("ArrowLeft")
    assert browser.text(".over .note") == "no arrows: nobody has heard anybody yet · shapes: answers after round 0"


RUN_THROUGH = """[...document.querySelectorAll('.place text')].filter((text) => {
  const box = text.getBoundingClientRect();
  return [...document.querySelectorAll('.edge')].some((edge) => Array.from({ length: 60 }, (_, at) => {
    const point = edge.getPointAtLength((edge.getTotalLength() * at) / 59).matrixTransform(edge.getScreenCTM());
    return point.x > box.left && point.x < box.right && point.y > box.top && point.y < box.bottom;
  }).some(Boolean));
}).map((text) => text.textContent)"""
CUT_OFF = """[...document.querySelectorAll('.place text')].filter((text) => {
  const [box, all] = [text.getBoundingClientRect(), document.querySelector('.graph').getBoundingClientRect()];
  return box.left < all.left || box.right > all.right || box.top < all.top || box.bottom > all.bottom;
}).map((text) => text.textContent)"""


def test_rounds_are_scrubbed_by_keyboard_and_the_address_says_where_the_reader_is(
    browser: Any, samples: Any, panel: dict[str, Any]
) -> None:
    browser.open(samples.put(panel))
    browser.see(".node")
    assert browser.text(".scrubber output") == "Round 1 · 1 mind changed"
    label = browser.attribute('.node[data-seat="cy"]', "aria-label")
    assert label == "cy: 9.9, changed from 9.11, influence: 100 % of changes of mind"
    browser.press("ArrowLeft")
    assert browser.text(".scrubber output") == "Round 0 · everyone's first answer"
    assert browser.attribute('.node[data-seat="cy"]', "aria-label") == "cy: 9.11, influence: 100 % of changes of mind"
    assert "round=0" in browser.evaluate("location.hash")
    browser.press("ArrowRight", "ArrowRight")
    assert browser.text(".scrubber output") == "Verdict"
    browser.focus(".scrubber input")
    browser.press("Home")
    assert browser.text(".scrubber output").startswith("Round 0")


def test_an_edge_shows_what_was_said_to_whom_and_what_it_did(browser: Any, samples: Any, panel: dict[str, Any]) -> None:
    browser.open(samples.put(panel))
    browser.see(".edge.moved")
    assert browser.count(".edge") == 6
    assert browser.texts(".edge.moved title") == ["bo → cy: 9.9"]
    browser.evaluate("document.querySelector('.edge.moved').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    told = " ".join(browser.text(".inspector").split())
    assert "bo → cy" in told
    assert "Nine tenths are more than eleven hundredths." in told
    assert "cy changed from 9.11 ✗ to 9.9 ✓ , as this message says." in told


def test_a_node_opens_its_turn_with_the_exact_prompt_the_raw_reply_and_every_failure(
    browser: Any, samples: Any, panel: dict[str, Any], prompts: dict[str, Any]
) -> None:
    browser.open(samples.put(panel, **prompts))
    browser.click('.node[data-seat="cy"]')
    browser.see(".inspector pre")
    told = browser.text(".inspector")
    assert "<question>\nWhich?</question>" in told
    assert "I would say **the second** one." in told
    assert "rate_limited try again in 2 s" in told
    assert "turn=1%3Acy" in browser.evaluate("location.hash")
    browser.click(".heard .link")  # ada, whom it heard
    assert browser.text(".inspector h2") == "ada"
    assert browser.text(".scrubber output").startswith("Round 0")
    browser.press("Escape")
    assert browser.text(".inspector h2") == "Look closer"


def test_a_link_to_a_turn_leads_back_to_it(browser: Any, samples: Any, panel: dict[str, Any]) -> None:
    browser.open(samples.put(panel) + "&round=0&turn=0%3Abo")
    browser.see(".card.chosen")
    assert browser.text(".inspector h2") == "bo"
    assert browser.attribute(".card.chosen", "data-turn") == "0:bo"
    assert "80 %" in browser.text(".inspector .grid")


def test_the_transcript_has_a_column_for_each_agent_and_marks_what_changed_since_the_round_before(
    browser: Any, samples: Any, panel: dict[str, Any]
) -> None:
    browser.open(samples.put(panel))
    browser.see(".card")
    assert browser.texts(".card .who") == ["ada", "bo", "cy"]
    assert browser.count(".card del, .card ins, .marks") == 0  # unless it is asked for
    browser.choose(".pick:has-text('Compare') select", "0")
    card = '.card[data-turn="1:cy"]'
    assert browser.texts(f"{card} del") == ["first"]
    assert browser.texts(f"{card} ins") == ["second"]
    assert browser.text(f"{card} .diff") == "I would say the first second one."
    assert browser.text(".marks") == "struck out: what went · underlined: what is new"
    browser.choose(".pick:has-text('Show') select", "whole")
    browser.evaluate("document.querySelector('.centre').scrollTo(0, 1e6)")
    browser.see(".row:nth-child(3) .card")
    assert browser.count(".card") == 7


def test_markdown_is_drawn(browser: Any, samples: Any, spoken: Make, debated: Make) -> None:
    text = "# So\n\n1. one\n2. **two**\n\n| a | b |\n|---|---|\n| 1 | `2 < 3` |\n\n> quoted\n\n```py\nx = 1 & 2\n```"
    browser.open(samples.put(debated("run/one", [spoken("0:ada", "x", text)])))
    browser.see(".card")
    assert browser.texts(".prose li") == ["one", "two"]
    assert browser.texts(".prose td") == ["1", "2 < 3"]
    assert browser.text(".prose pre").strip() == "x = 1 & 2"
    assert browser.text(".prose blockquote").strip() == "quoted"


def test_debates_are_filtered_by_outcome_changes_words_and_cost(
    browser: Any, samples: Any, spoken: Make, debated: Make
) -> None:
    flips = [{"agent": "ada", "round": 1, "before": "x", "after": "y"}]
    samples.put(debated("run/a", [spoken("0:ada", "x")], "Alpha?"))
    samples.put(debated("run/b", [spoken("0:ada", "y")], "Beta?", correct=False, status="degraded"))
    browser.open(samples.put(debated("run/c", [spoken("0:ada", "z")] * 40, "Gamma?", flips=flips)))
    shown = ".debates .question"
    browser.see(shown)
    assert browser.texts(shown) == ["Alpha?", "Beta?", "Gamma?"]
    browser.choose(".filters label:has-text('Status') select", "degraded")
    browser.until("document.querySelectorAll('.debates li').length === 1")
    assert browser.texts(shown) == ["Beta?"]
    browser.choose(".filters label:has-text('Status') select", "")
    browser.choose(".filters label:has-text('Minds') select", "true")
    browser.until("document.querySelectorAll('.debates li').length === 1")
    assert browser.texts(shown) == ["Gamma?"]
    browser.choose(".filters label:has-text('Minds') select", "")
    browser.choose(".filters label:has-text('Answer') select", "true")
    browser.until("document.querySelectorAll('.debates li').length === 2")
    browser.fill(".filters label:has-text('Cost') input", "0.02")
    assert browser.texts(shown) == ["Gamma?"]
    browser.fill(".filters label:has-text('Cost') input", "")
    browser.fill(".filters input[type=search]", "alp")
    assert browser.texts(shown) == ["Alpha?"]


def test_two_debates_lie_side_by_side_in_the_same_colours_and_move_together(
    browser: Any, samples: Any, panel: dict[str, Any], spoken: Make, debated: Make
) -> None:
    other = [spoken(f"{wave}:{seat}", "9.11") for wave in (0, 1) for seat in ("dan", "eve")]
    samples.put(debated("run/two", other, "Which is larger, 9.11 or 9.9?"))
    browser.open(samples.put(panel))
    browser.click('.debates li[data-id="run/two"] .beside')
    browser.see(".pane:nth-child(2) .node")
    assert "beside=run%2Ftwo" in browser.evaluate("location.hash")
    looks = [browser.attribute(f".pane:nth-child({side}) .node", "class") for side in (1, 2)]
    assert looks[0] == looks[1]  # ada and dan say the same
    browser.press("ArrowLeft")
    assert [text.split(" ·")[0] for text in browser.texts(".scrubber output")] == ["Round 0", "Round 0"]
    browser.click('.pane:nth-child(2) .node[data-seat="eve"]')
    assert browser.text(".inspector h2") == "eve"
    browser.click(".pane:nth-child(1) .shut")
    browser.until("document.querySelectorAll('.pane').length === 1")
    assert browser.texts(".card .who") == ["dan", "eve"]


def test_everything_can_be_reached_by_keyboard(browser: Any, samples: Any, panel: dict[str, Any]) -> None:
    browser.open(samples.put(panel))
    browser.see(".card")
    reached = set[str]()
    for _ in range(60):
        browser.press("Tab")
        reached.update((browser.evaluate("document.activeElement.getAttribute('class')") or "").split())
    assert {"entry", "beside", "node", "who", "theme", "play", "column", "across"} <= reached
    browser.focus('.node[tabindex="0"]')
    browser.press("ArrowDown", "Enter")
    assert browser.text(".inspector h2") == "bo"


def test_messages_travel_unless_less_motion_is_asked_for(browser: Any, samples: Any, panel: dict[str, Any]) -> None:
    address = samples.put(panel)
    for still in (False, True):
        browser.open(f"{address}&round=0", still=still)
        browser.see(".node")
        browser.press("ArrowRight")
        assert (browser.evaluate("document.querySelectorAll('.dot').length") > 0) is not still


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_it_fits_any_width_in_either_light_and_axe_finds_nothing(
    browser: Any,
    samples: Any,
    panel: dict[str, Any],
    prompts: dict[str, Any],
    pictures: Path,
    width: int,
    height: int,
    scheme: str,
) -> None:
    browser.open(samples.put(panel, **prompts), width=width, height=height, scheme=scheme)
    browser.see(".card")
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    if width < 500:  # where what is looked into lies over the debate
        assert browser.axe() == []
    browser.picture(pictures / f"debate-{width}-{scheme}.png")
    browser.click('.card[data-turn="1:cy"] .who')
    browser.see(".inspector pre")
    assert browser.axe() == []
    browser.picture(pictures / f"turn-{width}-{scheme}.png")
    assert browser.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (400, "light")])
def test_axe_finds_nothing_in_any_other_panel(
    browser: Any,
    samples: Any,
    panel: dict[str, Any],
    spoken: Make,
    debated: Make,
    pictures: Path,
    width: int,
    scheme: str,
) -> None:
    crowd = [spoken(f"{wave}:a{seat}", "xyz"[(seat + wave) % 3]) for wave in (0, 1) for seat in range(90)]
    trouble = [spoken("0:ada", None, "", status="failed", reason="timeout"), spoken("0:bo", "y")]
    samples.put(debated("run/two", crowd, "Which is larger, 9.11 or 9.9?"))
    samples.put(debated("run/bad", trouble, "And now?", status="degraded", correct=False))
    address = samples.put(panel)
    browser.open(f"{address}&beside=run%2Ftwo", width=width, scheme=scheme)
    browser.see(".pane:nth-child(2) .group")
    assert browser.axe() == []
    browser.picture(pictures / f"beside-{width}-{scheme}.png")
    browser.evaluate("document.querySelector('.debates li:nth-child(2) .entry').click()")
    browser.until("document.querySelector('.outcome .lacking')?.textContent === '1 of 2 turns brought no answer'")
    if width == 400:
        browser.click(".drawer")
    assert browser.axe() == []
    browser.open(address, width=width, scheme=scheme)
    browser.see(".edge.moved")
    browser.evaluate("document.querySelector('.edge.moved').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    browser.until("document.querySelector('.inspector').textContent.includes('bo → cy')")
    browser.choose(".pick:has-text('Compare') select", "before")
    assert browser.axe() == []


def test_two_debates_are_laid_side_by_side_and_looked_into_by_keyboard_alone(
    browser: Any, samples: Any, panel: dict[str, Any], spoken: Make, debated: Make
) -> None:
    samples.put(debated("run/two", [spoken("0:dan", "9.11"), spoken("0:eve", "9.9")], "Which is larger, 9.11 or 9.9?"))
    browser.open(samples.put(panel))
    browser.see(".card")
    tab_to(browser, "[data-id='run/two'] .beside")
    browser.press("Enter")
    browser.see(".pane:nth-child(2) .node")
    tab_to(browser, ".pane:nth-child(2) .card .who")
    browser.press("Enter")
    browser.until("document.querySelector('.inspector h2').textContent === 'dan'")
    tab_to(browser, ".inspector summary")
    tab_to(browser, ".pane:nth-child(2) .shut", back=True)
    browser.press("Enter")
    browser.until("document.querySelectorAll('.pane').length === 1")
    assert browser.texts(".card .who") == ["ada", "bo", "cy"]


def tab_to(browser: Any, on: str, *, back: bool = False) -> None:
    """Go there as somebody without a mouse does."""
    for _ in range(90):
        browser.press("Shift+Tab" if back else "Tab")
        if browser.evaluate(f"document.activeElement.matches({on!r})"):
            return
    raise AssertionError(f"the tab key does not lead to {on}")


def test_light_and_dark_are_switched_by_hand_and_kept(browser: Any, samples: Any, panel: dict[str, Any]) -> None:
    browser.open(samples.put(panel), scheme="light")
    browser.see(".node")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = browser.evaluate(paper)
    browser.click(".theme")
    assert browser.evaluate(paper) != light
    browser.evaluate("location.reload()")
    browser.see(".node")
    assert browser.evaluate(paper) != light
