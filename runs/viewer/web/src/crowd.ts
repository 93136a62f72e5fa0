/** A crowd is painted rather than made of elements: thousands of nodes and messages in one picture, at once. */

import { type Answers, type Slot, outline } from "./answers";
import { h } from "./dom";
import type { Edge } from "./edges";
import type { Layout, Point } from "./layout";
import type { Look } from "./nodes";

/** Where the world lies in the picture, as a zoom has it. */
export interface View {
  x: number;
  y: number;
  k: number;
}

export interface Size {
  width: number;
  height: number;
}

export class Crowd {
  readonly element = h("canvas", { class: "painted", "aria-hidden": "true" });
  private readonly pen = this.element.getContext("2d")!;
  private readonly shapes = new Map<string, Path2D>();
  private readonly style = getComputedStyle(this.element);
  /** Colours as they are in this light, asked for once a picture. */
  private readonly tokens = new Map<string, string>();

  /** Paints everybody, and what they heard beneath them. */
  paint(looks: ReadonlyMap<string, Look>, heard: readonly Edge[], answers: Answers, layout: Layout, view: View, size: Size): void {
    const fine = devicePixelRatio;
    const [width, height] = [Math.round(size.width * fine), Math.round(size.height * fine)];
    if (this.element.width !== width || this.element.height !== height) [this.element.width, this.element.height] = [width, height];
    this.tokens.clear();
    this.pen.setTransform(1, 0, 0, 1, 0, 0);
    this.pen.globalAlpha = 1;
    this.pen.clearRect(0, 0, width, height);
    const world: View = { x: view.x * fine, y: view.y * fine, k: view.k * fine };
    this.messages(heard, answers, layout, world, fine);
    for (const [seat, look] of looks) {
      const at = layout.get(seat);
      if (at) this.node(look, at, world);
    }
  }

  /** The messages that moved somebody lie over those that did not. */
  private messages(heard: readonly Edge[], answers: Answers, layout: Layout, world: View, fine: number): void {
    const { pen } = this;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    for (const moved of [false, true]) {
      pen.globalAlpha = moved ? 0.5 : 0.14;
      pen.lineWidth = (moved ? 1 : 0.6) * fine;
      for (const [slot, edges] of bySlot(heard, answers, moved)) {
        pen.strokeStyle = this.colour(slot);
        pen.beginPath();
        for (const { from, to } of edges) {
          const [a, b] = [layout.get(from)!, layout.get(to)!];
          pen.moveTo(a.x * world.k + world.x, a.y * world.k + world.y);
          pen.lineTo(b.x * world.k + world.x, b.y * world.k + world.y);
        }
        pen.stroke();
      }
    }
  }

  private node(look: Look, at: Point, world: View): void {
    const { pen } = this;
    const shape = this.shape(look.slot, look.radius);
    pen.setTransform(world.k, 0, 0, world.k, at.x * world.k + world.x, at.y * world.k + world.y);
    pen.globalAlpha = look.quiet ? 0.55 : 1;
    const rim = look.lost ? this.token("--bad") : look.running ? this.token("--accent") : look.before === null ? null : this.colour(look.before);
    if (rim !== null || look.slot === "none") {
      pen.strokeStyle = rim ?? this.token("--soft");
      pen.lineWidth = rim === null ? 1 : 3.6;
      pen.stroke(shape);
    }
    pen.fillStyle = look.slot === "none" ? this.token("--sheet") : this.colour(look.slot);
    pen.fill(shape);
  }

  private shape(slot: Slot, radius: number): Path2D {
    const key = `${slot}|${radius}`;
    let shape = this.shapes.get(key);
    if (!shape) this.shapes.set(key, (shape = new Path2D(outline(slot, radius))));
    return shape;
  }

  private colour(slot: Slot): string {
    return this.token(slot === "none" ? "--strong" : `--a-${slot}`);
  }

  private token(name: string): string {
    let value = this.tokens.get(name);
    if (value === undefined) this.tokens.set(name, (value = this.style.getPropertyValue(name)));
    return value;
  }
}

function bySlot(heard: readonly Edge[], answers: Answers, moved: boolean): Map<Slot, Edge[]> {
  const found = new Map<Slot, Edge[]>();
  for (const edge of heard) {
    if (edge.moved !== moved) continue;
    const slot = answers.slot(edge.said.vote);
    const known = found.get(slot);
    if (known) known.push(edge);
    else found.set(slot, [edge]);
  }
  return found;
}
