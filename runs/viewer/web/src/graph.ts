/** The conversation of one step: who said what to whom. Nodes show answers, edges the messages heard. */

import { drag } from "d3-drag";
import { select } from "d3-selection";
import { type ZoomBehavior, zoom, zoomIdentity } from "d3-zoom";

import type { Answers } from "./answers";
import { framed, h, s, still } from "./dom";
import { type Edge, arc, edges } from "./edges";
import { CROWD, type Layout, arranged, heaped } from "./layout";
import { Dots } from "./nodes";
import type { Step, Story } from "./story";
import { Travel } from "./travel";
import { plural } from "./words";

/** Beyond it edges are drawn as one path per answer, and found by place rather than as elements. */
const SINGLE = 420;
/** Beyond it edges hide the nodes; only those that changed a mind are drawn. */
const DRAWN = 12_000;

export type Arrangement = "network" | "answers";

export interface Choice {
  node(seat: string): void;
  edge(edge: Edge): void;
}

export class Graph {
  readonly element: HTMLElement;
  private readonly svg = s("svg", { class: "graph", role: "group", "aria-label": "Conversation graph" });
  private readonly world = s("g");
  private readonly lines = s("g", { class: "edges" });
  private readonly travelling = s("g", { class: "travelling", "aria-hidden": "true" });
  private readonly travel = new Travel(this.travelling);
  private readonly dots: Dots;
  private readonly note = h("p", { class: "note" });
  private readonly zooming: ZoomBehavior<SVGSVGElement, unknown>;
  private story: Story | null = null;
  private step: Step | null = null;
  private answers: Answers | null = null;
  private arrangement: Arrangement = "network";
  private network: Layout = new Map();
  private layout: Layout = new Map();
  private shown: Edge[] = [];
  private touched = false;

  constructor(private readonly choice: Choice) {
    this.dots = new Dots((seat) => choice.node(seat));
    this.world.append(this.lines, this.travelling, this.dots.element);
    this.svg.append(arrowhead(), this.world);
    this.element = h("div", { class: "stage" }, h("div", { class: "over" }, this.note, this.tools()), this.svg);
    this.zooming = zoom<SVGSVGElement, unknown>()
      .scaleExtent([0.05, 12])
      .filter((event: Event) => !(event instanceof WheelEvent) || event.ctrlKey || event.metaKey || this.touched)
      .on("zoom", (event: { transform: { toString(): string; k: number }; sourceEvent: Event | null }) => {
        this.world.setAttribute("transform", event.transform.toString());
        this.svg.style.setProperty("--wide", String(legible(event.transform.k)));
        this.svg.classList.toggle("far", event.transform.k < 0.75);
        if (event.sourceEvent) this.touched = true;
        this.named();
      });
    select(this.svg).call(this.zooming).on("dblclick.zoom", null);
    this.svg.addEventListener("click", (event) => this.press(event));
    this.svg.addEventListener("keydown", (event) => this.dots.key(event));
    new ResizeObserver(framed(() => this.touched || this.fit())).observe(this.svg);
  }

  /** Shows a step. Messages travel where the step is new and comes after the one shown. */
  show(story: Story, step: Step | undefined, answers: Answers, lively: boolean): void {
    const other = this.story?.debate.id !== story.debate.id;
    const grown = other || this.story?.speakers.length !== story.speakers.length;
    const changed = this.step?.key !== step?.key;
    this.story = story;
    this.answers = answers;
    this.step = step ?? null;
    if (grown) this.rearrange(other);
    else if (this.arrangement === "answers" && changed) this.place();
    this.dots.paint(story, this.step, answers);
    this.draw();
    if (changed && lively) this.send();
    else if (changed) this.travel.stop();
  }

  /** Marks the seat, or the edge, that the inspector shows. */
  choose(seat: string | null, edge?: { from: string; to: string }): void {
    this.dots.choose(seat);
    for (const line of this.lines.querySelectorAll(".edge")) {
      const it = this.shown[Number(line.getAttribute("data-at"))];
      line.classList.toggle("chosen", Boolean(edge && it && it.from === edge.from && it.to === edge.to));
    }
  }

