"""Refit the simulated debater's update rule to figures of your own debates.

Replace `MEASURED` by what you measured: how much of its accuracy a vote of five has lost after so
many rounds of an all-to-all debate of one model with itself, and how often the model changes its
mind when merely asked again. The program searches the four parameters of the update rule that meet them
best, with the same random numbers for every trial, and prints a model name to use. No network.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from moot.agents.sim.beliefs import beliefs
from moot.agents.sim.debater import Debater
from moot.agents.sim.world import Item

MEASURED = {"lost after 2 rounds": 0.031, "lost after 5 rounds": 0.061, "flips when asked again": 0.37}
ANSWERS = ("right", "lure", "slip", "guess")
AGENTS, ROUNDS, ITEMS, TRIALS = 5, 5, 2500, 200
EXPONENT = 0.58

Table = npt.NDArray[np.float64]


def main() -> None:
    """Search, then say what was found."""
    rng = np.random.default_rng(7)
    items = [Item(f"refit {number}", "choice", ANSWERS, "right", None, None, None) for number in range(ITEMS)]
    known = np.array([beliefs(item, Debater().mind) for item in items])
    gumbel = rng.gumbel(size=(ROUNDS + 1, AGENTS, ITEMS, len(ANSWERS)))
    sway = rng.normal(size=(ROUNDS + 1, AGENTS, ITEMS, len(ANSWERS)))
    shipped = {"eta": 1.0, "omega": 2.1, "sigma": 1.05, "delta": 1.0}
    best, found = shipped, figures(known, gumbel, sway, shipped)
    before = found
    step = 0.6
    for trial in range(TRIALS):
        tried = {name: max(value + step * rng.normal(), 0.0) for name, value in best.items()}
        outcome = figures(known, gumbel, sway, tried)
        if loss(outcome) < loss(found):
            best, found = tried, outcome
        step = max(0.1, 0.6 * (1 - trial / TRIALS))
    print("simulated; the parameters nearest to the figures given, of", TRIALS, "tried:")
    for name, figure in MEASURED.items():
        print(f"  {name:24} measured {figure:.3f}   shipped {before[name]:.3f}   refitted {found[name]:.3f}")
    print("sim/debater?" + "&".join(f"{name}={value:.2f}" for name, value in best.items()))


def loss(outcome: Mapping[str, float]) -> float:
    """The sum of squared misses."""
    return sum((outcome[name] - figure) ** 2 for name, figure in MEASURED.items())


def figures(known: Table, gumbel: Table, sway: Table, rule: Mapping[str, float]) -> dict[str, float]:
    """What debates under these parameters would show."""
    said = (known + gumbel[0]).argmax(-1)
    hidden = known + rule["sigma"] * sway[0] - rule["delta"] * (np.arange(len(ANSWERS)) == 0)
    found = {"flips when asked again": float(((hidden + gumbel[1]).argmax(-1)[0] != said[0]).mean())}
    first = 0.0
    for round in range(ROUNDS + 1):
        if round:
            said = revised(known, said, gumbel[round], sway[round], rule)
        counts = np.stack([(said == answer).sum(0) for answer in range(len(ANSWERS))], axis=-1)
        leads = counts == counts.max(-1, keepdims=True)
        right = float((leads[:, 0] / leads.sum(-1)).mean())
        first = first or right
        found[f"lost after {round} rounds"] = first - right
    return found


def revised(
    known: Table, said: npt.NDArray[np.intp], gumbel: Table, sway: Table, rule: Mapping[str, float]
) -> npt.NDArray[np.intp]:
    """Everyone's next answer, having heard everyone else."""
    own = np.eye(len(ANSWERS))[said]
    peers = own.sum(0) - own
    utility = known + rule["omega"] * own + rule["eta"] * peers**EXPONENT + rule["sigma"] * sway + gumbel
    utility[..., 0] -= rule["delta"]
    chosen: npt.NDArray[np.intp] = utility.argmax(-1)
    return chosen


if __name__ == "__main__":
    main()
