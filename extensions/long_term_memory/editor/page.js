() => {
  // Sends clicks on buttons inside our HTML to the page's hidden buttons. Runs once a
  // page, as a load function of the page or of its host.
  if (window.ltmTake) return;
  let click = "";
  let last = null;
  // A hidden button's own script takes what was clicked as its first input.
  window.ltmTake = () => { const taken = click; click = ""; return taken; };
  // The list is drawn anew after every click: put the keyboard back where it was.
  window.ltmFocus = () => {
    const box = last && document.querySelector(`[data-ltm-to="${last.to}"]`);
    if (!box) return;
    // Who types elsewhere by now goes on there.
    const active = document.activeElement;
    if (active && active.matches("input, textarea") && !box.contains(active)) return;
    const mine = `[data-ltm-id="${CSS.escape(last.id)}"]`;
    const found = box.querySelector("textarea.ltm-field")
      || box.querySelector(`${mine}[data-ltm-do="${last.do}"]`)
      || box.querySelector(mine)
      || box.querySelector("button");
    if (found) found.focus();
    if (found && found.matches("textarea")) found.setSelectionRange(found.value.length, found.value.length);
    last = null;
  };
  const press = (button) => {
    const box = button.closest("[data-ltm-to]");
    const row = button.closest("[data-ltm-row]");
    const field = row && row.querySelector(".ltm-field");
    const what = { do: button.dataset.ltmDo, id: button.dataset.ltmId || "" };
    what.text = field ? field.value : (button.dataset.ltmText || "");
    click = JSON.stringify(what);
    last = { ...what, to: box.dataset.ltmTo };
    document.getElementById(box.dataset.ltmTo).click();
  };
  // The address as this browser sees it: the server may be reached by another name.
  const copy = async (button) => {
    const shown = button.parentElement.querySelector("[data-ltm-base]");
    const page = location.pathname.replace(/\/editor\/*$/, "");
    shown.textContent = `${location.origin}${page}/v1`;
    try {
      await navigator.clipboard.writeText(shown.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(shown);
      button.textContent = "Selected: press Ctrl+C";
    }
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest) return;
    const button = event.target.closest("[data-ltm-do]");
    if (button) press(button);
    const copies = event.target.closest("[data-ltm-copy]");
    if (copies) copy(copies);
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches || !event.target.matches(".ltm-field") || event.isComposing) return;
    const name = event.key === "Escape" ? "cancel" : event.key === "Enter" && !event.shiftKey ? "save" : "";
    if (!name) return;
    const row = event.target.closest("[data-ltm-row]");
    const button = row.querySelector(`[data-ltm-do="${name}"]`)
      || (name === "save" && row.querySelector("[data-ltm-enter]"));
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    press(button);
  });
  // A text that is too long for the prompt says so while it is typed.
  document.addEventListener("input", (event) => {
    const field = event.target;
    const room = Number(field.dataset && field.dataset.ltmRoom);
    const told = room && field.parentElement.querySelector(".ltm-length");
    if (!told) return;
    const tokens = Math.round(field.value.length / Number(field.dataset.ltmLetters));
    const words = `About ${tokens.toLocaleString("en")} tokens of at most ${room.toLocaleString("en")} in the prompt`;
    told.textContent = tokens > room ? `${words}: its end is cut there` : words;
  });
  // While a model loads or embeddings are pending, the status says so: ask again until
  // that is over. When the page comes into view, all is read anew: a turn may have gone by.
  let seen = false;
  setInterval(() => {
    const status = document.querySelector(".ltm-status");
    const visible = status !== null && status.offsetParent !== null && !document.hidden;
    const name = visible && !seen ? "ltm-refresh" : "ltm-poll";
    if (visible && (!seen || status.hasAttribute("data-ltm-again"))) {
      document.getElementById(name)?.click();
    }
    seen = visible;
  }, 2000);
  // What works in the background shows how far it is, every second; the rest is looked
  // at now and then, for another page may have changed it. Nobody's typing is disturbed.
  let ticks = 0;
  setInterval(() => {
    ticks += 1;
    for (const box of document.querySelectorAll("[data-ltm-poll]")) {
      const due = box.hasAttribute("data-ltm-going") || ticks % 4 === 0;
      const busy = box.querySelector("details[open], input:focus") !== null;
      const visible = box.offsetParent !== null && !document.hidden;
      if (due && visible && !busy) document.getElementById(box.dataset.ltmPoll)?.click();
    }
  }, 1000);
}
