/** Where names are written: beside each node, on the side that messages leave free, rather outward than inward. */

import type { Layout, Point } from "./layout";

/** The way from a node to its name: of length 1 or so, rightward and downward. */
export type Side = Point;
export type Sides = ReadonlyMap<string, Side>;

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Named {
  radius: number;
  /** Of the longer of its two lines, in letters. */
  letters: number;
}

/** From the rim of a node to its name; the ring of a change of mind lies between. */
export const APART = 11;
const LETTER = 7.2;
const LINES = 34;
export const BELOW: Side = { x: 0, y: 1 };
/** Slanting ways are a little longer, so that a corner of a name keeps clear of the ring. */
const SIDES: readonly Side[] = [BELOW, ...[[0, -1], [1, 0], [-1, 0], [0.8, 0.8], [-0.8, 0.8], [0.8, -0.8], [-0.8, -0.8]].map(([x, y]) => ({ x: x!, y: y! }))];
/** What a point of a message under a name costs, next to its lying inward, in the way of others, or far out to the side. */
const [LINE, HEAD, INWARD, BLOCKED, WIDE] = [1, 5, 1.6, 12, 1.5];
/** Beyond so many points of messages names stay below. */
const MOST = 12_000;

/** Where a name lies that is written on that side, so much larger than it lies. */
export function box(at: Point, { radius, letters }: Named, side: Side, larger = 1): Box {
  const [wide, high] = [letters * LETTER * larger, LINES * larger];
  const [x, y] = [at.x + side.x * (radius + APART), at.y + side.y * (radius + APART + high / 2)];
  const left = Math.abs(side.x) < 0.1 ? x - wide / 2 : side.x > 0 ? x : x - wide;
  return { left, right: left + wide, top: y - high / 2, bottom: y + high / 2 };
}

/** The best side of every node.
 *
 * `messages` are points along each arrow, its head last. Where it is `narrow`, names rather stand above or below.
 */
export function sides(layout: Layout, named: ReadonlyMap<string, Named>, messages: readonly (readonly Point[])[], narrow: boolean): Sides {
  const found = new Map<string, Side>();
  if (messages.reduce((sum, points) => sum + points.length, 0) > MOST) return found;
  const written: Box[] = [];
  for (const [seat, at] of layout) {
    const own = named.get(seat);
    if (!own) continue;
    const out = Math.hypot(at.x, at.y) || 1;
    const cost = (side: Side): number => {
      const mine = box(at, own, side);
      let sum = INWARD * (1 - (side.x * at.x + side.y * at.y) / out / Math.hypot(side.x, side.y)) + (narrow ? WIDE * Math.abs(side.x) : 0);
      for (const points of messages) points.forEach((point, place) => inside(point, mine, 3) && (sum += place === points.length - 1 ? HEAD : LINE));
      for (const [other, there] of layout) if (other !== seat && inside(there, mine, named.get(other)?.radius ?? 0)) sum += BLOCKED;
      for (const other of written) if (overlap(mine, other)) sum += BLOCKED;
      return sum;
    };
    const best = SIDES.map((side) => ({ side, cost: cost(side) })).reduce((one, other) => (other.cost < one.cost - 1e-6 ? other : one));
    found.set(seat, best.side);
    written.push(box(at, own, best.side));
  }
  return found;
}

const inside = ({ x, y }: Point, { left, right, top, bottom }: Box, by: number): boolean =>
  x > left - by && x < right + by && y > top - by && y < bottom + by;

const overlap = (one: Box, other: Box): boolean =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
