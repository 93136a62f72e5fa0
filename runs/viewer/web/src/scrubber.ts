/** The way through the rounds: a slider for hand and keys, and a button that plays them. */

import { h } from "./dom";
import type { Story } from "./story";
import { plural } from "./words";

const PACE_MS = 1_600;

export class Scrubber {
  readonly element: HTMLElement;
  private readonly slider = h("input", { type: "range", min: 0, max: 0, step: 1, value: 0, "aria-label": "Round" });
  private readonly words = h("output", { "aria-live": "polite" });
  private readonly ticks = h("div", { class: "ticks", "aria-hidden": "true" });
  private readonly button = h("button", { type: "button", class: "play", "aria-label": "Play the rounds" }, "▶");
  private timer: ReturnType<typeof setInterval> | undefined;
  private at = 0;
  private steps: Story["steps"] = [];

  constructor(private readonly choose: (key: string) => void) {
    const back = h("button", { type: "button", class: "quiet", "aria-label": "Round before", onclick: () => this.move(-1) }, "‹");
    const on = h("button", { type: "button", class: "quiet", "aria-label": "Next round", onclick: () => this.move(1) }, "›");
    this.button.addEventListener("click", () => this.play());
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
    const track = h("div", { class: "track" }, this.slider, this.ticks);
    this.element = h("div", { class: "scrubber" }, this.button, back, track, on, this.words);
  }

  show(story: Story, key: string | undefined): void {
    this.steps = story.steps;
    this.at = Math.max(0, this.steps.findIndex((step) => step.key === key));
    const step = this.steps[this.at];
    this.slider.max = String(Math.max(0, this.steps.length - 1));
    this.slider.value = String(this.at);
    this.slider.disabled = this.steps.length < 2;
    const told = step ? [step.name, changed(step.changes.length, step.round)].filter(Boolean).join(" · ") : "not begun";
    this.slider.setAttribute("aria-valuetext", told);
    if (this.words.textContent !== told) this.words.textContent = told;
    if (this.steps.length > 40) this.ticks.replaceChildren();
    else this.ticks.replaceChildren(...this.steps.map((each, at) => tick(each.changes.length > 0, at === this.at)));
  }

  /** One step on or back. */
  move(by: number): void {
    this.go(this.at + by);
  }

  /** Plays from here, or from the start where this is the end; again, it stops. */
  play(): void {
    if (this.timer !== undefined) return this.rest();
    if (this.steps.length < 2) return;
    if (this.at >= this.steps.length - 1) this.go(0);
    this.button.textContent = "❚❚";
    this.button.setAttribute("aria-label", "Stop playing");
    this.timer = setInterval(() => {
      if (!this.element.isConnected || this.at >= this.steps.length - 1) this.rest();
      else this.move(1);
    }, PACE_MS);
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.button.textContent = "▶";
    this.button.setAttribute("aria-label", "Play the rounds");
  }

  private go(at: number): void {
    const step = this.steps[Math.max(0, Math.min(this.steps.length - 1, at))];
    if (step && step !== this.steps[this.at]) this.choose(step.key);
  }
}

const tick = (changed: boolean, now: boolean): HTMLElement =>
  h("i", { class: `${changed ? "changed" : ""}${now ? " here" : ""}` });

function changed(count: number, round: number | null): string {
  if (round === null) return "";
  if (round === 0) return "everyone's first answer";
  return count ? `${plural(count, "mind")} changed` : "no mind changed";
}
