/** Debates under way: what happens is folded into the same document that a stored debate has. */

import type { Asked, Debate, Happening, Running, Speaking, Turn, Usage } from "./documents";

export class Live {
  private readonly debates = new Map<string, Debate>();
  private readonly places = new Map<string, Map<string, number>>();
  /** Seats in which a person is asked, by debate and turn. */
  readonly asked = new Map<string, Asked>();

  get(id: string): Debate | undefined {
    return this.debates.get(id);
  }

  /** Those under way, the latest last. */
  get ids(): string[] {
    return [...this.debates].filter(([, debate]) => debate.status === "running").map(([id]) => id);
  }

  /** Takes over a document fetched whole, to follow it from there. */
  adopt(debate: Debate): void {
    this.debates.set(debate.id, { ...debate, turns: [...debate.turns], running: new Map() });
    this.places.set(debate.id, new Map(debate.turns.map((turn, at) => [turn.id, at])));
  }

  forget(id: string): void {
    this.debates.delete(id);
    this.places.delete(id);
    for (const [key, asked] of this.asked) if (asked.debate_id === id) this.asked.delete(key);
  }

  /** Whether the happening was of a debate that is followed. */
  take(told: Happening): boolean {
    if (told.kind === "standing" || told.kind === "moved") return false;
    if (told.kind === "debate") {
      this.forget(told.debate_id);
      this.adopt(told.debate);
    }
    if (told.kind === "debate_started") this.begin(told);
    const debate = this.debates.get(told.debate_id);
    if (!debate) return false;
    this.debates.set(debate.id, this.after(debate, told));
    return true;
  }

  private after(debate: Debate, told: Happening): Debate {
    switch (told.kind) {
      case "turn_started":
        return { ...debate, running: running(debate, told.seat, speaking(told)) };
      case "turn_ended":
      case "judged":
        return {
          ...debate,
          running: running(debate, told.turn.seat, null),
          usage: this.put(debate, told.turn) ? spent(debate.usage, told.turn) : debate.usage,
        };
      case "round_started":
        return { ...debate, rounds: Math.max(debate.rounds, told.round + 1) };
      case "stopped":
        return { ...debate, stopped_by: told.words };
      case "paused":
      case "resumed":
        return { ...debate, paused: told.kind === "paused" };
      case "debate_ended":
        return { ...debate, status: told.status, running: new Map(), paused: false };
      case "seat_open":
        this.asked.set(chair(told), told);
        return debate;
      case "seat_closed":
        this.asked.delete(chair(told));
        return debate;
      default:
        return debate;
    }
  }

  /** A turn told twice, as after a lost connection, counts once. */
  private put(debate: Debate, turn: Turn): boolean {
    const places = this.places.get(debate.id)!;
    const at = places.get(turn.id);
    if (at === undefined) places.set(turn.id, debate.turns.push(turn) - 1);
    else debate.turns[at] = turn;
    return at === undefined;
  }

  private begin(told: Extract<Happening, { kind: "debate_started" }>): void {
    if (this.debates.has(told.debate_id)) return;
    const seats = told.seats.map((name, at) => ({ name, model: told.models[at] ?? "" }));
    this.adopt({
      ...EMPTY,
      id: told.debate_id,
      question: told.question,
      protocol: told.protocol,
      topology: told.topology,
      seats,
    });
  }
}

const chair = (told: { debate_id: string; turn: string }): string => `${told.debate_id}\n${told.turn}`;

const speaking = (told: Speaking): Running => ({ turn: `${told.wave}:${told.seat}`, since: Date.now() });

function running(debate: Debate, seat: string, now: Running | null): ReadonlyMap<string, Running> {
  const all = new Map(debate.running);
  if (now) all.set(seat, now);
  else all.delete(seat);
  return all;
}

function spent(usage: Usage, turn: Turn): Usage {
  return {
    ...usage,
    calls: usage.calls + turn.calls,
    prompt_tokens: usage.prompt_tokens + turn.prompt_tokens,
    completion_tokens: usage.completion_tokens + turn.completion_tokens,
    cost_usd: usage.cost_usd === null || turn.cost_usd === null ? null : usage.cost_usd + turn.cost_usd,
  };
}

const EMPTY: Debate = {
  id: "",
  run: "",
  parent: null,
  trial: 0,
  question: { id: "", text: "", kind: "text", options: [], gold: null },
  protocol: "",
  topology: "",
  seats: [],
  judge: null,
  status: "running",
  answer: null,
  rule: "",
  support: {},
  ties: [],
  dissent: [],
  rationale: null,
  fallback: null,
  stopped_by: "",
  capped: false,
  rounds: 0,
  first_vote: null,
  correct: null,
  right: {},
  flips: [],
  simulated: false,
  seed: 0,
  notes: [],
  usage: { calls: 0, prompt_tokens: 0, completion_tokens: 0, cached_calls: 0, cost_usd: 0, wall_s: 0 },
  budget: null,
  influence: {},
  turns: [],
};
