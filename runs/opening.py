"""Opening an endpoint where its LLM will live, and getting it ready while there is time."""

import threading
from collections.abc import Callable

from moot.agents.llm import LLM, Endpoint
from moot.agents.models import open_llm

Opening = Callable[[Endpoint], LLM]


def opened(endpoint: Endpoint) -> LLM:
    """The endpoint's LLM; what it takes seconds to import is begun to be imported in the background.

    Raises:
        UnknownNameError: Its kind comes from a package that is not installed here.
    """
    llm = open_llm(endpoint)
    if endpoint.kind == "provider":
        threading.Thread(target=_load, name="moot-load", daemon=True).start()
    return llm


def _load() -> None:
    from moot.agents.provider.gateway import load

    try:
        load()
    except Exception:
        return  # the first call meets the same error, and reports it
