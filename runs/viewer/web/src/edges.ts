/** Messages of a step as edges: who was heard by whom, saying what. */

import type { Turn } from "./documents";
import type { Point } from "./layout";
import type { Step, Story } from "./story";

export interface Edge {
  from: string;
  to: string;
  /** What was said, and the turn in which it was heard. */
  said: Turn;
  heardIn: Turn;
  /** Whether the hearer went over to the answer that this message gave. */
  moved: boolean;
}

const known = new WeakMap<Step, Edge[]>();

/** The edges of a step, one for each pair: of several messages the last. */
export function edges(story: Story, step: Step): Edge[] {
  let found = known.get(step);
  if (!found) known.set(step, (found = told(story, step)));
  return found;
}

function told(story: Story, step: Step): Edge[] {
  const found = new Map<string, Edge>();
  const won = new Map(step.changes.map((change) => [change.turn.id, change.after]));
  for (const heardIn of step.turns)
    for (const id of heardIn.heard) {
      const said = story.turn(id);
      if (!said || said.seat === heardIn.seat) continue;
      const moved = said.vote !== null && won.get(heardIn.id) === said.vote;
      found.set(`${said.seat}\n${heardIn.seat}`, { from: said.seat, to: heardIn.seat, said, heardIn, moved });
    }
  return [...found.values()];
}

type Curve = readonly [Point, Point, Point];

/** An arc that leaves the nodes free, as its start, its bend and its end; the two directions of a pair bend apart. */
export function arc(from: Point, to: Point, start: number, end: number): Curve {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  const bend = Math.min(28, length * 0.12);
  const middle = { x: (from.x + to.x) / 2 - (dy / length) * bend, y: (from.y + to.y) / 2 + (dx / length) * bend };
  return [toward(from, middle, start), middle, toward(to, middle, end)];
}

/** An arc as SVG has it. */
export function path([a, bend, b]: Curve): string {
  return `M${a.x.toFixed(1)},${a.y.toFixed(1)}Q${bend.x.toFixed(1)},${bend.y.toFixed(1)} ${b.x.toFixed(1)},${b.y.toFixed(1)}`;
}

/** Points along an arc, its end the last. */
export function along([a, bend, b]: Curve, count: number): Point[] {
  return Array.from({ length: count }, (_, place) => {
    const [now, rest] = [(place + 1) / count, 1 - (place + 1) / count];
    const at = (one: number, middle: number, other: number): number => rest * rest * one + 2 * rest * now * middle + now * now * other;
    return { x: at(a.x, bend.x, b.x), y: at(a.y, bend.y, b.y) };
  });
}

function toward(from: Point, to: Point, by: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: from.x + ((to.x - from.x) / length) * by, y: from.y + ((to.y - from.y) / length) * by };
}
