"""One entry of a chat, whose text is kept in the parts it was made of."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, GetCoreSchemaHandler, PlainSerializer, ValidatorFunctionWrapHandler, WrapValidator

Role = Literal["system", "user", "assistant"]


class Message:
    """One entry of a chat; it never changes.

    Parts are joined where the text is read, so that all prompts that quote a reply hold that reply once: a debate
    takes the room of what was said and of who heard it, and not of every prompt in full.

    Args:
        role: Who speaks.
        content: The text, or its parts.

    >>> Message(role="user", content=("Why is ", "the sky blue?")).content
    'Why is the sky blue?'
    """

    __slots__ = ("_content", "_role")

    def __init__(self, *, role: Role, content: str | tuple[str, ...]) -> None:
        self._role: Role = role
        self._content = content

    @property
    def role(self) -> Role:
        """Who speaks."""
        return self._role

    @property
    def content(self) -> str:
        """The text."""
        return self._content if isinstance(self._content, str) else "".join(self._content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self.role == other.role and self.content == other.content

    def __hash__(self) -> int:
        return hash((self.role, self.content))

    def __repr__(self) -> str:
        return f"Message(role={self.role!r}, content={self.content!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _message, (self._role, self._content)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> Any:
        return handler(Annotated[_Plain, WrapValidator(_taken), PlainSerializer(_plain)])


class _Plain(BaseModel, frozen=True, extra="forbid"):
    """A message as data."""

    role: Role
    content: str


def _taken(value: Any, check: ValidatorFunctionWrapHandler) -> Message:
    return value if isinstance(value, Message) else Message(**dict(check(value)))


def _plain(message: Message) -> dict[str, str]:
    return {"role": message.role, "content": message.content}


def _message(role: Role, content: str | tuple[str, ...]) -> Message:
    return Message(role=role, content=content)
