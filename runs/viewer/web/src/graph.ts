/** The conversation of one step: who said what to whom. Nodes show answers, edges the messages heard. */

import { drag } from "d3-drag";
import { select } from "d3-selection";
import { type ZoomBehavior, zoom, zoomIdentity } from "d3-zoom";

import type { Answers } from "./answers";
import { Crowd, type Size, type View } from "./crowd";
import { framed, h, s, still } from "./dom";
import { type Edge, along, arc, edges, path } from "./edges";
import { nearestEdge, nearestNode } from "./finding";
import { BELOW, type Box, type Named, type Sides, box, sides } from "./labels";
import { CROWD, type Layout, type Point, arranged, heaped, pairs } from "./layout";
import { Dots } from "./nodes";
import type { Step, Story } from "./story";
import { relit } from "./theme";
import { Travel } from "./travel";
import { plural, several } from "./words";

/** Beyond it edges that moved nobody are drawn as one path per answer, and found by place rather than as elements. */
const SINGLE = 160;
/** Beyond it edges hide the nodes; only those that changed a mind are drawn. */
const DRAWN = 12_000;
/** Names of a crowd are written where the reader has come so close, and at most so many. */
const CLOSE = 1.6;
const NAMED = 90;
/** Names stand beside nodes where the picture is at least so wide, else above or below; a message is so many points. */
const NARROW = 520;
const POINTS = 14;
/** Pixels by which one may miss what one points at. */
const REACH = 6;

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
  private readonly crowd = new Crowd();
  private readonly dots: Dots;
  private readonly note = h("p", { class: "note" });
  private readonly zooming: ZoomBehavior<SVGSVGElement, unknown>;
  private story: Story | null = null;
  private step: Step | null = null;
  private answers: Answers | null = null;
  private arrangement: Arrangement = "network";
  private network: Layout = new Map();
  private layout: Layout = new Map();
  private sides: Sides = new Map();
  private shown: Edge[] = [];
  private touched = false;
  private view: View = zoomIdentity;
  /** Of the picture, in pixels; asking for it would have everything laid out anew. */
  private size: Size = { width: 0, height: 0 };

  constructor(private readonly choice: Choice) {
    this.dots = new Dots((seat) => choice.node(seat));
    this.world.append(this.lines, this.travelling, this.dots.element);
    this.svg.append(arrowhead(), this.world);
    this.element = h("div", { class: "stage" }, h("div", { class: "over" }, this.note, this.tools()), h("div", { class: "picture" }, this.crowd.element, this.svg));
    this.zooming = zoom<SVGSVGElement, unknown>()
      .scaleExtent([0.05, 12])
      .extent(() => [[0, 0], [this.size.width, this.size.height]])
      .filter((event: Event) => !(event instanceof WheelEvent) || event.ctrlKey || event.metaKey || this.touched)
      .on("zoom", (event: { transform: View; sourceEvent: Event | null }) => {
        this.view = event.transform;
        this.world.setAttribute("transform", event.transform.toString());
        this.svg.style.setProperty("--wide", String(legible(event.transform.k)));
        this.svg.classList.toggle("far", event.transform.k < 0.6);
        if (event.sourceEvent) this.touched = true;
        this.close();
        this.repaint();
      });
    select(this.svg).call(this.zooming).on("dblclick.zoom", null);
    this.svg.addEventListener("click", (event) => this.press(event));
    this.svg.addEventListener("keydown", (event) => this.dots.key(event));
    this.svg.addEventListener("pointermove", (event) => this.dots.crowd && this.dots.point(this.nodeAt(event)));
    new ResizeObserver(([entry]) => {
      const was = this.narrow;
      this.size = entry!.contentRect;
      if (was !== this.narrow) this.put(false);
      if (this.touched) this.repaint();
      else this.fit();
    }).observe(this.svg);
    relit(this.repaint);
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
    if (this.dots.crowd) return;
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
    this.put(!still());
  }

  /** Puts everybody where they lie, with their names where messages leave room. */
  private put(gliding: boolean): void {
    this.sides = this.story && this.answers && !this.dots.crowd ? sides(this.layout, this.dots.named(this.answers), this.ways(this.story), this.narrow) : new Map();
    this.dots.place(this.layout, this.sides, gliding);
  }

  /** Points along every way that messages take in this debate, so that names stay from round to round. */
  private ways(story: Story): Point[][] {
    const found: Point[][] = [];
    for (const [one, others] of pairs(story)) for (const other of others.keys()) found.push(along(this.arc({ from: one, to: other }), POINTS));
    return found;
  }

  private get narrow(): boolean {
    return this.size.width < NARROW;
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
    this.lines.replaceChildren(...(this.dots.crowd ? [] : this.paths(answers)));
    this.repaint();
  }

  /** Every message as an arrow; where they are many, only those that moved somebody, over the others in bundles. */
  private paths(answers: Answers): SVGPathElement[] {
    const all = this.shown.map((edge, at) => ({ edge, at }));
    if (all.length <= SINGLE) return all.map(({ edge, at }) => this.single(edge, at, answers));
    const moved = all.filter(({ edge }) => edge.moved);
    const calm = moved.length > SINGLE ? this.shown : this.shown.filter((edge) => !edge.moved);
    return [...this.bundles(calm, answers), ...(moved.length > SINGLE ? [] : moved).map(({ edge, at }) => this.single(edge, at, answers))];
  }

  private readonly repaint = framed(() => {
    const { answers } = this;
    this.crowd.element.hidden = !this.dots.crowd;
    if (this.dots.crowd && answers) this.crowd.paint(this.dots.looks, this.shown, answers, this.layout, this.view, this.size);
  });

  /** How to read the picture: arrows carry what was said before, shapes are what came of it. */
  private said(count: number): string {
    const { story, step } = this;
    if (!story || !step) return "Nobody has spoken yet.";
    const shapes = step.round === null ? "shapes: answers by now" : `shapes: answers after round ${step.round}`;
    if (!count) return step.round === null ? shapes : `no arrows: nobody has heard anybody yet · ${shapes}`;
    const moved = this.shown.some((edge) => edge.moved);
    const said = several(this.shown.map((edge) => story.stepOf(edge.said)?.name.toLowerCase() ?? ""));
    return [
      count > this.shown.length && `of ${plural(count, "message")} those that were followed`,
      `arrows: what was said in ${said}`,
      shapes,
      moved ? "bold: followed" : "nobody followed another",
      step.changes.length > 0 && "ring: the answer that was left",
    ].filter(Boolean).join(" · ");
  }

  private single(edge: Edge, at: number, answers: Answers): SVGPathElement {
    const line = s("path", {
      class: `edge a-${answers.slot(edge.said.vote)}${edge.moved ? " moved" : ""}`,
      d: path(this.arc(edge)),
      "data-at": at,
      "marker-end": "url(#arrowhead)",
    });
    line.append(s("title", {}, `${edge.from} → ${edge.to}: ${edge.said.vote ?? "no answer"}`));
    return line;
  }

  private arc({ from, to }: Pick<Edge, "from" | "to">): ReturnType<typeof arc> {
    return arc(this.layout.get(from)!, this.layout.get(to)!, this.dots.radius(from) + 3, this.dots.radius(to) + 8);
  }

  private bundles(edges: readonly Edge[], answers: Answers): SVGPathElement[] {
    const paths = new Map<string, string[]>();
    for (const edge of edges) {
      const look = `bundle a-${answers.slot(edge.said.vote)}${edge.moved ? " moved" : ""}`;
      const known = paths.get(look);
      if (known) known.push(path(this.arc(edge)));
      else paths.set(look, [path(this.arc(edge))]);
    }
    return [...paths].map(([look, arcs]) => s("path", { class: look, d: arcs.join("") }));
  }

  private send(): void {
    const { answers } = this;
    if (!answers) return;
    const lines = [...this.lines.querySelectorAll<SVGPathElement>(".edge")];
    const edge = (line: Element): Edge => this.shown[Number(line.getAttribute("data-at"))]!;
    this.travel.start(lines.map((along) => ({ along, slot: answers.slot(edge(along).said.vote) })));
  }

  private press(event: MouseEvent): void {
    const target = event.target as Element;
    if (target.closest(".node") || event.defaultPrevented) return;
    const line = target.closest(".edge");
    const seat = line ? null : this.nodeAt(event);
    if (seat !== null) return this.choice.node(seat);
    const edge = line ? this.shown[Number(line.getAttribute("data-at"))] : this.edgeAt(event);
    if (edge) this.choice.edge(edge);
  }

  /** The node under the pointer, where nodes are painted. */
  private nodeAt(event: MouseEvent): string | null {
    return this.dots.crowd ? nearestNode(this.at(event), this.layout, (seat) => this.dots.radius(seat), REACH / 2 / this.view.k) : null;
  }

  /** The edge under the pointer, where edges are no elements of their own. */
  private edgeAt(event: MouseEvent): Edge | undefined {
    const elements = !this.dots.crowd && this.shown.length <= SINGLE;
    return elements ? undefined : nearestEdge(this.at(event), this.shown, this.layout, REACH / this.view.k);
  }

  /** Where the pointer is in the world. */
  private at(event: MouseEvent): Point {
    const box = this.svg.getBoundingClientRect();
    return { x: (event.clientX - box.x - this.view.x) / this.view.k, y: (event.clientY - box.y - this.view.y) / this.view.k };
  }

  private draggable(): void {
    const world = this.world;
    const moving = drag<SVGGElement, string>()
      .container(() => world)
      .on("drag", (event: { x: number; y: number }, seat) => {
        this.layout.set(seat, { x: event.x, y: event.y });
        this.put(false);
        this.draw();
      });
    select(this.dots.element).selectAll<SVGGElement, string>(".node").datum(function () { return this.dataset["seat"]!; }).call(moving);
  }

  private scale(by: number): void {
    this.touched = true;
    this.zooming.scaleBy(select(this.svg), by);
  }

  /** What nodes and their names take up. */
  private extent(larger: number): Box {
    const named = this.answers ? this.dots.named(this.answers) : new Map<string, Named>();
    const boxes = [...this.layout].flatMap(([seat, at]): Box[] => {
      const out = this.dots.radius(seat) + 14;
      const own = { left: at.x - out, right: at.x + out, top: at.y - out, bottom: at.y + out };
      const name = named.get(seat);
      return name ? [own, box(at, name, this.sides.get(seat) ?? BELOW, larger)] : [own];
    });
    const most = (side: keyof Box): number => Math.max(...boxes.map((each) => each[side]));
    const least = (side: keyof Box): number => Math.min(...boxes.map((each) => each[side]));
    return { left: least("left") - 8, right: most("right") + 8, top: least("top") - 6, bottom: most("bottom") + 6 };
  }

  /** Brings everything into sight. */
  fit(): void {
    const { size } = this;
    if (!size.width || !this.layout.size) return;
    const crowd = this.layout.size > CROWD;
    // names are written larger where all is small
    const extent = crowd ? around(this.layout) : this.extent(legible(scaled(this.extent(1), size)));
    const { left, right, top, bottom } = extent;
    const k = scaled(extent, size);
    const to = zoomIdentity.translate(size.width / 2, size.height / 2).scale(k).translate(-(left + right) / 2, -(top + bottom) / 2);
    this.zooming.transform(select(this.svg), to);
    this.touched = false;
  }

  /** In a crowd, names appear where the reader has come close. */
  private readonly close = framed(() => {
    const { view, size } = this;
    const seen = ({ x, y }: Point): boolean =>
      x * view.k + view.x > 0 && y * view.k + view.y > 0 && x * view.k + view.x < size.width && y * view.k + view.y < size.height;
    const seats = this.dots.crowd && view.k > CLOSE ? [...this.layout].filter(([, at]) => seen(at)).map(([seat]) => seat) : [];
    this.dots.near(seats.length <= NAMED ? seats : []);
  });
}

/** How large all can be shown. */
const scaled = ({ left, right, top, bottom }: Box, { width, height }: Size): number =>
  Math.min(1.45, width / (right - left), height / (bottom - top));

/** What a crowd takes up. */
function around(layout: Layout): Box {
  const [xs, ys] = [[...layout.values()].map(({ x }) => x), [...layout.values()].map(({ y }) => y)];
  return { left: Math.min(...xs) - 20, right: Math.max(...xs) + 20, top: Math.min(...ys) - 20, bottom: Math.max(...ys) + 20 };
}

/** By how much names are written larger or smaller than they lie, so that they can be read at any scale. */
const legible = (scale: number): number => (scale < 0.85 ? 0.85 / scale : scale > 1.1 ? 1.1 / scale : 1);

let serial = 0;

function arrowhead(): SVGDefsElement {
  const tip = s("path", { d: "M0,0.8L7,4L0,7.2Z", class: "tip" });
  const marker = { id: "arrowhead", viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto", markerUnits: "userSpaceOnUse" };
  return s("defs", {}, s("marker", marker, tip));
}
