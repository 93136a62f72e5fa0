"""Words of models are words: whatever they hold, nothing of it runs, loads, or leads away."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(170)]

Make = Callable[..., dict[str, Any]]
ID = "run/<img src=x onerror=globalThis.hit=1>"

RUNS = "globalThis.hit=1"
EVENTS = ("onerror", "onload", "ontoggle", "onfocus", "onstart")
TAGS = ("img src=x", "svg", "body", "details open", "video src=x", "input autofocus", "marquee", "iframe")
SCHEMES = ("javascript:", "JaVaScRiPt:", "java\tscript:", "\x01javascript:", "data:text/html,<script>", "vbscript:")
SPELT = ("javascript&colon;", "java&#10;script:", "data:text/html;base64,PHNjcmlwdD4=", "file:///etc/passwd#")
PICTURES = (
    "https://evil.example/a.png",
    "//evil.example/a.png",
    "javascript:alert(1)",
    'x" onerror="globalThis.hit=1',
    "data:image/svg+xml,<svg onload=alert(1)>",
)
CORPUS = [
    f"<script>{RUNS}</script>",
    f"</script><script>{RUNS}</script>",
    f"</ScRiPt ><sCrIpT>{RUNS}//",
    *(f"<{tag} {event}={RUNS}>" for tag in TAGS for event in EVENTS),
    *(f'<a href="{scheme}{RUNS}">x</a>' for scheme in SCHEMES),
    *(f"[x]({scheme}{RUNS})" for scheme in (*SCHEMES, *SPELT)),
    *(f"![x]({url})" for url in PICTURES),
    "[x]: javascript:globalThis.hit=1\n\n[x]",
    "<https://evil.example/auto>",
    "<javascript:globalThis.hit=1>",
    "https://evil.example/bare",
    f"<svg><script>{RUNS}</script></svg>",
    f"<svg><animate onbegin={RUNS} attributeName=x dur=1s>",
    f"<svg><foreignObject><iframe srcdoc='<script>parent.{RUNS}</script>'>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUNS}>",
    f"<noscript><p title='</noscript><img src=x onerror={RUNS}>'>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={RUNS}>",
    f"<template><script>{RUNS}</script></template>",
    f"<iframe srcdoc='<script>parent.{RUNS}</script>'></iframe>",
    "<iframe src=https://evil.example></iframe>",
    "<object data=https://evil.example></object><embed src=https://evil.example>",
    "<link rel=stylesheet href=https://evil.example/a.css><link rel=prefetch href=//evil.example/p>",
    "<style>@import 'https://evil.example/a.css'; *{display:none}</style>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example/>",
    "<form action=https://evil.example><button>x</button></form>",
    f"<div style=\"background:url(https://evil.example/x);width:expression({RUNS})\">",
    f"<x onclick={RUNS} tabindex=1 autofocus onfocus={RUNS}>",
    f"`<img src=x onerror={RUNS}>`",
    f"```html\n<img src=x onerror={RUNS}>\n```",
    f"    <img src=x onerror={RUNS}>",
    f"# <img src=x onerror={RUNS}>",
    f"> <img src=x onerror={RUNS}>",
    f"- <img src=x onerror={RUNS}>",
    f"| <img src=x onerror={RUNS}> |\n|---|\n| <script>{RUNS}</script> |",
    f"**<img src=x onerror={RUNS}>**",
    f"<!-- --><img src=x onerror={RUNS}><!-- -->",
    f"<!--><img src=x onerror={RUNS}>",
    f"<![CDATA[<img src=x onerror={RUNS}>]]>",
    f"<?xml version='1.0'?><img src=x onerror={RUNS}>",
    "{{constructor.constructor('globalThis.hit=1')()}} ${globalThis.hit=1} <%= globalThis.hit=1 %>",
    "\u202eevil\u202c \u2066\u2069 \x00\x1b]8;;https://evil.example\x07x\x1b]8;;\x07",
    f"\ufeff<img\u000asrc=x\u000conerror={RUNS}>",
    f"&lt;img src=x onerror={RUNS}&gt;",
    f"&#60;script&#62;{RUNS}&#60;/script&#62;",
    "__proto__",
    "constructor",
]  # fmt: skip
MONSTERS = [
    ">" * 5_000,
    "[" * 20_000,
    "*a " * 20_000,
    "`" * 20_001,
    "- " * 3_000,
    "|a" * 5_000 + "\n" + "|-" * 5_000,
    "a" * 200_000,
    "(" * 50_000,
]
"""Texts that have brought down Markdown parsers by depth or by backtracking."""


def inert(browser: Any) -> None:
    assert browser.evaluate("globalThis.hit ?? null") is None
    assert (
        browser.evaluate(
            "[...document.querySelectorAll('.card, .inspector, .outcome, .sidebar, .graph, .flow')].length"
        )
        > 0
    )
    active = "script, iframe, object, embed, img, link, style, meta, base, a, video, audio, form:not(.seat)"
    strange = f'[...document.querySelectorAll(":is(#top, #app) :is({active})")].map(each => each.outerHTML)'
    assert browser.evaluate(strange) == []
    around = "[...document.body.children].filter(e => !['top', 'app', 'data'].includes(e.id)).map(e => e.localName)"
    assert browser.evaluate(around) in ([], ["noscript"], ["script"], ["noscript", "script"])
    handlers = (
        "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a => /^on/i.test(a.name)).length"
    )
    assert browser.evaluate(handlers) == 0
    assert browser.complaints == []


def test_there_are_a_hundred_payloads() -> None:
    assert len(set(CORPUS)) >= 100


@pytest.fixture
def hostile(samples: Any, spoken: Make, debated: Make) -> Any:
    """A store in which every payload stands in every place in which a word of somebody can stand."""
    turns = [
        spoken(f"{wave}:{payload}", payload, payload, heard=(f"0:{CORPUS[0]}",) if wave else (), reason=payload,
               role="debater" if wave else payload, model=payload, stance=payload, status="unparsed")
        for wave in (0, 1) for payload in CORPUS
    ]  # fmt: skip
    inner = [{**turn, "inner": 0} for turn in turns[: len(CORPUS)]]
    debate = debated(
        ID, turns, CORPUS[0], rationale="\n\n".join(CORPUS), notes=CORPUS, stopped_by=CORPUS[4], protocol=CORPUS[5],
        topology=CORPUS[6], rule=CORPUS[7], judge=CORPUS[8], dissent=CORPUS, ties=CORPUS, answer=None,
        support=dict.fromkeys(CORPUS, 1.0), fallback={"label": CORPUS[0], "answer": CORPUS[1]}, parent=CORPUS[9],
        status="undecided",
    )  # fmt: skip
    debate["question"] |= {"options": CORPUS, "kind": CORPUS[2], "gold": CORPUS[3]}
    personas = [{"role": payload, "content": f"<persona>{payload}</persona>"} for payload in CORPUS]
    detail = {"prompt": personas, "replies": CORPUS, "inner": inner, "id": turns[5]["id"]}
    samples.put(debate, **{turns[5]["id"]: {**detail, "failures": [{"kind": one, "detail": one} for one in CORPUS]}})
    for number, payload in enumerate(CORPUS):
        samples.put(debated(f"{number}", [spoken("0:ada", payload)], payload, run="run"))
        samples.put(debated(f"r{number}", [spoken("0:ada", "x")], "x", run=payload))
    return samples


@pytest.mark.parametrize("kind", ["server", "file"])
def test_nothing_that_anybody_says_becomes_active_wherever_it_is_shown(
    browser: Any, hostile: Any, one_file: Callable[[Any], str], kind: str
) -> None:
    address = hostile.address if kind == "server" else one_file(hostile)
    browser.open(f"{address}#t=sample&run=run&debate={quote(ID, safe='')}")
    browser.see(".group")
    assert browser.count(".debates li") == len(CORPUS) + 1
    assert set(browser.texts(".run option")) >= {f"{payload} (1 debate)" for payload in CORPUS}
    inert(browser)
    browser.choose(".pick:has-text('Group') select", "none")
    browser.choose(".pick:has-text('Compare') select", "before")
    browser.see(".cell")
    for left in range(0, 300 * len(CORPUS), 1200):
        browser.evaluate(f"document.querySelector('.across').scrollTo({left}, 0)")
        browser.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    inert(browser)
    turn = f"0:{CORPUS[5]}"
    browser.evaluate(
        f"location.hash = new URLSearchParams({{t: 'sample', run: 'run', debate: {ID!r}, turn: {turn!r}}})"
    )
    browser.see(".failures")
    inert(browser)
    browser.click(".debates li[data-id='7'] .beside")
    browser.see(".pane:nth-child(2) .card")
    inert(browser)


def test_nothing_becomes_active_while_it_happens(browser: Any, samples: Any, spoken: Make) -> None:
    samples.live = True
    question = {"id": "q", "text": CORPUS[1], "kind": CORPUS[2], "options": CORPUS, "gold": None}
    told = {"debate_id": ID, "at_s": 0.0}
    began = {"question": question, "seats": CORPUS, "models": CORPUS, "protocol": CORPUS[0], "topology": CORPUS[1]}
    samples.tell({"kind": "standing", "debates": []}, {"kind": "debate_started", **told, **began})
    for payload in CORPUS[:40]:
        place = {"seat": payload, "turn": f"0:{payload}", "wave": 0, "round": 0, "heard": list[str]()}
        prompt = [{"role": payload, "content": payload}] * 2
        samples.tell(
            {"kind": "turn_started", **told, **place},
            {"kind": "seat_open", **told, **place, "deadline_ms": 9e15, "prompt": prompt},
        )
    for payload in CORPUS[40:]:
        turn = spoken(f"0:{payload}", payload, payload, status="failed", reason=payload)
        samples.tell({"kind": "turn_ended", **told, "turn": turn})
    samples.tell({"kind": "stopped", **told, "words": CORPUS[3]})
    browser.open(f"{samples.address}#t=sample")
    browser.see(".group")
    browser.until("document.querySelectorAll('.seat').length === 40")
    assert "failed" in browser.text(".controls .failed")
    inert(browser)


def test_raw_markup_is_shown_as_the_words_it_is(browser: Any, samples: Any, spoken: Make, debated: Make) -> None:
    said = "look: <b>bold</b> ![a](https://evil.example/x.png) [here](https://evil.example) https://evil.example/bare"
    browser.open(samples.put(debated("run/one", [spoken("0:ada", "x", said)])))
    browser.see(".card .prose")
    assert browser.text(".card .prose") == said


@pytest.mark.parametrize("text", MONSTERS, ids=[text[:3] for text in MONSTERS])
def test_no_text_is_too_deep_or_too_long_to_draw(
    browser: Any, samples: Any, spoken: Make, debated: Make, text: str
) -> None:
    browser.open(samples.put(debated("run/one", [spoken("0:ada", "x", text), spoken("0:bo", "y")])))
    browser.see('.card[data-turn="0:bo"]')
    assert browser.complaints == []


def test_a_wrong_token_is_told_and_shows_nothing(browser: Any, samples: Any, spoken: Make, debated: Make) -> None:
    samples.put(debated("run/one", [spoken("0:ada", "x", "secret")]))
    browser.open(f"{samples.address}#t=wrong")
    browser.see(".sorry")
    assert browser.text(".sorry p") == "the token is wrong"
    assert "secret" not in browser.text("body")
