"""What a user may say of Ray: where it is, how many processes do what, and what they stand on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from moot.agents.llm import Endpoint
from moot.agents.models import endpoint_of
from moot.errors import SpecError, shown

T = TypeVar("T")

_STRATEGIES = ("SPREAD", "DEFAULT")
_OWN_WORDS = {
    "GPU": "say num_gpus=",
    "CPU": "processes of LLMs and workers wait more than they compute, and take none",
    "memory": "processes of LLMs and workers take what they need, and none is set aside",
    "object_store_memory": "nothing is put there",
}
"""Resources that Ray names itself."""


@dataclass(frozen=True)
class Ray:
    """Ray as the place where LLMs live and, in large runs, debates are conducted.

    Args:
        address: Of a Ray to attach to, as in `head:6379`, from one of its machines; None takes `RAY_ADDRESS`,
            the Ray that `moot up` left, or starts one.
        replicas: Processes of each LLM, where one cannot keep up; or for some models, by their names,
            as in `{"openai/gpt-5-mini": 4}`.
        workers: Processes that conduct the debates of a run beside each other; 0 conducts them all in
            this one; None is 0 for runs of fewer than 1000 debates, on fewer than four cores or where a single
            process answers for all LLMs, and else one for every two cores, up to 8 and to as many as answer.
        num_gpus: That each process of an LLM needs, or a part of one; or for some models, by their names.
        resources: Others of Ray's resources that each process of an LLM needs, as in `{"east": 1}`. Where no machine
            has as much, that is an error: at once on a Ray of moot's own, on a cluster after a minute, for it may grow.
        placement: Ray's scheduling strategy for the processes of LLMs and for workers: `"SPREAD"`,
            `"DEFAULT"`, or one of its objects, as of a placement group.

    Raises:
        SpecError: A value is of another sort or out of range.
        UnknownNameError: A model by that name there is none.
    """

    address: str | None = None
    replicas: int | Mapping[str, int] = 1
    workers: int | None = None
    num_gpus: float | Mapping[str, float] = 0
    resources: Mapping[str, float] = field(default_factory=dict[str, float])
    placement: Any = None

    def __post_init__(self) -> None:
        _check("replicas", self.replicas, whole=True, least=1)
        _check("num_gpus", self.num_gpus, whole=False, least=0)
        for gpus in self.num_gpus.values() if isinstance(self.num_gpus, Mapping) else [self.num_gpus]:
            if gpus > 1 and gpus % 1:
                raise SpecError(f"num_gpus={gpus:g}: give a part of one GPU, or a whole number of them")
        for name in self.resources.keys() & _OWN_WORDS.keys():
            raise SpecError(f"resources of {name!r}: {_OWN_WORDS[name]}")
        if isinstance(self.placement, str) and self.placement not in _STRATEGIES:
            raise SpecError(f"placement={self.placement!r}: give {' or '.join(_STRATEGIES)}, or an object of Ray's")
        for name, amount in self.resources.items():
            _check(f"resources of {name!r}", amount, whole=False, least=0)
        if self.workers is not None:
            _check("workers", self.workers, whole=True, least=0)

    def replicas_of(self, endpoint: Endpoint) -> int:
        """How many processes that LLM has."""
        return _of(self.replicas, endpoint, 1)

    def options_of(self, endpoint: Endpoint) -> dict[str, Any]:
        """What each of its processes needs, in Ray's words."""
        gpus = _of(self.num_gpus, endpoint, 0)
        needs = {"num_gpus": gpus, "resources": dict(self.resources)} | self.placed
        return {name: value for name, value in needs.items() if value}

    def needs_of(self, endpoint: Endpoint) -> dict[str, float]:
        """What of a machine each of its processes takes up, by the names under which Ray counts it."""
        needs = {"GPU": _of(self.num_gpus, endpoint, 0), **self.resources}
        return {name: amount for name, amount in needs.items() if amount}

    @property
    def placed(self) -> dict[str, Any]:
        """Where processes go, in Ray's words."""
        return {} if self.placement is None else {"scheduling_strategy": self.placement}


def _of(given: T | Mapping[str, T], endpoint: Endpoint, otherwise: T) -> T:
    if not isinstance(given, Mapping):
        return given
    named = {endpoint_of(model).model: value for model, value in cast(Mapping[str, T], given).items()}
    return named.get(endpoint.model, otherwise)


def _check(what: str, value: object, *, whole: bool, least: int) -> None:
    if isinstance(value, Mapping):
        for model, each in cast(Mapping[object, object], value).items():
            endpoint_of(str(model))
            _check(f"{what} of {model!r}", each, whole=whole, least=least)
        return
    sort = int if whole else int | float
    if not isinstance(value, sort) or isinstance(value, bool) or value < least:
        raise SpecError(f"{what}={shown(value)}: give a {'whole ' if whole else ''}number, at least {least}")
