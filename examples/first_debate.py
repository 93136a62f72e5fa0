"""A first debate: simulated models of several families argue questions of the bundled bank, on Ray.

It needs no key and no network. Every answer here is simulated and says nothing about real models.
"""

import sys

from rich.console import Console

import moot
from moot.cli.live import watched
from moot.sim import bank

PAUSE = "&latency=0.6" if sys.stdout.isatty() else ""
"""Where somebody watches, simulated models take a moment to think."""
PANEL = [
    moot.Agent("ada", f"sim/debater?accuracy=0.75{PAUSE}", persona="a careful mathematician"),
    moot.Agent("bo", f"sim/debater?accuracy=0.65&family=b{PAUSE}"),
    moot.Agent("cy", f"sim/debater?accuracy=0.7&family=c{PAUSE}", persona="a historian"),
    moot.Agent("di", f"sim/debater?accuracy=0.6&family=d{PAUSE}"),
    moot.Agent("eve", f"sim/stubborn?accuracy=0.6&family=b{PAUSE}"),
]
ASKED = (
    "Which country shares the island of Hispaniola",
    "Which of these kinds of radiation passes",
    "In which country does the Mekong",
)
"""Questions of the bank on which these models change their minds, for better and for worse."""


def main() -> int:
    """Hold three debates and say what they came to; 0 where all of them ended with an answer."""
    console = Console(highlight=False, soft_wrap=True)
    ring = moot.topologies.ring(len(PANEL))
    debate = moot.Debate(PANEL, ring, "society", rounds=3, stop="unanimous", decide="plurality?tie=first", seed=11)
    results: list[moot.Result] = []
    for item in [entry for entry in bank() if entry.question.startswith(ASKED)]:
        question = moot.Question(item.question, options=item.options, gold=item.answer)
        with watched(console) as listener:
            results.append(debate.run(question, listen=listener))
        tell(console, results[-1])
    right = sum(bool(result.correct) for result in results)
    first = sum(result.first_vote == result.question.gold for result in results)
    console.print(f"right after debate: {right} of {len(results)}; by the first vote alone: {first} (simulated models)")
    console.print("\nWith real models: export OPENAI_API_KEY=… ANTHROPIC_API_KEY=…")
    console.print('  moot ask "Your question" -m openai/gpt-5-mini -m anthropic/claude-haiku-4-5', markup=False)
    return 0 if all(result.answer is not None for result in results) else 1


def tell(console: Console, result: moot.Result) -> None:
    """The answer, the vote before any debate beside it, and what it took."""
    console.print(f"answer      {result.answer}  ({result.status}, simulated)", style="bold", markup=False)
    console.print(f"first vote  {result.first_vote or 'none, the answers tied'}", markup=False)
    console.print(f"right is    {result.question.gold}", style="green" if result.correct else "red", markup=False)
    changes = ", ".join(f"{flip.agent} {flip.before} → {flip.after}" for flip in result.flips)
    console.print(f"flips       {len(result.flips)}{': ' + changes if changes else ''}", markup=False)
    used = result.usage
    console.print(f"it took     {used.calls} calls, {used.tokens:,} tokens, {used.cost_usd or 0:.2f} USD (simulated)\n")


if __name__ == "__main__":
    sys.exit(main())
