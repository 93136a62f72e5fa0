"""Debate files: what they may hold, what is refused, and that what is written reads back."""

import json
import os
import time
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import moot
from moot import Agent, Debate, decide, protocols, stop
from moot.errors import DataError, MootError, SpecError, UnknownNameError
from moot.runs.files import read_debate, write_debate
from moot.runs.files.yaml12 import read_yaml
from moot.testing import Script

nx: Any = import_module("networkx")

EXAMPLE = """\
agents:
  - {name: ada, llm: "sim/debater?accuracy=0.8", persona: a careful mathematician}
  - {name: bo, llm: "sim/debater?family=b"}
  - {name: cy, llm: sim/debater?family=c, temperature: 0.7, max_tokens: 600}
topology: ring?k=1          # or {file: graph.graphml}, or {edges: [[ada, bo], [bo, cy]]}
protocol: {name: society, rounds: 3}
judge: sim/debater
decide: plurality >> judge
stop: [unanimous, {agreement: {share: 0.8, hold: 2}}]     # a list is "or"; {all: [...]} is "and"
quorum: 2
budget: {usd: 0.50, minutes: 5}
policy: {timeout_s: 60, retries: 3, reasks: 1}
seed: 7
"""
TWO = "agents: [sim/debater, sim/debater?family=b]\nseed: 1\n"


def load(folder: Path, text: str, *changes: str, name: str = "debate.yaml") -> Debate:
    (folder / name).write_text(text, encoding="utf-8")
    return read_debate(folder / name, changes=changes)


def test_the_example_is_the_debate_that_python_would_make(tmp_path: Path) -> None:
    agents = [
        Agent("ada", "sim/debater?accuracy=0.8", persona="a careful mathematician"),
        Agent("bo", "sim/debater?family=b"),
        Agent("cy", "sim/debater?family=c", temperature=0.7, max_tokens=600),
    ]
    expected = Debate(
        agents,
        "ring",
        protocols.society(rounds=3),
        judge="sim/debater",
        decide=decide.plurality() >> decide.judge(),
        stop=stop.unanimous() | stop.agreement(0.8, hold=2),
        quorum=2,
        budget=moot.Budget(usd=0.5, minutes=5),
        policy=moot.Policy(timeout_s=60, retries=3, reasks=1),
        seed=7,
    )
    assert load(tmp_path, EXAMPLE).spec() == expected.spec()


def test_words_stay_what_they_were_written_as(tmp_path: Path) -> None:
    agents = load(
        tmp_path, "agents: [{name: no, llm: sim/debater, persona: 1e3}, {name: 012, llm: sim/debater}]"
    ).agents
    assert [(agent.name, agent.persona) for agent in agents] == [("no", "1e3"), ("012", None)]
    assert read_yaml("[yes, on, 3:25, '12']") == ["yes", "on", "3:25", "12"]


@pytest.mark.parametrize(
    ("written", "spec"),
    [
        ("stop: unanimous", "unanimous"),
        ("stop: [unanimous, {rounds: 4}]", ["unanimous", "rounds?limit=4"]),
        ("stop: {all: [stable, {agreement: {share: 0.8}}]}", {"all": ["stable", "agreement?share=0.8"]}),
        ("decide: majority?share=0.6 >> plurality", "majority?share=0.6 >> plurality"),
        ("decide: [{weighted: {weights: {a1: 2}}}, last]", [{"weighted": {"weights": {"a1": 2.0}}}, "last"]),
        ("topology: {edges: [[a1, a2]]}", {"edges": [["a1", "a2"]]}),
        ("topology: {name: chain, directed: true}", "chain?directed=true"),
        ("topology: [none, complete]", ["none", "complete"]),
        ("budget: 0.5", {"usd": 0.5}),
    ],
)
def test_every_spelling_is_understood(written: str, spec: Any, tmp_path: Path) -> None:
    assert load(tmp_path, f"{TWO}{written}\n").spec()[written.partition(":")[0]] == spec


def test_json_says_the_same_as_yaml(tmp_path: Path) -> None:
    spec = load(tmp_path, EXAMPLE).spec()
    assert load(tmp_path, json.dumps(spec), name="debate.json").spec() == spec


