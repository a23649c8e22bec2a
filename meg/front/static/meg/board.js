// The board refreshes itself every two minutes while nothing in it has focus. Without this file it is a plain page.
// A refresh does not keep a session alive: when it has ended, the screen goes to the sign-in page.
const every = 120000;
const board = document.querySelector("[data-board]");
const count = document.querySelector("[data-board-count]");

async function refresh() {
  if (document.hidden || board.contains(document.activeElement)) return;
  const answer = await fetch(window.location.href, { credentials: "same-origin", redirect: "manual", headers: { "X-Refresh": "yes" } });
  if (answer.type === "opaqueredirect") return window.location.reload();
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = page.querySelector("[data-board]");
  if (!next || board.contains(document.activeElement)) return;
  board.replaceChildren(...next.childNodes);
  for (const part of [".meg-counts", ".meg-top .meg-lead"]) {
    const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
    if (old && fresh && !old.contains(document.activeElement)) old.replaceWith(fresh);
  }
  const said = page.querySelector("[data-board-count]");
  if (said && said.textContent !== count.textContent) count.replaceChildren(...said.childNodes);
}

if (board && count) window.setInterval(() => refresh().catch(() => {}), every);
