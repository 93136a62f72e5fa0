/** The whole page: which debates lie open, at which step, and what is chosen. */

import { type Place, go, read } from "./address";
import { Answers } from "./answers";
import { Controls } from "./controls";
import { type Debate, type Happening, type RunList, unended } from "./documents";
import { fill, framed, h } from "./dom";
import type { Edge } from "./edges";
import { Inspector } from "./inspector";
import { Live } from "./live";
import { Pane } from "./pane";
import { Sidebar } from "./sidebar";
import type { Source } from "./source";
import { Story } from "./story";
import { themeSwitch } from "./theme";

/** A debate that is told fast is drawn this often, not at every word. */
const DRAW_MS = 120;
const RELIST_MS = 400;

export class App {
  private readonly live = new Live();
  private readonly sidebar: Sidebar;
  private readonly inspector: Inspector;
  private readonly controls: Controls;
  private readonly panes: [Pane, Pane];
  private readonly stories = new Map<string, Story>();
  /** Debates on their way. */
  private readonly coming = new Map<string, Promise<Debate>>();
  private readonly centre = h("main", { class: "centre", tabindex: -1 });
  private readonly body: HTMLElement;
  private place: Place = read();
  /** The looks of answers, one for each side; the same where both sides ask the same. */
  private looks: Answers[] = [];
  private edge: (Edge & { side: number }) | null = null;
  private stale = new Set<string>();
  private drawn = 0;
  private relisting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly source: Source,
    root: HTMLElement,
  ) {
    this.sidebar = new Sidebar(source, (id, beside) => this.open(id, beside), (run) => void this.enter(run));
    this.inspector = new Inspector(source, (debate, turn) => this.choose(debate, turn), () => this.release());
    this.controls = new Controls(source, this.live);
    this.controls.element.hidden = true;
    this.panes = [this.pane(0), this.pane(1)];
    this.body = h("div", { class: "body" }, this.sidebar.element, this.centre, this.inspector.element);
    fill(root, this.body);
    document.addEventListener("keydown", (event) => this.key(event));
    addEventListener("popstate", () => void this.arrive());
    addEventListener("hashchange", () => void this.arrive());
  }

  async start(header: HTMLElement): Promise<void> {
    if (this.place.debate !== undefined) this.fetched(this.place.debate).catch(() => {}); // told of when it is drawn
    const list = await this.source.runs();
    fill(header, this.brand(list), themeSwitch());
    const run = list.runs.some((entry) => entry.name === this.place.run) ? this.place.run! : (list.runs[0]?.name ?? "");
    this.sidebar.show(list, run);
    this.controls.element.hidden = !list.live;
    this.say(list.live ? "Waiting for a debate to begin." : "This store holds no debates yet.");
    if (run) await this.enter(run, true);
    this.follow();
  }

  /** A sentence where a debate would be. */
  private say(words: string): void {
    fill(this.centre, this.controls.element, h("p", { class: "note alone" }, words));
  }

  private brand(list: RunList): HTMLElement {
    const toggle = h("button", { type: "button", class: "quiet drawer", "aria-expanded": "false", onclick: () => toggle.setAttribute("aria-expanded", String(this.body.classList.toggle("listing"))) }, "Debates");
    return h("div", { class: "brand" }, toggle, h("h1", {}, "moot"), h("span", { class: "store" }, list.store));
  }

  /** Opens a run: its debates on the left, and the one of the address, or the first of them. */
  private async enter(run: string, arriving = false): Promise<void> {
    this.sidebar.run = run;
    if (!arriving) this.place = this.only({ run });
    this.place.run = run;
    const loading = this.sidebar.load();
    if (this.place.debate !== undefined) await this.draw();
    const entries = await loading;
    const first = this.live.ids.at(-1) ?? entries[0]?.id;
    if (this.place.debate === undefined && first !== undefined) this.place.debate = first;
    go(this.place);
    await this.draw();
  }

  private async arrive(): Promise<void> {
    const run = this.place.run;
    this.place = read();
    if (this.place.run && this.place.run !== run) await this.enter(this.place.run, true);
    else await this.draw();
  }

  private only(place: Place): Place {
    return { ...(this.place.t === undefined ? {} : { t: this.place.t }), ...place };
  }

  private to(change: Place): void {
    this.place = { ...this.place, ...change };
    go(this.place);
    void this.draw();
  }

  private open(id: string, beside: boolean): void {
    this.edge = null;
    const { run } = this.place;
    const place = beside && this.place.debate !== undefined && this.place.debate !== id ? { debate: this.place.debate, beside: id } : { debate: id };
    this.place = this.only({ ...(run === undefined ? {} : { run }), ...place });
    this.body.classList.remove("listing");
    go(this.place);
    void this.draw().then(() => this.centre.scrollTo(0, 0));
  }

  private choose(debate: string, turn: string): void {
    this.edge = null;
    const story = this.stories.get(debate);
    const found = story?.turn(turn);
    const step = found && story?.stepOf(found)?.key;
    const { side: _, ...rest } = this.place;
    this.place = debate === rest.debate ? rest : { ...rest, side: "beside" };
    this.to({ turn, ...(step === undefined ? {} : { round: step }) });
  }

  private release(): void {
    this.edge = null;
    this.place = unchosen(this.place);
    go(this.place);
    void this.draw();
  }

  private pane(at: 0 | 1): Pane {
    const id = (): string => (at === 0 ? this.place.debate : this.place.beside) ?? "";
    const ways = {
      step: (round: string) => this.to({ round }),
      turn: (turn: string) => this.choose(id(), turn),
      edge: (edge: Edge) => this.chooseEdge(at, edge),
      debate: (debate: string) => this.open(debate, false),
      close: () => this.open(at === 0 ? this.place.beside! : this.place.debate!, false),
    };
    return new Pane(ways, at === 0 ? "" : "the debate beside");
  }

  private chooseEdge(at: 0 | 1, edge: Edge): void {
    this.place = unchosen(this.place);
    this.edge = { ...edge, side: at };
    go(this.place);
    void this.draw().then(() => this.panes[at].mark(edge));
  }

  private async story(id: string): Promise<Story> {
    const followed = this.live.get(id);
    let story = this.stories.get(id);
    if (followed && (!story || story.debate !== followed)) story = new Story(followed);
    else if (!story) story = new Story(await this.fetched(id));
    this.stories.set(id, story);
    return story;
  }

  private fetched(id: string): Promise<Debate> {
    let debate = this.coming.get(id);
    if (!debate) this.coming.set(id, (debate = this.source.debate(id).finally(() => this.coming.delete(id))));
    return debate;
  }

  /** Brings the page to the place: everything shown is made from it, here. */
  private async draw(): Promise<void> {
    const { debate, beside } = this.place;
    const ids = [debate, beside].filter((id) => id !== undefined);
    if (!ids.length) return;
    let stories: Story[];
    try {
      stories = await Promise.all(ids.map((id) => this.story(id)));
    } catch (error) {
      return this.say((error as Error).message);
    }
    if (debate !== this.place.debate || beside !== this.place.beside) return;
    this.looks = looks(stories);
    const shown = this.panes.slice(0, stories.length).map((pane) => pane.element);
    if (shown.some((element, at) => element.parentElement?.children[at] !== element) || this.centre.querySelectorAll(".pane").length !== shown.length)
      fill(this.centre, this.controls.element, h("div", { class: `panes of-${shown.length}` }, ...shown));
    stories.forEach((story, at) => this.panes[at]!.show(story, this.looks[at]!, this.place.round, this.turnOn(at), stories.length === 1));
    this.sidebar.mark(debate, beside);
    this.controls.show(stories.map((story) => story.debate).find((each) => each.status === "running") ?? stories[0]?.debate);
    this.inspect(stories);
    document.title = `${stories[0]!.debate.question.text.slice(0, 60)} · moot`;
  }

  /** The chosen turn, if it is of the debate on this side. */
  private turnOn(at: number): string | undefined {
    return (this.place.side === undefined) === (at === 0) ? this.place.turn : undefined;
  }

  private inspect(stories: readonly Story[]): void {
    const side = this.place.side === undefined ? 0 : 1;
    const turn = stories[side]?.turn(this.place.turn ?? "");
    const { edge } = this;
    this.body.classList.toggle("inspecting", Boolean(turn ?? edge));
    if (turn) this.inspector.showTurn(stories[side]!, this.looks[side]!, turn);
    else if (edge) this.inspector.showEdge(stories[edge.side]!, this.looks[edge.side]!, edge);
    else this.inspector.rest();
  }

  private follow(): void {
    const later = framed(() => void this.draw());
    const soon = (): void => {
      const wait = DRAW_MS - (performance.now() - this.drawn);
      if (wait > 0) return void setTimeout(soon, wait);
      this.drawn = performance.now();
      later();
    };
    let waiting = false;
    const heard = (told: Happening): void => {
      this.hear(told);
      if (waiting) return;
      waiting = true;
      setTimeout(() => {
        waiting = false;
        soon();
      }, 0);
    };
    this.source.events(heard, (connection) => this.controls.connection(connection), new AbortController().signal);
  }

  private hear(told: Happening): void {
    if (told.kind === "moved") return this.reread();
    this.live.take(told);
    if (told.kind === "standing") {
      for (const id of this.live.ids) if (!told.debates.includes(id)) void this.settle(id);
      return;
    }
    if (told.kind === "debate_started" || told.kind === "debate") {
      if (this.place.debate === undefined) this.place.debate = told.debate_id;
      this.relist();
    } else if (told.kind === "debate_ended") void this.settle(told.debate_id);
    else if (told.kind === "round_started" && told.debate_id === this.place.debate) this.onward(told.round);
  }

  /** Another process has put something down: lists are asked for again, and what had not ended. */
  private reread(): void {
    this.relist();
    for (const id of [this.place.debate, this.place.beside]) {
      const story = id === undefined ? undefined : this.stories.get(id);
      if (story && unended(story.debate)) this.stories.delete(id!);
    }
  }

  /** A reader at the newest round goes along; one who has gone back is left there. */
  private onward(round: number): void {
    if (this.place.round !== undefined && Number(this.place.round) >= round - 1) delete this.place.round;
  }

  /** A debate that is over is asked for whole, once. */
  private async settle(id: string): Promise<void> {
    if (this.stale.has(id)) return;
    this.stale.add(id);
    try {
      const debate = await this.ended(id);
      if (!unended(debate)) {
        this.live.forget(id);
        this.stories.set(id, new Story(debate));
        await this.draw();
      }
    } finally {
      this.stale.delete(id);
      this.relist();
    }
  }

  /** The lists anew, soon: a run of many debates begins and ends them fast. */
  private relist(): void {
    this.relisting ??= setTimeout(async () => {
      this.relisting = undefined;
      const list = await this.source.runs();
      const run = this.sidebar.run || (list.runs[0]?.name ?? "");
      this.sidebar.show(list, run);
      if (run && this.place.debate === undefined) await this.enter(run, true);
      else if (run) await this.sidebar.reload();
    }, RELIST_MS);
  }

  /** The record of a debate may be a moment behind the word that it is over. */
  private async ended(id: string): Promise<Debate> {
    for (let wait = 50; ; wait *= 2) {
      const debate = await this.source.debate(id);
      if (!unended(debate) || wait > 2000) return debate;
      await new Promise((rest) => setTimeout(rest, wait));
    }
  }

  private key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const target = event.target as HTMLElement;
    const typing = target.closest("input, select, textarea");
    if (event.key === "Escape") {
      this.body.classList.remove("listing");
      if (this.place.turn !== undefined || this.edge) this.release();
      return;
    }
    if (typing || target.closest(".across")) return;
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") this.panes[0].move(event.key === "ArrowRight" ? 1 : -1);
    else if (event.key === " " && !target.closest("button, summary, [role=button]")) this.panes[0].play();
    else return;
    event.preventDefault();
  }
}

function looks(stories: readonly Story[]): Answers[] {
  const [first, ...others] = stories;
  const same = others.every((other) => other.debate.question.text === first?.debate.question.text);
  if (!same) return stories.map((story) => new Answers([story]));
  const shared = new Answers(stories);
  return stories.map(() => shared);
}

function unchosen(place: Place): Place {
  const { turn: _, side: __, ...rest } = place;
  return rest;
}
