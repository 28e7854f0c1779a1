// Keeps parts of a page live: each is asked for again every ten seconds, and not while nobody looks.

const EVERY = 10_000;
const PATIENCE = 8_000;

/** Asks for the part; true when it was told, whether or not it has changed. */
async function renew(part) {
  const known = part.dataset.tag ? { "If-None-Match": part.dataset.tag } : {};
  const answer = await fetch(part.dataset.live, { headers: known, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  if (answer.status === 304) return;
  // over plain HTTP no browser says that a script asks, and it is led to where people sign in
  if (answer.redirected) throw new Refused(401);
  if (!answer.ok) throw new Refused(answer.status);
  const text = await answer.text();
  if (isBeingRead(part)) return;
  put(part, text);
  part.dataset.tag = answer.headers.get("ETag");
}

class Refused extends Error {
  constructor(status) {
    super(`refused with ${status}`);
    this.isFinal = [401, 403, 404].includes(status);
  }
}

/** Nobody's selection is taken from under their hands. */
function isBeingRead(part) {
  const selection = document.getSelection();
  return !selection.isCollapsed && selection.containsNode(part, true);
}

/** Puts the new text in place; what was open stays open, and the focus stays where it was. */
function put(part, text) {
  const open = [...part.querySelectorAll("details[open]")].map((each) => each.id);
  const at = part.contains(document.activeElement) ? places(part).indexOf(document.activeElement) : -1;
  const named = at >= 0 ? nameOf(document.activeElement) : null;
  part.innerHTML = text;
  for (const id of open) part.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  if (at < 0) return;
  (places(part).find((each) => nameOf(each) === named) ?? places(part)[at])?.focus({ preventScroll: true });
}

/** What is wrong comes first, so a place may move: it is known by where it leads and what it is called. */
function nameOf(place) {
  return `${place.getAttribute("href")} ${place.querySelector(".word")?.textContent ?? place.closest("[id]").id}`;
}

function places(part) {
  return [...part.querySelectorAll("a, summary, [tabindex]")];
}

function follow(part) {
  const stale = part.parentElement.querySelector("[data-stale]");
  const asof = part.parentElement.querySelector(".asof time");
  let told = Date.now();
  let timer;
  let isOver = false;

  async function look() {
    clearTimeout(timer);
    if (document.hidden || isOver) return;
    try {
      await renew(part);
      told = Date.now();
      if (asof) asof.dateTime = new Date(told).toISOString();
      stale.hidden = true;
    } catch (error) {
      say(error);
      isOver = Boolean(error.isFinal);
    }
    timer = setTimeout(look, EVERY);
  }

  function say(error) {
    const since = new Date(told).toISOString().slice(11, 19);
    stale.textContent = error.isFinal
      ? "No longer live: you are signed out, or may not see this any more. Open the page again."
      : `Not renewed since ${since} UTC: the tracker does not answer. It is asked again.`;
    stale.hidden = false;
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - told >= EVERY) look();
  });
  timer = setTimeout(look, part.querySelector(".off") ? 0 : EVERY);
}

for (const each of document.querySelectorAll("[data-live]")) follow(each);
