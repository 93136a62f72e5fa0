"""A first debate: simulated models of several families argue questions of the bundled bank, on Ray.

It needs no key and no network. Every answer here is simulated and says nothing about real models.
"""

import sys

from rich.console import Console

import moot
from moot.cli.live import Watcher
from moot.sim import bank

PANEL = [
    moot.Agent("ada", "sim/debater?accuracy=0.75", persona="a careful mathematician"),
    moot.Agent("bo", "sim/debater?accuracy=0.65&family=b"),
    moot.Agent("cy", "sim/debater?accuracy=0.7&family=c", persona="a historian"),
    moot.Agent("di", "sim/debater?accuracy=0.6&family=b"),
]


def main() -> int:
    """Hold three debates and print what they came to; the exit code is 0 where all of them ended with an answer."""
    console = Console()
    debate = moot.Debate(PANEL, "ring", "society", rounds=3, stop="unanimous", decide="plurality?tie=first", seed=7)
    results: list[moot.Result] = []
    for item in [entry for entry in bank() if entry.kind == "choice"][40:280:80]:
        question = moot.Question(item.question, options=item.options, gold=item.answer)
        result = debate.run(question, listen=Watcher(console))
        console.print(str(result), style="green" if result.correct else "yellow", highlight=False)
        console.print(f"right answer: {item.answer}\n", highlight=False)
        results.append(result)
    right = sum(bool(result.correct) for result in results)
    first = sum(result.first_vote == result.question.gold for result in results)
    console.print(f"right after debate: {right} of {len(results)}; by the first vote alone: {first} (simulated models)")
    console.print("With real models: set a provider's key, then", highlight=False)
    console.print('  moot ask "Your question" -m openai/gpt-5-mini -m anthropic/claude-haiku-4-5', highlight=False)
    return 0 if all(result.answer is not None for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
