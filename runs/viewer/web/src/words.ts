/** Numbers and lists as people read them. */

import type { Status, TurnStatus } from "./documents";

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

export function money(usd: number | null): string {
  if (usd === null) return "cost unknown";
  if (usd === 0) return "$0";
  return usd < 0.01 ? `$${usd.toPrecision(2)}` : `$${usd.toFixed(usd < 1 ? 3 : 2)}`;
}

export function seconds(value: number): string {
  if (value < 1) return `${Math.round(value * 1000)} ms`;
  if (value < 60) return `${value.toFixed(1)} s`;
  const minutes = Math.floor(value / 60);
  return minutes < 60 ? `${minutes} min ${Math.round(value % 60)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** "ada, bo and 3 more" */
export function several(names: readonly string[], most = 3): string {
  const unique = [...new Set(names)];
  if (unique.length > most + 1) return `${unique.slice(0, most).join(", ")} and ${unique.length - most} more`;
  return unique.length < 2 ? (unique[0] ?? "") : `${unique.slice(0, -1).join(", ")} and ${unique.at(-1)}`;
}

/** What an option of a choice is called. */
export const letter = (place: number): string => String.fromCharCode(65 + place);

/** Why a debate stopped, in a sentence's words where the record has a rule's. */
export function stopped(words: string): string {
  const held = /^rounds: (\d+) held$/.exec(words)?.[1];
  if (held === undefined) return words;
  return held === "1" ? "its one round was held" : `all ${held} rounds were held`;
}

export const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text;

export const STATUS: Record<Status, string> = {
  running: "under way",
  open: "unfinished",
  decided: "decided",
  undecided: "undecided",
  degraded: "degraded",
  failed: "failed",
};

export const STATUS_MEANS: Record<Status, string> = {
  running: "The debate is going on.",
  open: "The debate has not come to its end.",
  decided: "An answer was reached, and no turn was lost.",
  undecided: "No answer was reached.",
  degraded: "An answer was reached, but some turn was lost or a cap ended the debate.",
  failed: "Too few replies were usable.",
};

export const TURN_MEANS: Record<TurnStatus, string> = {
  ok: "replied",
  unparsed: "replied, but no answer can be read from it",
  refused: "declined to reply",
  failed: "gave no usable reply",
  copied: "took the answer over without a call",
  skipped: "rested",
};
