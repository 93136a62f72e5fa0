/** Everything that is known of one turn: what was sent, what came back, what was made of it. */

import { type Answers, chip } from "./answers";
import { MARKS, compared } from "./card";
import type { Turn, TurnDetail } from "./documents";
import { type Child, fill, h, link } from "./dom";
import type { Edge } from "./edges";
import { markdown } from "./markdown";
import type { Source } from "./source";
import type { Story } from "./story";
import { TURN_MEANS, letter, money, percent, plural, seconds, several } from "./words";

const MOST_LISTED = 40;

export class Inspector {
  readonly element = h("aside", { class: "inspector", "aria-label": "Inspector", tabindex: -1 });
  private shown = "";

  constructor(
    private readonly source: Source,
    private readonly choose: (debate: string, turn: string) => void,
    private readonly close: () => void,
  ) {
    this.rest();
  }

  /** What it says when nothing is chosen. */
  rest(): void {
    this.shown = "";
    fill(
      this.element,
      h("h2", {}, "Look closer"),
      h("p", { class: "hint" }, "Choose an agent, a message between two of them, or a card of the transcript to see the exact prompt, the raw reply and what was made of it."),
      h(
        "dl",
        { class: "legend" },
        ...explained("colour and shape", "the answer an agent holds after this round"),
        ...explained("size", "influence: the share of all changes of mind that followed what it said"),
        ...explained("a dashed ring", "changed its mind in this round; the ring has the colour of the answer it left"),
        ...explained("an arrow", "a message, from who said it to who heard it, in the colour of what was said; bold where the hearer went over to it"),
      ),
      h("h3", {}, "Keys"),
      h(
        "dl",
        { class: "keys" },
        ...explained("← →", "round before, next round"),
        ...explained("Space", "play the rounds"),
        ...explained("↑ ↓ Enter", "in the graph: from agent to agent, and choose"),
        ...explained("Esc", "close what is chosen"),
      ),
    );
  }

  showTurn(story: Story, answers: Answers, turn: Turn): void {
    const key = JSON.stringify([story.debate.id, turn.id, turn.status, story.debate.status]);
    if (key === this.shown) return;
    this.shown = key;
    const detail = h("div", { class: "detail" }, h("p", { class: "hint" }, "Fetching the prompt and the raw reply…"));
    fill(this.element, this.head(story, answers, turn), this.facts(story, answers, turn), this.talk(story, answers, turn), detail);
    this.element.scrollTop = 0;
    this.source.turn(story.debate.id, turn.id).then(
      (found) => this.shown === key && fill(detail, ...this.detail(found, turn, answers)),
      (error: Error) => this.shown === key && fill(detail, h("p", { class: "hint" }, error.message)),
    );
  }

  showEdge(story: Story, answers: Answers, edge: Edge): void {
    const { said, heardIn } = edge;
    const key = JSON.stringify([story.debate.id, said.id, heardIn.id]);
    if (key === this.shown) return;
    this.shown = key;
    const change = story.changeIn(heardIn);
    const effect = !change
      ? h("p", {}, `${edge.to} then answered `, chip(answers, heardIn.vote))
      : h("p", {}, `${edge.to} changed from `, chip(answers, change.before), " to ", chip(answers, change.after), edge.moved ? ", as this message says." : ", which is not what this message says.");
    fill(
      this.element,
      this.bar(`${edge.from} → ${edge.to}`),
      h("p", { class: "under" }, `${edge.to} heard this in ${story.stepOf(heardIn)?.name.toLowerCase() ?? "this step"}`),
      h("h3", {}, `${edge.from} said`, chip(answers, said.vote)),
      said.text ? markdown(said.text) : h("p", { class: "hint" }, "nothing"),
      h("h3", {}, "What it did"),
      effect,
      h("p", { class: "ways" }, link(`Inspect ${edge.from}'s turn`, () => this.choose(story.debate.id, said.id)), link(`Inspect ${edge.to}'s turn`, () => this.choose(story.debate.id, heardIn.id))),
    );
    this.element.scrollTop = 0;
  }

  private bar(title: string, ...more: Child[]): HTMLElement {
    return h("div", { class: "title" }, h("h2", {}, title, ...more), h("button", { type: "button", class: "quiet", onclick: this.close, "aria-label": "Close the inspector" }, "×"));
  }

  private head(story: Story, answers: Answers, turn: Turn): HTMLElement {
    const change = story.changeIn(turn);
    const copy = h("button", { type: "button", class: "link", onclick: () => void copied(copy) }, "Copy a link to this turn");
    return h(
      "div",
      {},
      this.bar(turn.seat),
      h("p", { class: "under" }, [story.stepOf(turn)?.name, turn.role, turn.model].filter(Boolean).join(" · ")),
      h("p", { class: "now" }, change && chip(answers, change.before), change && h("span", { class: "arrow", "aria-label": "to" }, "→"), chip(answers, turn.vote ?? turn.answer, "big")),
      turn.status !== "ok" && h("p", { class: `trouble ${turn.status}` }, TURN_MEANS[turn.status], turn.reason && ` (${turn.reason})`),
      copy,
    );
  }

