"""From what the wire saw to an outcome: kind, text, usage, cost, and one sentence without a key."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from moot.agents.cleaning import printable
from moot.agents.provider.classify import Problem, classify, problem, retry_after
from moot.agents.provider.exchange import Exchange, Trouble
from moot.agents.provider.prices import Price
from moot.agents.provider.reply import Reply, parsed, read
from moot.agents.provider.secrets import scrubbed, unkeyed
from moot.agents.provider.usage import Spent, in_doubt, spent
from moot.agents.records import FREE, Completion, Kind, Request, Usage
from moot.agents.tokens import Tokens

_DETAIL = 300
_TROUBLES: Mapping[Trouble, tuple[Kind, str]] = {
    "unreachable": ("outage", "no connection"),
    "broken": ("outage", "the connection broke before an answer"),
    "cut": ("unreadable", "the answer broke off"),
    "too_large": ("too_large", "the answer is too large"),
    "redirected": ("bad_request", "the address points elsewhere, give the final one as api_base"),
    "resent": ("outage", "the connection broke before an answer"),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all calls of one model: how it is priced and what must not be told."""

    price: Price | None
    key: str | None

    def most(self, request: Request) -> int | None:
        """The most tokens a reply may have."""
        return request.max_tokens or (None if self.price is None else self.price.most)

    def usage(self, used: Spent) -> Usage:
        """What was used, and its price."""
        return Usage(
            prompt_tokens=used.prompt,
            completion_tokens=used.reply,
            cost_nano_usd=None if self.price is None else self.price.nano_usd(used),
            estimated=used.estimated,
        )

    def unkeyed(self, text: str) -> str:
        """A reply's text without the key it was asked with, should a provider put that in."""
        return unkeyed(text, self.key)

    def unkeyed_tokens(self, tokens: Tokens) -> Tokens:
        """A reply's tokens, or none should they spell the key."""
        text = "".join(token for token, _ in tokens)
        return tokens if self.unkeyed(text) == text else ()

    def told(self, sentence: str) -> str:
        """One line, short, without keys."""
        return printable(" ".join(scrubbed(sentence, self.key).split()))[:_DETAIL]


def replied(reply: Reply, request: Request, terms: Terms) -> Completion:
    """The outcome of a body that came whole."""
    if reply.problem is not None:
        return _told_off(None, reply.problem, {}, terms)
    if reply.kind == "unreadable":
        return _unread(reply.about, request, terms, received=0)
    used = spent(
        reply.usage,
        request.messages,
        reply.text,
        reasoning=reply.reasoning,
        most=terms.most(request),
        thinks=terms.price is not None and terms.price.thinks,
    )
    return Completion(
        kind=reply.kind,
        text=terms.unkeyed(reply.text),
        logprobs=terms.unkeyed_tokens(reply.logprobs),
        usage=terms.usage(used),
        finish=None if reply.finish is None else terms.unkeyed(reply.finish),
        detail=terms.unkeyed(reply.about),
    )


def ended(exchange: Exchange, request: Request, terms: Terms) -> Completion:
    """The outcome of an exchange, read from the provider's own bytes."""
    if exchange.status is not None and exchange.status >= 400:
        found = problem(exchange.body)
        return _told_off(exchange.status, found, exchange.headers, terms)
    if exchange.trouble is not None:
        return _troubled(exchange, exchange.trouble, request, terms)
    try:
        value = parsed(exchange.body)
    except ValueError as error:
        about = "the reply is empty" if not exchange.body.strip() else f"the reply is not JSON: {error}"
        return _unread(about, request, terms, received=len(exchange.body))
    return replied(read(value), request, terms)


def timed_out(exchange: Exchange, request: Request, terms: Terms) -> Completion:
    """The outcome of a deadline that passed; what was sent may well be billed."""
    detail = f"no {'whole ' if exchange.status else ''}answer within {request.timeout_s:g} s"
    usage = doubted(request, terms) if exchange.requests or not exchange.seen else FREE
    return Completion(kind="timeout", usage=usage, detail=detail)


def doubted(request: Request, terms: Terms, *, received: int = 0) -> Usage:
    """What an attempt may have used whose reply did not come, or not whole."""
    used = in_doubt(request.messages, most=request.max_tokens, received=received)
    most = terms.most(request)  # of a body given up at the cap, bytes may be many more than tokens
    return terms.usage(used if most is None else replace(used, reply=min(used.reply, most)))


def refused(kind: Kind, sentence: str, terms: Terms, status: int | None = None) -> Completion:
    """The outcome of an attempt that failed without an exchange of ours."""
    return Completion(kind=kind, usage=FREE, detail=terms.told(sentence), status=status)


def _told_off(status: int | None, found: Problem, headers: Mapping[str, str], terms: Terms) -> Completion:
    kind = classify(status or found.status, found.code, found.message)
    head = "an error under status 200" if status is None else f"HTTP {status}"
    code = f" ({found.code})" if found.code else ""
    return Completion(
        kind=kind,
        usage=FREE,
        status=status or found.status,
        detail=terms.told(f"{head}{code}: {found.message}"),
        retry_after_s=retry_after(headers, found.message),
    )


def _troubled(exchange: Exchange, trouble: Trouble, request: Request, terms: Terms) -> Completion:
    kind, sentence = _TROUBLES[trouble]
    if exchange.requests == 0 or trouble == "redirected":
        usage = FREE
    else:
        usage = doubted(request, terms, received=len(exchange.body))
    detail = terms.told(f"{sentence}: {exchange.about}")
    return Completion(kind=kind, usage=usage, status=exchange.status, detail=detail)


def _unread(about: str, request: Request, terms: Terms, *, received: int) -> Completion:
    used = in_doubt(request.messages, most=terms.most(request), received=received, whole=True)
    return Completion(kind="unreadable", usage=terms.usage(used), status=200, detail=terms.told(about))
