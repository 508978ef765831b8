() => {
  // Sends clicks on buttons inside our HTML to the page's hidden buttons. Runs once a
  // page, as a load function of the page or of its host.
  if (window.ltmTake) return;
  let click = "";
  let last = null;
  // What is folded up has a place, and is not seen.
  const shown = (one) => one !== null && one.offsetParent !== null
    && (!one.checkVisibility || one.checkVisibility());
  const all = (selector, box = document) => [...box.querySelectorAll(selector)];
  // What the keyboard walks through inside a row; the row as a whole is one tab stop.
  const WALKED = ".ltm-table [data-ltm-row], .ltm-cards [data-ltm-row]";
  const stops = (row) => all("[data-ltm-pick], summary, button.ltm-button", row).filter(shown);
  // A hidden button's own script takes what was clicked as its first input.
  window.ltmTake = () => { const taken = click; click = ""; return taken; };
  // The list is drawn anew after every click: put the keyboard back where it was. Where
  // its row is gone, that is the first button of the one that took its place.
  window.ltmFocus = () => {
    const box = last && document.querySelector(`[data-ltm-to="${last.to}"]`);
    if (!box) return;
    // What is undone may be what was set with the switches.
    if (["undo", "redo"].includes(last.do)) document.getElementById("ltm-rules")?.click();
    // Who types elsewhere by now goes on there.
    const active = document.activeElement;
    if (active && active.matches("input, textarea") && !box.contains(active)) return;
    const rows = all("[data-ltm-row]", box);
    const mine = rows.find((row) => row.querySelector(`[data-ltm-id="${CSS.escape(last.id)}"]`));
    const near = rows[Math.min(last.row, rows.length - 1)];
    const found = box.querySelector("textarea.ltm-field, .ltm-goes .ltm-field")
      || (mine && last.id && (mine.querySelector(`[data-ltm-do="${last.do}"]`) || stops(mine)[last.place]))
      || (near && last.row >= 0 && stops(near).find((one) => one.matches("button")))
      || box.querySelector(`[data-ltm-do="${last.do}"]:enabled`)
      || box.querySelector("button:enabled");
    if (found) found.focus();
    if (found && found.matches("textarea")) found.setSelectionRange(found.value.length, found.value.length);
    last = null;
  };
  // Of all tabs only the one in sight is shown anew; another is when it is chosen.
  window.ltmShow = (listed) => all(".ltm-show")
    .filter((one) => {
      const panel = one.closest('[role="tabpanel"]');
      return shown(panel) && !(listed && panel.querySelector("#ltm-search"));
    })
    .forEach((one) => one.click());
  // The page opens with the tab that serves best; who chose one meanwhile stays there.
  let chosen = null;
  window.ltmOpened = () => {
    if (chosen && chosen.isConnected && chosen.ariaSelected !== "true") chosen.click();
    window.ltmShow();
  };
  const press = (button) => {
    const box = button.closest("[data-ltm-to]");
    const row = button.closest("[data-ltm-row]");
    const form = button.closest("[data-ltm-form]") || row;
    const field = form && form.querySelector(".ltm-field");
    const what = { do: button.dataset.ltmDo, id: button.dataset.ltmId || "" };
    what.text = field && button.dataset.ltmText === undefined ? field.value : (button.dataset.ltmText || "");
    what.seen = button.closest("[data-ltm-seen]")?.dataset.ltmSeen || "";
    if (form) what.kept = all("[data-ltm-keep]:not(:checked)", form).map((one) => one.dataset.ltmKeep);
    if (what.do.startsWith("many-")) what.text = window.ltmPicked(field ? field.value : "");
    click = JSON.stringify(what);
    last = { ...what, to: box.dataset.ltmTo, row: all("[data-ltm-row]", box).indexOf(row) };
    last.place = row ? stops(row).indexOf(button) : -1;
    document.getElementById(box.dataset.ltmTo).click();
  };
  // The address as this browser sees it: the server may be reached by another name.
  const copy = async (button) => {
    const address = button.parentElement.querySelector("[data-ltm-base]");
    const page = location.pathname.replace(/\/editor\/*$/, "");
    address.textContent = `${location.origin}${page}/v1`;
    try {
      await navigator.clipboard.writeText(address.textContent);
      button.textContent = button.dataset.ltmCopied;
    } catch {
      getSelection().selectAllChildren(address);
      button.textContent = button.dataset.ltmSelected;
    }
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest) return;
    const button = event.target.closest("[data-ltm-do]");
    if (button) press(button);
    const copies = event.target.closest("[data-ltm-copy]");
    if (copies) copy(copies);
    if (event.isTrusted) chosen = event.target.closest('.ltm-page [role="tab"]') || chosen;
  });
  // Enter and Escape in a field of ours.
  const inField = (event) => {
    const name = event.key === "Escape" ? "cancel" : event.key === "Enter" && !event.shiftKey ? "save" : "";
    // A field for many lines that is no memory's text keeps its Enter.
    if (name === "save" && event.target.matches(".ltm-parts-field")) return null;
    const form = name === "save" && event.target.closest("[data-ltm-form]");
    const row = name && event.target.closest("[data-ltm-row]");
    if (form) return form.querySelector("[data-ltm-enter]");
    return row && (row.querySelector(`[data-ltm-do="${name}"]`)
      || (name === "save" && row.querySelector("[data-ltm-enter]")));
  };
  // Left and right walk inside a row, up and down to the same place in the next.
  const step = (event) => {
    const row = event.target.closest(WALKED);
    const way = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!row || !way || !stops(row).includes(event.target)) return null;
    const rows = all("[data-ltm-row]", row.closest(".ltm-table, .ltm-cards"));
    const to = stops(rows[rows.indexOf(row) + way[0]] || row);
    const place = stops(row).indexOf(event.target) + way[1];
    return to[Math.max(0, Math.min(place, to.length - 1))];
  };
  // Escape leaves what is open: a question, a comparison, the search.
  const leave = (event) => {
    const asks = event.target.closest("details.ltm-asking[open]");
    if (asks) { asks.open = false; asks.querySelector("summary").focus(); return true; }
    const open = all('[data-ltm-do="cancel"]').find(shown);
    if (open) { press(open); return true; }
    if (!event.target.closest("#ltm-search")) return false;
    event.target.blur();
    return true;
  };
  const search = () => {
    const found = () => document.querySelector("#ltm-search input, #ltm-search textarea");
    const tab = document.querySelector('.ltm-page [role="tab"]');
    if (!tab) return false;
    if (!shown(found())) tab.click();
    // The tab is drawn first.
    const enter = (tries) => {
      if (shown(found())) { found().focus(); found().select(); }
      else if (tries) setTimeout(enter, 50, tries - 1);
    };
    enter(100);
    return true;
  };
  const byKey = (event) => {
    if (event.key === "Escape") return leave(event);
    const typed = "input:not([type=checkbox]), textarea, select, [contenteditable=true]";
    if (event.target.matches(typed)) return false;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "/" && plain) return search();
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return false;
    const which = event.shiftKey ? "[data-ltm-redo]" : "[data-ltm-undo]";
    const undo = all(`${which}:enabled`).find(shown);
    if (undo) press(undo);
    return Boolean(undo);
  };
  document.addEventListener("keydown", (event) => {
    const page = document.querySelector(".ltm-page");
    if (!event.target.matches || event.isComposing || !shown(page)) return;
    const button = event.target.matches(".ltm-field") && inField(event);
    const next = button ? null : step(event);
    if (button) press(button);
    if (next) next.focus();
    if (!button && !next && !byKey(event)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest && event.target.closest(WALKED);
    if (!row || !stops(row).includes(event.target)) return;
    for (const one of stops(row)) one.tabIndex = one === event.target ? 0 : -1;
  });
  // A text that is too long for the prompt says so while it is typed.
  document.addEventListener("input", (event) => {
    const field = event.target;
    const room = Number(field.dataset && field.dataset.ltmRoom);
    const told = room && field.parentElement.querySelector(".ltm-length");
    if (!told) return;
    const tokens = Math.round(field.value.length / Number(field.dataset.ltmLetters));
    const words = field.dataset.ltmFits
      .replace("{count}", tokens.toLocaleString("en")).replace("{room}", room.toLocaleString("en"));
    told.textContent = tokens > room ? words + field.dataset.ltmCut : words;
  });
  // What was done is said to those who do not see it, from a place that stays.
  const live = document.createElement("div");
  live.id = "ltm-live";
  live.setAttribute("role", "status");
  live.className = "ltm-live";
  document.body.append(live);
  let told = new Map();
  const announce = () => {
    const now = new Map(all("[data-ltm-said]").filter(shown).map((one) => {
      const words = one.firstElementChild.textContent;
      const button = one.querySelector("[data-ltm-id]");
      return [words + (button ? button.dataset.ltmId : ""), words];
    }));
    const news = [...now].filter(([key]) => !told.has(key)).map(([, words]) => words);
    if (news.length) live.textContent = news.join(" ");
    told = now;
    // Gradio's field for files bears a name that is not what is read on it.
    all(".ltm-page button.upload-container[aria-label]").forEach((one) => one.removeAttribute("aria-label"));
  };
  // While a model loads or embeddings are pending, the status says so: ask again until
  // that is over. When the page comes into view, all is read anew: a turn may have gone by.
  // What is in sight from the first is read by loading it.
  const inSight = () => shown(document.querySelector(".ltm-page")) && !document.hidden;
  let seen = inSight();
  setInterval(() => {
    const visible = inSight();
    const status = visible && document.querySelector(".ltm-status[data-ltm-again]");
    const again = status && !status.querySelector("details[open]");
    const name = visible && !seen ? "ltm-refresh" : again && "ltm-poll";
    if (name) document.getElementById(name)?.click();
    seen = visible;
  }, 2000);
  setInterval(announce, 300);
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
