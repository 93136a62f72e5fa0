/** The nodes of the graph: one for each speaker, its answer in colour and shape, its influence in size. */

import { type Answers, type Slot, outline } from "./answers";
import { s } from "./dom";
import { CROWD, type Layout } from "./layout";
import type { Change, Step, Story } from "./story";
import { APART, BELOW, type Named, type Side, type Sides } from "./labels";
import { cut, percent } from "./words";

/** The ring of a change of mind lies this far out. */
const RING = 6;

/** Letters of a name and of an answer that are written. */
const [NAME, SAYS] = [16, 18];

/** How a speaker looks after a step. */
export interface Look {
  radius: number;
  slot: Slot;
  /** The answer that was left in this step. */
  before: Slot | null;
  judge: boolean;
  /** Said nothing in this step. */
  quiet: boolean;
  /** Gave no usable reply. */
  lost: boolean;
  running: boolean;
  says: string;
  label: string;
}

interface Dot {
  /** Where it lies: the node, and its words beside it, since a button may not say other words than its label. */
  place: SVGGElement;
  node: SVGGElement;
  halo: SVGPathElement;
  shape: SVGPathElement;
  name: SVGTextElement;
  says: SVGTextElement;
}

/** All are elements where they are few; of a crowd, which is painted, only those that the reader is close to. */
export class Dots {
  readonly element = s("g", { class: "nodes" });
  readonly looks = new Map<string, Look>();
  crowd = false;
  private readonly dots = new Map<string, Dot>();
  private readonly radii = new Map<string, number>();
  private order: string[] = [];
  private layout: Layout = new Map();
  private sides: Sides = new Map();
  private close: readonly string[] = [];
  private pointed: string | null = null;
  private chosen: string | null = null;
  private focus = 0;

  constructor(private readonly press: (seat: string) => void) {
    this.element.addEventListener("click", (event) => {
      const group = (event.target as Element).closest<SVGGElement>(".node");
      if (group) this.press(group.dataset["seat"]!);
    });
  }

  radius(seat: string): number {
    return this.radii.get(seat) ?? 0;
  }

  /** What is written at nodes, in letters at most, whatever they answer. */
  named(answers: Answers): Map<string, Named> {
    const most = Math.max(...["no answer", ...answers.known].map((answer) => cut(answer, SAYS).length));
    return new Map(this.order.map((seat) => [seat, { radius: this.radius(seat), letters: Math.max(most, cut(seat, NAME).length) }]));
  }

  /** Makes the nodes of a debate. */
  enter(story: Story): void {
    this.crowd = story.speakers.length > CROWD;
    this.order = [...story.speakers];
    const most = Math.max(1e-9, ...Object.values(story.debate.influence));
    for (const held of [this.dots, this.radii, this.looks]) held.clear();
    for (const seat of this.order) {
      const share = Math.sqrt((story.debate.influence[seat] ?? 0) / most);
      this.radii.set(seat, Math.round(10 * (this.crowd ? 3 + 4 * share : 12 + 11 * share)) / 10);
    }
    this.element.classList.toggle("crowd", this.crowd);
    this.element.replaceChildren();
    [this.focus, this.close, this.pointed] = [0, [], null];
    this.present();
  }

  place(layout: Layout, sides: Sides, gliding: boolean): void {
    this.layout = layout;
    this.sides = sides;
    this.element.classList.toggle("gliding", gliding && !this.crowd);
    for (const [seat, dot] of this.dots) this.put(seat, dot);
  }

  /** Gives everyone the looks of its answer after a step; only elements whose looks change are touched. */
  paint(story: Story, step: Step | null, answers: Answers): void {
    const changes = new Map(step?.changes.map((change) => [change.turn.seat, change]));
    const speaking = new Map(step?.turns.map((turn) => [turn.seat, turn]));
    for (const seat of this.order) {
      const turn = speaking.get(seat);
      const debater = story.debaters.has(seat);
      const vote = debater ? step?.standing.get(seat) : turn?.vote;
      const change = changes.get(seat);
      const says = vote ?? (turn === undefined && vote === undefined ? "" : "no answer");
      const look: Look = {
        radius: this.radius(seat),
        slot: answers.slot(vote),
        before: change ? answers.slot(change.before) : null,
        judge: !debater,
        quiet: !turn,
        lost: turn !== undefined && turn.status !== "ok" && turn.status !== "copied" && turn.status !== "skipped",
        running: story.debate.running?.has(seat) ?? false,
        says,
        label: `${seat}: ${says || "has not spoken"}${since(change)}${weight(story.debate.influence[seat])}`,
      };
      const [before, dot] = [this.looks.get(seat), this.dots.get(seat)];
      this.looks.set(seat, look);
      if (dot && !alike(before, look)) this.dress(seat, dot, look);
    }
  }

  choose(seat: string | null): void {
    if (seat === this.chosen) return;
    if (this.chosen !== null) this.dots.get(this.chosen)?.node.classList.remove("chosen");
    this.chosen = seat;
    if (seat !== null) this.focus = Math.max(0, this.order.indexOf(seat));
    this.present();
    if (seat !== null) this.dots.get(seat)?.node.classList.add("chosen");
  }

