/** What the debate was about and what it came to: the question, the answer, how it got there, why it stopped. */

import { type Answers, chip } from "./answers";
import { type Debate, unended } from "./documents";
import { type Child, h, link } from "./dom";
import { markdown } from "./markdown";
import type { Change, Story } from "./story";
import { STATUS, STATUS_MEANS, letter, money, plural, seconds, several, stopped } from "./words";

const MOST_CHANGES = 6;
const MOST_KINDS = 4;

export interface Paths {
  turn(id: string): void;
  debate(id: string): void;
}

/** The head of a debate: what anyone should know of it in ten seconds. */
export function outcome(story: Story, answers: Answers, to: Paths): HTMLElement {
  const { debate } = story;
  return h(
    "header",
    { class: "outcome" },
    h("p", { class: "kicker" }, ...kicker(debate, to)),
    h("h2", {}, debate.question.text),
    options(debate),
    h("dl", { class: "facts" }, ...facts(story, answers)),
    who(story, answers, to),
    verdict(debate),
    notes(debate),
  );
}

function kicker(debate: Debate, to: Paths): Child[] {
  const parts: Child[] = [
    h("span", { class: `status ${debate.status}`, title: STATUS_MEANS[debate.status] }, STATUS[debate.status]),
    debate.paused && h("span", { class: "status paused" }, "paused"),
    simulated(debate),
    h("span", {}, `${plural(debate.seats.length, "agent")} · topology ${debate.topology} · protocol ${debate.protocol}`),
  ];
  if (debate.parent !== null) parts.push(link("continues another debate", () => to.debate(debate.parent!)));
  return parts;
}

/** Says that no real model was asked, or not only such. */
function simulated({ simulated, seats, judge }: Debate): Child {
  if (!simulated) return null;
  const models = [...seats.map((seat) => seat.model), judge ?? ""].filter(Boolean);
  const words = models.every((model) => /^(sim\/|script)/.test(model)) ? "simulated: no real model was asked" : "partly simulated: not every model was a real one";
  return h("span", { class: "status simulated", title: "What simulated models answer says nothing about real ones." }, words);
}

/** What there was to choose from. */
function options({ question }: Debate): Child {
  if (!question.options?.length) return null;
  const choices = question.options.map((option, at) => h("li", {}, h("b", {}, letter(at)), ` ${option}`));
  return h("ul", { class: "options", "aria-label": "Options" }, ...choices);
}

function facts(story: Story, answers: Answers): HTMLElement[] {
  const { debate } = story;
  const fact = (name: string, ...value: Child[]): HTMLElement => h("div", {}, h("dt", {}, name), h("dd", {}, ...value));
  const found: HTMLElement[] = [];
  const under = unended(debate);
  found.push(
    fact("First vote", debate.first_vote === null ? h("span", { class: "none" }, "none") : chip(answers, debate.first_vote), h("small", {}, before(story))),
    fact(under ? "Leading now" : "Final answer", ...final(story, answers), lost(debate)),
    fact("Why it stopped", stopped(debate.stopped_by) || (under ? "still going" : "it ran to its end"), debate.capped && h("small", {}, "a hard cap ended it")),
    fact("Spent", ...spent(debate)),
  );
  return found;
}

/** What makes an answer less than it would be. */
function lost(debate: Debate): Child {
  const count = debate.turns.filter(({ status }) => status === "failed" || status === "refused" || status === "unparsed").length;
  return count > 0 && h("small", { class: "lacking" }, `${count.toLocaleString("en")} of ${plural(debate.turns.length, "turn")} brought no answer`);
}

function before(story: Story): string {
  const { debate } = story;
  if (debate.first_vote === null) return untold(story);
  if (debate.answer === null) return "before anyone heard anyone";
  return debate.first_vote === debate.answer ? "the debate kept it" : "the debate changed it";
}

/** Why there is no first vote. */
function untold({ debate, rounds }: Story): string {
  if (unended(debate)) return "";
  if (rounds[0]?.turns.some((turn) => turn.stance !== null)) return "answers were assigned";
  return rounds[0]?.turns.every((turn) => turn.heard.length === 0 && turn.vote !== null) ? "a tie" : "not everyone answered alone";
}

function final(story: Story, answers: Answers): Child[] {
  const { debate } = story;
  if (unended(debate)) return [leading(story, answers)];
  if (debate.answer === null)
    return [
      h("span", { class: "none" }, "none"),
      debate.fallback && h("small", {}, `${debate.fallback.label}: ${debate.fallback.answer}, not a decision`),
      debate.ties.length > 0 && h("small", {}, `tied: ${several(debate.ties, 4)}`),
    ];
  const support = debate.support[debate.answer];
  const all = Object.values(debate.support).reduce((sum, weight) => sum + weight, 0);
  const by = `by ${debate.rule || "the protocol"}${support === undefined ? "" : `, ${tidy(support)} of ${tidy(all)}`}`;
  const gold = debate.question.gold;
  return [
    chip(answers, debate.answer, "big"),
    debate.correct === false && gold !== null && h("small", { class: "wrong" }, `wrong: right is ${gold}`),
    h("small", {}, debate.correct === true && h("span", { class: "right" }, "right"), debate.correct === true && " · ", by),
    debate.dissent.length > 0 && h("small", {}, `${several(debate.dissent)} ${debate.dissent.length === 1 ? "disagrees" : "disagree"}`),
  ];
}

