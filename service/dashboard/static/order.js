// The page of an order: its XML where it is opened, buttons that copy, and the page itself read anew when something
// happened. Without this script all of it works by links.

const EVENTS = ["order.accepted", "order.updated", "order.completed", "reset"];
const POLL_MS = 5_000;
const GATHER_MS = 150;

const live = document.querySelector("#live");
let known = live.dataset.tag; // the ETag of what is shown
let stream = null;
let timer = null;
let reading = false;
let again = false;

/** Fills an opened step with the XML of the page that its link leads to. */
async function fill(details) {
  const place = details.querySelector(".fill");
  if (!details.open || !place || details.dataset.filling) return;
  details.dataset.filling = "1";
  try {
    const answer = await fetch(details.dataset.from, { cache: "no-store" });
    if (answer.redirected) throw new Error("you are signed out, open the page again");
    if (!answer.ok) throw new Error((await answer.text()).slice(0, 300));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceWith(...page.querySelector("#documents").childNodes);
  } catch (error) {
    let told = details.querySelector("[role=alert]");
    if (!told) place.after((told = Object.assign(document.createElement("p"), { role: "alert" })));
    told.textContent = `It could not be read: ${error.message}`;
  } finally {
    delete details.dataset.filling;
  }
}

function addCopyButtons(root) {
  for (const each of root.querySelectorAll("[data-copy]")) {
    const text = each.textContent;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: "Copy" });
    button.setAttribute("aria-label", `Copy ${text}`);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2_000);
    });
    each.after(button);
  }
}

/** What names an element in the page as it is and as it will be. */
function sign(element) {
  return element.id ? `#${CSS.escape(element.id)}` : element.getAttribute("href") ? `a[href="${CSS.escape(element.getAttribute("href"))}"]` : null;
}

/** Puts a section's new state in its place; steps that are open stay open, and the focus stays where it was. Nothing is
 * taken from under somebody's hands: then it tells false. */
function replace(section, fresh) {
  if (section.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) return false;
  const focused = section.contains(document.activeElement) ? sign(document.activeElement) : null;
  for (const old of section.querySelectorAll("details[open][data-key]")) {
    fresh.querySelector(`details[data-key="${old.dataset.key}"]`)?.replaceWith(old);
  }
  section.replaceWith(fresh);
  addCopyButtons(fresh);
  if (focused) fresh.querySelector(focused)?.focus({ preventScroll: true });
  return true;
}

/** Reads this page anew, if anything is new. */
async function look() {
  if (reading) { again = true; return; }
  reading = true;
  try {
    const answer = await fetch(location.href, { cache: "no-store", headers: { "If-None-Match": known } });
    if (answer.status === 304) { tellHow(); return; }
    if (answer.redirected || (answer.status >= 400 && answer.status < 500 && answer.status !== 429)) {
      rest();
      say("ended: open the page again");
      return;
    }
    if (!answer.ok) { tryAgain("not answered: trying again"); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    let isWhole = true;
    for (const section of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(section.id);
      if (fresh) isWhole = replace(section, document.adoptNode(fresh)) && isWhole;
    }
    known = isWhole ? answer.headers.get("ETag") : "";
    tellHow();
  } catch {
    tryAgain("not reached: trying again");
  } finally {
    reading = false;
    if (again) { again = false; soon(); }
  }
}

function say(word) {
  if (live.textContent !== word) live.textContent = word;
}

/** Says how the page is kept as it is now. */
function tellHow() {
  if (stream?.readyState === EventSource.OPEN) say("live");
  else if (polling) say("looked at every 5 s");
}

/** Looks again, also when no event comes: what was not answered may be what the last one told of. */
function tryAgain(word) {
  if (document.hidden) return;
  say(word);
  clearTimeout(timer);
  timer = setTimeout(look, POLL_MS);
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(look, GATHER_MS);
}

let polling = null;

function poll() {
  if (polling) return;
  polling = setInterval(look, POLL_MS);
  tellHow();
}

function listen() {
  if (polling) { polling = clearInterval(polling) ?? null; }
  stream?.close();
  stream = new EventSource(live.dataset.events);
  stream.addEventListener("open", () => { say("live"); soon(); });
  for (const each of EVENTS) stream.addEventListener(each, soon);
  stream.addEventListener("error", () => {
    // closed: it was refused, and no browser tries again by itself
    if (stream.readyState === EventSource.CLOSED) poll();
    else say("reconnecting");
  });
}

function rest() {
  stream?.close();
  clearTimeout(timer);
  clearInterval(polling);
  polling = null;
  say("paused");
}

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details[data-from]")) fill(event.target);
}, true);
// what was left as it was, because somebody filled it in
document.addEventListener("focusout", () => { if (!known) soon(); });
document.addEventListener("visibilitychange", () => { if (document.hidden) rest(); else listen(); });
addCopyButtons(document);
// a tab in the background costs nothing
if (document.hidden) say("paused"); else listen();
// a look that was asked for may find nothing new: no event tells of it
if (document.querySelector("#awaited")) for (const seconds of [1, 2, 4, 8, 16]) setTimeout(look, seconds * 1_000);
