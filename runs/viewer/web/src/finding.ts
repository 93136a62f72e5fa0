/** What lies under a point of the world, where it is painted and no element says so. */

import type { Edge } from "./edges";
import type { Layout, Point } from "./layout";

/** The node whose rim is nearest; null where none is within reach. */
export function nearestNode(at: Point, layout: Layout, radius: (seat: string) => number, reach: number): string | null {
  let [best, least]: [string | null, number] = [null, reach];
  for (const [seat, { x, y }] of layout) {
    const away = Math.hypot(at.x - x, at.y - y) - radius(seat);
    if (away < least) [best, least] = [seat, away];
  }
  return best;
}

/** The edge that passes nearest; undefined where none is within reach. */
export function nearestEdge(at: Point, edges: readonly Edge[], layout: Layout, reach: number): Edge | undefined {
  let [best, least]: [Edge | undefined, number] = [undefined, reach];
  for (const edge of edges) {
    const away = fromLine(at, layout.get(edge.from)!, layout.get(edge.to)!);
    if (away < least) [best, least] = [edge, away];
  }
  return best;
}

function fromLine(at: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const along = Math.max(0, Math.min(1, ((at.x - a.x) * dx + (at.y - a.y) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(at.x - a.x - along * dx, at.y - a.y - along * dy);
}
