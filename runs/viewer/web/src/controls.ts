/** Taking part in a debate under way: pause it, stop it, see who is slow, or answer from a seat. */

import type { Asked, Debate } from "./documents";
import { fill, h } from "./dom";
import type { Live } from "./live";
import type { Connection, Source } from "./source";
import { plural, seconds, several } from "./words";

/** Longer than this, and thrice as long as turns of the debate take, a seat counts as stalled. */
const STALLED_S = 20;

const WORDS: Record<Connection, string> = {
  connecting: "connecting…",
  open: "live",
  lost: "connection lost, trying again…",
  refused: "not let in: open the address that the command printed",
};

export class Controls {
  readonly element = h("section", { class: "controls", "aria-label": "The debate under way" });
  private readonly pill = h("span", { class: "pill", role: "status" });
  private readonly seats = h("span", { class: "seats" });
  private readonly pause = h("button", { type: "button", onclick: () => void this.act(this.paused ? "resume" : "pause") }, "Pause");
  private readonly stop = h("button", { type: "button", class: "stop", onclick: () => void this.act("stop") }, "Stop");
  private readonly error = h("p", { class: "refusal", role: "alert" });
  private readonly forms = h("div", { class: "forms" });
  private readonly shown = new Map<string, SeatForm>();
  private debate: Debate | undefined;
  private paused = false;

  constructor(
    private readonly source: Source,
    private readonly live: Live,
  ) {
    fill(this.element, h("div", { class: "bar" }, this.pill, this.seats, this.pause, this.stop), this.error, this.forms);
    setInterval(() => this.beat(), 1000);
  }

  connection(connection: Connection): void {
    this.pill.textContent = WORDS[connection];
    this.pill.className = `pill ${connection}`;
  }

  show(debate: Debate | undefined): void {
    this.debate = debate;
    const under = debate?.status === "running";
    this.paused = debate?.paused ?? false;
    this.pause.textContent = this.paused ? "Go on" : "Pause";
    this.pause.hidden = this.stop.hidden = !under;
    this.beat();
    this.open();
  }

  private async act(what: "pause" | "resume" | "stop"): Promise<void> {
    if (!this.debate) return;
    this.error.textContent = "";
    await this.source.act(what, { debate: this.debate.id }).catch((error: Error) => (this.error.textContent = error.message));
  }

  /** A form for every seat that waits for a person, of whichever debate. */
  private open(): void {
    for (const [chair, form] of this.shown)
      if (this.live.asked.get(chair) !== form.asked) {
        form.element.remove();
        this.shown.delete(chair);
      }
    for (const [chair, asked] of this.live.asked) {
      if (this.shown.has(chair)) continue;
      const form = new SeatForm(asked, this.source);
      this.shown.set(chair, form);
      this.forms.append(form.element);
    }
  }

  private beat(): void {
    for (const form of this.shown.values()) form.beat();
    const { debate } = this;
    if (!debate || debate.status !== "running") return fill(this.seats);
    const usual = debate.turns.reduce((sum, turn) => sum + turn.latency_s, 0) / Math.max(1, debate.turns.length);
    const patience = Math.max(STALLED_S, 3 * usual);
    const all = [...(debate.running ?? [])];
    const stalled = all.filter(([, since]) => (Date.now() - since.since) / 1000 > patience).map(([seat]) => seat);
    const failed = new Set(debate.turns.filter((turn) => turn.status === "failed").map((turn) => turn.seat));
    fill(
      this.seats,
      all.length ? `${plural(all.length, "seat")} speaking` : "",
      stalled.length > 0 && h("span", { class: "stalled" }, `${several(stalled)} stalled`),
      failed.size > 0 && h("span", { class: "failed" }, `${several([...failed])} failed`),
    );
  }
}

/** A seat at the table: what the seat is asked, room for the reply, and the time that is left. */
class SeatForm {
  readonly element: HTMLElement;
  private readonly left = h("strong", { class: "left" });
  private readonly text = h("textarea", { rows: 5, required: true, "aria-label": "Your reply" });
  private readonly error = h("p", { class: "refusal", role: "alert" });
  private readonly send = h("button", { type: "submit", class: "first" }, "Reply");

  constructor(
    readonly asked: Asked,
    private readonly source: Source,
  ) {
    const last = asked.prompt.at(-1)?.content ?? "";
    const earlier = asked.prompt.slice(0, -1);
    this.element = h(
      "form",
      { class: "seat", "data-turn": asked.turn, onsubmit: (event: SubmitEvent) => (event.preventDefault(), void this.reply()) },
      h("h2", {}, `It is your turn, ${asked.seat}: `, this.left),
      earlier.length > 0 && h("details", {}, h("summary", {}, "What came before"), ...earlier.map((message) => h("pre", {}, message.content))),
      h("pre", {}, last),
      this.text,
      h("div", { class: "bar" }, this.send, this.error),
    );
    this.beat();
  }

  beat(): void {
    const left = (this.asked.deadline_ms - Date.now()) / 1000;
    this.left.textContent = left > 0 ? `${left < 60 ? `${Math.ceil(left)} s` : seconds(left)} left` : "time is up";
    this.left.classList.toggle("soon", left < 30);
    this.send.disabled = left <= 0;
  }

  private async reply(): Promise<void> {
    const { debate_id: debate, seat, turn } = this.asked;
    this.send.disabled = true;
    this.error.textContent = "";
    try {
      await this.source.act("seat", { debate, seat, turn, text: this.text.value });
      this.error.textContent = "Sent.";
    } catch (error) {
      this.error.textContent = (error as Error).message;
      this.send.disabled = false;
    }
  }
}
