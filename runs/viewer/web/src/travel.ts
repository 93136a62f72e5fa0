/** Messages on their way: a dot runs along each edge, in the colour of what it says. */

import type { Slot } from "./answers";
import { s, still } from "./dom";

const LASTS_MS = 750;
/** More dots than this are a blur, and cost frames. */
const MOST = 160;

export interface Journey {
  along: SVGPathElement;
  slot: Slot;
}

/** Sends dots along paths, once; edges light up with them. Asking again ends those under way. */
export class Travel {
  private running = 0;

  constructor(private readonly layer: SVGGElement) {}

  start(journeys: readonly Journey[]): void {
    this.stop();
    if (still() || !journeys.length || journeys.length > MOST) return;
    const dots = journeys.map(({ along, slot }) => ({
      along,
      length: along.getTotalLength(),
      dot: s("circle", { r: 4.5, class: `dot a-${slot}` }),
    }));
    this.layer.append(...dots.map(({ dot }) => dot));
    for (const { along } of dots) along.classList.add("lit");
    const began = performance.now();
    const run = this.running;
    const step = (now: number): void => {
      if (run !== this.running) return;
      const done = Math.min(1, Math.max(0, (now - began) / LASTS_MS));
      const eased = done < 0.5 ? 2 * done * done : 1 - (2 - 2 * done) ** 2 / 2;
      for (const { along, length, dot } of dots) {
        const at = along.getPointAtLength(length * eased);
        dot.setAttribute("transform", `translate(${at.x.toFixed(1)},${at.y.toFixed(1)})`);
      }
      if (done < 1) requestAnimationFrame(step);
      else this.stop();
    };
    requestAnimationFrame(step);
  }

  stop(): void {
    this.running++;
    this.layer.replaceChildren();
    for (const edge of this.layer.ownerSVGElement?.querySelectorAll(".edge.lit") ?? []) edge.classList.remove("lit");
  }
}
