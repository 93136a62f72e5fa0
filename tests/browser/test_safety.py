"""Words of models are words: whatever they hold, nothing of it runs, loads, or leads away."""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(170)]

Make = Callable[..., dict[str, Any]]

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
    scripts = "script:not([src='app.js'])"
    active = f"{scripts}, iframe, object, embed, img, link, style, meta, base, a, video, audio"
    strange = f'[...document.body.querySelectorAll("{active}")].map(each => each.outerHTML)'
    assert browser.evaluate(strange) == []
    handlers = (
        "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a => /^on/i.test(a.name)).length"
    )
    assert browser.evaluate(handlers) == 0
    assert browser.complaints == []


def test_there_are_a_hundred_payloads() -> None:
    assert len(set(CORPUS)) >= 100


def test_nothing_a_model_says_becomes_active_wherever_it_is_shown(
    browser: Any, samples: Any, spoken: Make, debated: Make
) -> None:
    turns = [
        spoken(
            f"0:{payload}",
            payload,
            payload,
            reason=payload,
            role=payload,
            model=payload,
            stance=payload,
            status="unparsed",
        )
        for payload in CORPUS
    ]
    debate = debated(
        "run/<img src=x onerror=globalThis.hit=1>", turns, CORPUS[0], rationale=CORPUS[3], notes=CORPUS[:9],
        stopped_by=CORPUS[4], protocol=CORPUS[5], topology=CORPUS[6], rule=CORPUS[7], judge=CORPUS[8],
        dissent=CORPUS[:3], ties=CORPUS[:3],
        fallback={"label": CORPUS[0], "answer": CORPUS[1]},
    )  # fmt: skip
    turn = turns[5]["id"]
    detail = {
        "id": turn,
        "prompt": [{"role": payload, "content": payload} for payload in CORPUS],
        "replies": CORPUS,
        "failures": [{"kind": payload, "detail": payload} for payload in CORPUS],
        "inner": turns,
    }
    samples.put(debate, **{turn: detail})
    browser.open(f"{samples.address}#t=sample&run=run")
    browser.see(".group")
    inert(browser)
    browser.choose(".pick:has-text('Group') select", "none")
    browser.see(".cell")
    for left in range(0, 300 * len(CORPUS), 1200):
        browser.evaluate(f"document.querySelector('.across').scrollTo({left}, 0)")
        browser.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        inert(browser)
    browser.evaluate(
        f"location.hash = new URLSearchParams({{t: 'sample', run: 'run', debate: {debate['id']!r}, turn: {turn!r}}})"
    )
    browser.see(".failures")
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
