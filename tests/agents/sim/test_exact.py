"""Every exact rule, by cases worked out by hand, through text."""

from collections import Counter
from collections.abc import Sequence
from math import exp, gamma, sqrt
from typing import Any

import pytest

from moot.agents.sim import RULES

AB = ("tea", "coffee")
SAMPLES = 1500


class Table:
    """Calls to one rule on a choice between tea (A) and coffee (B), or on a number."""

    def __init__(self, bench: Any) -> None:
        self.bench = bench

    def prompt(self, own: str | None, heard: Sequence[str], kind: str = "choice", **given: Any) -> Any:
        options = AB if kind == "choice" else None
        peers = [self.bench.peer(f"p{place}", self.bench.final(answer)) for place, answer in enumerate(heard)]
        said = None if own is None else self.bench.final(own)
        return self.bench.render("Which?", kind, options=options, own=said, peers=peers, **given)

    def says(self, model: str, own: str | None = None, heard: Sequence[str] = (), seed: int = 0, **given: Any) -> str:
        return str(self.bench.call(f"sim/exact-{model}", self.prompt(own, heard, **given), seed=seed).text)

    def share(self, model: str, own: str | None, heard: Sequence[str], answer: str, **given: Any) -> float:
        """How often the rule says an answer, over seeds."""
        prompt = self.prompt(own, heard, **given)
        texts = [str(self.bench.call(f"sim/exact-{model}", prompt, seed=seed).text) for seed in range(SAMPLES)]
        return texts.count(f"Final answer: {answer}") / SAMPLES


@pytest.fixture(scope="module")
def table(bench: Any) -> Table:
    return Table(bench)


def near(share: float) -> Any:
    return pytest.approx(share, abs=4.5 * sqrt(max(share * (1 - share), 1e-9) / SAMPLES))


NEEDS = {"exact-follower": "&lam=0.3", "exact-fj": "&anchor=0.5", "exact-hk": "&eps=1"}


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_starts_with_init_word_for_word(table: Table, rule: str) -> None:
    numeric = rule in {"exact-degroot", "exact-fj", "exact-hk"}
    model = f"{rule.removeprefix('exact-')}?init={'0.1' if numeric else 'B'}{NEEDS.get(rule, '')}"
    said = table.says(model, kind="number" if numeric else "choice")
    assert said == ("Final answer: 0.10000000000000001" if numeric else "Final answer: B")


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule not in {"exact-degroot", "exact-fj", "exact-hk"}])
def test_a_start_is_drawn_and_its_missing_mass_says_nothing(table: Table, rule: str) -> None:
    model = f"{rule.removeprefix('exact-')}?init=A:0.5,B:0.3{NEEDS.get(rule, '')}"
    assert table.share(model, None, [], "A") == near(0.5)
    assert table.share(model, None, [], "B") == near(0.3)


def test_a_reply_without_an_answer_is_a_complete_reply(table: Table, bench: Any) -> None:
    completion = bench.call("sim/exact-random?init=A:0", table.prompt(None, []))
    assert (completion.kind, completion.view["answer"]) == ("ok", None)
    assert "Final answer" not in completion.text


def test_labels_name_options_by_letter_or_text_and_elsewhere_themselves(table: Table) -> None:
    assert table.says("zealot?init=coffee") == "Final answer: B"
    assert table.says("zealot?init=A", kind="text") == "Final answer: A"
    assert table.says("zealot?init=yes", kind="bool") == "Final answer: yes"


def test_a_label_that_is_no_answer_is_a_bad_request(bench: Any, table: Table) -> None:
    completion = bench.call("sim/exact-voter?init=E", table.prompt(None, []))
    assert completion.kind == "bad_request"
    assert "'E'" in completion.detail


def test_random_draws_anew_whatever_it_hears(table: Table) -> None:
    assert table.share("random?init=A:0.7,B:0.3", "B", ["B", "B"], "A") == near(0.7)


def test_a_zealot_never_moves(table: Table) -> None:
    assert table.says("zealot?init=A", "A", ["B", "B", "B"]) == "Final answer: A"
    assert table.share("zealot?init=A:0.5,B:0.5", "B", ["A"], "B") == 1.0


def test_a_voter_copies_evenly_from_own_and_heard(table: Table) -> None:
    assert table.share("voter?init=A", "A", ["B", "B"], "B") == near(2 / 3)
    assert table.share("voter?init=A", None, ["B", "B", "A"], "B", round=1) == near(2 / 3)
    assert table.share("voter?init=A", "A", ["B", "no idea at all"], "B") == near(1 / 2)


def test_hearing_others_in_round_0_the_first_turn_still_comes_from_init(table: Table) -> None:
    assert table.says("voter?init=A", None, ["B", "B"], round=0) == "Final answer: A"
    assert table.says("majority?init=A", None, ["B", "B"], round=1) == "Final answer: B"


