/** A debate as the page tells it: its steps, who stood where after each, and who changed whose mind. */

import type { Debate, Turn } from "./documents";

export interface Change {
  turn: Turn;
  before: string;
  after: string;
  /** What it had just heard that said so already; empty where nobody it heard did. */
  because: readonly Turn[];
}

/** A round, or what was said between rounds: a verdict, ballots, a summary. */
export interface Step {
  key: string;
  name: string;
  round: number | null;
  turns: readonly Turn[];
  changes: readonly Change[];
  /** By seat: its last answer by then; null where it gave none, undefined before it has spoken. */
  standing: ReadonlyMap<string, string | null>;
}

export class Story {
  readonly steps: readonly Step[];
  readonly rounds: readonly Step[];
  readonly changes: readonly Change[];
  /** Debaters in seat order, then whoever else spoke, such as a judge. */
  readonly speakers: readonly string[];
  readonly debaters: ReadonlySet<string>;
  private readonly byId = new Map<string, Turn>();
  private readonly bySpeaker = new Map<string, Turn[]>();
  private readonly stepOfTurn = new Map<string, Step>();
  private listeners: Map<string, Turn[]> | null = null;

  constructor(readonly debate: Debate) {
    const turns = [...debate.turns].sort((one, other) => one.wave - other.wave);
    for (const turn of turns) {
      this.byId.set(turn.id, turn);
      const said = this.bySpeaker.get(turn.seat);
      if (said) said.push(turn);
      else this.bySpeaker.set(turn.seat, [turn]);
    }
    const seats = debate.seats.map((seat) => seat.name);
    this.debaters = new Set(seats);
    this.speakers = [...new Set([...seats, ...this.bySpeaker.keys()])];
    this.steps = this.told(parted(turns));
    this.rounds = this.steps.filter((step) => step.round !== null);
    this.changes = this.steps.flatMap((step) => step.changes);
  }

  turn(id: string): Turn | undefined {
    return this.byId.get(id);
  }

  saidBy(seat: string): readonly Turn[] {
    return this.bySpeaker.get(seat) ?? [];
  }

  step(key: string | undefined): Step | undefined {
    return this.steps.find((step) => step.key === key);
  }

  stepOf(turn: Turn): Step | undefined {
    return this.stepOfTurn.get(turn.id);
  }

  /** What the same seat said before, to compare with. */
  before(turn: Turn): Turn | undefined {
    const said = this.saidBy(turn.seat);
    return said[said.indexOf(turn) - 1];
  }

  heard(turn: Turn): Turn[] {
    return turn.heard.map((id) => this.byId.get(id)).filter((found) => found !== undefined);
  }

  /** The turns that were shown this one. */
  heardBy(turn: Turn): readonly Turn[] {
    if (!this.listeners) {
      this.listeners = new Map();
      for (const listener of this.byId.values())
        for (const id of listener.heard) {
          const known = this.listeners.get(id);
          if (known) known.push(listener);
          else this.listeners.set(id, [listener]);
        }
    }
    return this.listeners.get(turn.id) ?? [];
  }

  changeIn(turn: Turn): Change | undefined {
    return this.stepOfTurn.get(turn.id)?.changes.find((change) => change.turn === turn);
  }

  private told(parts: Turn[][]): Step[] {
    let standing = new Map<string, string | null>();
    const last = new Map<string, string>();
    return parts.map((turns) => {
      const first = turns[0]!;
      const changes: Change[] = [];
      standing = new Map(standing);
      for (const turn of turns) {
        if (turn.round === null || !this.debaters.has(turn.seat)) continue;
        standing.set(turn.seat, turn.vote);
        if (turn.vote === null) continue;
        const before = last.get(turn.seat);
        if (before !== undefined && before !== turn.vote) {
          const because = this.heard(turn).filter((other) => other.vote === turn.vote);
          changes.push({ turn, before, after: turn.vote, because });
        }
        last.set(turn.seat, turn.vote);
      }
      const key = first.round === null ? `w${first.wave}` : String(first.round);
      const step: Step = { key, name: named(first), round: first.round, turns, changes, standing };
      for (const turn of turns) this.stepOfTurn.set(turn.id, step);
      return step;
    });
  }
}

/** Turns of one round together, and between rounds those of one role. */
function parted(turns: readonly Turn[]): Turn[][] {
  const parts = new Map<string, Turn[]>();
  let after = "";
  for (const turn of turns) {
    if (turn.round !== null) after = String(turn.round);
    const key = turn.round === null ? `${after} ${turn.role}` : after;
    const part = parts.get(key);
    if (part) part.push(turn);
    else parts.set(key, [turn]);
  }
  return [...parts.values()].sort((one, other) => one[0]!.wave - other[0]!.wave);
}

const NAMES: Record<string, string> = { judge: "Verdict", ballot: "Ballots", summariser: "Summary", moderator: "Moderator" };

function named(turn: Turn): string {
  if (turn.round !== null) return `Round ${turn.round}`;
  return NAMES[turn.role] ?? (turn.role === "debater" ? "Between rounds" : turn.role[0]!.toUpperCase() + turn.role.slice(1));
}