def test_a_graph_file_beside_the_debate_is_read_once_and_spelled_out(tmp_path: Path) -> None:
    nx.write_graphml(nx.DiGraph([("a1", "a2")]), tmp_path / "graph.graphml")
    debate = load(tmp_path, f"{TWO}topology: {{file: graph.graphml}}\n")
    assert debate.topology.heard_by(1) == (0,)
    assert debate.spec()["topology"] == {"edges": [["a1", "a2"]]}
    late = load(tmp_path, f"{TWO}topology: {{file: graph.graphml, channel: 'delayed?rounds=2'}}\n")
    assert late.spec()["topology"] == {"edges": [["a1", "a2", {"channel": "delayed?rounds=2"}]]}


@pytest.mark.parametrize(
    "topology",
    [
        "{file: ../graph.edges}",
        "{file: link.edges}",
        "{file: folder/graph.edges}",
        "from_file?path=../graph.edges",
        "{name: from_file, path: ../graph.edges}",
        "[none, {file: ../graph.edges}]",
    ],
)
def test_a_graph_file_elsewhere_is_refused(topology: str, tmp_path: Path) -> None:
    (tmp_path / "graph.edges").write_text("a1 a2\n", encoding="utf-8")
    folder = tmp_path / "debates"
    folder.mkdir()
    os.symlink(tmp_path / "graph.edges", folder / "link.edges")
    os.symlink(tmp_path, folder / "folder")
    with pytest.raises(SpecError, match="leads out of the debate file's folder"):
        load(folder, f"{TWO}topology: {topology}\n")
    with pytest.raises(SpecError, match="leads out of"):
        load(folder, f"{TWO}topology: {{file: {tmp_path}/graph.edges}}\n")


def test_a_folder_of_prompts_lies_beside_the_debate(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "answer.md").write_text("Round $round. Think hard.\n\n$format\n", encoding="utf-8")
    debate = load(tmp_path, f"{TWO}prompts: mine\n")
    assert debate.spec()["prompts"] == {"answer": "Round $round. Think hard.\n\n$format"}
    with pytest.raises(SpecError, match="leads out of"):
        load(tmp_path / "mine", f"{TWO}prompts: ..\n")


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(f'*{chr(97 + i)}' for _ in range(10))}]\n" for i in range(9)
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "it is empty"),
        ("- a\n", "it is no map of keys: begin with 'agents:'"),
        ("a: 1\na: 2\n", "line 2: key 'a' is given twice"),
        ("a: !!python/object/apply:os.system [ls]\n", "line 1: tags such as"),
        ("a: !mine 3\n", "tags such as '!mine' are not read"),
        (BOMB, "it holds more than 50000 values, aliases written out"),
        ("a: &a [*a]\n", "alias 'a' stands inside what it names"),
        ("a: *b\n", "names nothing"),
        ("a: [1, 2\n", "it is no YAML"),
        ("a: b: c\n", "line 1: it is no YAML (mapping values are not allowed here)"),
        ("a: \x07\n", "control character"),
        ("a: .nan\n", ".nan is no number"),
        ("---\na: 1\n---\nb: 2\n", "a second document begins"),
        ("? [a]\n: b\n", "a key is a list or a map"),
        ("[" * 5000, "nested deeper than 32 levels"),
        ("a: " + "[1," * 40 + "1" + "]" * 40, "nested deeper than 32 levels"),
        ("a: [" + "x, " * 60_000 + "]", "more than 50000 values"),
        ("# " + "x" * 2**20, "it is larger than 1048576 bytes"),
    ],
)
def test_a_hostile_or_broken_file_is_refused_soon_in_one_sentence(text: str, sentence: str, tmp_path: Path) -> None:
    began = time.process_time()
    with pytest.raises(DataError) as caught:
        load(tmp_path, text)
    assert time.process_time() - began < 10
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "it is no map of keys"),
        ('{"a": 1, "a": 2}', "key 'a' is given twice"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": ' + "[" * 100_000, "it is no JSON"),
        ('{"a": ' + "[" * 40 + "]" * 40 + "}", "nested deeper than 32 levels"),
        ('{"a" 1}', "line 1: it is no JSON"),
    ],
)
def test_json_is_held_to_the_same(text: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=sentence.replace("[", r"\[")):
        load(tmp_path, text, name="debate.json")