  /** Up and down go from node to node, Enter chooses: the graph is one stop of the tab key. */
  key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined) {
      this.focus = (this.focus + by + this.order.length) % this.order.length;
      this.pointed = this.order[this.focus]!;
      this.present();
      this.dots.get(this.pointed)?.node.focus();
    } else if (event.key === "Enter" || event.key === " ") this.press(this.order[this.focus]!);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Of a crowd, makes elements of these, who are close, and of the one that is pointed at. */
  near(close: readonly string[]): void {
    this.close = close;
    if (this.crowd) this.present();
  }

  point(seat: string | null): void {
    if (!this.crowd || seat === this.pointed) return;
    this.pointed = seat;
    this.present();
  }

  /** Has elements for those who need one, and for nobody else. */
  private present(): void {
    const stop = this.order[this.focus];
    const named = new Set([...this.close, this.pointed, this.chosen]);
    const wanted = new Set(this.crowd ? [...named, stop] : this.order);
    for (const [seat, dot] of this.dots) if (!wanted.has(seat)) (dot.place.remove(), this.dots.delete(seat));
    for (const seat of this.order) {
      if (!wanted.has(seat)) continue;
      const dot = this.dots.get(seat) ?? this.made(seat);
      dot.node.setAttribute("tabindex", seat === stop ? "0" : "-1");
      if (!this.crowd || named.has(seat)) dot.node.after(dot.name);
      else dot.name.remove();
    }
  }

  private made(seat: string): Dot {
    const dot = element(seat, this.radius(seat), this.crowd);
    this.dots.set(seat, dot);
    this.element.append(dot.place);
    this.put(seat, dot);
    const look = this.looks.get(seat);
    if (look) this.dress(seat, dot, look);
    return dot;
  }

  private put(seat: string, { place, name, says }: Dot): void {
    const at = this.layout.get(seat);
    if (!this.crowd) written([name, says], this.radius(seat), this.sides.get(seat) ?? BELOW);
    if (at) place.style.transform = `translate(${at.x.toFixed(1)}px,${at.y.toFixed(1)}px)`;
  }

  private dress(seat: string, dot: Dot, look: Look): void {
    const marks = { judge: look.judge, quiet: look.quiet, lost: look.lost, running: look.running, changed: look.before !== null, chosen: seat === this.chosen };
    const said = Object.entries(marks).filter(([, is]) => is).map(([mark]) => ` ${mark}`);
    dot.node.setAttribute("class", `node a-${look.slot}${said.join("")}${look.before === null ? "" : ` was-${look.before}`}`);
    dot.node.setAttribute("aria-label", look.label);
    dot.shape.setAttribute("d", outline(look.slot, look.radius));
    if (this.crowd) return;
    dot.says.textContent = cut(look.says, SAYS);
    this.halo(dot, look);
  }

  /** A ring in the colour of the answer that was left. */
  private halo(dot: Dot, { before, radius }: Look): void {
    if (before === null) return dot.halo.remove();
    dot.halo.setAttribute("d", outline("none", radius + RING));
    dot.halo.setAttribute("class", `halo a-${before}`);
    if (!dot.halo.isConnected) dot.node.prepend(dot.halo);
  }
}

/** Puts the lines of a name on a side of its node. */
function written(lines: readonly SVGTextElement[], radius: number, side: Side): void {
  lines.forEach((line, at) => {
    line.setAttribute("x", (side.x * (radius + APART)).toFixed(1));
    line.setAttribute("y", (side.y * (radius + APART)).toFixed(1));
    line.setAttribute("dy", `${(1.05 * side.y - 0.27 + 1.25 * at).toFixed(2)}em`);
    line.setAttribute("text-anchor", Math.abs(side.x) < 0.1 ? "middle" : side.x > 0 ? "start" : "end");
  });
}

const since = (change: Change | undefined): string => (change ? `, changed from ${change.before}` : "");
const weight = (influence: number | undefined): string => (influence === undefined ? "" : `, influence: ${percent(influence)} of changes of mind`);

function alike(one: Look | undefined, other: Look): boolean {
  return one !== undefined && (Object.keys(other) as (keyof Look)[]).every((key) => one[key] === other[key]);
}

function element(seat: string, radius: number, crowd: boolean): Dot {
  const shape = s("path", { class: "shape" });
  const name = s("text", { class: "name", y: radius + 1, dy: "1em", "text-anchor": "middle", "aria-hidden": "true" }, cut(seat, NAME));
  const says = s("text", { class: "says", "aria-hidden": "true" });
  const reach = s("rect", { class: "reach", x: -radius - 8, y: -radius - 8, width: 2 * radius + 16, height: 2 * radius + 16 });
  const node = s("g", { class: "node", role: "button", tabindex: -1, "data-seat": seat }, ...(crowd ? [shape] : [reach, shape]));
  return { place: s("g", { class: "place" }, node, ...(crowd ? [] : [name, says])), node, halo: s("path", { class: "halo" }), shape, name, says };
}
