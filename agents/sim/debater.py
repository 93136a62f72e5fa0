"""A simulated debater's parameters, and the presets that fix some of them.

Utilities are logits at temperature 1. The values of `debater` were fitted to whole debates of one
7-billion model, those of `conformist`, `swayable`, `erratic` and `stubborn` to how four models of
7 to 9 billion take scripted peers, 2024 to 2026. What is marked as a choice was not fitted.
"""

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from moot.agents.sim.ability import HIGHEST, LOWEST, ability, accuracy_of, model_scale

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
Rate = Annotated[float, Field(ge=0, le=1)]
Logits = Annotated[float, Field(ge=-1000, le=1000)]


def _table(written: object) -> object:
    """`history:0.9,law:0.6` as a mapping."""
    if not isinstance(written, str):
        return written
    pairs = [part.partition(":") for part in written.split(",")]
    return {name.strip(): value for name, _, value in pairs}


def _names(written: object) -> object:
    return tuple(written.split(",")) if isinstance(written, str) else written


class Mind(NamedTuple):
    """Who believes: what two models must share to have the same beliefs."""

    family: str
    """Shared by the models of one developer."""
    model: str
    theta: float
    scale: float
    skill: tuple[tuple[str, float], ...]

    def ability_in(self, domain: str | None) -> float:
        """The ability in a domain, in logits."""
        return next((theta for name, theta in self.skill if name == domain), self.theta)


RATES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "clean": {"refusal": 0.0, "garble": 0.0, "empty": 0.0, "two_answers": 0.0, "drift": 0.0},
        "real": {"refusal": 0.005, "garble": 0.0075, "empty": 0.0075, "two_answers": 0.005, "drift": 0.05},
    }
)
"""Rates of replies that a parser must survive, by preset of `noise`. A choice."""


