/** One turn as a card: who spoke, what it answers, what it said, and what is different from before. */

import { type Answers, chip } from "./answers";
import { diff } from "./diff";
import type { Turn } from "./documents";
import { type Child, h, link } from "./dom";
import { markdown } from "./markdown";
import type { Story } from "./story";
import { TURN_MEANS, percent, plural } from "./words";

const MANY_HEARD = 6;

export interface CardSetting {
  story: Story;
  answers: Answers;
  /** What to compare a turn with; undefined where it stands alone. */
  against(turn: Turn): Turn | undefined;
  comparing: boolean;
  chosen: string | undefined;
  choose(turn: string): void;
}

export function card(turn: Turn, setting: CardSetting): HTMLElement {
  const { story, answers } = setting;
  const change = story.changeIn(turn);
  return h(
    "article",
    { class: `card edge-${answers.slot(turn.vote)}${turn.id === setting.chosen ? " chosen" : ""}`, "data-turn": turn.id },
    h(
      "header",
      {},
      h("button", { type: "button", class: "who", onclick: () => setting.choose(turn.id), "aria-label": `Inspect ${turn.seat}, ${story.stepOf(turn)?.name ?? ""}` }, turn.seat),
      turn.role !== "debater" && h("span", { class: "role" }, turn.role),
      verdictOf(turn, answers),
      turn.confidence !== null && h("span", { class: "sure", title: "stated confidence" }, percent(turn.confidence)),
    ),
    change && h("p", { class: "turned" }, "was ", chip(answers, change.before)),
    turn.status !== "ok" && h("p", { class: `trouble ${turn.status}` }, TURN_MEANS[turn.status], turn.reason && ` (${turn.reason})`),
    said(turn, setting),
    heard(turn, setting),
  );
}

function verdictOf(turn: Turn, answers: Answers): Child {
  if (turn.vote === null && turn.round === null) return turn.answer === null ? null : chip(answers, turn.answer);
  return chip(answers, turn.vote);
}

function said(turn: Turn, setting: CardSetting): HTMLElement {
  if (setting.comparing) {
    const before = setting.against(turn);
    if (before) return compared(before, turn);
  }
  const body = turn.text ? markdown(turn.text) : h("div", { class: "prose none" }, "said nothing");
  return body;
}

/** What the marks of a comparison mean. */
export const MARKS = "struck out: what went · underlined: what is new";

/** A reply with what went struck out and what came marked. */
export function compared(before: Turn, now: Turn): HTMLElement {
  if (before.text === now.text) return h("div", { class: "prose diff" }, h("em", {}, "word for word as before: "), now.text);
  const parts = diff(before.text, now.text);
  const marked = parts.flatMap(({ kind, text }, at): Child[] => {
    const stuck = kind === "new" && parts[at - 1]?.kind === "gone" && !/\s$/.test(parts[at - 1]!.text) && !/^\s/.test(text);
    return [stuck && " ", kind === "same" ? text : h(kind === "gone" ? "del" : "ins", {}, text)];
  });
  return h("div", { class: "prose diff" }, ...marked);
}

function heard(turn: Turn, { story, choose }: CardSetting): HTMLElement | null {
  const all = story.heard(turn);
  if (!all.length) return null;
  const shown = all.slice(0, MANY_HEARD).flatMap((other, at): Child[] => [at ? ", " : "", link(other.seat, () => choose(other.id))]);
  const more = all.length - MANY_HEARD;
  return h("footer", {}, "heard ", ...shown, more > 0 && ` and ${plural(more, "other")}`);
}
