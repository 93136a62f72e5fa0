/** What was said: a column for each agent, a row for each round; only what is in sight is drawn. */

import { type Answers, chip } from "./answers";
import { type CardSetting, MARKS, card } from "./card";
import type { Turn } from "./documents";
import { fill, framed, h } from "./dom";
import { type Pairs, pairs } from "./layout";
import { communities } from "./communities";
import type { Step, Story } from "./story";
import { plural } from "./words";

/** Beyond it columns are groups of agents, until the reader opens one. */
const COLUMNS = 24;
const WIDTH = 300;
const AHEAD = 2;

type Extent = "step" | "whole";
type Grouping = "answer" | "community" | "none";


export class Transcript {
  readonly element: HTMLElement;
  private readonly bar = h("div", { class: "bar" });
  private readonly rows = h("div", { class: "rows" });
  private extent: Extent = "step";
  private against = "";
  private grouping: Grouping = "answer";
  private opened: string | null = null;
  private story: Story | null = null;
  private step: Step | undefined;
  private answers: Answers | null = null;
  private chosen: string | undefined;
  private drawn = "";
  private linked: { story: Story; groups: string[][] } | null = null;

  constructor(
    private readonly choose: (turn: string) => void,
    label: string,
  ) {
    this.element = h("section", { class: "transcript", "aria-label": label }, this.bar, this.rows);
  }

  show(story: Story, step: Step | undefined, answers: Answers, chosen: string | undefined): void {
    const other = this.story?.debate.id !== story.debate.id;
    if (other) [this.opened, this.against, this.drawn] = [null, "", ""];
    [this.story, this.step, this.answers, this.chosen] = [story, step, answers, chosen];
    this.controls();
    this.draw();
    this.mark();
  }

  private draw(): void {
    const { story, step } = this;
    if (!story) return;
    const steps = this.extent === "whole" ? story.steps : step ? [step] : [];
    const looks = [story.debate.id, this.extent, this.against, this.grouping, this.opened, ...steps.map((each) => `${each.key}/${each.turns.length}`)].join("|");
    if (looks === this.drawn) return;
    this.drawn = looks;
    if (!steps.length) fill(this.rows, h("p", { class: "note" }, "Nothing has been said yet."));
    else if (this.extent === "whole") this.rows.replaceChildren(...steps.map((each) => this.later(each)));
    else this.rows.replaceChildren(this.row(steps[0]!));
  }