class Debater(BaseModel, frozen=True, extra="forbid"):
    """How a simulated debater knows, updates, judges and writes. Every field is a parameter of its name."""

    model_config = ConfigDict(allow_inf_nan=False)

    accuracy: Annotated[float, Field(ge=LOWEST, le=HIGHEST)] = 0.72
    """Share of right answers at four options and temperature 1."""
    theta: Annotated[float, Field(ge=-20, le=30)] | None = None
    """Ability in logits, instead of an accuracy."""
    scale: Annotated[float, Field(ge=0, le=10)] | None = None
    """Factor on the beliefs that only this model has; None follows the accuracy: the better, the fewer."""
    skill: Annotated[Mapping[str, Annotated[float, Field(ge=LOWEST, le=HIGHEST)]], BeforeValidator(_table)] = Field(
        default_factory=dict
    )
    """Accuracy by domain of the bank or pack, `history:0.9,physics:0.6`; elsewhere `accuracy` holds."""
    family: Name = "a"
    """Models of one family share part of their beliefs and one actor."""
    model: Name | None = None
    """Which model of the family; None makes models of equal accuracy the same model."""
    world: Annotated[int, Field(ge=0, lt=2**63)] = 0
    """Which world is true where neither bank nor solver knows."""
    pack: str | None = None
    """A JSONL file of what it was taught beside the bundled bank."""

    eta: Logits = 1.0
    """Weight of one peer, in logits."""
    s: Annotated[float, Field(gt=0, le=4)] = 0.58
    """Exponent on the summed weight of those who agree: below 1, each further one adds less."""
    omega: Logits = 2.1
    """Weight of its own earlier answer where that is shown."""
    sigma: Annotated[float, Field(ge=0, le=100)] = 1.05
    """Sensitivity to the wording of the prompt when revising; it persists at temperature 0."""
    delta: Logits = 1.0
    """What the right answer loses when revising."""
    alpha: Annotated[float, Field(ge=0, le=100)] = 0.42
    """What an authority counts beyond a peer, in peers."""
    kappa: Logits = 0.0
    """How far reasons for the right answer convince; 0 keeps debate free of evidence. A choice."""
    rho_c: Logits = 0.25
    """How far a peer's stated confidence adds to its weight. A choice."""
    rho_r: Logits = 0.15
    """How far a peer's reasons add to its weight. A choice."""
    challenge: Logits = -0.85
    """`omega` where the prompt asks "are you sure?"."""
    hint: Logits = 1.5
    """Weight of an answer suggested by the user: a message whose author is `user`. A choice."""
    first_bias: Logits = 0.1
    """Preference for the option listed first. A choice."""
    trust: Annotated[Mapping[str, Annotated[float, Field(ge=0, le=1000)]], BeforeValidator(_table)] = Field(
        default_factory=dict
    )
    """Factor on the weight of a peer by name, `ada:2,bo:0.5`."""
    authority: Annotated[tuple[str, ...], BeforeValidator(_names)] = ()
    """Names of peers that count as authorities."""

    aim: Literal["truth", "lure"] = "truth"
    """`lure` argues for the strongest wrong answer, whatever it believes."""
    persuasion: Annotated[int, Field(ge=0, le=40)] = 0
    """Sentences of reasons beyond the usual."""
    reasons: Annotated[int, Field(ge=0, le=10)] = 4
    """Most sentences of reasons it gives of itself."""

    calibrated: bool = False
    """Whether the stated confidence is the chance it gives its own answer."""
    conf: Logits = 1.98
    """Stated confidence, in logits, is this + `conf_slope` · logit of that chance + `conf_sd` · N(0, 1)."""
    conf_slope: Logits = 0.10
    conf_sd: Annotated[float, Field(ge=0, le=100)] = 0.585

    d: Logits = 2.1
    """As a judge: weight of an answer being right."""
    D: Annotated[float, Field(ge=0, le=100)] = 2.22
    """As a judge: how far two arguments differ to it whatever is right, as a standard deviation."""
    b: Logits = 0.9
    """As a judge: preference for the argument shown first."""
    v: Logits = 0.0
    """As a judge: weight of the logarithm of an argument's length."""
    elo: Annotated[Mapping[str, Annotated[float, Field(ge=-9999, le=9999)]], BeforeValidator(_table)] = Field(
        default_factory=dict
    )
    """As a judge: Elo rating of debaters by name, `ada:120`."""
    sureness: Rate = 0.8
    """As a moderator: least chance of the better side at which it ends the debate. A choice."""

    noise: Literal["clean", "real"] = "clean"
    """Preset of the rates below: `clean` none, `real` as measured of real models."""
    refusal: Rate | None = None
    garble: Rate | None = None
    empty: Rate | None = None
    two_answers: Rate | None = None
    drift: Rate | None = None
    """Share of replies that refuse, hold no answer, are empty, hold two answers, or give it in another form."""
    form: Literal["asked", "final", "boxed", "curly", "tag", "json", "bold", "free", "bare"] = "asked"
    """How the answer line is written, whatever was asked for."""
    confidence: Literal["percent", "decimal", "word"] = "percent"
    """How confidence is written."""

    @cached_property
    def mind(self) -> Mind:
        """Who believes: family, model and ability."""
        theta = ability(self.accuracy) if self.theta is None else self.theta
        accuracy = self.accuracy if self.theta is None else accuracy_of(self.theta)
        skill = tuple((domain, ability(share)) for domain, share in self.skill.items())
        scale = model_scale(accuracy) if self.scale is None else self.scale
        return Mind(self.family, self.model or f"{accuracy:g}", theta, scale, skill)

    @cached_property
    def rates(self) -> Mapping[str, float]:
        """Share of replies with each flaw; empty where there is none."""
        own = {
            "refusal": self.refusal,
            "garble": self.garble,
            "empty": self.empty,
            "two_answers": self.two_answers,
            "drift": self.drift,
        }
        rates = {name: RATES[self.noise][name] if rate is None else rate for name, rate in own.items()}
        return {name: rate for name, rate in rates.items() if rate}


class Preset(NamedTuple):
    """A name with some parameters fixed; each can still be given."""

    about: str
    parameters: Mapping[str, str]


_FITTED = {"omega": "0", "sigma": "1", "delta": "0"}
PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "debater": Preset("keeps its answer unless several others agree on another", {}),
        "conformist": Preset("has no attachment to its own answer and follows its peers", {**_FITTED, "eta": "2.64"}),
        "swayable": Preset(
            "follows its peers and the wording of the prompt", {**_FITTED, "eta": "2.59", "sigma": "3.75"}
        ),
        "erratic": Preset(
            "changes its answer often, whatever it hears", {**_FITTED, "eta": "1.4", "omega": "-0.4", "sigma": "5.2"}
        ),
        "stubborn": Preset("hardly hears its peers", {**_FITTED, "eta": "0.02"}),
        "adversary": Preset(
            "argues for the strongest wrong answer, at length", {"aim": "lure", "persuasion": "3", "eta": "0"}
        ),
        "contrarian": Preset("moves away from what its peers say", {"eta": "-2", "omega": "0", "delta": "0"}),
        "sycophant": Preset(
            "says what it was told", {"eta": "3", "omega": "0", "hint": "6", "challenge": "-4", "delta": "0"}
        ),
        "free-rider": Preset(
            "answers alone at first, then echoes the plurality without reasons",
            {"eta": "50", "omega": "0", "sigma": "0", "delta": "0", "reasons": "0"},
        ),
    }
)
