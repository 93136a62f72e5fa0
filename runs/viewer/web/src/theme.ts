/** Dark or light: as the system says, until the reader says otherwise. */

import { h } from "./dom";

const KEY = "moot-theme";

export function themeSwitch(): HTMLElement {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const now = (): string => document.documentElement.dataset["theme"] ?? (dark.matches ? "dark" : "light");
  const chosen = kept();
  if (chosen) document.documentElement.dataset["theme"] = chosen;
  const button = h("button", { type: "button", class: "quiet theme" });
  const told = (): void => {
    const other = now() === "dark" ? "light" : "dark";
    button.textContent = other === "dark" ? "☾" : "☀";
    button.setAttribute("aria-label", `Switch to the ${other} theme`);
  };
  button.addEventListener("click", () => {
    const other = now() === "dark" ? "light" : "dark";
    document.documentElement.dataset["theme"] = other;
    keep(other);
    told();
  });
  dark.addEventListener("change", told);
  told();
  return button;
}

/** Has what is painted, rather than styled, painted anew when the light changes. */
export function relit(repaint: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

/** Storage is refused in a sandboxed frame, as in a notebook. */
function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    return;
  }
}