  private tools(): HTMLElement {
    const by = (arrangement: Arrangement, words: string): HTMLElement =>
      h("label", {}, h("input", { type: "radio", name: `arrange-${serial}`, checked: arrangement === "network", onchange: () => this.arrange(arrangement) }), h("span", {}, words));
    serial++;
    return h(
      "div",
      { class: "tools" },
      h("fieldset", { class: "choice" }, h("legend", { class: "away" }, "Arrange nodes by"), by("network", "Who hears whom"), by("answers", "By answer")),
      h("button", { type: "button", class: "quiet", onclick: () => this.scale(1.5), "aria-label": "Zoom in" }, "+"),
      h("button", { type: "button", class: "quiet", onclick: () => this.scale(1 / 1.5), "aria-label": "Zoom out" }, "−"),
      h("button", { type: "button", class: "quiet", onclick: () => this.fit() }, "Fit"),
    );
  }

  private arrange(arrangement: Arrangement): void {
    this.arrangement = arrangement;
    this.place();
    this.draw();
    this.fit();
  }

  private rearrange(other: boolean): void {
    if (!this.story) return;
    this.network = arranged(this.story);
    this.dots.enter(this.story);
    if (other) this.touched = false;
    if (this.story.speakers.length <= CROWD) this.draggable();
    this.place();
    if (!this.touched) this.fit();
  }

  private place(): void {
    this.layout = this.arrangement === "network" ? this.network : this.byAnswer();
    this.dots.place(this.layout, !still());
  }

  private byAnswer(): Layout {
    const { story, answers, step } = this;
    if (!story || !answers) return this.network;
    const heaps = new Map<number, string[]>();
    for (const seat of story.speakers.filter((name) => story.debaters.has(name))) {
      const place = answers.place(step?.standing.get(seat));
      const heap = heaps.get(place);
      if (heap) heap.push(seat);
      else heaps.set(place, [seat]);
    }
    const groups = [...heaps].sort(([one], [other]) => one - other).map(([, seats]) => seats);
    const layout = heaped(groups);
    const others = story.speakers.filter((seat) => !story.debaters.has(seat));
    const beyond = Math.max(0, ...[...layout.values()].map((point) => point.x)) + 110;
    others.forEach((seat, at) => layout.set(seat, { x: beyond, y: at * 76 }));
    return layout;
  }

  private draw(): void {
    const { story, step, answers } = this;
    if (!story || !answers) return;
    const all = step ? edges(story, step) : [];
    this.shown = all.length > DRAWN ? all.filter((edge) => edge.moved) : all;
    this.note.textContent = this.said(all.length);
    this.lines.classList.toggle("crowded", this.shown.length > 60);
    if (this.shown.length > SINGLE) this.lines.replaceChildren(...this.bundles(answers));
    else this.lines.replaceChildren(...this.shown.map((edge, at) => this.single(edge, at, answers)));
  }

  private said(count: number): string {
    if (!this.step) return "Nobody has spoken yet.";
    if (!count) return this.step.round === null ? "" : "Everyone answers alone: nobody has heard anybody yet.";
    const moved = this.shown.filter((edge) => edge.moved).length;
    const told = `${plural(count, "message")} heard`;
    if (count > this.shown.length) return `${told}; drawn are the ${moved} that somebody followed`;
    return moved ? `${told}; ${moved === 1 ? "the bold one was" : `the ${moved} bold ones were`} followed` : `${told}; nobody followed another`;
  }

  private single(edge: Edge, at: number, answers: Answers): SVGPathElement {
    const [from, to] = [this.layout.get(edge.from)!, this.layout.get(edge.to)!];
    const path = s("path", {
      class: `edge a-${answers.slot(edge.said.vote)}${edge.moved ? " moved" : ""}`,
      d: arc(from, to, this.dots.radius(edge.from) + 3, this.dots.radius(edge.to) + 8),
      "data-at": at,
      "marker-end": "url(#arrowhead)",
    });
    path.append(s("title", {}, `${edge.from} → ${edge.to}: ${edge.said.vote ?? "no answer"}`));
    return path;
  }

