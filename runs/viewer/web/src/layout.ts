/** Where nodes lie: on a circle, by forces, in communities, or heaped by answer. */

import {
  type SimulationLinkDatum,
  type SimulationNodeDatum,
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
} from "d3-force";

import { communities } from "./communities";
import type { Story } from "./story";

export interface Point {
  x: number;
  y: number;
}
export type Layout = Map<string, Point>;
export type Pairs = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Beyond it a circle of names grows too large to read. */
const CIRCLE = 26;
/** Beyond it every node is a dot, and nodes are packed rather than pushed apart. */
export const CROWD = 80;
const GOLDEN = Math.PI * (3 - Math.sqrt(5));

/** Who heard whom at any time, both ways, and how often. */
export function pairs(story: Story): Pairs {
  const all = new Map<string, Map<string, number>>(story.speakers.map((seat) => [seat, new Map()]));
  for (const turn of story.debate.turns)
    for (const { seat } of story.heard(turn))
      for (const [one, other] of [[turn.seat, seat], [seat, turn.seat]] as const) {
        const known = all.get(one);
        if (known) known.set(other, (known.get(other) ?? 0) + 1);
      }
  return all;
}

/** The lasting places of all speakers, by who hears whom. Coordinates are pixels around (0, 0). */
export function arranged(story: Story): Layout {
  const linked = pairs(story);
  const debaters = story.speakers.filter((seat) => story.debaters.has(seat));
  const others = story.speakers.filter((seat) => !story.debaters.has(seat));
  const layout = crowdOrFew(debaters, linked);
  const beyond = Math.max(150, ...[...layout.values()].map((point) => point.x)) + 110;
  others.forEach((seat, place) => layout.set(seat, { x: beyond, y: (place - (others.length - 1) / 2) * 76 }));
  return layout;
}

function crowdOrFew(seats: readonly string[], linked: Pairs): Layout {
  if (seats.length > CROWD) return packed(communities(seats, linked), 13);
  const degrees = seats.map((seat) => linked.get(seat)?.size ?? 0);
  const mean = degrees.reduce((sum, degree) => sum + degree, 0) / Math.max(1, seats.length);
  const even = Math.max(...degrees) - Math.min(...degrees) <= 2;
  if (seats.length <= CIRCLE && (even || mean > seats.length * 0.6)) return circle(seats);
  return forced(seats, linked);
}

function circle(seats: readonly string[]): Layout {
  const radius = Math.max(105, seats.length * 17);
  return new Map(
    seats.map((seat, place) => {
      const angle = (2 * Math.PI * place) / seats.length - Math.PI / 2;
      return [seat, { x: radius * 1.35 * Math.cos(angle), y: radius * Math.sin(angle) }];
    }),
  );
}

function forced(seats: readonly string[], linked: Pairs): Layout {
  interface Body extends SimulationNodeDatum {
    id: string;
  }
  const start = circle(seats);
  const bodies: Body[] = seats.map((id) => ({ id, ...start.get(id)! }));
  const links: SimulationLinkDatum<Body>[] = [];
  for (const [one, others] of linked)
    for (const other of others.keys())
      if (one < other && start.has(one) && start.has(other)) links.push({ source: one, target: other });
  forceSimulation(bodies)
    .force("links", forceLink<Body, SimulationLinkDatum<Body>>(links).id((body) => body.id).distance(90))
    .force("apart", forceManyBody().strength(-420))
    .force("room", forceCollide(34))
    .force("x", forceX(0).strength(0.05))
    .force("y", forceY(0).strength(0.08))
    .stop()
    .tick(220);
  return new Map(bodies.map((body) => [body.id, { x: body.x! * 1.6, y: body.y! * 0.9 }]));
}

/** Heaps beside each other, largest first; members lie in a spiral, close to the heap's middle. */
export function packed(heaps: readonly (readonly string[])[], room: number): Layout {
  const layout: Layout = new Map();
  const bodies = heaps.map((heap, place) => ({
    heap,
    radius: room * 0.62 * Math.sqrt(heap.length) + room * 1.6,
    x: 60 * Math.cos(place * GOLDEN) * Math.sqrt(place),
    y: 60 * Math.sin(place * GOLDEN) * Math.sqrt(place),
  }));
  forceSimulation(bodies)
    .force("room", forceCollide<(typeof bodies)[number]>((body) => body.radius).strength(1).iterations(3))
    .force("x", forceX(0).strength(0.04))
    .force("y", forceY(0).strength(0.11))
    .stop()
    .tick(140);
  for (const { heap, x, y } of bodies)
    heap.forEach((seat, place) => {
      const away = room * 0.62 * Math.sqrt(place);
      layout.set(seat, { x: x + away * Math.cos(place * GOLDEN), y: y + away * Math.sin(place * GOLDEN) });
    });
  return layout;
}

/** Groups of seats side by side in the given order: few in columns, where names can be read, a crowd in heaps. */
export function heaped(groups: readonly (readonly string[])[]): Layout {
  return groups.flat().length > CROWD ? inHeaps(groups, 13) : inColumns(groups);
}

const [WIDE, HIGH, TALLEST] = [118, 84, 5];

function inColumns(groups: readonly (readonly string[])[]): Layout {
  const layout: Layout = new Map();
  let left = 0;
  for (const group of groups) {
    const columns = Math.ceil(group.length / TALLEST);
    const rows = Math.ceil(group.length / columns);
    group.forEach((seat, place) => {
      const [column, row] = [Math.floor(place / rows), place % rows];
      const among = Math.min(rows, group.length - column * rows);
      layout.set(seat, { x: left + column * WIDE, y: (row - (among - 1) / 2) * HIGH });
    });
    left += (columns - 1) * WIDE + 1.9 * WIDE;
  }
  return layout;
}

function inHeaps(groups: readonly (readonly string[])[], room: number): Layout {
  const layout: Layout = new Map();
  const radii = groups.map((group) => room * 0.62 * Math.sqrt(group.length) + room);
  let x = -radii.reduce((sum, radius) => sum + radius, 0);
  groups.forEach((group, at) => {
    x += radii[at]!;
    group.forEach((seat, place) => {
      const away = room * 0.62 * Math.sqrt(place);
      layout.set(seat, { x: x + away * Math.cos(place * GOLDEN), y: away * Math.sin(place * GOLDEN) });
    });
    x += radii[at]!;
  });
  return layout;
}
