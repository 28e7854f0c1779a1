// A batch that has not ended is read again every few seconds, while somebody looks at it.

const MILLISECONDS = 4_000;

/** Puts what the server shows now in the place of what stands here; tells false when it shows it to us no more. */
async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.redirected || [401, 403, 404].includes(answer.status)) return false;
  if (!answer.ok) throw new Error(await answer.text());
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
  const shown = document.querySelector("[data-live]");
  shown.dataset.live = fresh.dataset.live;
  shown.replaceChildren(...fresh.childNodes);
  return true;
}

/** Says how live it is; whoever has no script reloads by the link beside it. */
function say(text) {
  document.querySelector("#liveness").textContent = text;
}

async function goOn() {
  if (document.querySelector("[data-live]").dataset.live !== "open") return say("");
  try {
    if (!document.hidden && !(await refresh())) return say("not live any more: open the page again");
    say(document.hidden ? "paused" : "live");
  } catch {
    say("not answered: trying again");
  }
  setTimeout(goOn, MILLISECONDS);
}

if (document.querySelector("[data-live=open]")) {
  say("live");
  setTimeout(goOn, MILLISECONDS);
}
