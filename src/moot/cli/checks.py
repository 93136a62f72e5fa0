"""What `moot doctor` looks at, one check after the other."""

import importlib.metadata
import os
import platform
import re
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, NamedTuple

from moot.agents.agent import Agent
from moot.agents.provider import prices
from moot.agents.provider.facts import providers
from moot.errors import MootError
from moot.protocols.question import Question
from moot.runs.debate import Debate
from moot.version import __version__

LIBRARIES = ("ray", "litellm", "networkx", "pydantic", "anyio", "cyclopts", "rich")
PROVIDERS = ("openai", "anthropic", "gemini", "mistral", "deepseek", "xai", "groq", "openrouter")
STALE_DAYS = 180


class Check(NamedTuple):
    """What was found."""

    what: str
    state: Literal["works", "absent", "broken"]
    found: str
    mend: str = ""


def versions() -> Iterator[Check]:
    """Python, moot and the libraries it stands on."""
    yield Check("moot", "works", f"{__version__} on Python {platform.python_version()} ({sys.platform})")
    found: list[str] = []
    missing: list[str] = []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        yield Check("libraries", "broken", f"{', '.join(missing)} missing", "install moot again, with its dependencies")
    else:
        yield Check("libraries", "works", ", ".join(found))


def prices_known() -> Check:
    """The price table and its age."""
    source = prices.source()
    dated = re.search(r"\d{4}-\d{2}-\d{2}", source)
    age = (datetime.now(UTC).date() - date.fromisoformat(dated.group())).days if dated else 0
    mend = "newer prices come with a newer moot; Agent(price=…) goes before them" if age > STALE_DAYS else ""
    return Check("prices", "works", f"{len(prices.prices())} models, {source}", mend)


def credentials() -> Iterator[Check]:
    """Whose keys are in the environment; never the keys."""
    known = providers()
    for name in PROVIDERS:
        keys = known[name].keys if name in known else ()
        held = [variable for variable in keys if os.environ.get(variable)]
        if held:
            yield Check(name, "works", f"{held[0]} is set")
        else:
            yield Check(name, "absent", "no key", f"set {' or '.join(keys)} to use {name}/… models")


def store_works(path: Path) -> Check:
    """Whether runs can be kept where commands keep them."""
    place = path if path.exists() else next(parent for parent in path.absolute().parents if parent.exists())
    if os.access(place, os.W_OK) and place.is_dir() != path.exists():
        return Check("store", "works", f"{path} {'is there' if path.exists() else 'can be made'}")
    return Check("store", "broken", f"{path} cannot be written", "go to a folder of your own, or give --store")


def ray_works() -> Check:
    """Whether a debate can be held on Ray, by holding one."""
    from moot.runs.ray import standing  # here, like all that knows of Ray

    try:
        there = standing.status()
        began = time.monotonic()
        result = Debate(["sim/debater"], protocol="vote", seed=0).run("Is 2 prime?", runtime="ray")
    except MootError as error:
        return Check("Ray", "broken", str(error), "use --local (MOOT_RUNTIME=local), or mend what it says")
    took_s = time.monotonic() - began
    where = "a Ray of its own" if there is None else f"the Ray of moot up at {there.address}"
    hint = "moot up lets the next command attach at once" if there is None else ""
    if result.usage.calls != 1:
        return Check("Ray", "broken", f"a simulated debate on {where} made no call", "use --local, and report this")
    return Check("Ray", "works", f"a simulated debate on {where} took {took_s:.1f} s", hint)


def real_call(model: str, api_base: str | None) -> Check:
    """One tiny call, as a debate makes it.

    Raises:
        UsageError: There is no such model, or its key is missing.
    """
    agent = Agent("a1", model, api_base=api_base, max_tokens=300)
    question = Question("Is 2 a prime number?", kind="bool", gold="yes")
    debate = Debate([agent], protocol="vote", policy={"retries": 0, "reasks": 0, "timeout_s": 60}, seed=0)
    result = debate.run(question, runtime="local")
    turn = result.turns[0]
    cost = result.usage.cost_usd
    figures = f"{result.usage.tokens} tokens, {'cost unknown' if cost is None else f'{cost:.6f} USD'}"
    if turn.status == "ok":
        return Check(model, "works", f"answered {turn.answer} in {turn.latency_s:.1f} s; {figures}")
    if turn.text:
        found = f"replied in {turn.latency_s:.1f} s, but no answer could be read ({turn.reason}); {figures}"
        return Check(model, "works", found, "debates ask again for the final line; raise max_tokens if it is cut off")
    return Check(model, "broken", f"no reply ({turn.reason})", _MENDS.get(turn.reason, "try again, or another model"))


_MENDS = {
    "auth": "the key is refused: set the right one",
    "quota": "the account has no credit or quota left",
    "rate_limited": "wait a little, or lower --concurrency",
    "timeout": "the provider did not answer within 60 s: check the network and the address",
    "outage": "the provider cannot be reached: check the network and the address",
    "bad_request": "the provider refuses the request: check the model's name",
}
