// On every page: `/` goes to the search box, unless it is switched off, and times tell how long ago they are now.

const UNITS = [[86_400_000, "d"], [3_600_000, "h"], [60_000, "min"], [1_000, "s"]];

const slash = document.querySelector("#slash input");

/** Writes how long ago a time is, as `showing.ago` does. */
function ago(then, now) {
  const apart = Math.abs(now - then);
  const unit = UNITS.find(([size]) => apart >= size);
  if (!unit) return "now";
  const said = `${Math.floor(apart / unit[0])} ${unit[1]}`;
  return then <= now ? `${said} ago` : `in ${said}`;
}

function tellTimes() {
  if (document.hidden) return;
  const now = Date.now();
  for (const each of document.querySelectorAll("time[datetime]")) {
    const text = ago(Date.parse(each.dateTime), now);
    if (each.textContent !== text) each.textContent = text;
  }
}

function toSearch(event) {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || !slash?.checked || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.querySelector("#search");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
}

/** Shows the switch of `/` as this browser remembers it. */
function offerSlash() {
  slash.checked = localStorage.getItem("slash") !== "off";
  slash.parentElement.hidden = false;
  const tell = () => { document.querySelector(".search kbd").hidden = !slash.checked; };
  slash.addEventListener("change", () => { localStorage.setItem("slash", slash.checked ? "on" : "off"); tell(); });
  tell();
}

if (slash && document.querySelector("#search")) offerSlash();
document.addEventListener("keydown", toSearch);
document.addEventListener("visibilitychange", tellTimes);
setInterval(tellTimes, 1_000);
