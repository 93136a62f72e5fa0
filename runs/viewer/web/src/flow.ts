/** The flow of opinions: how many held which answer in each round, and who went over to which. */

import { type Answers, mark } from "./answers";
import { h, s } from "./dom";
import type { Step, Story } from "./story";
import { cut, plural, several } from "./words";

const HEIGHT = 104;
const TOP = 4;
const GAP = 5;
const BAR = 12;
/** Room for the names of answers. */
const LEFT = 112;
const RIGHT = 138;

interface Stack {
  step: Step;
  x: number;
  bars: Map<string | null, Bar>;
}

interface Bar {
  y: number;
  height: number;
  seats: string[];
}

interface Ribbon {
  from: string | null;
  to: string | null;
  seats: string[];
}

/** Draws the flow at a width in pixels; pressing a round goes there. */
export function flow(story: Story, answers: Answers, width: number, choose: (step: Step) => void): HTMLElement {
  const steps = thinned(story.rounds, Math.max(2, Math.floor((width - LEFT - RIGHT) / 34)));
  if (!steps.length) return h("p", { class: "note" }, "Answers will flow here, round by round.");
  const stacks = stacked(story, steps, answers, width);
  const svg = s("svg", { class: "flow", width, height: HEIGHT + TOP + 22, role: "group", "aria-label": spoken(story) });
  for (let at = 1; at < stacks.length; at++) svg.append(ribbons(stacks[at - 1]!, stacks[at]!, answers));
  const roomy = width / stacks.length > 90;
  for (const stack of stacks) svg.append(column(stack, answers, roomy, choose));
  svg.append(names(stacks[0]!, answers, "start"));
  if (stacks.length > 1) svg.append(names(stacks.at(-1)!, answers, "end"));
  return h("div", { class: "flowing" }, svg);
}

/** Marks the round that is shown. */
export function point(flowing: Element, shown: Step | undefined): void {
  for (const column of flowing.querySelectorAll(".column")) {
    const here = column.getAttribute("data-step") === shown?.key;
    column.classList.toggle("shown", here);
    column.setAttribute("aria-pressed", String(here));
  }
}

/** Every so manieth round, the first and last among them, where there are more than can be told apart. */
function thinned(steps: readonly Step[], most: number): readonly Step[] {
  if (steps.length <= most) return steps;
  return Array.from({ length: most }, (_, at) => steps[Math.round((at * (steps.length - 1)) / (most - 1))]!);
}

function stacked(story: Story, steps: readonly Step[], answers: Answers, width: number): Stack[] {
  const seats = [...story.debaters];
  const apart = steps.length > 1 ? (width - LEFT - RIGHT - BAR) / (steps.length - 1) : 0;
  return steps.map((step, at) => {
    const held = new Map<string | null, string[]>();
    for (const seat of seats) {
      const answer = shownAs(step.standing.get(seat) ?? null, answers);
      const known = held.get(answer);
      if (known) known.push(seat);
      else held.set(answer, [seat]);
    }
    const order = [...held.keys()].sort((one, other) => answers.place(one) - answers.place(other));
    const unit = (HEIGHT - GAP * (order.length - 1)) / Math.max(1, seats.length);
    const bars = new Map<string | null, Bar>();
    let y = TOP;
    for (const answer of order) {
      const members = held.get(answer)!;
      bars.set(answer, { y, height: members.length * unit, seats: members });
      y += members.length * unit + GAP;
    }
    return { step, x: LEFT + at * apart, bars };
  });
}

/** Answers too rare for a look of their own flow together. */
const REST = "other answers";
const shownAs = (answer: string | null, answers: Answers): string | null =>
  answer !== null && answers.slot(answer) === "other" ? REST : answer;

function ribbons(one: Stack, other: Stack, answers: Answers): SVGGElement {
  const group = s("g", { class: "ribbons" });
  const used = new Map<Bar, number>();
  const take = (bar: Bar, count: number): [number, number] => {
    const from = used.get(bar) ?? 0;
    used.set(bar, from + count);
    const unit = bar.height / bar.seats.length;
    return [bar.y + from * unit, count * unit];
  };
  const arriving = new Map<string, [number, number]>();
  const all = between(one, other);
  const inOrder = [...all].sort((a, b) => answers.place(a.from) - answers.place(b.from));
  for (const ribbon of inOrder) arriving.set(key(ribbon), take(other.bars.get(ribbon.to)!, ribbon.seats.length));
  for (const ribbon of [...all].sort((a, b) => answers.place(a.to) - answers.place(b.to))) {
    const [left, thick] = take(one.bars.get(ribbon.from)!, ribbon.seats.length);
    const [right, thickToo] = arriving.get(key(ribbon))!;
    group.append(band(ribbon, one.x + BAR, left, thick, other.x, right, thickToo, answers));
  }
  return group;
}

