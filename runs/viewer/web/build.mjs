// Builds the page into ../page, byte for byte the same each time; with --check only compares.
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const page = join(here, "..", "page");

const { outputFiles, metafile } = await build({
  absWorkingDir: here,
  entryPoints: { app: "src/main.ts" },
  outdir: "out",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  write: false,
});
const style = await build({
  absWorkingDir: here,
  entryPoints: ["src/app.css"],
  outdir: "out",
  minify: true,
  charset: "utf8",
  target: "chrome120",
  write: false,
});

/** The licences of what the script holds of others. */
async function licences() {
  const names = new Set();
  for (const path of Object.keys(metafile.inputs)) {
    const found = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
    if (found) names.add(found[1]);
  }
  const parts = [];
  for (const name of [...names].sort()) {
    const folder = join(here, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const text = await readFile(join(folder, "LICENSE"), "utf8").catch(() => readFile(join(folder, "LICENSE.md"), "utf8"));
    parts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
  }
  return `app.js holds these packages.\n\n${parts.join(`\n${"-".repeat(72)}\n\n`)}`;
}

const files = {
  "index.html": await readFile(join(here, "src", "index.html"), "utf8"),
  "app.js": outputFiles[0].text,
  "app.css": style.outputFiles[0].text,
  "LICENCES.txt": await licences(),
};

// The script is also written into a page, where a tag of its own name would end or break it.
if (/<\/?script/i.test(files["app.js"])) throw new Error("app.js cannot stand inside a page: it holds a script tag");

const check = process.argv.includes("--check");
for (const [name, text] of Object.entries(files)) {
  const path = join(page, name);
  if (!check) await writeFile(path, text);
  else if ((await readFile(path, "utf8").catch(() => "")) !== text) {
    console.error(`${relative(process.cwd(), path)} is not what its sources build: run \`make page\` and commit it`);
    process.exitCode = 1;
  }
}
if (!process.exitCode) console.log(`page: app.js ${Math.round(files["app.js"].length / 1024)} KB, app.css ${Math.round(files["app.css"].length / 1024)} KB${check ? ", current" : ""}`);
