"""The one door to litellm, and the LLM behind it: one attempt, a hard deadline, every outcome as data.

litellm is imported when the first call is made, offline, with its logging and debug output off. Two
routes lead through it. Where a provider speaks the chat completions dialect, litellm translates and
our own wire carries the letter. Everywhere else `litellm.acompletion` makes the call over its own
transport, which is watched: it reports each request to the exchange of the attempt, and is kept from
sending one twice (with all retries at 0 litellm still posts again after a reset). Where a provider's code goes
around both, a completion's `requests` is None.
"""

import os
import threading
import warnings
from contextvars import ContextVar
from dataclasses import replace
from functools import cache
from time import perf_counter
from typing import Any, ClassVar
from weakref import WeakSet

import anyio
import anyio.to_thread

from moot.agents.llm import Capabilities, Endpoint
from moot.agents.provider import permission
from moot.agents.provider.classify import classify
from moot.agents.provider.credentials import address, check_credentials, key_of
from moot.agents.provider.exchange import CURRENT, Exchange, WireError
from moot.agents.provider.extras import refusal
from moot.agents.provider.facts import provider_capabilities
from moot.agents.provider.ladder import Ladder, asking, response_format
from moot.agents.provider.outcome import Terms, doubted, ended, refused, replied, timed_out
from moot.agents.provider.prices import given, price_of
from moot.agents.provider.quiet import hush
from moot.agents.provider.reply import Reply, parsed, read
from moot.agents.provider.translation import Translation, is_plain, parameters
from moot.agents.provider.watching import watch
from moot.agents.provider.wire import Wire
from moot.agents.records import TRANSIENT, Completion, Request
from moot.errors import CredentialError

_importing = threading.Lock()
_loaded: dict[str, Any] = {}


def load() -> Any:
    """litellm, imported as moot needs it: no network, no noise, its transport watched. Takes seconds, once."""
    with _importing:
        if "litellm" in _loaded:
            return _loaded["litellm"]
        os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
        hush()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about its own records, which are built when first used
            import litellm
            from litellm.llms.custom_httpx import aiohttp_transport

            litellm.ModelResponse()
        litellm.suppress_debug_info = True
        litellm.disable_hf_tokenizer_download = True
        watch(aiohttp_transport.LiteLLMAiohttpTransport)
        _loaded["litellm"] = litellm
        return litellm


@cache
def _unlogged() -> ContextVar[bool]:
    """litellm's own mark of calls it does not log, or one without effect where a version has none."""
    try:
        from litellm._internal_context import is_internal_call
    except ImportError:
        return ContextVar("unlogged", default=False)
    return is_internal_call


