"""A protocol of your own: an async function of the floor, here one in which you hear only who disagrees with you."""

import moot
from moot.protocols import Floor, Outcome, View, decide, protocol


@protocol("opposition", calls="n · R")
async def opposition(floor: Floor, *, rounds: int = 3) -> Outcome:
    """Everyone answers alone; then, one after another, each hears those whose last answer differs from its own."""
    async for number in floor.rounds(rounds):
        if number == 0:
            await floor.everyone(view=View(own="none", peers="none"))
            continue
        said = {turn.seat: turn.vote for turn in (await floor.transcript()).round(-1)}
        for seat in floor.debaters:
            opponents = [peer for peer in floor.debaters if said[peer.name] != said[seat.name]]
            await floor.speak(seat, hears=opponents)
    return await floor.decide(decide.plurality(tie="first"))


def main() -> None:
    """Hold it like any other; on the command line it is `--protocol own_protocol:opposition --allow-import`."""
    models = ["sim/debater?family=a", "sim/debater?family=b", "sim/debater?family=c", "sim/debater?family=d"]
    debate = moot.Debate(models, protocol=opposition(rounds=3), stop="unanimous", seed=4)
    result = debate.run(moot.Question("Which is larger, 9.11 or 9.9?", kind="number", gold="9.9"), runtime="local")
    for turn in result.turns:
        heard = ", ".join(turn_id.split(":")[1] for turn_id in turn.heard) or "nobody"
        print(f"round {turn.round}  {turn.seat} heard {heard:<12} and answers {turn.vote}")
    print(result)


if __name__ == "__main__":
    main()
