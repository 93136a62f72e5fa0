// A browser at the command of a test: one JSON object a line in, one a line out.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [packages, executablePath] = process.argv.slice(2);
const require = createRequire(join(packages, "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const ARGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
];
const PATIENCE_MS = 20_000;

const browser = await chromium.launch({ executablePath, headless: true, args: ARGS });
let context, page;
let complaints = [];

async function open({ url, width = 1440, height = 900, scheme = "light", still = true }) {
  await close();
  const reducedMotion = still ? "reduce" : "no-preference";
  context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, reducedMotion });
  context.setDefaultTimeout(PATIENCE_MS);
  page = await context.newPage();
  complaints = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error.stack)));
  page.on("dialog", (dialog) => (complaints.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
  page.on("popup", (popup) => complaints.push(`popup: ${popup.url()}`));
  page.on("request", (request) => {
    if (elsewhere(request.url(), url) && !request.url().startsWith("data:"))
      complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url);
}

/** A page from a file has no origin, and nothing to ask for but itself. */
function elsewhere(asked, url) {
  const [one, other] = [new URL(asked), new URL(url)];
  return one.origin !== other.origin || (other.protocol === "file:" && one.pathname !== other.pathname);
}

async function close() {
  await context?.close();
  context = undefined;
}

/** Playwright's own way of waiting evaluates in the page, which the page's policy forbids. */
async function until(script) {
  for (const end = Date.now() + PATIENCE_MS; ; await new Promise((rest) => setTimeout(rest, 25))) {
    const value = await page.evaluate(script);
    if (value) return value;
    if (Date.now() > end) throw new Error(`never true: ${script}`);
  }
}

const commands = {
  open,
  close,
  click: ({ on }) => page.locator(on).first().click(),
  press: ({ key }) => page.keyboard.press(key),
  fill: ({ on, text }) => page.locator(on).first().fill(text),
  choose: ({ on, option }) => page.locator(on).first().selectOption(option),
  focus: ({ on }) => page.locator(on).first().focus(),
  see: ({ on }) => page.locator(on).first().waitFor(),
  lose: ({ on }) => page.locator(on).first().waitFor({ state: "detached" }),
  text: ({ on }) => page.locator(on).first().innerText(),
  texts: ({ on }) => page.locator(on).allTextContents(),
  attribute: ({ on, name }) => page.locator(on).first().getAttribute(name),
  count: ({ on }) => page.locator(on).count(),
  until: ({ script }) => until(script),
  evaluate: ({ script }) => page.evaluate(script),
  picture: ({ path }) => page.screenshot({ path }),
  complaints: () => complaints,
  axe: () => page.evaluate(`(() => { if (!globalThis.axe) { ${axe} } return globalThis.axe.run({ resultTypes: ["violations"] }); })()`).then(({ violations }) =>
    violations.map(({ id, impact, nodes }) => ({ id, impact, where: nodes.slice(0, 4).map((node) => node.html.slice(0, 200)) }))),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...given } = JSON.parse(line);
  let answer;
  try {
    answer = { value: (await commands[name](given)) ?? null };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