const key = (ribbon: Ribbon): string => JSON.stringify([ribbon.from, ribbon.to]);

function between(one: Stack, other: Stack): Ribbon[] {
  const now = new Map<string, string | null>();
  for (const [answer, bar] of other.bars) for (const seat of bar.seats) now.set(seat, answer);
  const found = new Map<string, Ribbon>();
  for (const [from, bar] of one.bars)
    for (const seat of bar.seats) {
      const ribbon: Ribbon = { from, to: now.get(seat) ?? null, seats: [seat] };
      const known = found.get(key(ribbon));
      if (known) known.seats.push(seat);
      else found.set(key(ribbon), ribbon);
    }
  return [...found.values()];
}

function band(ribbon: Ribbon, x: number, y: number, thick: number, toX: number, toY: number, toThick: number, answers: Answers): SVGPathElement {
  const middle = (x + toX) / 2;
  const moved = ribbon.from !== ribbon.to;
  const d = `M${x},${y}C${middle},${y} ${middle},${toY} ${toX},${toY}v${toThick}C${middle},${toY + toThick} ${middle},${y + thick} ${x},${y + thick}Z`;
  const words = moved
    ? `${several(ribbon.seats, 6)}: ${ribbon.from ?? "no answer"} → ${ribbon.to ?? "no answer"}`
    : `${several(ribbon.seats, 6)} stayed with ${ribbon.to ?? "no answer"}`;
  return s("path", { class: `ribbon a-${slotOf(ribbon.to, answers)}${moved ? " moved" : ""}`, d }, s("title", {}, words));
}

const slotOf = (answer: string | null, answers: Answers): string =>
  answer === REST ? "other" : String(answers.slot(answer));

function column(stack: Stack, answers: Answers, roomy: boolean, choose: (step: Step) => void): SVGGElement {
  const press = (): void => choose(stack.step);
  const counts = [...stack.bars].map(([answer, bar]) => `${bar.seats.length} ${answer ?? "no answer"}`).join(", ");
  const group = s("g", {
    class: "column",
    "data-step": stack.step.key,
    role: "button",
    tabindex: 0,
    "aria-label": `${stack.step.name}: ${counts}`,
    "aria-pressed": "false",
    onclick: press,
    onkeydown: (event: KeyboardEvent) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), press()),
  });
  const words = s("g", { class: "words", "aria-hidden": "true" });
  group.append(s("rect", { class: "catch", x: stack.x - 8, y: 0, width: BAR + 16, height: HEIGHT + TOP + 22 }));
  for (const [answer, bar] of stack.bars) {
    group.append(s("rect", { class: `bar a-${slotOf(answer, answers)}`, x: stack.x, y: bar.y, width: BAR, height: bar.height, rx: 2 }));
    if (bar.height >= 13)
      words.append(s("text", { class: "count", x: stack.x + BAR + 4, y: bar.y + bar.height / 2 + 4 }, bar.seats.length));
  }
  words.append(s("text", { class: "under", x: stack.x + BAR / 2, y: HEIGHT + TOP + 16, "text-anchor": "middle" }, roomy ? stack.step.name : stack.step.key));
  return s("g", {}, group, words);
}

function names(stack: Stack, answers: Answers, side: "start" | "end"): SVGGElement {
  const group = s("g", { class: "sides", "aria-hidden": "true" });
  for (const [answer, bar] of stack.bars) {
    if (bar.height < 10) continue;
    const y = bar.y + bar.height / 2;
    const words = cut(answer ?? "no answer", 14);
    const look = mark(answer === REST ? "other" : answers.slot(answer));
    look.setAttribute("x", String(side === "start" ? stack.x - 20 : stack.x + BAR + 34));
    look.setAttribute("y", String(y - 6.5));
    const x = side === "start" ? stack.x - 24 : stack.x + BAR + 51;
    group.append(look, s("text", { x, y: y + 4, "text-anchor": side === "start" ? "end" : "start" }, words));
  }
  return group;
}

function spoken(story: Story): string {
  return `Flow of opinions over ${plural(story.rounds.length, "round")}; ${plural(story.changes.length, "change")} of mind`;
}
