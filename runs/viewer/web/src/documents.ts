/** What the page is told: the documents of the server, word for word. Model text is plain data in all of them. */

export interface RunList {
  store: string;
  live: boolean;
  runs: RunEntry[];
}

export interface RunEntry {
  name: string;
  began_ms: number | null;
  debates: number;
  statuses: Record<string, number>;
  simulated: boolean;
}

export interface DebateList {
  debates: DebateEntry[];
  next: number | null;
}

export interface DebateEntry {
  id: string;
  question: { id: string; text: string; kind: string };
  trial: number;
  status: Status;
  answer: string | null;
  gold: string | null;
  correct: boolean | null;
  flips: number;
  rounds: number;
  seats: number;
  calls: number;
  cost_usd: number | null;
  parent: string | null;
}

/** running: under way just now. open: it was begun, and has not come to its end. */
export type Status = "running" | "open" | "decided" | "undecided" | "degraded" | "failed";

export const unended = ({ status }: { status: Status }): boolean => status === "running" || status === "open";

export interface Debate {
  id: string;
  run: string;
  parent: string | null;
  trial: number;
  question: { id: string; text: string; kind: string; options: string[] | null; gold: string | null };
  protocol: string;
  topology: string;
  seats: { name: string; model: string }[];
  judge: string | null;
  status: Status;
  answer: string | null;
  rule: string;
  support: Record<string, number>;
  ties: string[];
  dissent: string[];
  rationale: string | null;
  fallback: { label: string; answer: string } | null;
  stopped_by: string;
  capped: boolean;
  rounds: number;
  first_vote: string | null;
  correct: boolean | null;
  /** Whether an answer that was given is the right one; without those of which it is not known. */
  right: Record<string, boolean>;
  flips: { agent: string; round: number; before: string; after: string }[];
  simulated: boolean;
  seed: number;
  notes: string[];
  usage: Usage;
  budget: Record<string, number | null> | null;
  influence: Record<string, number>;
  turns: Turn[];
  /** Of a debate that is followed: who is speaking, and since when. Kept by the page, not told by the server. */
  running?: ReadonlyMap<string, Running>;
  /** Of a debate that is followed: whether it is paused. */
  paused?: boolean;
}

export interface Running {
  turn: string;
  /** Milliseconds on this page's clock. */
  since: number;
}

export interface Usage {
  calls: number;
  prompt_tokens: number;
  completion_tokens: number;
  cached_calls: number;
  cost_usd: number | null;
  wall_s: number;
}

export type TurnStatus = "ok" | "unparsed" | "refused" | "failed" | "copied" | "skipped";

export interface Turn {
  id: string;
  wave: number;
  /** Null for turns that belong to no round: judges, ballots, summaries. */
  round: number | null;
  seat: string;
  role: string;
  /** Ids of the turns of other seats that it was newly shown. */
  heard: string[];
  text: string;
  /** The answer as given. */
  answer: string | null;
  /** The answer as counted. */
  vote: string | null;
  confidence: number | null;
  status: TurnStatus;
  reason: string;
  stance: string | null;
  model: string;
  calls: number;
  prompt_tokens: number;
  completion_tokens: number;
  cost_usd: number | null;
  latency_s: number;
  attempts: number;
  inner: number;
}

export interface Message {
  role: string;
  content: string;
}

/** What only the inspector shows of a turn. */
export interface TurnDetail {
  id: string;
  prompt: Message[];
  replies: string[];
  failures: { kind: string; detail: string }[];
  inner: Turn[];
}

/** Something that happens in a debate under way. */
export type Happening =
  | { kind: "standing"; debates: string[] }
  /** Another process has put something down in the store. */
  | { kind: "moved" }
  | { kind: "debate"; debate_id: string; debate: Debate }
  | {
      kind: "debate_started";
      debate_id: string;
      question: Debate["question"];
      seats: string[];
      models: string[];
      protocol: string;
      topology: string;
    }
  | { kind: "round_started"; debate_id: string; round: number }
  | (Speaking & { kind: "turn_started"; debate_id: string; heard: string[] })
  | { kind: "turn_ended" | "judged"; debate_id: string; turn: Turn }
  | { kind: "rewired"; debate_id: string; round: number; edges: [string, string][] }
  | { kind: "stopped"; debate_id: string; words: string }
  | { kind: "debate_ended"; debate_id: string; status: Status }
  | { kind: "paused" | "resumed" | "stopping"; debate_id: string }
  | Asked
  | { kind: "seat_closed"; debate_id: string; seat: string; turn: string; why: string };

/** Somebody is about to reply. */
export interface Speaking {
  wave: number;
  round: number | null;
  seat: string;
}

/** A person is asked to reply for a seat. */
export interface Asked {
  kind: "seat_open";
  debate_id: string;
  seat: string;
  turn: string;
  /** Until when, in milliseconds since 1970. */
  deadline_ms: number;
  prompt: Message[];
}

/** What the list of debates is narrowed to; an absent field narrows nothing. */
export interface Filter {
  status?: string;
  correct?: string;
  flipped?: string;
}
