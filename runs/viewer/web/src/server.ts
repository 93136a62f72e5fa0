/** Documents and events from the server of `moot view`. */

import type { Debate, DebateList, Filter, Happening, RunList, TurnDetail } from "./documents";
import { follow } from "./stream";
import { type Connection, Refused, type Source } from "./source";

const PAGE = "100";

export class ServerSource implements Source {
  live = false;

  constructor(private readonly token: string) {}

  async runs(): Promise<RunList> {
    const list = await this.get<RunList>("runs", {});
    this.live = list.live;
    return list;
  }

  debates(run: string, filter: Filter, after: number | null): Promise<DebateList> {
    return this.get("debates", { run, ...filter, limit: PAGE, ...(after === null ? {} : { after: String(after) }) });
  }

  debate(id: string): Promise<Debate> {
    return this.get("debate", { id });
  }

  turn(debate: string, turn: string): Promise<TurnDetail> {
    return this.get("turn", { debate, turn });
  }

  events(heard: (happening: Happening) => void, changed: (connection: Connection) => void, until: AbortSignal): void {
    void follow("api/events", this.headers(), heard, changed, until);
  }

  async act(what: string, body: Record<string, string>): Promise<void> {
    const headers = { ...this.headers(), "Content-Type": "application/json" };
    await answered(await fetch(`api/${what}`, { method: "POST", headers, body: JSON.stringify(body) }));
  }

  private async get<T>(path: string, query: Record<string, string>): Promise<T> {
    const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ""));
    const response = await answered(await fetch(`api/${path}?${asked}`, { headers: this.headers() }));
    return (await response.json()) as T;
  }

  private headers(): Record<string, string> {
    return { Authorization: `Bearer ${this.token}` };
  }
}

async function answered(response: Response): Promise<Response> {
  if (response.ok) return response;
  const told = (await response.json().catch(() => null)) as { error?: unknown } | null;
  if (typeof told?.error === "string") throw new Refused(told.error);
  if (response.status === 401 || response.status === 403)
    throw new Refused("This page needs the address that `moot view` printed, with its token at the end.");
  throw new Refused(`The server answered ${response.status}.`);
}