  /** A row that is made when it comes near. */
  private later(step: Step): HTMLElement {
    const row = h("section", { class: "row waiting" }, h("h3", {}, step.name));
    const near = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        near.disconnect();
        row.replaceWith(this.row(step));
        this.mark();
      },
      { rootMargin: "600px" },
    );
    near.observe(row);
    return row;
  }

  private row(step: Step): HTMLElement {
    const turns = this.ofOpened(step);
    const columns = this.grouped(turns) ? this.groups(step, turns) : across(turns, (turn) => card(turn, this.setting()));
    return h("section", { class: "row", "data-step": step.key }, h("h3", {}, step.name, h("small", {}, this.counts(step))), this.against !== "" && h("p", { class: "marks" }, MARKS), columns);
  }

  private counts(step: Step): string {
    const told = [plural(step.turns.length, "turn")];
    if (step.changes.length) told.push(`${plural(step.changes.length, "mind")} changed`);
    return told.join(", ");
  }

  private grouped(turns: readonly Turn[]): boolean {
    return this.grouping !== "none" && this.opened === null && turns.length > COLUMNS;
  }

  private ofOpened(step: Step): readonly Turn[] {
    if (this.opened === null) return step.turns;
    return this.split(step, step.turns).find((group) => group.key === this.opened)?.turns ?? step.turns;
  }

  private split(step: Step, turns: readonly Turn[]): { key: string; title: Node | string; turns: Turn[] }[] {
    const answers = this.answers!;
    const parts = new Map<string, { key: string; title: Node | string; turns: Turn[]; place: number }>();
    const community = this.grouping === "community" ? this.communityOf() : null;
    for (const turn of turns) {
      const answer = step.standing.get(turn.seat) ?? turn.vote;
      const key = community ? String(community.get(turn.seat) ?? 0) : JSON.stringify(answer ?? null);
      const known = parts.get(key);
      if (known) known.turns.push(turn);
      else {
        const title = community ? `Community ${Number(key) + 1}` : chip(answers, answer);
        parts.set(key, { key, title, turns: [turn], place: community ? Number(key) : answers.place(answer) });
      }
    }
    return [...parts.values()].sort((one, other) => one.place - other.place);
  }

  private communityOf(): Map<string, number> {
    const story = this.story!;
    if (this.linked?.story !== story) {
      const linked: Pairs = pairs(story);
      this.linked = { story, groups: communities([...story.debaters], linked) };
    }
    return new Map(this.linked.groups.flatMap((group, at) => group.map((seat) => [seat, at] as const)));
  }

  private groups(step: Step, turns: readonly Turn[]): HTMLElement {
    const parts = this.split(step, turns);
    return across(parts, (part) => {
      const sample = part.turns.find((turn) => turn.text) ?? part.turns[0]!;
      const names = part.turns.slice(0, 12).map((turn) => turn.seat).join(", ");
      const more = part.turns.length - 12;
      const open = (): void => {
        this.opened = part.key;
        this.controls();
        this.draw();
        this.rows.querySelector<HTMLElement>(".who")?.focus();
      };
      return h(
        "div",
        { class: "group" },
        h("header", {}, part.title, h("strong", {}, plural(part.turns.length, "agent"))),
        h("p", { class: "members" }, names, more > 0 && ` and ${more.toLocaleString("en")} more`),
        h("button", { type: "button", class: "quiet", onclick: open }, "Show them one by one"),
        card(sample, this.setting()),
      );
    });
  }

  private setting(): CardSetting {
    const story = this.story!;
    const against = (turn: Turn): Turn | undefined => {
      if (this.against === "before") return story.before(turn);
      return story.step(this.against)?.turns.find((other) => other.seat === turn.seat && other !== turn);
    };
    return { story, answers: this.answers!, against, comparing: this.against !== "", chosen: this.chosen, choose: this.choose };
  }

  private mark(): void {
    for (const one of this.rows.querySelectorAll(".card.chosen")) one.classList.remove("chosen");
    if (this.chosen) this.rows.querySelector(`[data-turn="${CSS.escape(this.chosen)}"]`)?.classList.add("chosen");
  }

  private controls(): void {
    const { story } = this;
    if (!story) return;
    const looks = `${story.debate.id}|${story.steps.length}|${story.speakers.length > COLUMNS}|${this.opened}`;
    if (this.bar.dataset["looks"] === looks) return;
    this.bar.dataset["looks"] = looks;
    const many = story.speakers.length > COLUMNS;
    fill(
      this.bar,
      h("h2", {}, "What was said"),
      picked("Show", this.extent, [["step", "this round"], ["whole", "all rounds"]], (value) => this.set(() => (this.extent = value as Extent))),
      picked("Compare with", this.against, [["", "nothing"], ["before", "its turn before"], ...story.rounds.map((step) => [step.key, step.name.toLowerCase()] as [string, string])], (value) => this.set(() => (this.against = value))),
      many && picked("Group by", this.grouping, [["answer", "answer"], ["community", "community"], ["none", "nothing"]], (value) => this.set(() => ([this.grouping, this.opened] = [value as Grouping, null]))),
      this.opened !== null && h("button", { type: "button", class: "quiet", onclick: () => this.set(() => (this.opened = null)) }, "All groups"),
    );
  }

  private set(change: () => void): void {
    change();
    this.controls();
    this.draw();
  }
}

function picked(label: string, now: string, options: [string, string][], choose: (value: string) => void): HTMLElement {
  const select = h("select", { onchange: () => choose(select.value) }, ...options.map(([value, words]) => h("option", { value, selected: value === now }, words)));
  return h("label", { class: "pick" }, `${label} `, select);
}

/** Columns side by side, of which those in sight are made. */
function across<T>(items: readonly T[], made: (item: T) => HTMLElement): HTMLElement {
  const inner = h("div", { class: "columns" }, ...(items.length <= COLUMNS ? items.map(made) : []));
  const outer = h("div", { class: "across", tabindex: 0, role: "group", "aria-label": "Turns, side by side" }, inner);
  if (items.length <= COLUMNS) return outer;
  outer.classList.add("windowed");
  inner.style.width = `${items.length * WIDTH}px`;
  const held = new Map<number, HTMLElement>();
  const draw = framed(() => {
    const first = Math.max(0, Math.floor(outer.scrollLeft / WIDTH) - AHEAD);
    const last = Math.min(items.length - 1, Math.ceil((outer.scrollLeft + (outer.clientWidth || 1200)) / WIDTH) + AHEAD);
    for (const [at, element] of held) if (at < first || at > last) (element.remove(), held.delete(at));
    for (let at = first; at <= last; at++) {
      if (held.has(at)) continue;
      const element = h("div", { class: "cell" }, made(items[at]!));
      element.style.left = `${at * WIDTH}px`;
      held.set(at, element);
      inner.append(element);
    }
  });
  outer.addEventListener("scroll", draw, { passive: true });
  new ResizeObserver(draw).observe(outer);
  draw();
  return outer;
}