def test_aliases_may_be_used_with_measure(tmp_path: Path) -> None:
    debate = load(tmp_path, "agents: [{name: ada, llm: &m sim/debater}, {name: bo, llm: *m}]\n")
    assert [agent.llm for agent in debate.agents] == ["sim/debater", "sim/debater"]


@pytest.mark.parametrize(
    ("error", "sentence", "text"),
    [
        (UnknownNameError, "did you mean 'topology'?", "topolgy: ring"),
        (UnknownNameError, "did you mean 'timeout_s'?", "policy: {timeout: 3}"),
        (UnknownNameError, "did you mean 'minutes'?", "budget: {minute: 3}"),
        (UnknownNameError, "did you mean 'file'?", "topology: {file: g.edges, fil: x}"),
        (UnknownNameError, "did you mean 'unanimous'?", "stop: unanimus"),
        (UnknownNameError, "did you mean 'share'?", "stop: {agreement: {shar: 1}}"),
        (SpecError, "write a name such as du", "protocol: [du]"),
        (SpecError, "it has no name", "protocol: {rounds: 3}"),
        (SpecError, "allow it with --allow-import", "protocol: os:system"),
        (SpecError, "write {majority: {share: 0.6}}", "decide: {majority: 0.6}"),
        (SpecError, "decide: 3: write a name", "decide: 3"),
        (SpecError, "write US dollars", "budget: cheap"),
        (SpecError, "a number of debaters, or a share", "quorum: most"),
        (SpecError, "seed: True: write a whole number", "seed: true"),
        (SpecError, "rounds: 'two'", "rounds: two"),
        (SpecError, "no folder of templates", "prompts: nowhere"),
    ],
)
def test_a_wrong_value_is_named_with_its_mend(error: type[Exception], sentence: str, text: str, tmp_path: Path) -> None:
    base = "agents: [sim/debater, sim/debater?family=b]\n"
    with pytest.raises(error) as caught:
        load(tmp_path, f"{base}{text}\n")
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("agents", "sentence"),
    [
        ("3", "agents: list who debates"),
        ("[]", "agents: list who debates"),
        ("[{name: ada}]", "has no llm"),
        ("[{name: ada, llm: sim/debater, temprature: 1}]", "did you mean 'temperature'?"),
        ("[{name: ada, llm: sim/debater, temperature: hot}]", "temperature 'hot': use a number from 0 to 10"),
        ("[{name: Ada, llm: sim/debater}]", "use 1 to 64 of a-z"),
        ("[[sim/debater]]", "an agent is a model name or a mapping"),
    ],
)
def test_a_wrong_agent_is_named(agents: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(MootError) as caught:
        load(tmp_path, f"agents: {agents}\n")
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("change", "key", "value"),
    [
        ("protocol.rounds=5", "protocol", {"name": "du", "rounds": 5}),
        ("protocol=society?rounds=3", "protocol", {"name": "society", "rounds": 3}),
        ("topology=none", "topology", "none"),
        ("budget.usd=0.5", "budget", {"usd": 0.5}),
        ("stop=[unanimous, {rounds: 4}]", "stop", ["unanimous", "rounds?limit=4"]),
        ("seed=0x10", "seed", 16),
        ("decide=majority?share=0.6 >> plurality", "decide", "majority?share=0.6 >> plurality"),
    ],
)
def test_a_change_is_made_before_the_debate_is(change: str, key: str, value: Any, tmp_path: Path) -> None:
    assert load(tmp_path, TWO, change).spec()[key] == value


