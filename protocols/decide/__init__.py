"""How a debate is decided: rules that make an outcome of its transcript.

`decision("majority?share=0.6 >> judge")` reads a rule as it is written in a debate file; every
rule is also a function here. Rules of other packages are found by the entry point group
`moot.decisions`.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import entry_points
from typing import Any, cast

from moot.errors import SpecError, UnknownNameError, shown
from moot.names import arguments, parse
from moot.protocols.decide.electing import approval, borda, condorcet, cumulative, mean_rank, stv
from moot.protocols.decide.estimating import linear_pool, log_pool, median, trimmed_mean
from moot.protocols.decide.judging import judge, panel, synthesis
from moot.protocols.decide.looking_back import history, hybrid, trajectory
from moot.protocols.decide.rule import Chain, Decision, Hearing, Tie, counted
from moot.protocols.decide.voting import hub, last, majority, plurality, supermajority, unanimity, weighted

__all__ = [
    "Decision",
    "Hearing",
    "Tie",
    "approval",
    "borda",
    "catalogue",
    "condorcet",
    "counted",
    "cumulative",
    "decision",
    "history",
    "hub",
    "hybrid",
    "judge",
    "last",
    "linear_pool",
    "log_pool",
    "majority",
    "mean_rank",
    "median",
    "panel",
    "plurality",
    "stv",
    "supermajority",
    "synthesis",
    "trajectory",
    "trimmed_mean",
    "unanimity",
    "weighted",
]

_SHIPPED: dict[str, Callable[..., Decision]] = {
    "plurality": plurality,
    "majority": majority,
    "supermajority": supermajority,
    "unanimity": unanimity,
    "hybrid": hybrid,
    "weighted": weighted,
    "borda": borda,
    "mean_rank": mean_rank,
    "condorcet": condorcet,
    "stv": stv,
    "approval": approval,
    "cumulative": cumulative,
    "median": median,
    "trimmed_mean": trimmed_mean,
    "linear_pool": linear_pool,
    "log_pool": log_pool,
    "history": history,
    "trajectory": trajectory,
    "judge": judge,
    "panel": panel,
    "synthesis": synthesis,
    "hub": hub,
    "last": last,
}


def catalogue() -> dict[str, Callable[..., Decision]]:
    """Every decision by name, the shipped ones before those installed."""
    found = {entry.name: cast(Callable[..., Decision], entry.load()) for entry in entry_points(group="moot.decisions")}
    return {**_SHIPPED, **{name: make for name, make in found.items() if name not in _SHIPPED}}


def decision(value: "str | Mapping[str, Any] | Sequence[Any] | Decision") -> Decision:
    """The decision of that spelling.

    Args:
        value: `"plurality >> judge"`, `{"majority": {"share": 0.6}}`, a list of those (each
            decides where those before it do not), or a decision.

    Raises:
        UnknownNameError: There is no such rule or parameter.
        SpecError: A value does not fit.
    """
    if isinstance(value, Decision):
        return value
    if isinstance(value, Mapping):
        if len(value) != 1:
            raise SpecError(f"a decision is one name with its parameters, not {sorted(value)}")
        name, parameters = next(iter(value.items()))
        if not isinstance(parameters, dict | None):
            raise SpecError(f"decide {shown(value)}: write {{'majority': {{'share': 0.6}}}}")
        return _made(str(name), cast("Mapping[str, Any]", parameters or {}))
    if isinstance(value, str):
        if not all(part.strip() for part in value.split(">>")):
            raise SpecError(f"decide {value!r}: a rule is missing: write one, as in plurality, or plurality >> judge")
        parts = [_made(*parse(part)) for part in value.split(">>")]
    elif isinstance(value, list | tuple):
        parts = [decision(part) for part in value]
    else:
        raise SpecError(f"decide {shown(value)}: give the name of a rule such as 'plurality', or decide.plurality()")
    if not parts:
        raise SpecError("decide takes at least one rule, as in plurality")
    return parts[0] if len(parts) == 1 else Chain(tuple(parts))


def _made(name: str, parameters: Mapping[str, Any]) -> Decision:
    known = _SHIPPED if name in _SHIPPED else catalogue()  # to look for installed ones reads the whole environment
    if name not in known:
        raise UnknownNameError("decision", name, known)
    make = known[name]
    counts = getattr(make, "__wrapped__", None)  # a counted rule's first parameter is the standing
    checked = arguments(counts or make, parameters, kind=f"decision {name!r}", skip=1 if counts else 0)
    return make(**checked)
