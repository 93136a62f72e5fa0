/** The nodes of the graph: one for each speaker, its answer in colour and shape, its influence in size. */

import { type Answers, type Slot, outline } from "./answers";
import { s } from "./dom";
import { CROWD, type Layout } from "./layout";
import type { Change, Step, Story } from "./story";
import { cut, percent } from "./words";

/** In a crowd, names are written when at most this many nodes are in sight. */
const NAMED = 90;

interface Dot {
  /** Where it lies: the node, and its words beside it, since a button may not say other words than its label. */
  place: SVGGElement;
  node: SVGGElement;
  halo: SVGPathElement;
  shape: SVGPathElement;
  name: SVGTextElement;
  says: SVGTextElement;
  radius: number;
  slot: Slot | null;
  look: string;
}

export class Dots {
  readonly element = s("g", { class: "nodes" });
  private readonly dots = new Map<string, Dot>();
  private order: string[] = [];
  private crowd = false;
  private chosen: string | null = null;
  private focus = 0;

  constructor(private readonly press: (seat: string) => void) {
    this.element.addEventListener("click", (event) => {
      const group = (event.target as Element).closest<SVGGElement>(".node");
      if (group) this.press(group.dataset["seat"]!);
    });
  }

  radius(seat: string): number {
    return this.dots.get(seat)?.radius ?? 0;
  }

  /** Makes the nodes of a debate. */
  enter(story: Story): void {
    this.crowd = story.speakers.length > CROWD;
    this.order = [...story.speakers];
    this.dots.clear();
    const most = Math.max(1e-9, ...Object.values(story.debate.influence));
    for (const seat of this.order) {
      const share = Math.sqrt((story.debate.influence[seat] ?? 0) / most);
      const radius = this.crowd ? 3 + 4 * share : 12 + 11 * share;
      this.dots.set(seat, dot(seat, radius, this.crowd));
    }
    this.element.classList.toggle("crowd", this.crowd);
    this.element.replaceChildren(...[...this.dots.values()].map(({ place }) => place));
    this.focus = 0;
    this.reachable();
  }

  place(layout: Layout, gliding: boolean): void {
    this.element.classList.toggle("gliding", gliding && !this.crowd);
    for (const [seat, { place }] of this.dots) {
      const at = layout.get(seat);
      if (at) place.style.transform = `translate(${at.x.toFixed(1)}px,${at.y.toFixed(1)}px)`;
    }
  }

  /** Colours every node by its answer after a step; only nodes whose look changes are touched. */
  paint(story: Story, step: Step | null, answers: Answers): void {
    const changes = new Map(step?.changes.map((change) => [change.turn.seat, change]));
    const speaking = new Map(step?.turns.map((turn) => [turn.seat, turn]));
    for (const [seat, dot] of this.dots) {
      const turn = speaking.get(seat);
      const vote = story.debaters.has(seat) ? step?.standing.get(seat) : turn?.vote;
      const lost = turn !== undefined && turn.status !== "ok" && turn.status !== "copied" && turn.status !== "skipped";
      const kind = `${story.debaters.has(seat) ? "" : " judge"}${turn ? "" : " quiet"}${lost ? " lost" : ""}${story.debate.running?.has(seat) ? " running" : ""}`;
      this.dress(seat, dot, answers, vote, changes.get(seat), kind, story.debate.influence[seat]);
    }
  }

  private dress(seat: string, dot: Dot, answers: Answers, vote: string | null | undefined, change: Change | undefined, kind: string, influence: number | undefined): void {
    const slot = answers.slot(vote);
    const look = `${slot}${kind}|${vote ?? ""}|${change?.before ?? ""}`;
    if (look === dot.look) return;
    dot.look = look;
    if (slot !== dot.slot) dot.shape.setAttribute("d", outline(slot, dot.radius));
    dot.slot = slot;
    const was = change ? ` changed was-${answers.slot(change.before)}` : "";
    dot.node.setAttribute("class", `node a-${slot}${kind}${was}${seat === this.chosen ? " chosen" : ""}`);
    if (!this.crowd) this.halo(dot, change ? answers.slot(change.before) : null);
    const says = vote ?? (kind.includes("quiet") && vote === undefined ? "" : "no answer");
    if (!this.crowd) dot.says.textContent = cut(says, 18);
    const changed = change ? `, changed from ${change.before}` : "";
    const weight = influence === undefined ? "" : `, influence ${percent(influence)}`;
    dot.node.setAttribute("aria-label", `${seat}: ${says || "has not spoken"}${changed}${weight}`);
  }

  /** A ring in the colour of the answer that was left. */
  private halo(dot: Dot, before: Slot | null): void {
    if (before === null) {
      dot.halo.remove();
      return;
    }
    dot.halo.setAttribute("d", outline("none", dot.radius + 6));
    dot.halo.setAttribute("class", `halo a-${before}`);
    if (!dot.halo.isConnected) dot.node.prepend(dot.halo);
  }

  choose(seat: string | null): void {
    if (this.chosen !== null) this.dots.get(this.chosen)?.node.classList.remove("chosen");
    this.chosen = seat;
    if (seat === null) return;
    this.dots.get(seat)?.node.classList.add("chosen");
    this.focus = Math.max(0, this.order.indexOf(seat));
    this.reachable();
  }

  /** Up and down go from node to node, Enter chooses: the graph is one stop of the tab key. */
  key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined) {
      this.focus = (this.focus + by + this.order.length) % this.order.length;
      this.reachable();
      this.dots.get(this.order[this.focus]!)?.node.focus();
    } else if (event.key === "Enter" || event.key === " ") this.press(this.order[this.focus]!);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private reachable(): void {
    this.element.querySelector("[tabindex='0']")?.setAttribute("tabindex", "-1");
    this.dots.get(this.order[this.focus] ?? "")?.node.setAttribute("tabindex", "0");
  }

  /** Writes the names of nodes in sight, where they are few enough to read. */
  name(layout: Layout, matrix: DOMMatrix, box: DOMRect): void {
    if (!this.crowd) return;
    const seen = this.order.filter((seat) => {
      const at = layout.get(seat);
      if (!at) return false;
      const [x, y] = [at.x * matrix.a + matrix.e - box.x, at.y * matrix.d + matrix.f - box.y];
      return x > 0 && y > 0 && x < box.width && y < box.height;
    });
    const close = new Set(seen.length <= NAMED && matrix.a > 1.6 ? seen : []);
    for (const [seat, dot] of this.dots) {
      if (close.has(seat) && !dot.name.isConnected) dot.place.append(dot.name);
      else if (!close.has(seat) && dot.name.isConnected) dot.name.remove();
    }
  }
}

function dot(seat: string, radius: number, crowd: boolean): Dot {
  const shape = s("path", { class: "shape" });
  const name = s("text", { class: "name", y: radius + (crowd ? 1 : 3), dy: "1em", "text-anchor": "middle", "aria-hidden": "true" }, cut(seat, 16));
  const says = s("text", { class: "says", y: radius + 3, dy: "2.25em", "text-anchor": "middle", "aria-hidden": "true" });
  const reach = s("rect", { class: "reach", x: -radius - 8, y: -radius - 8, width: 2 * radius + 16, height: 2 * radius + 44 });
  const node = s("g", { class: "node", role: "button", tabindex: -1, "data-seat": seat }, ...(crowd ? [shape] : [reach, shape]));
  return { place: s("g", { class: "place" }, node, ...(crowd ? [] : [name, says])), node, halo: s("path", { class: "halo" }), shape, name, says, radius, slot: null, look: "" };
}
