/** Starts the page on the debates it holds, or on the server it came from. */

import { read } from "./address";
import { App } from "./app";
import { fill, h } from "./dom";
import { FileSource } from "./file";
import { ServerSource } from "./server";
import type { Source } from "./source";

async function source(): Promise<Source> {
  const data = document.getElementById("data");
  return data ? FileSource.from(data) : new ServerSource(read().t ?? "");
}

async function main(): Promise<void> {
  const [header, root] = [document.getElementById("top")!, document.getElementById("app")!];
  try {
    await new App(await source(), root).start(header);
    requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("drawn")));
  } catch (error) {
    fill(root, h("main", { class: "sorry" }, h("h1", {}, "moot"), h("p", {}, (error as Error).message)));
  }
}

void main();
