"""The lock on real calls."""

import pytest

from moot.agents.provider.permission import check
from moot.errors import ForbiddenCallError
from moot.testing import forbid_calls


def test_real_calls_are_forbidden_inside_the_block_and_nowhere_else() -> None:
    check("openai/gpt-5", None)
    with forbid_calls(), pytest.raises(ForbiddenCallError, match="openai/gpt-5"):
        check("openai/gpt-5", None)
    check("openai/gpt-5", None)


def test_blocks_nest() -> None:
    with forbid_calls():
        with forbid_calls():
            pass
        with pytest.raises(ForbiddenCallError):
            check("m", "https://api.example.org/v1")


@forbid_calls()
def test_it_is_a_decorator_too() -> None:
    with pytest.raises(ForbiddenCallError):
        check("m", None)


@pytest.mark.parametrize("api_base", ["http://127.0.0.1:8000/v1", "http://localhost:1", "http://[::1]:1/v1"])
def test_a_server_on_this_machine_stays_allowed(api_base: str) -> None:
    with forbid_calls():
        check("openai/x", api_base)


@pytest.mark.parametrize("api_base", ["http://127.0.0.1.example.org", "http://localhost.example.org/127.0.0.1", ""])
def test_a_name_that_only_looks_local_is_not(api_base: str) -> None:
    with forbid_calls(), pytest.raises(ForbiddenCallError):
        check("openai/x", api_base)
