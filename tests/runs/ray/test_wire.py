"""Requests and completions survive the journey as plain data."""

from hypothesis import given
from hypothesis import strategies as st

from moot.agents.records import Completion, Message, Request, Usage
from moot.runs.ray.wire import completed, outcome, packed, unpacked

texts = st.text(alphabet=st.characters(exclude_categories=()), max_size=30)
json = st.recursive(
    st.none() | st.booleans() | st.integers() | texts, lambda inner: st.lists(inner, max_size=3), max_leaves=5
)
requests = st.builds(
    Request,
    key=texts,
    model=texts,
    messages=st.lists(st.builds(Message, role=st.sampled_from(["system", "user", "assistant"]), content=texts)).map(
        tuple
    ),
    seed=st.none() | st.integers(0, 2**63 - 1),
    temperature=st.none() | st.floats(0, 2),
    max_tokens=st.none() | st.integers(1, 1000),
    turn=st.integers(0, 9),
    extra=st.dictionaries(texts, json, max_size=2),
)
completions = st.builds(
    Completion,
    kind=st.sampled_from(["ok", "timeout", "crashed"]),
    text=texts,
    usage=st.builds(Usage, prompt_tokens=st.integers(0, 99), cost_nano_usd=st.none() | st.integers(0, 99)),
    requests=st.none() | st.integers(0, 3),
    latency_s=st.floats(0, 100),
    view=st.dictionaries(texts, json, max_size=2),
)


@given(st.lists(requests, max_size=4))
def test_requests_come_out_as_they_went_in_lone_surrogates_included(given_requests: list[Request]) -> None:
    assert unpacked(packed(given_requests)) == given_requests


@given(completions)
def test_completions_come_out_as_they_went_in(completion: Completion) -> None:
    key, plain, error = outcome("k", completion)
    assert plain is not None
    assert (key, completed(plain), error) == ("k", completion, None)
