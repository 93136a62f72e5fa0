/** Where the reader is, kept in the fragment: it is never sent to a server, and links into a debate stay whole. */

export interface Place {
  /** The server's token. */
  t?: string;
  run?: string;
  debate?: string;
  /** The step shown: a round's number, or `w` and a wave for what belongs to no round. */
  round?: string;
  turn?: string;
  /** A second debate, shown beside. */
  beside?: string;
  /** Whether the chosen turn is of the debate beside. */
  side?: string;
}

const KEYS = ["t", "run", "debate", "beside", "round", "turn", "side"] as const;

export function read(fragment: string = location.hash): Place {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const place: Place = {};
  for (const key of KEYS) {
    const value = given.get(key);
    if (value) place[key] = value;
  }
  return place;
}

export function written(place: Place): string {
  const given = new URLSearchParams();
  for (const key of KEYS) if (place[key]) given.set(key, place[key]);
  return `#${given}`;
}

/** Goes to a place. Another debate makes a step of history; a round or a turn does not. */
export function go(place: Place): void {
  const now = read();
  const further = now.run !== place.run || now.debate !== place.debate || now.beside !== place.beside;
  const fragment = written(place);
  if (fragment === location.hash) return;
  if (further) history.pushState(null, "", fragment);
  else history.replaceState(null, "", fragment);
}
