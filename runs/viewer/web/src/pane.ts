/** One debate on the page: what it came to, the flow of opinions, the graph of a step, and the transcript. */

import type { Answers } from "./answers";
import { fill, framed, h } from "./dom";
import type { Edge } from "./edges";
import { flow, point } from "./flow";
import { Graph } from "./graph";
import { outcome } from "./outcome";
import { Scrubber } from "./scrubber";
import type { Step, Story } from "./story";
import { Transcript } from "./transcript";

export interface Ways {
  step(key: string): void;
  turn(id: string): void;
  edge(edge: Edge): void;
  debate(id: string): void;
  close(): void;
}

export class Pane {
  readonly element: HTMLElement;
  private readonly head = h("div", { class: "head" });
  private readonly opinions = h("div", { class: "opinions" });
  private readonly scrubber: Scrubber;
  private readonly graph: Graph;
  private readonly transcript: Transcript;
  private readonly shut: HTMLButtonElement;
  private story: Story | null = null;
  private answers: Answers | null = null;
  private step: Step | undefined;
  private told = "";
  /** Of the flow, in pixels; asking for it at every step would have everything laid out anew. */
  private width = 0;
  private flown: { story: Story; width: number } | null = null;

  constructor(
    private readonly ways: Ways,
    place: string,
  ) {
    const label = (name: string): string => (place ? `${name}, ${place}` : name);
    this.scrubber = new Scrubber((key) => ways.step(key));
    this.graph = new Graph({ node: (seat) => this.node(seat), edge: (edge) => ways.edge(edge) });
    this.transcript = new Transcript((turn) => ways.turn(turn), label("Transcript"));
    this.shut = h("button", { type: "button", class: "quiet shut", onclick: () => ways.close(), "aria-label": "Close this debate" }, "×");
    const conversation = h("section", { class: "conversation", "aria-label": label("Conversation") }, this.scrubber.element, this.graph.element);
    const flowing = h("section", { class: "opinion", "aria-label": label("Opinions over rounds") }, this.opinions);
    this.element = h("article", { class: "pane" }, this.shut, this.head, flowing, conversation, this.transcript.element);
    const sized = framed(() => {
      this.width = this.opinions.clientWidth;
      this.flow();
    });
    new ResizeObserver(sized).observe(this.opinions);
  }

  /** Shows a debate at a step; messages travel where the reader has just gone there. */
  show(story: Story, answers: Answers, key: string | undefined, turn: string | undefined, alone: boolean): void {
    const before = this.story;
    const first = before?.debate.id !== story.debate.id;
    const moved = !first && this.step?.key !== key;
    this.story = story;
    this.answers = answers;
    this.step = story.step(key) ?? story.rounds.at(-1) ?? story.steps.at(-1);
    this.shut.hidden = alone;
    const chosen = turn === undefined ? undefined : story.turn(turn);
    if (before !== story || first) this.describe(story, answers);
    this.scrubber.show(story, this.step?.key);
    this.flow();
    this.graph.show(story, this.step, answers, moved || story.debate.status === "running");
    this.graph.choose(chosen?.seat ?? null);
    this.transcript.show(story, this.step, answers, turn);
  }

  /** Marks an edge that was chosen. */
  mark(edge: Edge): void {
    this.graph.choose(null, edge);
  }

  move(by: number): void {
    this.scrubber.move(by);
  }

  play(): void {
    this.scrubber.play();
  }

  private describe(story: Story, answers: Answers): void {
    const { turns, running: _, ...told } = story.debate;
    const looks = JSON.stringify([told, turns.length, story.changes.length, answers.known]);
    if (looks === this.told) return;
    this.told = looks;
    fill(this.head, outcome(story, answers, { turn: this.ways.turn, debate: this.ways.debate }));
  }

  private flow(): void {
    const { width } = this;
    if (!this.story || !this.answers || !width) return;
    if (this.flown?.story !== this.story || this.flown.width !== width) {
      this.flown = { story: this.story, width };
      fill(this.opinions, flow(this.story, this.answers, width, (step) => this.ways.step(step.key)));
    }
    point(this.opinions, this.step);
  }

  /** A node stands for what its agent said in this step, or last before it. */
  private node(seat: string): void {
    const { story, step } = this;
    if (!story || !step) return;
    const now = step.turns.find((turn) => turn.seat === seat);
    const said = story.saidBy(seat).filter((turn) => turn.wave <= (step.turns.at(-1)?.wave ?? 0));
    const turn = now ?? said.at(-1);
    if (turn) this.ways.turn(turn.id);
  }
}
