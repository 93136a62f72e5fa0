"""What is taken along is whole: it reads back as it was, is one file, and no word in it does anything."""

import base64
import gzip
import hashlib
import importlib
import json
import random
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from moot import Agent, Debate, MootError, Question, Result, Run
from moot.errors import DataError, StoreError
from moot.runs.export import export
from moot.runs.export.chosen import Single, Stored
from moot.runs.export.packing import packed
from moot.runs.export.page import page
from moot.runs.viewer.bundle import Bundle
from moot.runs.viewer.source import Source
from moot.testing import Script

nx: Any = importlib.import_module("networkx")  # these ship no types
pq: Any = importlib.import_module("pyarrow.parquet")

PAYLOADS = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[a](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "```\n</pre><iframe src=//evil.example>\n```",
    "\u2028]]><script>",
    "&lt;script&gt;alert(1)",
    "<style>*{display:none}</style></style>",
    "| a | b |\n|---|---|\n# head\n<details>",
    "\x1b[31mred\x1b[0m \u202eevil",
]
BUILT = Bundle(
    '<!doctype html><html><head><meta charset="utf-8"><title>moot</title><link rel="stylesheet" href="app.css"></head>'
    '<body><script src="app.js" defer></script></body></html>',
    'let mark = "</script>", other = "<!--";',
    "body { margin: 0 }",
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    agents = [Agent(name, f"sim/debater?accuracy=0.{place}&fail=0.1") for place, name in enumerate(("ada", "bo"), 4)]
    debate = Debate([*agents, "sim/debater"], protocol="society", rounds=2, seed=11, policy={"retries": 1}, budget=1.0)
    asked = [Question(f"What is {n} * 7?", options=[str(n * 7), str(n * 7 + 1)], gold=str(n * 7)) for n in range(2, 6)]
    store = tmp_path_factory.mktemp("export") / "runs.sqlite"
    return debate.run_many(asked, store=store, name="sums", runtime="local", progress=False)


@pytest.fixture(scope="module")
def hostile() -> Result:
    """A debate in which everybody says what would do harm, were it not plain data."""
    said = [f"{payload}\nFinal answer: {payload.splitlines()[0]}" for payload in PAYLOADS]
    half = len(said) // 2
    agents = [Agent("ada", Script(said[:half])), Agent("bo", Script(said[half:]))]
    debate = Debate(agents, protocol="society", rounds=half, seed=1, policy={"reasks": 0})
    return debate.run(Question(PAYLOADS[0], context=PAYLOADS[2]), runtime="local")


class Read(HTMLParser):
    """What a browser would make of a file: elements with their attributes, and the text in each."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[int, str] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts[len(self.elements) - 1] = self.texts.get(len(self.elements) - 1, "") + data

    def of(self, tag: str) -> Iterator[tuple[dict[str, str | None], str]]:
        for place, (name, attributes) in enumerate(self.elements):
            if name == tag:
                yield attributes, self.texts.get(place, "")


def document(html: str) -> dict[str, Any]:
    data = next(text for attributes, text in Read(html).of("script") if attributes.get("id") == "data")
    told: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(data)))
    return told


def unpacked(shared: Any, texts: list[str]) -> str:
    places: list[int] = [shared] if isinstance(shared, int) else shared
    return "".join(texts[place] for place in places)


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_page_holds_every_debate_and_turn_as_a_server_would_tell_them(run: Run) -> None:
    told = document(page(packed(Stored(run.records, "runs.sqlite")), BUILT))
    source, texts = Source(run.records, "runs.sqlite"), told["texts"]
    assert told["runs"] == source.runs()
    assert told["debates"] == {"sums": source.debates("sums")["debates"]}
    for id, debate in told["debate"].items():
        whole = {**debate, "turns": [{**turn, "text": texts[turn["text"]]} for turn in debate["turns"]]}
        assert whole == source.debate(id)
        for name, turn in told["turn"][id].items():
            prompt = [{"role": role, "content": unpacked(content, texts)} for role, content in turn["prompt"]]
            replies = [texts[reply] for reply in turn["replies"]]
            assert {**turn, "prompt": prompt, "replies": replies} == source.turn(id, name)


def test_a_text_stands_in_it_once_however_often_it_is_quoted(run: Run) -> None:
    texts = packed(Stored(run.records, "s"))["texts"]
    assert len(set(texts)) == len(texts)


def test_only_the_pages_own_script_and_style_may_act_and_nothing_is_loaded(hostile: Result) -> None:
    read = Read(page(packed(Single(hostile)), BUILT))
    (script,) = [text for attributes, text in read.of("script") if not attributes]
    (style,) = [text for _, text in read.of("style")]
    (policy,) = [a["content"] for a, _ in read.of("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy == (
        f"default-src 'none'; script-src {hashed(script)}; style-src {hashed(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    tags = "html head meta meta title style body script script"
    assert " ".join(tag for tag, _ in read.elements) == tags
    assert not [attributes for _, attributes in read.elements if {"src", "href"} & attributes.keys()]


def test_what_ends_a_script_in_the_bundle_does_not_end_it_in_the_file(hostile: Result) -> None:
    read = Read(page(packed(Single(hostile)), BUILT))
    assert [text for attributes, text in read.of("script") if not attributes] == [
        r'let mark = "<\/script>", other = "<\!--";'
    ]


def test_hostile_words_come_through_unchanged_as_data(hostile: Result) -> None:
    told = document(page(packed(Single(hostile)), BUILT))
    (debate,) = told["debate"].values()
    assert [told["texts"][turn["text"]] for turn in debate["turns"]] == [turn.text for turn in hostile.turns]
    assert debate["question"]["text"] == PAYLOADS[0]


def test_hostile_words_are_inert_in_markdown(hostile: Result, tmp_path: Path) -> None:
    text = hostile.export(tmp_path / "d.md").read_text(encoding="utf-8")
    outside = re.sub(r"(?ms)^(`{3,})text$.*?^\1$", "", text)
    assert not re.search(r"(?<!\\)[<>\[\]!]", outside)
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_two_exports_are_the_same_bytes(run: Run, tmp_path: Path) -> None:
    one, other = (page(packed(Stored(run.records, "s")), BUILT) for _ in range(2))
    assert one == other


def test_without_prompts_a_page_is_smaller_and_holds_all_else(run: Run) -> None:
    whole, bare = packed(Stored(run.records, "s")), packed(Stored(run.records, "s"), prompts=False)
    assert bare["turn"] == {}
    assert bare["debates"] == whole["debates"]
    assert len(page(bare, BUILT)) < len(page(whole, BUILT))


def test_200_debates_are_a_few_megabytes_of_which_most_is_what_was_said(tmp_path: Path) -> None:
    asked = [Question(f"What is {n} * 7?", gold=str(n * 7)) for n in range(200)]
    debate = Debate(["sim/debater"] * 3, rounds=3, seed=1)
    run = debate.run_many(asked, store=tmp_path / "s", name="r", runtime="local", progress=False)
    told, chance = packed(Stored(run.records, "s")), random.Random(7)
    words = ["".join(chance.choices("etaoinshrdlu", k=chance.randint(2, 9))) for _ in range(4_000)]
    # Models say more, and less alike, than the simulated ones: some 200 words a turn of a vocabulary of thousands.
    told["texts"] = [
        f"{text} {' '.join(chance.choices(words, k=200))}" if len(text) > 60 else text for text in told["texts"]
    ]
    size, said = len(page(told).encode()), len(gzip.compress("\n".join(told["texts"]).encode(), 9)) * 4 / 3
    assert said > 1_000_000
    assert size < said + 1_500_000
    assert size < 4_000_000


def test_a_line_of_json_is_a_result_again(run: Run, tmp_path: Path) -> None:
    lines = run.export(tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()
    assert [Result.from_json(line) for line in lines] == list(run.results())


def test_a_row_of_parquet_is_a_turn(run: Run, tmp_path: Path) -> None:
    rows = pq.read_table(run.export(tmp_path / "r.parquet")).to_pylist()
    turns = [turn for result in run.results() for turn in result.turns]
    assert [(row["turn_id"], row["text"], row["vote"], row["heard"]) for row in rows] == [
        (turn.id, turn.text, turn.vote, list(turn.heard)) for turn in turns
    ]
    assert [[message["content"] for message in row["prompt"]] for row in rows] == [
        [message.content for message in turn.prompt] for turn in turns
    ]


def test_parquet_without_a_turn_still_has_its_columns(tmp_path: Path) -> None:
    from moot.runs.export.parquet import write_parquet

    write_parquet(tmp_path / "none.parquet", [])
    assert "seat" in pq.read_table(tmp_path / "none.parquet").column_names


def test_graphml_is_who_heard_whom(run: Run, tmp_path: Path) -> None:
    result = next(run.results())
    read = nx.read_graphml(result.export(tmp_path / "d.graphml"), force_multigraph=True)
    assert sorted(read.edges()) == sorted(result.graph().edges())
    assert {edge["message"] for _, _, edge in read.edges(data=True)} == {
        edge["message"] for _, _, edge in result.graph().edges(data=True)
    }


def test_a_frame_has_a_row_for_each_debate_or_each_turn(run: Run) -> None:
    results = list(run.results())
    assert list(run.frame()["answer"].fillna("none")) == [result.answer or "none" for result in results]
    assert len(run.frame(turns=True)) == sum(len(result.turns) for result in results)


def test_a_debate_in_hand_and_the_same_on_record_are_told_alike(run: Run) -> None:
    result = next(run.results())
    stored = packed(Stored(run.records, "s", debate=result.debate_id))
    single = packed(Single(result))
    (told,) = stored["debate"].values()
    assert told["budget"] == {"usd": 1.0}
    assert single["debate"] == {result.debate_id: {**told, "budget": None}}
    assert single["debates"] == stored["debates"]


def test_an_ending_that_is_no_format_is_told_with_the_nearest(run: Run, tmp_path: Path) -> None:
    with pytest.raises(MootError, match="html"):
        run.export(tmp_path / "r.htm")
    with pytest.raises(MootError, match="format"):
        run.export(tmp_path / "r")


def test_what_was_there_stays_where_the_new_file_cannot_be_made(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "r.html"
    file.write_text("before")
    with pytest.raises(StoreError):
        export(Stored(run.records, "s", run="no such"), file)
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]
    with pytest.raises(DataError, match="cannot be written"):
        run.export(tmp_path / "nowhere" / "r.html")
