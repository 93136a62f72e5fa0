"""An agent: a name at the table, the LLM that speaks for it, and how it is sampled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, Field, InstanceOf, JsonValue, TypeAdapter, ValidationError

from moot.agents.llm import AGENT_NAME, LLM
from moot.errors import SpecError, shown

RESERVED = frozenset({"judge"})


class Sort(NamedTuple):
    """What a field of an agent may be."""

    adapter: TypeAdapter[Any]
    mend: str
    """Ends the sentence that refuses another value."""


def _named(value: str) -> str:
    if not AGENT_NAME.match(value):
        raise ValueError
    return value


def _speaking(llm: LLM) -> LLM:
    if not isinstance(llm.name, str):  # pyright: ignore[reportUnnecessaryIsInstance]  (a class has a property there)
        raise TypeError
    return llm


def _sort(hint: Any, mend: str) -> Sort:
    return Sort(TypeAdapter(hint), mend)


_Text = Annotated[str, Field(strict=True)]
_Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
_Price = Annotated[_Number, Field(ge=0)]
_Model = _Text | Annotated[InstanceOf[LLM], AfterValidator(_speaking)]
_MODEL = "a model name such as 'sim/debater', or an object with name, capabilities and complete"

FIELDS: Mapping[str, Sort] = {
    "name": _sort(Annotated[_Text, AfterValidator(_named)], "1 to 64 of a-z, 0-9, _ and -"),
    "llm": _sort(_Model, _MODEL),
    "persona": _sort(_Text, "a text"),
    "role": _sort(_Text, "a text such as 'critic'"),
    "temperature": _sort(Annotated[_Number, Field(ge=0, le=10)], "a number from 0 to 10"),
    "top_p": _sort(Annotated[_Number, Field(gt=0, le=1)], "a number above 0, at most 1"),
    "max_tokens": _sort(Annotated[int, Field(strict=True, ge=1)], "a whole number, at least 1"),
    "api_base": _sort(_Text, "an address that begins with http:// or https://"),
    "price": _sort(
        tuple[_Price, _Price],
        "two numbers, US dollars per million prompt tokens and per million reply tokens, as in (0.25, 2)",
    ),
    "fallback": _sort(_Model, _MODEL),
    "extra": _sort(dict[_Text, JsonValue], "a mapping of plain values, as in {'reasoning_effort': 'low'}"),
}
"""What each field of an agent may be, the same in a program and in a debate file."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A named seat-holder. Many agents may share one LLM.

    Args:
        name: Matches `[a-z0-9_-]{1,64}`; unique in a debate; `judge` is reserved.
        llm: A model name (`"openai/gpt-5-mini"`, `"sim/debater?accuracy=0.8"`) or any `LLM`.
        persona: Who it is told to be.
        role: What it is told to be called, and is called in records, where the protocol gives no role of
            its own; None is a debater.
        temperature: At least 0; None leaves the provider's default.
        top_p: In (0, 1].
        max_tokens: Most tokens of one reply, at least 1.
        api_base: Another address of the same kind of endpoint.
        price: US dollars per million prompt tokens and per million reply tokens, where the
            price file does not know the model.
        fallback: A model that takes a call this one could not answer; recorded on the turn.
        extra: Provider extras, passed through as they are.

    Raises:
        SpecError: A value is of another sort or out of range; the sentence names it and the mend.
    """

    name: str
    llm: str | LLM
    persona: str | None = None
    role: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    api_base: str | None = None
    price: tuple[float, float] | None = None
    fallback: "str | LLM | None" = None
    extra: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])

    def __post_init__(self) -> None:
        for key in FIELDS:
            value = getattr(self, key)
            if value is not None or key in {"name", "llm"}:
                object.__setattr__(self, key, _checked(self.name, key, value))  # converted: a list to a price
            elif key == "extra":
                object.__setattr__(self, key, {})

    @property
    def model(self) -> str:
        """The name of its LLM, for records and tables."""
        return self.llm if isinstance(self.llm, str) else self.llm.name


def _checked(agent: object, key: str, value: object) -> Any:
    try:
        return FIELDS[key].adapter.validate_python(value)
    except (ValidationError, TypeError) as error:
        raise SpecError(f"agent {shown(agent)}: {key} {shown(value)}: use {FIELDS[key].mend}") from error
