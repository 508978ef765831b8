() => {
  // Choosing many memories: boxes on rows, all of a page, all that was found. Runs once
  // a page, after `page.js`, which asks `ltmPicked` what was chosen.
  if (window.ltmPicked) return;
  const all = (selector, box = document) => [...box.querySelectorAll(selector)];
  // Each memory's state as it was shown, by its id; pages may be turned meanwhile.
  let picked = new Map();
  let found = 0;
  let listed = "";
  let last = null;
  const boxes = () => all(".ltm-table [data-ltm-pick]");
  const seen = (box) => box.closest("[data-ltm-row]").dataset.ltmSeen;
  const put = (box, on) => {
    if (on) picked.set(box.dataset.ltmPick, seen(box));
    else picked.delete(box.dataset.ltmPick);
  };
  const show = () => {
    const tools = document.querySelector(".ltm-tools");
    if (!tools) return;
    // Of another list, all that was found is not what was meant.
    if (tools.dataset.ltmList !== listed) {
      if (found) picked.clear();
      found = 0;
      listed = tools.dataset.ltmList;
    }
    for (const box of boxes()) {
      const on = found > 0 || picked.has(box.dataset.ltmPick);
      if (box.checked !== on) box.checked = on;
      box.closest("[data-ltm-row]").toggleAttribute("data-ltm-chosen", on);
    }
    const page = tools.querySelector("[data-ltm-pick-page]");
    const on = boxes().filter((box) => box.checked).length;
    page.checked = on > 0 && on === boxes().length;
    page.indeterminate = on > 0 && !page.checked;
    const bar = document.querySelector("[data-ltm-many]");
    const count = found || picked.size;
    if (bar.hidden !== !count) bar.hidden = !count;
    const told = bar.querySelector("[data-ltm-picked]");
    const words = count === 1 ? told.dataset.ltmOne
      : told.dataset.ltmMore.replace("{count}", count.toLocaleString("en"));
    if (told.textContent !== words) told.textContent = words;
    const rest = bar.querySelector("[data-ltm-pick-found]");
    if (rest && rest.hidden !== found > 0) rest.hidden = found > 0;
  };
  // What was chosen is done with; if it failed, the rows are another state by now.
  window.ltmPicked = (typed) => {
    const told = JSON.stringify({ ids: Object.fromEntries(found ? [] : picked), found, typed });
    picked = new Map();
    found = 0;
    return told;
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest) return;
    const box = event.target.closest(".ltm-table [data-ltm-pick]");
    if (box) {
      if (found) { found = 0; boxes().forEach((one) => put(one, one !== box)); }
      const every = boxes();
      const [from, to] = [every.indexOf(last), every.indexOf(box)].sort((a, b) => a - b);
      const range = event.shiftKey && from >= 0 ? every.slice(from, to + 1) : [box];
      for (const one of range) put(one, box.checked);
      last = box;
    } else if (event.target.closest("[data-ltm-pick-page]")) {
      const on = event.target.checked;
      if (found) picked.clear();
      found = 0;
      for (const one of boxes()) put(one, on);
    } else if (event.target.closest("[data-ltm-pick-found]")) {
      picked.clear();
      found = Number(document.querySelector(".ltm-tools").dataset.ltmFound);
    } else if (event.target.closest("[data-ltm-pick-none]")) {
      picked.clear();
      found = 0;
    } else {
      return;
    }
    show();
  });
  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; show(); });
  }).observe(document.body, { childList: true, subtree: true });
}
