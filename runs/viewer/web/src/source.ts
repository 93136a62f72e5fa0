/** Where documents come from: the server of `moot view`, or the file that the page itself is. */

import type { Debate, DebateList, Filter, Happening, RunList, TurnDetail } from "./documents";

export type Connection = "connecting" | "open" | "lost" | "refused";

export interface Source {
  readonly live: boolean;
  runs(): Promise<RunList>;
  debates(run: string, filter: Filter, after: number | null): Promise<DebateList>;
  debate(id: string): Promise<Debate>;
  turn(debate: string, turn: string): Promise<TurnDetail>;
  /** Tells everything that happens, and how the connection fares, until the given signal. */
  events(heard: (happening: Happening) => void, changed: (connection: Connection) => void, until: AbortSignal): void;
  /** Asks for something to be done; rejects with the server's sentence where it refuses. */
  act(what: "pause" | "resume" | "stop" | "seat", body: Record<string, string>): Promise<void>;
}

/** Thrown where a source has no such document, or refuses; the message is for the reader. */
export class Refused extends Error {}
