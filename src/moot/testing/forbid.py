"""A lock on real calls, for tests that must not spend money by accident."""

from moot.agents.provider.permission import forbid

__all__ = ["forbid_calls"]

forbid_calls = forbid
"""Forbids calls to real providers from this process, as a `with` block or a decorator; a call that
is tried raises `ForbiddenCallError`. A server on this machine (`Stub`) stays allowed.

For a whole test suite, in its `conftest.py`:

    @pytest.fixture(autouse=True)
    def no_real_calls():
        with forbid_calls():
            yield
"""
