/**
 * Model text as Markdown, token by token into DOM nodes.
 *
 * No HTML is ever parsed: raw HTML, images and links of the text stay words, so nothing of it loads,
 * runs or leads anywhere, whatever it says.
 */

import { type Token, type Tokens, lexer } from "marked";

import { h } from "./dom";

/** Longer texts, and texts nested deeper than any honest one, are shown as they are. */
const LONGEST = 60_000;
const DEEPEST = 24;

export function markdown(text: string): HTMLElement {
  const body = h("div", { class: "prose" });
  if (text.length > LONGEST || nested(text)) body.append(h("pre", { class: "plain" }, text));
  else
    try {
      body.append(...blocks(lexer(text, { gfm: true, breaks: true })));
    } catch {
      body.replaceChildren(h("pre", { class: "plain" }, text));
    }
  return body;
}

const nested = (text: string): boolean =>
  new RegExp(`^(?:[ \\t]*[>*+-]){${DEEPEST}}`, "m").test(text) || /([*_[\]`~])\1{200}/.test(text);

function blocks(tokens: readonly Token[], depth = 0): Node[] {
  if (depth > DEEPEST) return tokens.map((token) => document.createTextNode(token.raw));
  return tokens.flatMap((token) => block(token, depth));
}

function block(token: Token, depth: number): Node[] {
  switch (token.type) {
    case "space":
    case "def":
      return [];
    case "hr":
      return [h("hr")];
    case "code":
      return [h("pre", {}, h("code", {}, token.text))];
    case "blockquote":
      return [h("blockquote", {}, ...blocks(token.tokens ?? [], depth + 1))];
    case "heading":
      return [h("p", { class: "head" }, ...inlines(token.tokens, token.text, depth))];
    case "paragraph":
      return [h("p", {}, ...inlines(token.tokens, token.text, depth))];
    case "list":
      return [list(token as Tokens.List, depth)];
    case "table":
      return [table(token as Tokens.Table, depth)];
    case "text":
      return inlines("tokens" in token ? token.tokens : undefined, token.text, depth);
    default:
      return [h("p", {}, token.raw.trimEnd())];
  }
}

function list(token: Tokens.List, depth: number): HTMLElement {
  const items = token.items.map((item) => h("li", {}, ...blocks(item.tokens, depth + 1)));
  return token.ordered ? h("ol", { start: Number(token.start) || 1 }, ...items) : h("ul", {}, ...items);
}

function table(token: Tokens.Table, depth: number): HTMLElement {
  const row = (cells: Tokens.TableCell[], kind: "th" | "td"): HTMLElement =>
    h("tr", {}, ...cells.map((cell) => h(kind, {}, ...inlines(cell.tokens, cell.text, depth))));
  const body = token.rows.map((cells) => row(cells, "td"));
  return h("div", { class: "table" }, h("table", {}, h("thead", {}, row(token.header, "th")), h("tbody", {}, ...body)));
}

function inlines(tokens: readonly Token[] | undefined, text: string, depth: number): Node[] {
  if (!tokens || depth > DEEPEST) return [document.createTextNode(text)];
  return tokens.flatMap((token) => inline(token, depth + 1));
}

function inline(token: Token, depth: number): Node[] {
  const inner = (): Node[] => inlines("tokens" in token ? token.tokens : undefined, "text" in token ? token.text : "", depth);
  switch (token.type) {
    case "strong":
      return [h("strong", {}, ...inner())];
    case "em":
      return [h("em", {}, ...inner())];
    case "del":
      return [h("s", {}, ...inner())];
    case "codespan":
      return [h("code", {}, token.text)];
    case "br":
      return [h("br")];
    case "escape":
      return [document.createTextNode(token.text)];
    case "text":
      return inner();
    default:
      return [document.createTextNode(token.raw)];
  }
}
