"""Maps and sources in debate files: read, written back, and refused in one sentence."""

from pathlib import Path
from typing import Any

import pytest

from moot import Debate, decide
from moot.errors import SpecError
from moot.protocols import View, confmad, society
from moot.protocols.confidence import Histogram, Temperature

FILE = """
agents: [sim/debater, sim/debater?family=b]
{line}
"""


def loaded(tmp_path: Path, line: str) -> Debate:
    path = tmp_path / "debate.yaml"
    path.write_text(FILE.format(line=line))
    return Debate.load(path)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (
            "decide: {weighted: {by: confidence, map: {temperature: 1.7}}}",
            decide.weighted(by="confidence", map=Temperature(temperature=1.7)),
        ),
        (
            "decide: {log_pool: {map: {histogram: [0.1, 0.4, 0.9]}, source: logprob}}",
            decide.log_pool(map=Histogram(histogram=(0.1, 0.4, 0.9)), source="logprob"),
        ),
        (
            "decide: linear_pool?source=stability&map=temperature:2",
            decide.linear_pool(source="stability", map=Temperature(temperature=2)),
        ),
        ("decide: weighted?by=log_odds&map=reconcile", decide.weighted(by="log_odds", map="reconcile")),
    ],
)
@pytest.mark.parametrize("ending", ["yaml", "json"])
def test_a_rule_with_a_map_is_saved_as_it_was_given(tmp_path: Path, line: str, rule: Any, ending: str) -> None:
    debate = loaded(tmp_path, line)
    assert debate.decide == rule
    assert Debate(["sim/debater", "sim/debater?family=b"], decide=rule).decide == debate.decide
    debate.save(tmp_path / f"again.{ending}")
    again = Debate.load(tmp_path / f"again.{ending}")
    assert again.decide == rule
    assert again.spec() == debate.spec()


@pytest.mark.parametrize(
    ("line", "protocol"),
    [
        (
            "protocol: {name: confmad, map: {temperature: 2.5}, source: logprob}",
            confmad(map=Temperature(temperature=2.5), source="logprob"),
        ),
        ("protocol: debunc_prompt?source=consistency&map=stated", None),
        ("protocol: {name: reconcile, map: {histogram: [0.2, 1]}}", None),
        (
            "protocol: {name: society, view: {confidence: {temperature: 3}, source: stability, window: 2, peers: all}}",
            society(view=View(confidence=Temperature(temperature=3), source="stability", window=2, peers="all")),
        ),
    ],
)
def test_a_protocol_with_a_map_is_saved_as_it_was_given(tmp_path: Path, line: str, protocol: Any) -> None:
    debate = loaded(tmp_path, line)
    debate.save(tmp_path / "again.yaml")
    again = Debate.load(tmp_path / "again.yaml")
    assert again.spec() == debate.spec()
    assert again.protocol.values == debate.protocol.values
    assert protocol is None or debate.protocol.values == protocol.values


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"temperature": 0}, "temperature 0 must be a number above 0"),
        ({"temperature": "hot"}, "temperature 'hot' must be a number above 0"),
        ({"temperature": True}, "temperature true must be a number above 0"),
        ({"temperature": float("inf")}, "temperature inf must be a number above 0"),
        ({"histogram": []}, "histogram [] must be shares from 0 to 1, one for each bin"),
        ({"histogram": [0.5, 1.2]}, "histogram [0.5, 1.2] must be shares from 0 to 1, one for each bin"),
        ({"histogram": {"edges": [1]}}, "must be shares from 0 to 1, one for each bin"),
        ("recncile", "'recncile' is no map: give stated, reconcile, tenths, temperature:1.7 or histogram:0.1,0.4,0.9"),
        ({"platt": [1, 2]}, "{'platt': [1, 2]} is no map"),
        (3, "3 is no map"),
    ],
)
def test_what_is_no_map_is_refused_in_one_sentence(given: Any, sentence: str) -> None:
    with pytest.raises(SpecError) as caught:
        decide.decision({"weighted": {"by": "confidence", "map": given}})
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("decision 'weighted': map=")
    assert str(caught.value).count("\n") == 0