def test_majority_counts_its_own_and_keeps_it_on_a_tie(table: Table) -> None:
    assert table.says("majority?init=A", "A", ["B", "B"]) == "Final answer: B"
    assert table.says("majority?init=A", "A", ["B"]) == "Final answer: A"
    assert table.says("majority?init=A", "B", ["A"]) == "Final answer: B"
    assert table.share("majority?init=A", None, ["A", "B"], "B", round=1) == near(0.5)


def test_a_follower_follows_or_draws_anew(table: Table) -> None:
    expected = 0.3 * 0 + 0.7 * 0.65
    assert table.share("follower?init=A:0.65,B:0.35&lam=0.3", "A", ["B", "B"], "A") == near(expected)
    assert table.share("follower?init=A:0.65,B:0.35&lam=1", "A", ["B", "B"], "B") == 1.0


@pytest.mark.parametrize(
    ("own", "heard", "logit"),
    [
        ("A", ["A", "B", "B", "B"], 0.95 + 2.1 + (1 - 3**0.577)),
        ("B", ["A", "B", "B"], 0.95 - 2.1 + (1 - 2**0.577)),
        (None, ["A"], 0.95 + 1),
        ("A", [], 0.95 + 2.1),
    ],
)
def test_a_logit_agent_follows_its_formula(table: Table, own: str | None, heard: list[str], logit: float) -> None:
    share = table.share("logit?init=A&beta=0.95&own=2.1&eta=1&s=0.577", own, heard, "A", round=1)
    assert share == near(1 / (1 + exp(-logit)))


def test_a_threshold_agent_moves_when_the_leader_is_strong_enough(table: Table) -> None:
    assert table.says("threshold?init=A&share=0.6", "A", ["B", "B", "B", "A"]) == "Final answer: B"
    assert table.says("threshold?init=A&share=0.61", "A", ["B", "B", "B", "A"]) == "Final answer: A"
    assert table.says("threshold?init=A&share=0.5", "A", ["B"]) == "Final answer: A"


def test_an_urn_counts_everything_it_was_shown_and_its_own_unless_told_not_to(bench: Any) -> None:
    said = [("x", 0, "A"), ("x", 1, "B"), ("y", 0, "B")]
    peers = [bench.peer(author, bench.final(answer), round) for author, round, answer in said]
    prompt = bench.render("Which?", options=AB, own=bench.final("B"), peers=peers, round=2)

    def share(model: str) -> float:
        texts = [str(bench.call(model, prompt, seed=seed).text) for seed in range(SAMPLES)]
        return texts.count("Final answer: A") / SAMPLES

    # 5 balls at .6 : .4 and one A, two B; the own B makes it three
    assert share("sim/exact-dcm?init=A:0.6,B:0.4&a0=5") == near((3 + 1) / (5 + 4))
    assert share("sim/exact-dcm?init=A:0.6,B:0.4&a0=5&own=0") == near((3 + 1) / (5 + 3))


def test_urns_in_turn_are_a_polya_urn(bench: Any) -> None:
    runs, seats = 1500, 6
    counts: Counter[int] = Counter()
    for run in range(runs):
        peers: list[Any] = []
        for seat in range(seats):
            prompt = bench.render("Which?", options=AB, peers=peers, round=0)
            text = bench.call("sim/exact-dcm?init=A:0.6,B:0.4&a0=5", prompt, seed=run * seats + seat).text
            peers.append(bench.peer(f"s{seat}", text, 0))
        counts[sum(peer.text == "Final answer: A" for peer in peers)] += 1
    expected = [0.03333, 0.08571, 0.14286, 0.19048, 0.21429, 0.20000, 0.13333]  # BetaBin(6, 3, 2)
    chi_square = sum((counts[k] - runs * share) ** 2 / (runs * share) for k, share in enumerate(expected))
    assert chi_square < 22.46  # the 99.9 % point at 6 degrees of freedom


def test_a_shared_urn_keeps_its_mean_and_gains_the_known_variance(bench: Any) -> None:
    runs, agents = 1200, 5
    shares: list[float] = []
    for run in range(runs):
        model = "sim/exact-dcm?init=A:0.6,B:0.4&a0=5"
        first = bench.render("Which?", options=AB)
        texts = [bench.call(model, first, seed=run * agents + seat).text for seat in range(agents)]
        shares.append((3 + sum(text == "Final answer: A" for text in texts)) / (5 + agents))
    mean = sum(shares) / runs
    variance = sum((share - mean) ** 2 for share in shares) / runs
    assert mean == pytest.approx(0.6, abs=4.5 * sqrt(0.06 / runs))
    assert variance == pytest.approx(0.24 * 5 / 100, rel=4.5 * sqrt(2.2 / runs))
    limit = 0.24 * (1 - gamma(2) ** 2 / (gamma(2 + 5**-0.5) * gamma(2 - 5**-0.5)))
    assert limit == pytest.approx(0.029401, abs=1e-6)  # the closed form that longer debates must reach


