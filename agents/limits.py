"""What an endpoint may be asked, as whoever pays for it knows."""

from collections.abc import Mapping

from pydantic import BaseModel, Field


class Limits(BaseModel, frozen=True, extra="forbid"):
    """What an endpoint may be asked.

    Limits per minute of a provider hold for all its models under one key and address together, those of
    a model for that model; they hold in every process. Nothing has to be given: what a provider refuses
    teaches the pace it bears.
    """

    concurrency: int = Field(default=512, ge=1)
    """Calls of one model at once; replicas of its actor share them evenly."""
    requests_per_minute: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """None leaves it to what refusals teach."""
    tokens_per_minute: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """Prompt and reply together; settled by what each call really used."""
    retry_after_cap_s: float = Field(default=120.0, gt=0)
    """Longest wait that a Retry-After may ask for."""

    def share(self, parts: int) -> "Limits":
        """What each of several processes may do where they cannot ask each other.

        >>> Limits(concurrency=7, requests_per_minute=60).share(2)
        Limits(concurrency=3, requests_per_minute=30.0, tokens_per_minute=None, retry_after_cap_s=120.0)
        """

        def part(limit: float | None) -> float | None:
            return None if limit is None else limit / parts

        return Limits(
            concurrency=max(1, self.concurrency // parts),
            requests_per_minute=part(self.requests_per_minute),
            tokens_per_minute=part(self.tokens_per_minute),
            retry_after_cap_s=self.retry_after_cap_s,
        )


def limits_of(stated: Mapping[str, Limits], model: str) -> tuple[Limits, Limits]:
    """What holds for a model by itself, and together with all others of its provider.

    Args:
        stated: By name of a model or of a provider.
        model: Its full name.

    >>> own, shared = limits_of({"openai": Limits(concurrency=9, requests_per_minute=60)}, "openai/gpt-5")
    >>> own.concurrency, own.requests_per_minute, shared.requests_per_minute
    (9, None, 60.0)
    """
    shared = stated.get(model.partition("/")[0], Limits())
    rest = Limits(concurrency=shared.concurrency, retry_after_cap_s=shared.retry_after_cap_s)
    return stated.get(model, rest), shared
