/** Elements in one line each. Text only ever becomes text nodes: nothing in this page parses HTML. */

export type Child = Node | string | number | null | undefined | false;
type Value = string | number | boolean | null | undefined | ((event: never) => void);
type Props = Record<string, Value>;

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element; functions among `props` are listeners (`onclick`), `true` is an empty attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return dressed(document.createElement(tag), props, children);
}

/** An SVG element, in the same way. */
export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return dressed(document.createElementNS(SVG, tag) as SVGElementTagNameMap[K], props, children);
}

function dressed<E extends Element>(element: E, props: Props, children: Child[]): E {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter(present).map((child) => (typeof child === "number" ? String(child) : child)));
  return element;
}

function present(child: Child): child is Node | string | number {
  return child !== null && child !== undefined && child !== false;
}

/** Replaces what an element holds, where it changes. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...children.filter(present).map((child) => (typeof child === "number" ? String(child) : child)));
}

/** A button that looks like words. */
export function link(words: string, press: () => void, props: Props = {}): HTMLButtonElement {
  return h("button", { type: "button", class: "link", onclick: press, ...props }, words);
}

/** Whether the reader asked for less motion. */
export const still = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Runs `task` at most once per frame, however often it is asked for. */
export function framed(task: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      task();
    });
  };
}