def test_changes_reach_into_agents_and_short_forms(tmp_path: Path) -> None:
    changes = ["agents.0.persona=012", "agents.a2.llm=sim/debater?family=c", "judge=sim/debater", "judge.temperature=0"]
    debate = load(tmp_path, TWO, *changes)
    assert debate.agents == (
        Agent("a1", "sim/debater", persona="012"),
        Agent("a2", "sim/debater?family=c"),
    )
    assert debate.judge == Agent("judge", "sim/debater", temperature=0.0)
    assert load(tmp_path, EXAMPLE, "agents.bo.persona=calm", "judge=null", "decide=null").agents[1].persona == "calm"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("protocol", "write key=value"),
        ("=3", "write key=value"),
        ("a..b=3", "write key=value"),
        ("agents.7.llm=x", "agents goes from agents.0 to agents.1"),
        ("seed.x=3", "seed has no parts to set"),
        ("protocl.rounds=3", "did you mean 'protocol'?"),
        ("protocol.rouns=3", "did you mean 'rounds'?"),
        ("stop=[unanimous", "it is no YAML"),
    ],
)
def test_a_change_that_leads_nowhere_is_refused(change: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(MootError) as caught:
        load(tmp_path, TWO, change)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def ring_of_numbers() -> Debate:
    return Debate(["sim/debater"] * 4, nx.cycle_graph(4), seed=2)


@pytest.mark.parametrize("ending", ["yaml", "yml", "json"])
@pytest.mark.parametrize(
    "debate",
    [
        Debate(["sim/debater"], seed=1),
        ring_of_numbers(),
        Debate(["sim/debater"] * 2, [["a1", "a2"]], "sequential?rounds=2", seed=3),
        Debate(["sim/debater"] * 3, ["none", "ring"], protocols.society(view=protocols.View(own="none")), seed=4),
        Debate(["sim/debater"] * 2, None, "mad_liang", judge=Agent("arbiter", "sim/debater"), seed=5),
        Debate(["sim/debater"], None, "self_consistency?samples=3", decide={"weighted": {"weights": {"a1-1": 2}}}),
        Debate(["sim/debater"] * 2, stop=(stop.stable() & stop.rounds(9)) | stop.usd(1)),
        Debate(["sim/debater"], prompts={"answer": "Be calm: # really\n\n$round\n$format\n"}, policy={"retries": 0}),
        Debate([Agent("on", "sim/debater", extra={"a": [1, {"b": None}]}, price=(0.1, 2), fallback="sim/debater")]),
    ],
)
def test_what_is_written_reads_back_as_the_same_spec(debate: Debate, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"debate.{ending}"
    debate.save(path)
    assert Debate.load(path).spec() == debate.spec()
    assert Debate.from_spec(debate.spec()).spec() == debate.spec()


TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    [
        "no",
        "on",
        "1e3",
        "012",
        "~",
        "",
        " a",
        "a ",
        "a: b",
        "- a",
        "#x",
        "a\n\nb\n",
        "\n",
        "a\n ",
        "'",
        '"',
        "\\",
        "a\tb",
    ]
)


@settings(max_examples=40, deadline=None)
@given(TEXTS, TEXTS)
def test_every_text_survives_a_file(persona: str, other: str) -> None:
    agent = Agent("ada", "sim/debater", persona=persona, extra={"key": other, "keys": {other: [persona]}})
    debate = Debate([agent], seed=1, prompts={"own": f"{other.replace('$', '$$')}$quoted"})
    with TemporaryDirectory() as folder:
        for name in ("debate.yaml", "debate.json"):
            write_debate(debate, Path(folder) / name)
            assert read_debate(Path(folder) / name).spec() == debate.spec()


def test_what_has_no_name_is_not_written(tmp_path: Path) -> None:
    async def mine(floor: protocols.Floor) -> protocols.Outcome:
        return protocols.Outcome()

    for debate in (
        Debate([Script([])]),
        Debate(["sim/debater"], protocol=mine),
        Debate(["sim/debater"] * 2, moot.topologies.per_round(lambda _: "ring")),
    ):
        with pytest.raises(SpecError, match="cannot be written to a file"):
            debate.save(tmp_path / "debate.yaml")
    assert not list(tmp_path.iterdir())


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    debate = Debate(["sim/debater"], seed=1)
    with pytest.raises(DataError, match="cannot be written"):
        debate.save(tmp_path / "nowhere" / "debate.yaml")
    with pytest.raises(DataError, match=r"call it .yaml or .json"):
        debate.save(tmp_path / "debate.txt")
    debate.save(tmp_path / "debate.yaml")
    Debate(["sim/debater"], seed=2).save(tmp_path / "debate.yaml")
    assert [path.name for path in tmp_path.iterdir()] == ["debate.yaml"]
    assert Debate.load(tmp_path / "debate.yaml").seed == 2


@given(st.text(max_size=60))
def test_any_text_is_a_tree_or_one_sentence(text: str) -> None:
    said = ""
    try:
        read_yaml(text)
    except DataError as error:
        said = str(error)
    assert "\n" not in said
