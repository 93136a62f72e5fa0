/** Server-sent events over fetch, since EventSource can send no bearer header; it comes back after every loss. */

import type { Happening } from "./documents";
import type { Connection } from "./source";

const SILENCE_MS = 40_000;
const FIRST_MS = 400;
const LONGEST_MS = 10_000;

/** Follows a stream until `until`, from where it broke off each time. */
export async function follow(
  url: string,
  headers: Record<string, string>,
  heard: (happening: Happening) => void,
  changed: (connection: Connection) => void,
  until: AbortSignal,
): Promise<void> {
  let last = "";
  let wait = FIRST_MS;
  while (!until.aborted) {
    changed("connecting");
    try {
      await once(url, last ? { ...headers, "Last-Event-ID": last } : headers, until, {
        opened: () => {
          wait = FIRST_MS;
          changed("open");
        },
        told: (id, data) => {
          if (id !== null) last = id;
          heard(JSON.parse(data) as Happening);
        },
      });
    } catch (error) {
      if (error instanceof Denied) return changed("refused");
    }
    if (until.aborted) return;
    changed("lost");
    await rest(wait * (0.75 + Math.random() / 2), until);
    wait = Math.min(wait * 2, LONGEST_MS);
  }
}

class Denied extends Error {}

interface Ears {
  opened(): void;
  told(id: string | null, data: string): void;
}

/** One connection, read to its end; a stream without a byte for `SILENCE_MS` counts as ended. */
async function once(url: string, headers: Record<string, string>, until: AbortSignal, ears: Ears): Promise<void> {
  const silence = new AbortController();
  let alarm = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.any([until, silence.signal]), cache: "no-store" });
    if (response.status === 401 || response.status === 403) throw new Denied();
    if (!response.ok || !response.body) throw new Error(`events: ${response.status}`);
    ears.opened();
    const read = lines(ears.told);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      clearTimeout(alarm);
      alarm = setTimeout(() => silence.abort(), SILENCE_MS);
      read(part.value);
    }
  } finally {
    clearTimeout(alarm);
  }
}

/** A reader of the event stream format: fed with text however it is cut, it tells whole events. */
export function lines(told: (id: string | null, data: string) => void): (text: string) => void {
  let rest = "";
  let id: string | null = null;
  let data: string[] = [];
  return (text) => {
    const all = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = all.pop() ?? "";
    for (const line of all) {
      if (line === "") {
        if (data.length) told(id, data.join("\n"));
        id = null;
        data = [];
      } else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      else if (line.startsWith("id:")) id = line.slice(3).trim();
    }
  };
}

function rest(ms: number, until: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    until.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
  });
}
