/** Runs and their debates, and what they are narrowed to. */

import { tick } from "./answers";
import type { DebateEntry, DebateList, Filter, RunEntry, RunList } from "./documents";
import { fill, h } from "./dom";
import type { Source } from "./source";
import { STATUS, money, plural } from "./words";

type Open = (debate: string, beside: boolean) => void;

export class Sidebar {
  readonly element = h("nav", { class: "sidebar", "aria-label": "Runs and debates" });
  private readonly runs = h("select", { "aria-label": "Run", onchange: () => this.pick(this.runs.value) });
  private readonly list = h("ol", { class: "debates" });
  private readonly told = h("p", { class: "told", "aria-live": "polite" });
  private readonly more = h("button", { type: "button", class: "quiet more", onclick: () => void this.load(true) }, "More");
  private readonly filter: Filter = {};
  private cost = 0;
  private words = "";
  private entries: DebateEntry[] = [];
  private next: number | null = null;
  private asked = 0;
  private toldRuns = "";
  private open_: [string | undefined, string | undefined] = [undefined, undefined];
  run = "";

  constructor(
    private readonly source: Source,
    private readonly open: Open,
    private readonly picked: (run: string) => void,
  ) {
    fill(this.element, h("label", { class: "run" }, h("span", {}, "Run"), this.runs), this.filters(), this.told, this.list, this.more);
  }

  show(list: RunList, run: string): void {
    const told = JSON.stringify(list.runs);
    if (told !== this.toldRuns || this.runs.value !== run) fill(this.runs, ...list.runs.map((entry) => h("option", { value: entry.name, selected: entry.name === run }, described(entry))));
    this.toldRuns = told;
    this.pick(run, false);
  }

  /** Marks which debates lie open. */
  mark(first: string | undefined, beside: string | undefined): void {
    this.open_ = [first, beside];
    for (const item of this.list.querySelectorAll("li")) {
      item.classList.toggle("open", item.dataset["id"] === first || item.dataset["id"] === beside);
      item.querySelector(".entry")?.setAttribute("aria-current", String(item.dataset["id"] === first));
    }
  }

  /** As much of the list as there was, anew, as when a debate has begun or ended. */
  async reload(): Promise<void> {
    const asked = ++this.asked;
    const [had, entries]: [number, DebateEntry[]] = [this.entries.length, []];
    let next: number | null = null;
    do {
      const page: DebateList = await this.source.debates(this.run, this.filter, next);
      entries.push(...page.debates);
      next = page.next;
    } while (next !== null && entries.length < had);
    if (asked !== this.asked) return;
    [this.entries, this.next] = [entries, next];
    this.draw();
  }

  /** The list from its beginning, or its next page. */
  async load(further = false): Promise<DebateEntry[]> {
    const asked = ++this.asked;
    const page = await this.source.debates(this.run, this.filter, further ? this.next : null);
    if (asked !== this.asked) return this.entries;
    this.entries = further ? [...this.entries, ...page.debates] : page.debates;
    this.next = page.next;
    this.draw();
    return this.entries;
  }

  private pick(run: string, told = true): void {
    this.run = run;
    if (told) this.picked(run);
  }

  private filters(): HTMLElement {
    const choice = (name: string, key: keyof Filter, options: [string, string][]): HTMLElement => {
      const select = h("select", { onchange: () => { this.filter[key] = select.value; void this.load(); } }, ...options.map(([value, words]) => h("option", { value }, words)));
      return h("label", {}, h("span", {}, name), select);
    };
    const search = h("input", { type: "search", placeholder: "question, answer", oninput: () => { this.words = search.value.toLowerCase(); this.draw(); } });
    const cost = h("input", { type: "number", min: 0, step: "any", placeholder: "0", oninput: () => { this.cost = Number(cost.value) || 0; this.draw(); } });
    return h(
      "details",
      { class: "filters", open: matchMedia("(min-width: 1000px)").matches },
      h("summary", {}, "Filter"),
      choice("Status", "status", [["", "any"], ["decided", "decided"], ["degraded", "degraded"], ["undecided", "undecided"], ["failed", "failed"], ["open", "unfinished"], ["running", "under way"]]),
      choice("Answer", "correct", [["", "right or wrong"], ["true", "right"], ["false", "wrong"]]),
      choice("Minds", "flipped", [["", "changed or not"], ["true", "changed"], ["false", "none changed"]]),
      h("label", {}, h("span", {}, "Cost from $"), cost),
      h("label", {}, h("span", {}, "Words"), search),
    );
  }

  private draw(): void {
    const shown = this.entries.filter((entry) => this.fits(entry));
    this.told.textContent = shown.length === this.entries.length && this.next === null ? plural(shown.length, "debate") : `${shown.length} of ${this.entries.length}${this.next === null ? "" : " or more"} debates`;
    this.replace(shown);
    this.more.hidden = this.next === null;
    this.mark(...this.open_);
  }

  /** Only what is told otherwise than before is made anew, so that a reader's place in the list is kept. */
  private replace(shown: readonly DebateEntry[]): void {
    const looks = shown.map((entry) => JSON.stringify(entry));
    const known = new Map([...this.list.children].map((item) => [(item as HTMLElement).dataset["looks"], item]));
    const items = shown.map((entry, at) => known.get(looks[at]) ?? this.item(entry, looks[at]!));
    if (items.length !== this.list.children.length || items.some((item, at) => this.list.children[at] !== item)) {
      const focus = document.activeElement as HTMLElement | null;
      this.list.replaceChildren(...items);
      if (focus?.isConnected) focus.focus();
    }
  }

  private fits(entry: DebateEntry): boolean {
    if (this.cost > 0 && (entry.cost_usd ?? 0) < this.cost) return false;
    return !this.words || `${entry.question.text}\n${entry.answer ?? ""}\n${entry.id}`.toLowerCase().includes(this.words);
  }

  private item(entry: DebateEntry, looks: string): HTMLElement {
    const told = [
      entry.trial > 0 && `trial ${entry.trial}`,
      entry.status !== "decided" && STATUS[entry.status],
      entry.flips > 0 && `${plural(entry.flips, "change")} of mind`,
      entry.cost_usd ? money(entry.cost_usd) : false,
    ].filter(Boolean);
    return h(
      "li",
      { "data-id": entry.id, "data-looks": looks },
      h(
        "button",
        { type: "button", class: "entry", onclick: () => this.open(entry.id, false) },
        h("span", { class: "question" }, entry.question.text),
        h("span", { class: "answer" }, tick(entry.correct), h("span", { class: "words" }, entry.answer ?? (entry.status === "running" ? "…" : "no answer"))),
        told.length > 0 && h("span", { class: "told" }, told.join(" · ")),
      ),
      h("button", { type: "button", class: "beside", title: "Show beside the open debate", "aria-label": `Compare with ${entry.question.text}`, onclick: () => this.open(entry.id, true) }, "◫ compare"),
    );
  }
}

const described = (run: RunEntry): string => `${run.name} (${plural(run.debates, "debate")})`;
