"""The log: whose lines name debate, turn and call; what never stands in it; and that it costs nothing where nobody
reads it."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from moot import Agent, Budget, Debate, Question, logs
from moot.errors import UsageError
from moot.runs.logbook import follow_environment, logged
from moot.testing import Fault, Reply, Stub

QUESTIONS = [Question(f"Is {number} a prime number?", kind="bool") for number in (7, 9, 11)]
KEY = "sk-test-3f9a8b7c6d5e4f3a2b1c"
CALL = {"run", "debate", "turn", "round", "seat", "call", "model"}


@pytest.fixture(autouse=True)
def silent() -> Iterator[None]:
    """No test leaves a log behind."""
    yield
    assert logs.wish() is None


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with Stub() as stub:
        stub.script("*", Reply("The secret of life is yes.\nFinal answer: yes"))
        yield stub


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


def of(told: list[dict[str, Any]], event: str) -> list[dict[str, Any]]:
    return [line for line in told if line["event"] == event]


def seated(stub: Stub, models: int = 2, **more: Any) -> Debate:
    agents = [Agent(f"a{n}", f"openai/m{n}", api_base=stub.api_base, price=(1.0, 2.0)) for n in range(models)]
    return Debate(agents, "complete", "society?rounds=2", seed=1, **more)


def test_every_line_is_one_object_and_names_what_it_concerns(tmp_path: Path) -> None:
    path = tmp_path / "moot.log"
    with logged(path, "debug"):
        run = Debate(["sim/debater"] * 3, rounds=2, seed=1).run_many(QUESTIONS, runtime="local", name="r")
    told = lines(path)
    counts = Counter(line["event"] for line in told)
    assert [told[0]["event"], told[-1]["event"]] == ["run.began", "run.ended"]
    assert {line.get("run") for line in told} == {"r"}
    assert counts["debate.began"] == counts["debate.ended"] == 3
    assert counts["round.began"] == 6
    assert counts["turn.began"] == counts["turn.ended"] == 18
    assert counts["call.sent"] == counts["llm.asked"] == counts["call.ended"] == 18
    assert all(set(line) >= CALL for line in told if line["event"].startswith(("call.", "llm.")))
    ended = {(line["debate"], line["turn"]): line for line in of(told, "turn.ended")}
    turns = {(result.debate_id, turn.id): turn for result in run.results() for turn in result.turns}
    assert set(ended) == set(turns)
    assert all(tuple(ended[place]["calls"]) == turns[place].calls for place in ended)
    for line in of(told, "call.ended"):
        assert ended[line["debate"], line["turn"]]["calls"] == [line["call"]]


def test_what_models_say_is_told_by_length_and_hash_unless_texts_are_asked_for(
    stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "moot.log"
    with logged(path, "debug"):
        result = seated(stub).run("Is it?", runtime="local")
    assert "secret of life" not in path.read_text()
    assert "Is it" not in path.read_text()
    assert {line["length"] for line in of(lines(path), "turn.ended")} == {len(turn.text) for turn in result.turns}
    monkeypatch.setenv("MOOT_LOG_TEXTS", "1")
    with logged(path):
        seated(stub).run("Is it?", runtime="local")
    assert of(lines(path), "turn.ended")[-1]["said"].startswith("The secret of life")


def test_failures_retries_breakers_and_caps_are_told_with_their_kinds(stub: Stub, tmp_path: Path) -> None:
    path = tmp_path / "moot.log"
    stub.script("m0", [Fault("500"), Fault("429", retry_after=0.01), Reply("Final answer: yes")])
    stub.script("m1", Fault("401"))
    with logged(path):
        result = seated(stub, quorum=1).run("Is it?", runtime="local")
        seated(stub, budget=Budget(calls=1), quorum=1).run("Is it?", runtime="local")
    told = lines(path)
    assert "debug" not in {line["level"] for line in told}
    kinds = Counter((line["seat"], line["kind"]) for line in of(told, "call.failed"))
    assert kinds["a0", "outage"] == kinds["a0", "rate_limited"] == 1
    assert [line["kind"] for line in of(told, "call.retried")] == ["outage", "rate_limited"]
    assert kinds["a1", "auth"] == 2
    assert {line["status"] for line in of(told, "call.failed") if line["kind"] == "auth"} == {401}
    assert of(told, "pace.refused")[0]["call"] == of(told, "call.retried")[0]["call"]
    assert [line["why"] for line in of(told, "cap.reached")][-1].startswith("budget: ")
    assert {line["status"] for line in of(told, "turn.ended")} == {turn.status for turn in result.turns}


def test_no_key_stands_in_it_whatever_a_provider_sends_back(stub: Stub, tmp_path: Path) -> None:
    path = tmp_path / "moot.log"
    faults = ["key_echo", "401", "400", "500", "html", "redirect", "truncated_json", "reset", "content_filter"]
    stub.script("*", lambda request: Fault(faults[request.number % len(faults)]))
    with logged(path, "debug"):
        seated(stub, 3, quorum=1).run_many(QUESTIONS, runtime="local")
    assert len(of(lines(path), "call.failed")) > 9
    assert KEY not in path.read_text()
    assert KEY[:12] not in path.read_text()


def test_no_name_text_or_error_begins_a_line_or_speaks_to_a_terminal(tmp_path: Path) -> None:
    path = tmp_path / "moot.log"
    forged = 'x\n{"event": "run.ended"}\r\u2028\x1b]52;c;aGk=\x07\u202e'

    def fails(_: object) -> None:
        raise ValueError(forged)

    with logged(path, "debug"):
        asked = Question("Is it?", kind="bool", id="q\n\x1b[2J")
        Debate(["sim/debater"] * 2, rounds=1).run(asked, runtime="local", listen=fails)
        logs.say("call.failed", "warning", seat=forged, why=forged)
    raw = path.read_bytes()
    assert all(byte == 0x0A or 0x20 <= byte < 0x7F for byte in raw)
    assert Counter(line["event"] for line in lines(path))["run.ended"] == 1
    assert "\x1b" not in of(lines(path), "listener.failed")[0]["why"]


def test_objects_and_locals_are_never_written(tmp_path: Path) -> None:
    class Holding:
        def __repr__(self) -> str:
            return KEY

    path = tmp_path / "moot.log"
    with logged(path):
        logs.say("call.failed", "warning", model=Holding())
    assert lines(path)[0]["model"] == "Holding"


def test_a_level_leaves_out_what_is_below_it(tmp_path: Path) -> None:
    path = tmp_path / "moot.log"
    with logged(path, "warning"):
        Debate(["sim/debater"] * 2, rounds=1).run("Is it?", runtime="local")
    assert path.read_text() == ""
    with pytest.raises(UsageError, match=r"level 'loud': it is one of debug, info, warning"), logged(path, "loud"):
        pytest.fail("it was begun")


def test_a_place_that_cannot_be_written_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written: No such file or directory"), logged(tmp_path / "no" / "x"):
        pytest.fail("it was begun")


def test_a_full_disk_ends_the_log_with_a_sentence_and_not_the_debate(capsys: pytest.CaptureFixture[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    with logged("/dev/full", "debug"):
        result = Debate(["sim/exact-voter?init=yes"] * 2, rounds=1).run("Is it?", runtime="local")
    assert result.status == "decided"
    assert capsys.readouterr().err == "moot: the log cannot be written any more: No space left on device\n"


def test_the_environment_alone_begins_it_and_it_is_added_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "moot.log"
    monkeypatch.setenv("MOOT_LOG", str(path))
    for _ in range(2):
        with logged():
            Debate(["sim/debater"] * 2, rounds=1).run("Is it?", runtime="local")
    assert len(of(lines(path), "run.ended")) == 2
    follow_environment()
    assert logs.wish() == logs.Wish("info")
    logs.listen(None)


def test_a_debate_in_a_seat_says_in_which(tmp_path: Path) -> None:
    path = tmp_path / "moot.log"
    inner = Debate(["sim/debater"] * 2, rounds=1)
    with logged(path, "debug"):
        Debate([Agent("panel", inner), "sim/debater"], rounds=1).run("What is 6 * 7?", runtime="local")
    within = [line for line in of(lines(path), "call.ended") if "within" in line]
    assert len(within) == 2
    assert {line["within"] for line in within} == {"panel/0.0/"}
    assert all({"debate", "turn", "call"} <= set(line) for line in within)


def test_nobody_listens_by_default_and_nothing_is_bound_then() -> None:
    assert not logs.hears("error")
    with logs.about(debate="d"):
        assert logs.ids() == {}
        logs.say("run.began")
