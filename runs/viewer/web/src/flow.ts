/** The flow of opinions: how many held which answer in each round, and who went over to which. */

import { type Answers, mark } from "./answers";
import { h, s } from "./dom";
import type { Step, Story } from "./story";
import { cut, plural, several } from "./words";

const HEIGHT = 104;
const TOP = 4;
const GAP = 5;
const BAR = 12;
/** Letters of a name that are written, and pixels that a letter takes; names stand outside, where that leaves room for bands. */
const NAME = 14;
const LETTER = 6.6;
const ROOMY = 520;
/** Room for the mark of an answer, and for words under the outermost rounds where no names stand there. */
const MARK = 17;
const EDGE = 24;

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
  const steps = thinned(story.rounds, Math.max(2, Math.floor((width - 2 * EDGE) / 44)));
  if (!steps.length) return h("p", { class: "note" }, "Answers will flow here, round by round.");
  const outside = width >= ROOMY;
  const stacks = stacked(story, steps, answers, width, outside);
  const svg = s("svg", { class: "flow", width, height: HEIGHT + TOP + 22, role: "group", "aria-label": spoken(story) });
  for (let at = 1; at < stacks.length; at++) svg.append(ribbons(stacks[at - 1]!, stacks[at]!, answers));
  const roomy = width / stacks.length > 90;
  for (const stack of stacks) svg.append(column(stack, answers, roomy, choose));
  svg.append(...named(stacks, answers, outside));
  const key = stacks.length > 1 && h("p", { class: "key" }, "strong bands: changed their mind · pale: stayed");
  return h("div", { class: "flowing" }, svg, key);
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

function stacked(story: Story, steps: readonly Step[], answers: Answers, width: number, outside: boolean): Stack[] {
  const seats = [...story.debaters];
  const holding = steps.map((step) => held(seats, step, answers));
  const left = outside ? MARK + 12 + widest(holding[0]!) : EDGE;
  const right = outside ? counted(seats.length) + MARK + 10 + widest(holding.at(-1)!) : EDGE + counted(seats.length);
  const apart = steps.length > 1 ? (width - left - right - BAR) / (steps.length - 1) : 0;
  return steps.map((step, at) => {
    const holders = holding[at]!;
    const order = [...holders.keys()].sort((one, other) => answers.place(one) - answers.place(other));
    const unit = (HEIGHT - GAP * (order.length - 1)) / Math.max(1, seats.length);
    const bars = new Map<string | null, Bar>();
    let y = TOP;
    for (const answer of order) {
      const members = holders.get(answer)!;
      bars.set(answer, { y, height: members.length * unit, seats: members });
      y += members.length * unit + GAP;
    }
    return { step, x: left + at * apart, bars };
  });
}

/** Who holds which answer after a step. */
function held(seats: readonly string[], step: Step, answers: Answers): Map<string | null, string[]> {
  const found = new Map<string | null, string[]>();
  for (const seat of seats) {
    const answer = shownAs(step.standing.get(seat) ?? null, answers);
    const known = found.get(answer);
    if (known) known.push(seat);
    else found.set(answer, [seat]);
  }
  return found;
}

const written = (answer: string | null): string => cut(answer ?? "no answer", NAME);
const widest = (holders: ReadonlyMap<string | null, unknown>): number => LETTER * Math.max(...[...holders.keys()].map((answer) => written(answer).length));
/** The room that a count takes beside its bar. */
const counted = (most: number): number => 8 + 7.5 * String(most).length;

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

/** Names of answers: beside the first and last round where there is room outside, and where an answer first appears. */
function named(stacks: readonly Stack[], answers: Answers, outside: boolean): SVGGElement[] {
  const told = new Set<string | null>();
  const last = stacks.length - 1;
  const apart = last > 0 ? stacks[1]!.x - stacks[0]!.x - BAR : Infinity;
  return stacks.map((stack, at) => {
    const group = s("g", { class: "sides", "aria-hidden": "true" });
    for (const [answer, bar] of stack.bars) {
      if (bar.height < 10) continue;
      const [before, after, y] = [stack.x - 8, stack.x + BAR + counted(bar.seats.length), bar.y + bar.height / 2];
      const room = counted(bar.seats.length) + MARK + LETTER * written(answer).length + 12 < apart;
      const news = room && !told.has(answer);
      if (outside ? at === 0 : news && at === last && last > 0) group.append(...name(answer, answers, before, y, "end"));
      else if (outside ? at === last || news : news && at + 1 < Math.max(last, 2)) group.append(...name(answer, answers, after, y, "start"));
      else if (at === last) group.append(looks(answer, answers, after, y));
      else continue;
      told.add(answer);
    }
    return group;
  });
}

/** A name with its mark, which stands between the name and the bar. */
function name(answer: string | null, answers: Answers, x: number, y: number, side: "start" | "end"): Element[] {
  const on = side === "start" ? 1 : -1;
  return [looks(answer, answers, side === "start" ? x : x - 13, y), s("text", { x: x + on * MARK, y: y + 4, "text-anchor": side }, written(answer))];
}

function looks(answer: string | null, answers: Answers, x: number, y: number): Element {
  const look = mark(answer === REST ? "other" : answers.slot(answer));
  look.setAttribute("x", String(x));
  look.setAttribute("y", String(y - 6.5));
  return look;
}

function spoken(story: Story): string {
  return `Flow of opinions over ${plural(story.rounds.length, "round")}; ${plural(story.changes.length, "change")} of mind`;
}
