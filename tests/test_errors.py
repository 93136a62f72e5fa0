"""Every error crosses process borders unchanged, alone and in a group, with its sentence and its facts."""

import importlib
import inspect
import pickle
from collections.abc import Callable
from typing import cast

import pytest

from moot import errors

FACTS: dict[type[errors.MootError], tuple[object, ...]] = {
    errors.UnknownNameError: ("topology", "rink", ("ring", "star")),
    errors.CapabilityError: ("ada", "sim/debater", "logits", "protocol 'fused'"),
    errors.CredentialError: ("openai/gpt-5-mini", ("OPENAI_API_KEY",)),
    errors.PriceError: ("openai/unheard-of",),
    errors.DriftError: ("d1", "ada", 2, 2, "its prompt is another one now"),
    errors.ForbiddenCallError: ("openai/gpt-5-mini",),
}
"""Facts of the errors that are more than one sentence."""


def every_error() -> list[type[errors.MootError]]:
    found = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.MootError)]
    return [kind for kind in found if not kind.__name__.startswith("_")]


def raised(kind: type[errors.MootError]) -> errors.MootError:
    """The error as it is when caught."""
    try:
        raise kind(*FACTS.get(kind, ("the sentence, with “signs” and\na second line",)))
    except errors.MootError as error:
        return error


def by_pickle(error: BaseException) -> BaseException:
    copy: BaseException = pickle.loads(pickle.dumps(error))
    return copy


def by_ray(error: BaseException) -> BaseException:
    dumps: Callable[[BaseException], bytes] = importlib.import_module("ray.cloudpickle").dumps
    copy: BaseException = pickle.loads(dumps(error))
    return copy


@pytest.mark.parametrize("sent", [by_pickle, by_ray], ids=["pickle", "ray"])
@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_it_crosses_a_process_border(
    kind: type[errors.MootError], sent: Callable[[BaseException], BaseException]
) -> None:
    error = raised(kind)
    copy = sent(error)
    assert type(copy) is kind
    assert (str(copy), copy.args, vars(copy)) == (str(error), error.args, vars(error))


@pytest.mark.parametrize("sent", [by_pickle, by_ray], ids=["pickle", "ray"])
def test_all_of_them_cross_in_one_group(sent: Callable[[BaseException], BaseException]) -> None:
    group = ExceptionGroup("a wave", [ExceptionGroup("inner", [raised(kind) for kind in every_error()])])
    copy = cast("ExceptionGroup[ExceptionGroup[errors.MootError]]", sent(group))
    assert copy.message == "a wave"
    arrived = [(type(error), str(error), vars(error)) for error in copy.exceptions[0].exceptions]
    assert arrived == [(kind, str(raised(kind)), vars(raised(kind))) for kind in every_error()]


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_it_says_something_and_is_drawn_in_the_tree(kind: type[errors.MootError]) -> None:
    assert str(raised(kind)).strip()
    assert kind.__doc__
    assert errors.__doc__ is not None
    assert f" {kind.__name__}" in errors.__doc__


def test_a_misspelt_name_is_answered_with_the_nearest_one() -> None:
    assert str(errors.UnknownNameError("topology", "rink", ["ring", "star"])) == (
        "no topology 'rink': did you mean 'ring'?"
    )
    assert (
        str(errors.UnknownNameError("topology", "xyz", ["ring", "star"])) == "no topology 'xyz': there are ring, star"
    )
    assert str(errors.UnknownNameError("run", "a", [])) == "no run 'a': there are none"
