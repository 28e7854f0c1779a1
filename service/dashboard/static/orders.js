// The table of orders, live: events say which orders changed, and their rows are fetched and put in place. Nothing
// moves under the reader's eyes: what is new is told by a chip, and what no longer fits the filter is greyed.

/** Milliseconds for which events are gathered before rows are fetched: of rows in sight, and of counts alone. */
const GATHER = { sight: 150, counts: 1_000 };
/** Rows that one call brings, and new orders that are counted. */
const MOST_ROWS = 50;
const MOST_NEW = 99;
/** Newer orders that the service counts at most. */
const MOST_COUNTED = 20;
/** Seconds until the next try when the service does not answer: the first, and the longest. */
const WAIT = [2, 60];

/** Stands before every order. */
const NONE = "00000000-0000-0000-0000-000000000000";

const table = document.querySelector("#orders");
const word = document.querySelector("#live");
const chip = document.querySelector("#newer");

/** Orders to fetch, and orders that came since: by their ids. */
const asked = new Set();
const fresh = new Set();
/** Newer orders that a call counted, after some time in which nobody listened. */
let counted = 0;
/** The last event that was heard. */
let place = table?.dataset.place;
let source = null;
let timer = null;
let fetching = false;
/** Something was heard while rows were being fetched. */
let isBehind = false;
let failures = 0;

const rows = () => [...table.querySelectorAll("tr[data-id]")];
const rowOf = (id) => table.querySelector(`tr[data-id="${CSS.escape(id)}"]`);

function say(is, text) {
  word.dataset.is = is;
  if (word.textContent !== text) word.textContent = text;
}

/** Opens the stream where the last event was. A browser comes back to it by itself; what it cannot mend is tried by
 * `resume`, which learns why. */
function listen() {
  source?.close();
  source = new EventSource(`${table.dataset.events}&last_event_id=${encodeURIComponent(place)}`);
  source.onopen = () => { failures = 0; say("live", "live"); };
  source.onerror = () => {
    say("away", "reconnecting");
    if (source.readyState === EventSource.CLOSED) later();
  };
  for (const type of ["order.accepted", "order.updated", "order.completed"]) source.addEventListener(type, heard);
  source.addEventListener("reset", (event) => { place = event.lastEventId; resume(); });
}

function heard(event) {
  place = event.lastEventId;
  const id = JSON.parse(event.data).data.order_id;
  const inSight = rowOf(id) !== null;
  if (inSight || mayBeNew(id)) asked.add(id);
  soon(inSight ? GATHER.sight : GATHER.counts);
}

/** Tells whether an order that is not in sight may be new on this page. Ids are in the order of their time: without a
 * filter by state it is newer than all of them, with one newer than the last, where older pages follow. */
function mayBeNew(id) {
  if (!table.hasAttribute("data-first") || fresh.has(id) || fresh.size > MOST_NEW) return false;
  const shown = rows().map((each) => each.dataset.id);
  if (!table.dataset.moves) return id > (shown[0] ?? "");
  return !document.querySelector(".pages [rel=next]") || id > (shown.at(-1) ?? "");
}

function soon(milliseconds) {
  const due = Date.now() + milliseconds;
  isBehind ||= fetching;
  if (fetching || document.hidden || (timer && timer.due <= due)) return;
  clearTimeout(timer?.id);
  timer = { due, id: setTimeout(refresh, milliseconds) };
}

/** Fetches what was asked for: rows in sight first. */
async function refresh() {
  timer = null;
  isBehind = false;
  const ids = [...asked].sort((one, other) => Number(rowOf(other) !== null) - Number(rowOf(one) !== null)).slice(0, MOST_ROWS);
  // before they are fetched: what is heard of them meanwhile is asked for again
  for (const each of ids) asked.delete(each);
  const page = await fetched(ids);
  if (!page) return;
  put(page);
  if (asked.size) soon(GATHER.sight);
  else if (isBehind) soon(GATHER.counts);
}

/** Goes on after some time without a stream: all rows in sight as they are now, and the stream from there. */
async function resume() {
  source?.close();
  asked.clear();
  const ids = rows().map((each) => each.dataset.id);
  const page = await fetched(ids, table.hasAttribute("data-first") ? ids[0] ?? NONE : null);
  if (!page || document.hidden) return;
  counted = Number(page.querySelector("#now").dataset.newer);
  place = page.querySelector("#now").dataset.place;
  put(page);
  listen();
}

/** Fetches rows; null when that failed, which is told, and tried again where trying helps. */
async function fetched(ids, newest = null) {
  const query = new URLSearchParams(ids.map((each) => ["id", each]));
  if (newest) query.append("newest", newest);
  fetching = true;
  try {
    const answer = await fetch(`${table.dataset.rows}${table.dataset.rows.includes("?") ? "&" : "?"}${query}`);
    if (answer.ok && !answer.redirected) {
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    }
    refused(answer);
  } catch {
    later();
  } finally {
    fetching = false;
  }
  return null;
}

function refused(answer) {
  if (answer.status === 429 || answer.status >= 500) return later(Number(answer.headers.get("Retry-After")));
  // to the page that asks for a token: over plain HTTP no browser says that a script asks
  const isSignedOut = answer.status === 401 || answer.redirected;
  source?.close();
  source = null;
  say("stopped", isSignedOut ? "signed out: open the page again" : "stopped: open the page again");
}

/** Tries again after a while that grows; one try waits at a time. */
function later(seconds = 0) {
  source?.close();
  source = null;
  say("away", "reconnecting");
  // not all tabs at once, when the service is back
  const wait = Math.max(seconds, Math.min(WAIT[0] * 2 ** failures, WAIT[1])) * (1 + Math.random() / 2);
  failures += 1;
  clearTimeout(timer?.id);
  timer = { due: Date.now(), id: setTimeout(() => { timer = null; if (!document.hidden) resume(); }, wait * 1_000) };
}

/** Puts rows in their places, counts into the views, and what is new into the chip. */
function put(page) {
  document.querySelector("#views").replaceWith(page.querySelector("#views"));
  for (const row of page.querySelectorAll("tr[data-id]")) {
    const old = rowOf(row.dataset.id);
    if (old) replace(old, row);
    else if (!row.classList.contains("left")) fresh.add(row.dataset.id);
  }
  tellNew();
}

function replace(old, row) {
  // an answer that was overtaken by a newer one
  if (Number(row.dataset.version) < Number(old.dataset.version)) return;
  const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  if (row.dataset.version !== old.dataset.version) row.classList.add("fresh");
  old.replaceWith(row);
  if (focused) row.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

function tellNew() {
  const count = Math.max(fresh.size, counted);
  chip.hidden = count === 0;
  const isMore = count > MOST_NEW || (count === counted && counted === MOST_COUNTED);
  const text = `${Math.min(count, MOST_NEW)}${isMore ? "+" : ""} new`;
  if (count && chip.textContent !== text) chip.textContent = text;
}

/** Nobody looks: the stream is closed, so that a forgotten tab costs nothing. */
function pause() {
  clearTimeout(timer?.id);
  timer = null;
  source?.close();
  source = null;
  say("paused", "paused");
}

function turn() {
  if (document.hidden) pause();
  else resume();
}

if (table) {
  document.addEventListener("visibilitychange", turn);
  if (document.hidden) pause();
  else listen();
}
