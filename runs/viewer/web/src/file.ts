/** Documents out of the page itself: one exported file holds them compressed, and needs no network. */

import type { Debate, DebateEntry, DebateList, Filter, RunList, Turn, TurnDetail } from "./documents";
import { Refused, type Source } from "./source";

/** A text, or where it lies in the table of texts, or several of them that follow each other. */
type Shared = string | number | Shared[];

interface Packed {
  runs: RunList;
  texts?: string[];
  debates: Record<string, DebateEntry[] | DebateList>;
  debate: Record<string, Debate>;
  turn: Record<string, Record<string, TurnDetail>>;
}

export class FileSource implements Source {
  readonly live = false;

  private constructor(private readonly held: Packed) {}

  /** Unpacks what a script element holds: gzip in base64. */
  static async from(element: HTMLElement): Promise<FileSource> {
    const packed = Uint8Array.from(atob((element.textContent ?? "").trim()), (letter) => letter.charCodeAt(0));
    const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new FileSource((await new Response(plain).json()) as Packed);
  }

  async runs(): Promise<RunList> {
    return this.held.runs;
  }

  async debates(run: string, filter: Filter): Promise<DebateList> {
    const list = this.held.debates[run] ?? [];
    const all = Array.isArray(list) ? list : list.debates;
    return { debates: all.filter((entry) => passes(entry, filter)), next: null };
  }

  async debate(id: string): Promise<Debate> {
    const found = this.held.debate[id];
    if (!found) throw new Refused(`This file does not hold the debate ${id}.`);
    return { ...found, turns: found.turns.map((turn) => this.whole(turn)) };
  }

  async turn(debate: string, turn: string): Promise<TurnDetail> {
    const found = this.held.turn[debate]?.[turn];
    if (!found) throw new Refused("This file was written without prompts.");
    return {
      ...found,
      prompt: found.prompt.map((message) => this.message(message)),
      replies: (found.replies as Shared[]).map((reply) => this.text(reply)),
      inner: found.inner.map((inner) => this.whole(inner)),
    };
  }

  events(): void {}

  act(): Promise<void> {
    return Promise.reject(new Refused("A file cannot be taken part in."));
  }

  private whole(turn: Turn): Turn {
    return { ...turn, text: this.text(turn.text as Shared) };
  }

  private message(message: TurnDetail["prompt"][number] | [string, Shared]): TurnDetail["prompt"][number] {
    if (Array.isArray(message)) return { role: message[0], content: this.text(message[1]) };
    return { role: message.role, content: this.text(message.content as Shared) };
  }

  private text(shared: Shared): string {
    if (typeof shared === "string") return shared;
    if (typeof shared === "number") return this.held.texts?.[shared] ?? "";
    return shared.map((part) => this.text(part)).join("");
  }
}

/** The server's filters, for a list that is all here. */
export function passes(entry: DebateEntry, filter: Filter): boolean {
  if (filter.status && entry.status !== filter.status) return false;
  if (filter.correct && String(entry.correct) !== filter.correct) return false;
  return !filter.flipped || String(entry.flips > 0) === filter.flipped;
}
