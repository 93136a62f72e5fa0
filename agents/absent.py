"""An LLM that a record names and that is not here: an object of the program that made the run."""

from moot.agents.llm import Capabilities
from moot.agents.records import Completion, Request
from moot.errors import SpecError


class Absent:
    """Stands where a program seated an object, which no file holds; what it said is on record.

    Args:
        name: What the object was called.
        agent: The seat, for the sentence of the error.
    """

    capabilities = Capabilities(
        prefill=True, json_reply=True, seed=True, samples=True, logprobs=True, logits=True, weights=True
    )

    def __init__(self, name: str, agent: str) -> None:
        self.name, self.agent = name, agent

    def check(self) -> None:
        """Refuse to be called.

        Raises:
            SpecError: Always.
        """
        raise SpecError(
            f"agent {self.agent!r} was given an object as its llm, which no file holds: give it anew, or use the "
            "program that made it"
        )

    async def complete(self, request: Request) -> Completion:
        """Never: nobody is here.

        Raises:
            SpecError: Always.
        """
        self.check()
        raise AssertionError
