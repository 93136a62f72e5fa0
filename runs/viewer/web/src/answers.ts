/** How answers look: each has a colour and a shape of its own, the same everywhere on the page. */

import { h, s } from "./dom";
import type { Story } from "./story";

/** After Okabe and Ito, whose colours stay apart for colour-blind eyes; the shape is the second cue. */
const SLOTS = 7;
export type Slot = number | "other" | "none";

export class Answers {
  /** Answers, those given most often first. */
  readonly known: readonly string[];
  private readonly slots = new Map<string, Slot>();
  private readonly judged: ReadonlyMap<string, boolean>;

  /** Debates of one question share their looks, so that they can lie side by side. */
  constructor(stories: readonly Story[]) {
    const counts = new Map<string, number>();
    for (const { debate } of stories) {
      for (const option of (debate.question.options ?? []).slice(0, SLOTS)) counts.set(option, counts.get(option) ?? 0);
      if (debate.answer !== null) counts.set(debate.answer, (counts.get(debate.answer) ?? 0) + 1);
      for (const turn of debate.turns)
        if (turn.vote !== null) counts.set(turn.vote, (counts.get(turn.vote) ?? 0) + 1);
    }
    this.known = [...counts].sort((one, other) => other[1] - one[1]).map(([answer]) => answer);
    this.known.forEach((answer, place) => this.slots.set(answer, place < SLOTS ? place : "other"));
    this.judged = new Map(stories.flatMap((story) => Object.entries(story.debate.right)));
  }

  slot(answer: string | null | undefined): Slot {
    return answer === null || answer === undefined ? "none" : (this.slots.get(answer) ?? "other");
  }

  /** A sort key: answers in the order of their looks, none at the end. */
  place(answer: string | null | undefined): number {
    const at = answer === null || answer === undefined ? -1 : this.known.indexOf(answer);
    return at < 0 ? this.known.length : at;
  }

  /** Whether it is the right answer; undefined where that is not known. */
  right(answer: string | null | undefined): boolean | undefined {
    return answer === null || answer === undefined ? undefined : this.judged.get(answer);
  }
}

const polygon = (corners: number, radius: number, turned: number): string =>
  `M${Array.from({ length: corners }, (_, corner) => {
    const angle = turned + (2 * Math.PI * corner) / corners;
    return `${(radius * Math.sin(angle)).toFixed(2)},${(-radius * Math.cos(angle)).toFixed(2)}`;
  }).join("L")}Z`;

const circle = (radius: number): string =>
  `M${-radius},0a${radius},${radius} 0 1,0 ${2 * radius},0a${radius},${radius} 0 1,0 ${-2 * radius},0Z`;

/** The outline of an answer's shape; shapes of one radius look equally large. */
export function outline(slot: Slot, radius: number): string {
  switch (slot) {
    case 1:
      return polygon(4, radius * 1.22, Math.PI / 4);
    case 2:
      return polygon(3, radius * 1.4, 0);
    case 3:
      return polygon(4, radius * 1.25, 0);
    case 4:
      return polygon(3, radius * 1.4, Math.PI);
    case 5:
      return polygon(6, radius * 1.1, 0);
    case 6:
      return cross(radius);
    case "other":
      return circle(radius * 0.8);
    default:
      return circle(radius);
  }
}

function cross(radius: number): string {
  const [long, short] = [radius * 1.1, radius * 0.42];
  return `M${-short},${-long}H${short}V${-short}H${long}V${short}H${short}V${long}H${-short}V${short}H${-long}V${-short}H${-short}Z`;
}

/** A small picture of an answer's looks. */
export function mark(slot: Slot): SVGSVGElement {
  return s(
    "svg",
    { class: "mark", viewBox: "-9 -9 18 18", width: 13, height: 13, "aria-hidden": "true" },
    s("path", { d: outline(slot, 6), class: `shape a-${slot}` }),
  );
}

/** A tick for right, a cross for wrong, and nothing where it is not known. */
export function tick(right: boolean | null | undefined): HTMLSpanElement | null {
  if (right === null || right === undefined) return null;
  return h("span", { class: right ? "tick" : "tick wrong", role: "img", "aria-label": right ? "right" : "wrong" }, right ? "✓" : "✗");
}

/** An answer with its looks and, where it is known, whether it is right. */
export function chip(answers: Answers, answer: string | null | undefined, more = ""): HTMLSpanElement {
  const none = answer === null || answer === undefined;
  return h(
    "span",
    { class: `chip ${more}`, title: none ? null : answer },
    mark(answers.slot(answer)),
    h("span", { class: none ? "words none" : "words" }, none ? "no answer" : answer),
    tick(answers.right(answer)),
  );
}