class Provider:
    """A provider's model.

    Args:
        endpoint: Which model, where, and at what price.
    """

    _at_litellm: ClassVar[WeakSet["Provider"]] = WeakSet()
    """Those whose calls litellm carries; when the last one closes, litellm's clients are closed."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._price = given(endpoint.price) or price_of(endpoint.model)
        self._wire = Wire()
        self._ladder = Ladder()
        self._opening = anyio.Lock()
        self._litellm: Any = None
        self._translation: tuple[str | None, str | None, Translation | None] | None = None

    @property
    def name(self) -> str:
        """The model's full name."""
        return self._endpoint.model

    @property
    def capabilities(self) -> Capabilities:
        """What the provider is known to honour."""
        return provider_capabilities(self._endpoint.model)

    async def complete(self, request: Request) -> Completion:
        """Make one attempt, within the request's deadline, and return how it ended.

        The deadline does not count the import of litellm. One attempt is one HTTP request, but for a
        structured reply that the endpoint refuses to format: then it is asked once more without.

        Raises:
            ForbiddenCallError: Real calls are forbidden, and this one would leave the machine.
        """
        model, api_base = self._endpoint.model, self._endpoint.api_base
        permission.check(model, self._address)
        terms = Terms(self._price, key_of(model, api_base))
        stopped = self._stopped(request, terms)
        if stopped is not None:
            return stopped
        await self._open()
        exchange, began = Exchange(), perf_counter()
        completion: Completion | None = None
        with anyio.move_on_after(request.timeout_s):
            completion = await self._asked(request, exchange, terms)
        if completion is None:
            completion = timed_out(exchange, request, terms)
        return replace(
            completion,
            requests=exchange.requests if exchange.seen else None,
            latency_s=perf_counter() - began,
        )

    async def ready(self) -> None:
        """Load what calls need, which takes seconds once, so that no deadline counts it."""
        await self._open()

    async def close(self) -> None:
        """Close connections, on the event loop that used them."""
        await self._wire.close()
        if self in self._at_litellm:
            self._at_litellm.discard(self)
            if not self._at_litellm:
                await self._litellm.close_litellm_async_clients()
                self._litellm.in_memory_llm_clients_cache.flush_cache()

    async def _open(self) -> None:
        if self._litellm is None:
            async with self._opening:
                self._litellm = self._litellm or await anyio.to_thread.run_sync(load)

    def _stopped(self, request: Request, terms: Terms) -> Completion | None:
        """The outcome of a request that must not be sent."""
        try:
            check_credentials(self._endpoint.model, api_base=self._endpoint.api_base)
        except CredentialError as error:
            return replace(refused("auth", str(error), terms), requests=0)
        problem = refusal(request.extra)
        return None if problem is None else replace(refused("bad_request", problem, terms), requests=0)

    async def _asked(self, request: Request, exchange: Exchange, terms: Terms) -> Completion:
        """The outcome, after as many rungs as a structured reply needs."""
        if request.reply_schema is None:
            return await self._sent(request, None, exchange, terms)
        model = self._endpoint.model
        rung = self._ladder.rung(model, takes_format=self._takes_format())
        while True:
            said = response_format(request.reply_schema, rung)
            completion = await self._sent(asking(request, rung), said, exchange, terms)
            below = self._ladder.refused(model, rung, completion.kind, completion.detail)
            if below is None:
                return completion
            rung = below

    async def _sent(self, request: Request, said: Any, exchange: Exchange, terms: Terms) -> Completion:
        """The outcome of one HTTP request."""
        try:
            translation = self._translated(terms.key, self._address) if is_plain(request) else None
            if translation is not None:
                await self._wire.post(translation.letter(request, said), exchange)
                return ended(exchange, request, terms)
            return replied(_truer(read(await self._carried(request, said, exchange, terms)), exchange), request, terms)
        except WireError:
            return ended(exchange, request, terms)
        except Exception as error:  # whatever a provider's code raises is an outcome
            return _failed(error, exchange, request, terms)

    @property
    def _address(self) -> str | None:
        """Where calls go; asked of the environment each time, so that nobody is called whom it does not name now."""
        return address(self._endpoint.model, self._endpoint.api_base)

    def _translated(self, key: str | None, api_base: str | None) -> Translation | None:
        """litellm's words for this model, or None where it must speak itself."""
        if self._translation is None or self._translation[:2] != (key, api_base):
            try:
                made = Translation(self._litellm, self._endpoint.model, api_base, key)
            except (LookupError, AttributeError):  # the second where a version of litellm is built otherwise
                made = None
            self._translation = (key, api_base, made)
        return self._translation[2]

    async def _carried(self, request: Request, said: Any, exchange: Exchange, terms: Terms) -> Any:
        """The reply of a call that litellm makes."""
        self._at_litellm.add(self)
        current, unlogged = CURRENT.set(exchange), _unlogged().set(True)
        try:
            response = await self._litellm.acompletion(
                model=self._endpoint.model,
                messages=[{"role": message.role, "content": message.content} for message in request.messages],
                api_base=self._address,
                api_key=terms.key,
                timeout=request.timeout_s,
                max_retries=0,
                num_retries=0,
                drop_params=True,
                **parameters(request, said),
                **{"no-log": True},
            )
        finally:
            CURRENT.reset(current)
            _unlogged().reset(unlogged)
        return response.model_dump()

    def _takes_format(self) -> bool:
        known = self._litellm.get_supported_openai_params(model=self._endpoint.model)
        return known is not None and "response_format" in known


def _truer(reply: Reply, exchange: Exchange) -> Reply:
    """The reply as the provider wrote it, where that is readable: litellm leaves out refusals and renames endings."""
    if b'"choices"' not in exchange.body:
        return reply
    try:
        written = read(parsed(exchange.body))
    except ValueError:
        return reply
    return reply if written.kind in ("empty", "unreadable") else written


def _failed(error: Exception, exchange: Exchange, request: Request, terms: Terms) -> Completion:
    """The outcome of what litellm or a provider's library raised: from the wire where it saw the end, else from
    the exception."""
    if exchange.status is not None or exchange.trouble is not None:
        return ended(exchange, request, terms)
    status = getattr(error, "status_code", None)
    text = str(error)
    if "No module named" in text or "import failed" in text:  # a provider whose own library is not installed
        return refused("bad_request", text, terms)
    known = status if isinstance(status, int) else None
    outcome = refused(classify(known, None, text), f"{type(error).__name__}: {text}", terms, known)
    return replace(outcome, usage=doubted(request, terms)) if outcome.kind in TRANSIENT else outcome
