"""Opening an endpoint where its LLM will live, and getting it ready while there is time."""

import gc
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
    return _opened(endpoint, _load)


def opened_alone(endpoint: Endpoint) -> LLM:
    """As `opened`, in a process that has nothing else to do.

    There what loading brings is taken out of the garbage collector's sight: hundreds of thousands of
    objects live as long as the process, and every full collection would walk over them, which costs a
    call up to half a millisecond.
    """
    return _opened(endpoint, _load_and_freeze)


def _opened(endpoint: Endpoint, load: Callable[[], object]) -> LLM:
    llm = open_llm(endpoint)
    if endpoint.kind == "provider":
        threading.Thread(target=load, name="moot-load", daemon=True).start()
    return llm


def _load_and_freeze() -> None:
    _load()
    gc.freeze()


def _load() -> None:
    from moot.agents.provider.gateway import load

    try:
        load()
    except Exception:
        return  # the first call meets the same error, and reports it
