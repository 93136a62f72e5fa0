/** The difference of two texts, word by word. */

export interface Part {
  kind: "same" | "gone" | "new";
  text: string;
}

/** Beyond it a comparison says little and costs much, so the texts stand whole, one after the other. */
const MOST_CELLS = 4_000_000;

/** The parts of both texts in reading order: what stayed, what went, what came. */
export function diff(before: string, after: string): Part[] {
  const [old, now] = [words(before), words(after)];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const parts = new Parts();
  parts.add("same", now.slice(0, start));
  middle(old.slice(start, old.length - end), now.slice(start, now.length - end), parts);
  parts.add("same", now.slice(now.length - end));
  return readable(parts.all);
}

/** Words that stayed by chance, between longer stretches that did not, change with them. */
function readable(parts: readonly Part[]): Part[] {
  const merged = new Parts();
  let [gone, now] = ["", ""];
  const close = (): void => {
    merged.add("gone", gone ? [gone] : []);
    merged.add("new", now ? [now] : []);
    [gone, now] = ["", ""];
  };
  parts.forEach((part, at) => {
    if (part.kind === "gone") gone += part.text;
    else if (part.kind === "new") now += part.text;
    else if ((gone || now) && at < parts.length - 1 && part.text.trim().length <= Math.max(gone.length, now.length)) {
      gone += part.text;
      now += part.text;
    } else {
      close();
      merged.add("same", [part.text]);
    }
  });
  close();
  return merged.all;
}

const words = (text: string): string[] => text.match(/\s+|[\p{L}\p{N}_'’-]+|[^\s]/gu) ?? [];

class Parts {
  readonly all: Part[] = [];

  add(kind: Part["kind"], words: readonly string[]): void {
    if (!words.length) return;
    const text = words.join("");
    const last = this.all.at(-1);
    if (last?.kind === kind) last.text += text;
    else this.all.push({ kind, text });
  }
}

/** By the longest common subsequence. */
function middle(old: string[], now: string[], parts: Parts): void {
  if (old.length * now.length > MOST_CELLS) {
    parts.add("gone", old);
    parts.add("new", now);
    return;
  }
  const width = now.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      common[i * width + j] =
        old[i] === now[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
  let [i, j] = [0, 0];
  while (i < old.length && j < now.length) {
    if (old[i] === now[j]) {
      parts.add("same", [now[j]!]);
      i++, j++;
    } else if (common[(i + 1) * width + j]! >= common[i * width + j + 1]!) parts.add("gone", [old[i++]!]);
    else parts.add("new", [now[j++]!]);
  }
  parts.add("gone", old.slice(i));
  parts.add("new", now.slice(j));
}
