"""Several models behind one seat: every call goes to one of them, drawn by its place (arXiv:2502.08788)."""

from collections.abc import Sequence

from moot.agents.llm import Capabilities
from moot.agents.models import capabilities_of
from moot.agents.records import Completion, Request
from moot.errors import SpecError


class Pool:
    """An LLM that is one of several, another in every call; a debate with the same seed draws the same.

    Args:
        models: Model names, at least 2; one given twice is drawn twice as often.

    Raises:
        UsageError: Fewer than 2, or a name that is no model's.

    >>> Pool(["sim/debater", "sim/debater?family=b"]).name
    'sim/debater | sim/debater?family=b'
    """

    def __init__(self, models: Sequence[str]) -> None:
        if isinstance(models, str) or len(models) < 2:
            raise SpecError(f"a pool needs at least two models, not {models!r}")
        self.models = tuple(models)
        self.name = " | ".join(self.models)
        offered = [capabilities_of(model).model_dump() for model in self.models]
        self.capabilities = Capabilities(**{key: min(one[key] for one in offered) for key in offered[0]})

    async def complete(self, request: Request) -> Completion:
        """A debate calls the models themselves.

        Raises:
            SpecError: Always.
        """
        raise SpecError("a pool is seated in a debate, which calls one of its models")
