"""The bundled bank is sound, and a user's own pack is read or refused with a clear sentence."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from statistics import mean, pstdev

import pytest

from moot.agents.sim.bank import BankItem, bank, lookup, normalised, packs
from moot.agents.sim.solvers import solve
from moot.errors import DataError, QuestionError, UnknownNameError

ITEMS = bank()
CHOICES = [item for item in ITEMS if item.options is not None]
DOMAINS = {item.domain for item in ITEMS if item.domain is not None}


def written(folder: Path, *rows: object, name: str = "pack.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_the_bank_holds_hundreds_of_items_in_eight_domains() -> None:
    sizes = Counter(item.domain for item in ITEMS)
    assert len(ITEMS) >= 300
    assert len(sizes) == 8
    assert min(sizes.values()) >= 30
    assert {item.kind for item in ITEMS} == {"choice", "number", "bool"}


def test_no_question_is_asked_twice() -> None:
    stems = Counter(normalised(item.question).rstrip("?. ") for item in ITEMS)
    assert [stem for stem, times in stems.items() if times > 1] == []


@pytest.mark.parametrize("domain", sorted(DOMAINS))
def test_every_item_of_a_domain_says_that_domain(domain: str) -> None:
    assert {item.domain for item in bank(domain)} == {domain}


def test_every_right_answer_is_one_of_its_options_and_the_options_differ() -> None:
    for item in CHOICES:
        assert item.options is not None
        assert item.answer in item.options, item.question
        assert len({normalised(option) for option in item.options}) == len(item.options), item.question
        assert 2 <= len(item.options) <= 5, item.question


def test_right_answers_of_open_items_have_their_kind() -> None:
    for item in ITEMS:
        if item.kind == "number":
            assert Decimal(item.answer).is_finite(), item.question
        if item.kind == "bool":
            assert item.answer in {"yes", "no"}, item.question
        assert (item.kind == "choice") == (item.options is not None), item.question


def test_the_right_answer_stands_in_every_place_about_equally_often() -> None:
    places = Counter(item.options.index(item.answer) for item in CHOICES if item.options and len(item.options) == 4)
    assert set(places) == {0, 1, 2, 3}
    assert max(places.values()) - min(places.values()) <= 0.1 * sum(places.values())


def test_the_right_answer_is_not_given_away_by_its_length() -> None:
    longest = [max(item.options, key=len) == item.answer for item in CHOICES if item.options and len(item.options) == 4]
    assert mean(longest) < 0.4


def test_yes_and_no_are_both_common() -> None:
    answers = [item.answer for item in ITEMS if item.kind == "bool"]
    assert 0.35 < mean(answer == "yes" for answer in answers) < 0.65


def test_texts_are_of_sane_length_and_on_one_line() -> None:
    for item in ITEMS:
        assert 10 <= len(item.question) <= 260, item.question
        for text in (item.question, *(item.options or ()), item.answer):
            assert text == " ".join(text.split()), text
            assert text.isprintable(), text
            assert len(text) <= 260, text


def test_difficulties_are_centred_and_spread() -> None:
    difficulties = [item.difficulty for item in ITEMS if item.difficulty is not None]
    assert len(difficulties) == len(ITEMS)
    assert abs(mean(difficulties)) < 0.1
    assert 1.2 < pstdev(difficulties) < 2
    assert max(map(abs, difficulties)) < 4


def test_every_item_that_can_be_computed_has_the_computed_answer() -> None:
    computed = {item.question: solve(item.question, item.options) for item in ITEMS}
    answers = {item.question: item.answer for item in ITEMS}
    wrong = [(question, got) for question, got in computed.items() if got is not None and got != answers[question]]
    assert wrong == []
    assert sum(got is not None for got in computed.values()) >= 30


def test_remaining_figures_agree_with_a_direct_computation() -> None:
    divisors = sum(60 % divisor == 0 for divisor in range(1, 61))
    sides = 8
    figures = {
        "How many positive divisors does 60 have?": divisors,
        "What is the sum of the whole numbers from 1 to 40?": sum(range(41)),
        "What is the units digit of 7 ^ 83?": pow(7, 83, 10),
        "How is the number 45 written in binary?": f"{45:b}",
        "How many diagonals does a regular octagon have?": sides * (sides - 3) // 2,
        "The hexadecimal number 2F is which number in decimal?": 0x2F,
        "What does -7 // 2 give in Python?": -7 // 2,
        "What does -7 % 3 give in Python?": -7 % 3,
        "What does list(range(2, 10, 3)) give in Python?": list(range(2, 10, 3)),
        "What is the ASCII code of the capital letter A?": ord("A"),
        "Which number comes next: 2, 6, 12, 20, 30?": 6 * 7,
        "The pages of a booklet are numbered from 1 to 20. How many times is the digit 1 printed?": sum(
            str(page).count("1") for page in range(1, 21)
        ),
        "How many of the whole numbers from 1 to 50 contain the digit 7?": sum("7" in str(n) for n in range(1, 51)),
    }
    for question, figure in figures.items():
        item = lookup(question)
        assert item is not None, question
        assert item.answer == str(figure)


def test_an_item_is_found_whatever_the_order_of_its_options_and_its_case() -> None:
    for item in CHOICES:
        assert item.options is not None
        shuffled = [option.upper() if option.isascii() else option for option in reversed(item.options)]
        assert lookup(f"  {item.question.upper()}\n", shuffled) == item


def test_an_item_is_not_found_with_other_options() -> None:
    item = CHOICES[0]
    assert item.options is not None
    assert lookup(item.question, item.options[:-1]) is None
    assert lookup(item.question, [*item.options, "something else"]) is None
    assert lookup("Is there anybody here who knows this?") is None


def test_an_item_is_found_by_its_text_alone() -> None:
    assert all(lookup(item.question) == item for item in ITEMS)


def test_an_unknown_domain_names_the_nearest_one() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'geography'"):
        bank("geografy")


def test_a_pack_is_read_with_letters_and_indexes_as_answers(tmp_path: Path) -> None:
    choice = {"question": "Red or blue?", "options": ["red", "blue"]}
    path = written(
        tmp_path,
        {**choice, "answer": "blue"},
        "",
        {**choice, "answer": "b", "id": "q2", "context": "ignored here"},
        {**choice, "answer": 1, "difficulty": 0.5, "domain": "colours"},
        {"question": "Is it so?", "answer": True, "kind": "bool"},
        {"question": "How many?", "answer": 12, "kind": "number"},
        {"question": "Who?", "answer": "nobody"},
    )
    items = packs(path)
    assert [item.answer for item in items] == ["blue", "blue", "blue", "yes", "12", "nobody"]
    assert [item.kind for item in items] == ["choice"] * 3 + ["bool", "number", "text"]
    assert items[2].difficulty == 0.5


def test_an_option_that_looks_like_an_index_is_taken_as_the_option(tmp_path: Path) -> None:
    path = written(tmp_path, {"question": "How many?", "options": ["2", "1", "0"], "answer": "1"})
    assert packs(path)[0].answer == "1"


def test_a_folder_of_packs_is_read_in_order_of_name(tmp_path: Path) -> None:
    written(tmp_path, {"question": "Second?", "answer": "b"}, name="b.jsonl")
    written(tmp_path, {"question": "First?", "answer": "a"}, name="a.jsonl")
    assert [item.answer for item in packs(tmp_path)] == ["a", "b"]


def test_a_users_pack_is_asked_before_the_bank_and_again_when_it_changed(tmp_path: Path) -> None:
    item = next(item for item in ITEMS if item.kind == "number")
    path = written(tmp_path, {"question": item.question, "answer": "-1", "kind": "number"})
    found = lookup(item.question, pack=path)
    assert found is not None
    assert found.answer == "-1"
    written(tmp_path, {"question": "Something longer than before, and new?", "answer": "new"})
    assert lookup(item.question, pack=path) == item
    assert lookup("something longer than before, and new?", pack=path) is not None


def test_a_text_shared_by_items_with_different_answers_needs_its_options(tmp_path: Path) -> None:
    rows = [{"question": "Which one?", "options": [f"{n}", f"{n + 1}"], "answer": f"{n}"} for n in (1, 5)]
    path = written(tmp_path, *rows)
    assert lookup("Which one?", pack=path) is None
    found = lookup("Which one?", ["6", "5"], pack=path)
    assert found is not None
    assert found.answer == "5"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("{", "line 2: not a JSON object"),
        ("[" * 100_000, "line 2: not a JSON object"),
        ("[1]", "line 2: not a JSON object"),
        ('{"question": "Q?", "answer": NaN}', "line 2: not a JSON object"),
        ({"answer": "a"}, "line 2: no 'question'"),
        ({"question": "Q?"}, "line 2: no 'answer'"),
        ({"question": "Q?", "answer": ""}, "line 2: no 'answer'"),
        ({"question": "Q?", "options": "ab", "answer": "a"}, "'options' must be a list"),
        ({"question": "Q?", "options": ["a"], "answer": "a"}, "2 to 26 options, not 1"),
        ({"question": "Q?", "options": ["a", "a "], "answer": "a"}, "different and not empty"),
        ({"question": "Q?", "options": ["a", "b"], "answer": "c"}, "'c' is no option, letter or index"),
        ({"question": "Q?", "options": ["x", "y"], "answer": "²"}, "is no option, letter or index"),
        ({"question": "Q?", "options": ["a", "b"], "answer": "a", "kind": "number"}, "options go with kind 'choice'"),
        ({"question": "Q?", "answer": "a", "kind": "choice"}, "options go with kind 'choice'"),
        ({"question": "Q?", "answer": "maybe", "kind": "bool"}, "yes or no, not 'maybe'"),
        ({"question": "Q?", "answer": "many", "kind": "number"}, "'many' is no number"),
        ({"question": "Q?", "answer": "a", "kind": "riddle"}, "line 2: kind"),
        ({"question": 3, "answer": "a"}, "line 2: question"),
        ({"question": "Q?", "answer": "a", "difficulty": 99}, "line 2: difficulty"),
        ({"question": "Q?", "answer": "a", "difficulty": "hard"}, "line 2: difficulty"),
    ],
)
def test_a_bad_line_is_named_with_its_place_and_fault(tmp_path: Path, row: object, sentence: str) -> None:
    path = written(tmp_path, {"question": "Fine?", "answer": "yes"}, row)
    with pytest.raises(QuestionError) as caught:
        packs(path)
    assert str(path) in str(caught.value)
    assert sentence in str(caught.value)


def test_a_pack_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        packs(tmp_path / "missing.jsonl")
    with pytest.raises(DataError, match="cannot be read"):
        lookup("Anything?", pack=tmp_path / "missing.jsonl")
    with pytest.raises(DataError, match=r"no \.jsonl file"):
        packs(tmp_path)
    empty = written(tmp_path, "", name="empty.jsonl")
    with pytest.raises(QuestionError, match="no questions in it"):
        packs(empty)
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes('{"question": "Où?", "answer": "là"}'.encode("latin-1"))
    with pytest.raises(DataError, match="not UTF-8"):
        packs(latin)


def test_items_are_frozen_and_survive_json() -> None:
    for item in ITEMS:
        assert BankItem.model_validate_json(item.model_dump_json()) == item