  private bundles(answers: Answers): SVGPathElement[] {
    const paths = new Map<string, string[]>();
    for (const edge of this.shown) {
      const [from, to] = [this.layout.get(edge.from)!, this.layout.get(edge.to)!];
      const look = `bundle a-${answers.slot(edge.said.vote)}${edge.moved ? " moved" : ""}`;
      const line = `M${Math.round(from.x)},${Math.round(from.y)}L${Math.round(to.x)},${Math.round(to.y)}`;
      const known = paths.get(look);
      if (known) known.push(line);
      else paths.set(look, [line]);
    }
    const looks = [...paths.keys()].sort((one, other) => Number(one.endsWith("moved")) - Number(other.endsWith("moved")));
    return looks.map((look) => s("path", { class: look, d: paths.get(look)!.join("") }));
  }

  private send(): void {
    const { answers } = this;
    if (!answers || this.shown.length > SINGLE) return;
    const lines = [...this.lines.querySelectorAll<SVGPathElement>(".edge")];
    this.travel.start(lines.map((along, at) => ({ along, slot: answers.slot(this.shown[at]!.said.vote) })));
  }

  private press(event: MouseEvent): void {
    const target = event.target as Element;
    if (target.closest(".node") || event.defaultPrevented) return;
    const line = target.closest(".edge");
    const edge = line ? this.shown[Number(line.getAttribute("data-at"))] : this.near(event);
    if (edge) this.choice.edge(edge);
  }

  /** The edge under the pointer, where edges are no elements of their own. */
  private near(event: MouseEvent): Edge | undefined {
    if (this.shown.length <= SINGLE) return undefined;
    const matrix = this.world.getScreenCTM();
    if (!matrix) return undefined;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    let [best, least]: [Edge | undefined, number] = [undefined, 6 / matrix.a];
    for (const edge of this.shown) {
      const [a, b] = [this.layout.get(edge.from)!, this.layout.get(edge.to)!];
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const along = Math.max(0, Math.min(1, ((at.x - a.x) * dx + (at.y - a.y) * dy) / (dx * dx + dy * dy || 1)));
      const away = Math.hypot(at.x - a.x - along * dx, at.y - a.y - along * dy);
      if (away < least) [best, least] = [edge, away];
    }
    return best;
  }

  private draggable(): void {
    const world = this.world;
    const moving = drag<SVGGElement, string>()
      .container(() => world)
      .on("drag", (event: { x: number; y: number }, seat) => {
        this.layout.set(seat, { x: event.x, y: event.y });
        this.dots.place(this.layout, false);
        this.draw();
      });
    select(this.dots.element).selectAll<SVGGElement, string>(".node").datum(function () { return this.dataset["seat"]!; }).call(moving);
  }

  private scale(by: number): void {
    this.touched = true;
    this.zooming.scaleBy(select(this.svg), by);
  }

  /** Brings everything into sight. */
  fit(): void {
    const box = this.svg.getBoundingClientRect();
    if (!box.width || !this.layout.size) return;
    const crowd = this.layout.size > CROWD;
    const points = [...this.layout.values()];
    const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)];
    const [left, right] = [Math.min(...xs) - (crowd ? 20 : 70), Math.max(...xs) + (crowd ? 20 : 70)];
    const [top, bottom] = [Math.min(...ys) - (crowd ? 20 : 34), Math.max(...ys) + (crowd ? 20 : 62)];
    const k = Math.min(1.45, box.width / (right - left), box.height / (bottom - top));
    const to = zoomIdentity.translate(box.width / 2, box.height / 2).scale(k).translate(-(left + right) / 2, -(top + bottom) / 2);
    this.zooming.transform(select(this.svg), to);
    this.touched = false;
  }

  /** In a crowd, names appear where the reader has come close. */
  private readonly named = framed(() => {
    const box = this.svg.getBoundingClientRect();
    const matrix = this.world.getScreenCTM();
    if (matrix) this.dots.name(this.layout, matrix, box);
  });
}

/** By how much names are written larger or smaller than they lie, so that they can be read at any scale. */
const legible = (scale: number): number => (scale < 0.85 ? 0.85 / scale : scale > 1.1 ? 1.1 / scale : 1);

let serial = 0;

function arrowhead(): SVGDefsElement {
  const tip = s("path", { d: "M0,0.8L7,4L0,7.2Z", class: "tip" });
  const marker = { id: "arrowhead", viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto", markerUnits: "userSpaceOnUse" };
  return s("defs", {}, s("marker", marker, tip));
}
