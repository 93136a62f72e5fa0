/** Groups of seats that hear one another more than others: label propagation (arXiv:0709.2938), in a fixed order. */

import type { Pairs } from "./layout";

const SWEEPS = 12;

/** The communities, largest first; seats keep their order. One of them where the graph has no parts. */
export function communities(seats: readonly string[], linked: Pairs): string[][] {
  const labels = new Map(seats.map((seat) => [seat, seat]));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let moved = false;
    for (const seat of seats) {
      const label = commonest(seat, labels, linked);
      if (label !== undefined && label !== labels.get(seat)) {
        labels.set(seat, label);
        moved = true;
      }
    }
    if (!moved) break;
  }
  const groups = new Map<string, string[]>();
  for (const seat of seats) {
    const label = labels.get(seat)!;
    const group = groups.get(label);
    if (group) group.push(seat);
    else groups.set(label, [seat]);
  }
  return [...groups.values()].sort((one, other) => other.length - one.length);
}

/** The label that most of its neighbours have; its own where that is among the most. */
function commonest(seat: string, labels: ReadonlyMap<string, string>, linked: Pairs): string | undefined {
  const weights = new Map<string, number>();
  for (const [other, weight] of linked.get(seat) ?? []) {
    const label = labels.get(other);
    if (label !== undefined) weights.set(label, (weights.get(label) ?? 0) + weight);
  }
  const own = labels.get(seat)!;
  let [best, most] = [own, weights.get(own) ?? 0];
  for (const [label, weight] of weights) if (weight > most) [best, most] = [label, weight];
  return best;
}
