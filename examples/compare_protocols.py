"""Does debate help? Several protocols over the same questions, beside the votes that cost as much.

Accuracies come with 95 % Wilson intervals. The round-0 vote of each protocol is the free baseline;
self-consistency spends the calls of a debate on votes alone. The models are simulated: put real
names into PANEL, and a budget into run_many, for figures that mean something.
"""

import moot
from moot.sim import bank

PANEL = ["sim/debater?accuracy=0.7", "sim/debater?accuracy=0.65&family=b", "sim/debater?accuracy=0.6&family=c"]
QUESTIONS = [
    moot.Question(item.question, options=item.options, gold=item.answer, domain=item.domain)
    for item in bank()
    if item.kind == "choice"
][:200:4]
PROTOCOLS = ["vote", "self_consistency?samples=3", "society?rounds=3", "du?rounds=3", "sequential?rounds=3"]


def main() -> None:
    """Run them all and print a table."""
    print(f"{len(QUESTIONS)} questions of the bundled bank, {len(PANEL)} simulated models\n")
    print(f"{'protocol':<28}{'right':>7}{'95 % interval':>18}{'first vote':>12}{'flips':>7}{'calls':>7}")
    for protocol in PROTOCOLS:
        debate = moot.Debate(PANEL, protocol=protocol, decide="plurality?tie=first", seed=7)
        run = debate.run_many(QUESTIONS, runtime="local", progress=False)
        summary = run.summary()
        low, high = summary.correct.interval
        alone = any(result.first_vote is not None for result in run.results())
        first = f"{summary.first_vote.value:.0%}" if alone else "none"
        print(
            f"{protocol:<28}{summary.correct.value:>7.0%}{f'{low:.0%} to {high:.0%}':>18}"
            f"{first:>12}{summary.flips:>7}{summary.usage.calls:>7}"
        )
    print("\nsimulated: these figures show how to compare, and are no evidence about real models")


if __name__ == "__main__":
    main()