const tidy = (weight: number): string => String(Math.round(weight * 100) / 100);

function leading(story: Story, answers: Answers): Child {
  const counts = new Map<string, number>();
  for (const answer of story.steps.at(-1)?.standing.values() ?? [])
    if (answer !== null) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  const best = [...counts].sort((one, other) => other[1] - one[1])[0];
  return best ? chip(answers, best[0], "big") : h("span", { class: "none" }, "nobody yet");
}

const CAPS: [string, string, (debate: Debate) => number | null, (value: number) => string][] = [
  ["usd", "of", (debate) => debate.usage.cost_usd, money],
  ["calls", "calls of", (debate) => debate.usage.calls, (value) => value.toLocaleString("en")],
  ["tokens", "tokens of", (debate) => debate.usage.prompt_tokens + debate.usage.completion_tokens, (value) => value.toLocaleString("en")],
];

function spent(debate: Debate): Child[] {
  const { usage, budget } = debate;
  const bars = CAPS.flatMap(([cap, words, used, shown]) => {
    const [most, now] = [budget?.[cap], used(debate)];
    if (!most || now === null) return [];
    const told = `${shown(now)} ${words} ${shown(most)}`;
    return [h("small", { class: "cap" }, h("meter", { value: Math.min(now, most), max: most, high: most * 0.9, "aria-label": told }), told)];
  });
  const cached = usage.cached_calls ? `, ${usage.cached_calls.toLocaleString("en")} from the journal` : "";
  return [
    money(usage.cost_usd),
    h("small", {}, `${plural(usage.calls, "call")}${cached}, ${(usage.prompt_tokens + usage.completion_tokens).toLocaleString("en")} tokens${usage.wall_s ? `, ${seconds(usage.wall_s)}` : ""}`),
    ...bars,
  ];
}

/** Who changed their mind, and because of whom. */
function who(story: Story, answers: Answers, to: Paths): HTMLElement | null {
  if (story.rounds.length < 2) return null;
  const { changes } = story;
  if (!changes.length) return h("p", { class: "changes calm" }, unended(story.debate) ? "Nobody has changed their mind so far." : "Nobody changed their mind.");
  const few = changes.length <= MOST_CHANGES;
  const told = few ? changes.map((change) => h("li", {}, ...sentence(change, answers, to))) : together(changes, answers);
  const title = `${plural(changes.length, "change")} of mind`;
  return h("div", { class: "changes" }, h("h3", {}, few ? title : `${title}; ${followed(changes)}`), h("ul", {}, ...told));
}

/** Changes from one answer to another, counted: too many to tell one by one. */
function together(changes: readonly Change[], answers: Answers): HTMLElement[] {
  const kinds = new Map<string, Change[]>();
  for (const change of changes) {
    const kind = JSON.stringify([change.before, change.after]);
    const known = kinds.get(kind);
    if (known) known.push(change);
    else kinds.set(kind, [change]);
  }
  const most = [...kinds.values()].sort((one, other) => other.length - one.length).slice(0, MOST_KINDS);
  return most.map((kind) => {
    const [{ before, after }, who] = [kind[0]!, kind.map((change) => change.turn.seat)];
    const arrow = h("span", { class: "arrow", "aria-label": "to" }, "→");
    return h("li", {}, h("strong", {}, `${kind.length}×`), chip(answers, before), arrow, chip(answers, after), h("small", {}, several(who, 2)));
  });
}

/** Whose words came before the most changes to what they said. */
function followed(changes: readonly Change[]): string {
  const counts = new Map<string, number>();
  for (const { because } of changes) for (const { seat } of because) counts.set(seat, (counts.get(seat) ?? 0) + 1);
  const most = [...counts].sort((one, other) => other[1] - one[1]).slice(0, 3);
  return most.length ? `most followed: ${most.map(([seat, count]) => `${seat} (${count})`).join(", ")}` : "nobody was followed";
}

function sentence(change: Change, answers: Answers, to: Paths): Child[] {
  const heard = change.because.map((turn) => turn.seat);
  const why = heard.length ? `heard it from ${several(heard)}` : "nobody it heard had said so";
  return [
    link(change.turn.seat, () => to.turn(change.turn.id), { "aria-label": `${change.turn.seat}'s change of mind in round ${change.turn.round}` }),
    chip(answers, change.before),
    h("span", { class: "arrow", "aria-label": "to" }, "→"),
    chip(answers, change.after),
    h("small", {}, `round ${change.turn.round}, ${why}`),
  ];
}

function verdict(debate: Debate): HTMLElement | null {
  if (!debate.rationale) return null;
  const from = debate.judge === null ? "Reasons" : `The judge's reasons (${debate.judge})`;
  return h("details", { class: "verdict", open: false }, h("summary", {}, from), markdown(debate.rationale));
}

function notes(debate: Debate): HTMLElement | null {
  return debate.notes.length ? h("ul", { class: "notes" }, ...debate.notes.map((note) => h("li", {}, note))) : null;
}