  private facts(story: Story, answers: Answers, turn: Turn): HTMLElement {
    const rows: [string, Child][] = [
      ["parsed answer", parsed(story, turn)],
      ["counted as", turn.vote ?? "an abstention"],
      ["confidence", turn.confidence === null ? "not stated" : percent(turn.confidence)],
      ["stance assigned", turn.stance],
      ["tokens", `${turn.prompt_tokens.toLocaleString("en")} sent, ${turn.completion_tokens.toLocaleString("en")} back`],
      ["cost", money(turn.cost_usd)],
      ["latency", seconds(turn.latency_s)],
      ["attempts", turn.attempts > turn.calls ? `${turn.attempts} for ${plural(turn.calls, "call")}` : turn.attempts],
      ["influence", influence(story, turn.seat)],
      ["right", { true: "yes", false: "no" }[String(answers.right(turn.vote))] ?? null],
    ];
    const shown = rows.filter(([, value]) => value !== null && value !== "");
    return h("dl", { class: "grid" }, ...shown.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
  }

  /** Whom it heard, who heard it, and what it said before. */
  private talk(story: Story, answers: Answers, turn: Turn): HTMLElement {
    const before = story.before(turn);
    return h(
      "div",
      {},
      this.listed("Heard", story.heard(turn), story, answers, "nobody"),
      this.listed(heardWhen(story, turn), story.heardBy(turn), story, answers, "nobody"),
      before && h("details", {}, h("summary", {}, `Changes since ${story.stepOf(before)?.name.toLowerCase() ?? "before"}`), h("p", { class: "hint" }, MARKS), compared(before, turn)),
    );
  }

  private listed(title: string, turns: readonly Turn[], story: Story, answers: Answers, none: string): HTMLElement {
    const entries = turns.slice(0, MOST_LISTED).map((other) => h("li", {}, link(other.seat, () => this.choose(story.debate.id, other.id)), chip(answers, other.vote)));
    const more = turns.length - entries.length;
    return h(
      "details",
      { open: turns.length > 0 && turns.length <= 8 },
      h("summary", {}, `${title} ${turns.length ? plural(turns.length, "other") : none}`),
      h("ul", { class: "heard" }, ...entries, more > 0 && h("li", {}, `and ${more.toLocaleString("en")} more`)),
    );
  }

  private detail(detail: TurnDetail, turn: Turn, answers: Answers): HTMLElement[] {
    const replies = detail.replies.length ? detail.replies : turn.text ? [turn.text] : [];
    const section = (title: string, open: boolean, ...inside: Child[]): HTMLElement => h("details", { open }, h("summary", {}, title), ...inside);
    const sections = replies.map((reply, at) => section(replies.length > 1 ? `Raw reply, ask ${at + 1}` : "Raw reply", true, h("pre", {}, reply)));
    if (detail.failures.length) sections.unshift(section(plural(detail.failures.length, "failed attempt"), true, h("ul", { class: "failures" }, ...detail.failures.map((failure) => h("li", {}, h("strong", {}, failure.kind), ` ${failure.detail}`)))));
    if (detail.prompt.length) sections.push(section(`Prompt, exactly as sent (${plural(detail.prompt.length, "message")})`, true, ...detail.prompt.flatMap((message) => [h("p", { class: "role" }, message.role), h("pre", {}, message.content)])));
    if (detail.inner.length) sections.push(section(`Inside this seat: ${plural(detail.inner.length, "turn")}`, false, ...detail.inner.map((inner) => h("div", { class: "inner" }, h("p", {}, h("strong", {}, inner.seat), ` ${inner.round === null ? inner.role : `round ${inner.round}`} `, chip(answers, inner.vote)), markdown(inner.text)))));
    return sections;
  }
}

/** The answer that was read, with its letter where it is an option. */
function parsed({ debate }: Story, { answer }: Turn): string {
  const place = answer === null ? -1 : (debate.question.options?.indexOf(answer) ?? -1);
  return place < 0 ? (answer ?? "none") : `${letter(place)} → ${answer}`;
}

function influence({ debate, changes }: Story, seat: string): string | null {
  const share = debate.influence[seat];
  return share === undefined || !changes.length ? null : `${percent(share)} of all changes of mind followed it`;
}

function heardWhen(story: Story, turn: Turn): string {
  const steps = story.heardBy(turn).map((listener) => story.stepOf(listener)?.name.toLowerCase() ?? "");
  return steps.length ? `Heard in ${several(steps)} by` : "Heard by";
}

const explained = (term: string, meaning: string): HTMLElement[] => [h("dt", {}, term), h("dd", {}, meaning)];

async function copied(button: HTMLElement): Promise<void> {
  const words = await navigator.clipboard.writeText(location.href).then(() => "Copied", () => "Take it from the address bar");
  button.textContent = words;
}