def test_degroot_weighs_edges_and_counts_itself_once(bench: Any) -> None:
    peers = [bench.peer("x", bench.final("4"), 0, 2.0), bench.peer("y", bench.final("10"), 0)]
    prompt = bench.render("How many?", "number", own=bench.final("1"), peers=peers)
    assert bench.call("sim/exact-degroot?init=1", prompt).text == "Final answer: 4.75"
    assert bench.call("sim/exact-degroot?init=1&own=0", prompt).text == "Final answer: 6"


def test_numbers_do_not_depend_on_the_order_of_messages(bench: Any) -> None:
    peers = [bench.peer(f"p{place}", bench.final(f"{1 / (place + 3):.17g}")) for place in range(9)]
    texts = {
        bench.call("sim/exact-degroot?init=1", bench.render("?", "number", own=bench.final("0.1"), peers=shown)).text
        for shown in (peers, peers[::-1], peers[4:] + peers[:4])
    }
    assert len(texts) == 1


def test_hegselmann_krause_hears_only_those_near_enough(table: Table) -> None:
    assert (
        table.says("hk?init=1&eps=0.5", "1", ["1.25", "1.75", "0.5"], kind="number")
        == "Final answer: 0.91666666666666663"
    )
    assert table.says("hk?init=1&eps=0.2", "1", ["1.25", "3"], kind="number") == "Final answer: 1"


EDGES = ((0, 1), (0, 2), (0, 3), (1, 2), (2, 0), (3, 1), (4, 3), (1, 4))


def debated(bench: Any, models: Sequence[str], rounds: int) -> list[list[float]]:
    """Numbers of every round on the directed test graph, each turn through text."""
    said = [str(bench.call(model, bench.render("How many?", "number")).text) for model in models]
    history = [[float(text.removeprefix("Final answer: ")) for text in said]]
    for round in range(1, rounds + 1):
        texts: list[str] = []
        for seat, model in enumerate(models):
            peers = [bench.peer(f"s{u}", said[u], round - 1) for u, v in EDGES if v == seat]
            prompt = bench.render("How many?", "number", own=said[seat], peers=peers, round=round)
            texts.append(str(bench.call(model, prompt).text))
        history.append([float(text.removeprefix("Final answer: ")) for text in texts])
        said = texts
    return history


def test_friedkin_johnsen_follows_the_closed_form_through_text(bench: Any) -> None:
    openness, starts = (0.9, 0.5, 0.8, 1, 0.3), (10, 0, 4, 7, -3)
    models = [f"sim/exact-fj?init={s}&anchor={a}" for a, s in zip(openness, starts, strict=True)]
    history = debated(bench, models, 120)
    assert history[1] == pytest.approx([7.3, 2.8333333333, 4.5333333333, 4.6666666667, -2.55], abs=1e-9)
    assert history[2] == pytest.approx([6.325, 2.4666666667, 4.7111111111, 3.1388888889, -2.0575], abs=1e-9)
    assert history[-1] == pytest.approx([4.309734, 1.064649, 3.045230, 1.013512, -2.282709], abs=1e-6)


def test_degroot_settles_on_the_consensus_weights_through_text(bench: Any) -> None:
    weights = (0.375, 0.1875, 0.28125, 0.09375, 0.0625)
    for seat, weight in enumerate(weights):
        models = [f"sim/exact-degroot?init={int(other == seat)}" for other in range(5)]
        assert debated(bench, models, 60)[-1] == pytest.approx([weight] * 5, abs=1e-6)


def test_the_oracle_knows_what_no_prompt_says(bench: Any) -> None:
    assert bench.call("sim/exact-oracle", bench.render("What is 17 * 24?", "number")).text == "Final answer: 408"
    prompt = bench.render("What is 17 * 24?", "number", own=bench.final("1"), peers=[bench.peer("x", bench.final("2"))])
    assert bench.call("sim/exact-oracle", prompt).text == "Final answer: 408"
    assert bench.call("sim/exact-oracle?init=7", prompt).text == "Final answer: 7"
    assert bench.call("sim/exact-oracle", bench.render("Should zoos exist?", "text")).view["answer"] is None


def test_an_echo_says_what_most_of_those_heard_say(table: Table, bench: Any) -> None:
    assert table.says("echo", "A", ["B", "B", "A"]) == "Final answer: B"
    assert table.share("echo", "A", ["B", "A"], "B") == near(0.5)
    assert bench.call("sim/exact-echo", table.prompt(None, [])).view["answer"] is None


def test_confidence_keys_and_roles_are_served_too(bench: Any, table: Table) -> None:
    assert table.says("zealot?init=A", confidence=True) == "Final answer: A\nConfidence: 100%"
    fields = {"answer": "the answer", "reason": "one sentence"}
    text = table.says("zealot?init=A", fields=fields)
    assert text == '{"answer": "A", "reason": "As my rule has it."}'
    assert table.says("majority?init=A", None, ["B", "B"], round=0, role="judge") == "Final answer: B"
