// The calendar of the agenda. All that it shows stands in the table as well (“Vue tableau”), which
// is what is read without scripts. Names are written as text, never as HTML.
const box = document.querySelector("[data-calendar]");
const trouble = document.querySelector("[data-agenda-trouble]");
const icons = document.querySelector("[data-agenda-icons]");
const agents = JSON.parse(box.dataset.agents);
const several = agents.length > 1;
const VIEWS = {
  jour: several ? "resourceTimeGridDay" : "timeGridDay",
  semaine: several ? "resourceTimeGridWeek" : "timeGridWeek",
  mois: "dayGridMonth",
};
const NARROW = window.matchMedia("(max-width: 40em)");

const piece = (tag, name, text) => {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
};

const iconOf = (status) => {
  const found = icons.content.querySelector(`[data-icon="${status || "session"}"] svg`);
  return found ? [found.cloneNode(true)] : [];
};

// In the page's language, as everywhere else: “9 h 30”, “9:30 am”.
const clock = (date) => {
  const [hours, minutes] = [date.getHours(), String(date.getMinutes()).padStart(2, "0")];
  if (box.dataset.locale.startsWith("fr")) {
    return minutes === "00" ? `${hours} h` : `${hours} h ${minutes}`;
  }
  return `${hours % 12 || 12}:${minutes} ${hours < 12 ? "am" : "pm"}`;
};

const dayOf = (date) =>
  date.toLocaleDateString(box.dataset.locale, { weekday: "long", day: "numeric", month: "long" });

const drawn = ({ event, view }) => {
  const more = event.extendedProps;
  if (more.kind !== "booking") {
    return { domNodes: [piece("span", "ground-text", event.title)] };
  }
  const line = document.createElement("a");
  line.className = "rdv-head";
  line.href = more.href;
  line.draggable = false;
  line.append(piece("span", "visually-hidden", `${dayOf(event.start)}, `), ...iconOf(more.status));
  line.append(piece("span", "rdv-time", clock(event.start)), " ", piece("b", "rdv-name", event.title));
  const parts = [line];
  if (view.type !== "dayGridMonth") {
    parts.push(piece("span", "rdv-motive", more.motive));
  }
  if (more.statusText && more.status !== "upcoming") {
    parts.push(piece("span", "rdv-status", more.statusText));
  }
  return { domNodes: parts };
};

const read = async ({ startStr, endStr }) => {
  const asked = `${box.dataset.source}&debut=${startStr.slice(0, 10)}&fin=${endStr.slice(0, 10)}`;
  const answer = await fetch(asked, { headers: { accept: "application/json" } });
  if (!answer.ok || answer.redirected) {
    throw new Error(String(answer.status));
  }
  return answer.json();
};

let range = null;
let shown = "";
let fresh = null;
let dragging = false;

const load = async (asked) => {
  range = asked;
  try {
    const found = fresh ?? (await read(asked));
    fresh = null;
    shown = JSON.stringify(found);
    trouble.textContent = "";
    fit(found);
    return found;
  } catch {
    trouble.textContent = box.dataset.failed;
    return [];
  }
};

// Others' changes: drawn anew only where there are any, and never under a hand that drags or a
// question that is open.
window.refreshAgenda = async () => {
  if (dragging || !range || document.querySelector("dialog[open]")) {
    return false;
  }
  const found = await read(range);
  if (JSON.stringify(found) === shown || dragging) {
    return false;
  }
  fresh = found;
  if (box.dataset.view === "mois") {
    // The library counts what a full day hides anew for each loading, and adds the counts up.
    window.EventCalendar.destroy(calendar);
    calendar = build();
  } else {
    calendar.refetchEvents();
  }
  return true;
};

const set = (name, value) => {
  if (String(calendar.getOption(name)) !== String(value)) {
    calendar.setOption(name, value);
  }
};

const SLOT = 48;
const QUICK = 15;

// A quarter of an hour at the counter is as easy to read and to touch as an hour elsewhere.
const room = (found) => {
  const lengths = found
    .filter((one) => one.extendedProps.kind === "booking")
    .map((one) => (Date.parse(`${one.end}Z`) - Date.parse(`${one.start}Z`)) / 60000);
  return Math.min(...lengths, QUICK + 1) <= QUICK ? SLOT * 1.5 : SLOT;
};

// The hours of the day that something stands in, from eight to six at least.
const fit = (found) => {
  if (box.dataset.view === "mois") {
    return;
  }
  const timed = found.filter((one) => one.extendedProps.kind !== "closed" && one.start.slice(0, 10) === one.end.slice(0, 10));
  const hours = timed.flatMap((one) => [Number(one.start.slice(11, 13)), Math.ceil(Number(one.end.slice(11, 13)) + Number(one.end.slice(14, 16)) / 60)]);
  if (box.dataset.view === "semaine") {
    // A weekend on which nothing stands leaves its room to the other days.
    const days = new Set(timed.map((one) => new Date(`${one.start}Z`).getUTCDay()));
    set("hiddenDays", [6, 0].filter((day) => !days.has(day) && !box.dataset.kept.includes(day)));
  }
  set("slotHeight", room(timed));
  set("slotMinTime", `${String(Math.min(8, ...hours)).padStart(2, "0")}:00`);
  set("slotMaxTime", `${String(Math.max(18, ...hours)).padStart(2, "0")}:00`);
};

// A drag only asks: the form says what changes, and is the same as “Déplacer” opens.
const dropped = async ({ event, oldResource, newResource, revert }) => {
  const wanted = new URLSearchParams({ debut: local(event.start), retour: here() });
  if (newResource) {
    wanted.set("de", oldResource.id);
    wanted.set("a", newResource.id);
  }
  const address = `${event.extendedProps.move}?${wanted}`;
  try {
    const answer = await fetch(address, { headers: { "hx-request": "true" } });
    if (!answer.ok || answer.redirected) {
      throw new Error(String(answer.status));
    }
    ask(await answer.text(), revert);
  } catch {
    revert();
    trouble.textContent = box.dataset.failed;
  }
};

const two = (number) => String(number).padStart(2, "0");
const local = (date) =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
const here = () => window.location.pathname + window.location.search;

const ask = (html, revert) => {
  const dialog = document.createElement("dialog");
  dialog.className = "move-dialog";
  dialog.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  dialog.setAttribute("aria-label", dialog.querySelector("h1").textContent);
  dialog.querySelector("a.button-secondary").addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    revert();
    dialog.remove();
    window.refreshAgenda().catch(() => {});
  });
  document.body.append(dialog);
  dialog.showModal();
};

// The library says “table” of what has no rows of cells. Whoever hears the page instead of seeing it
// gets a group of links, each with its day; the true table is one link away.
const NO_TABLE = ["table", "rowgroup", "row", "columnheader", "rowheader", "cell", "listitem"];
const unsay = () => {
  for (const role of NO_TABLE) {
    for (const part of box.querySelectorAll(`[role="${role}"]`)) {
      part.removeAttribute("role");
    }
  }
  for (const name of ["colindex", "rowindex", "colcount", "rowcount", "colspan", "rowspan"]) {
    for (const part of box.querySelectorAll(`[aria-${name}]`)) {
      part.removeAttribute(`aria-${name}`);
    }
  }
  // What scrolls can be scrolled by keyboard, also when nothing stands in it that has the focus.
  for (const part of box.querySelectorAll(".ec-main")) {
    part.tabIndex = 0;
    part.setAttribute("role", "group");
    part.setAttribute("aria-label", box.getAttribute("aria-label"));
  }
};
new MutationObserver(unsay).observe(box, { childList: true, subtree: true });

const build = () => window.EventCalendar.create(box, {
  view: VIEWS[box.dataset.view],
  date: box.dataset.date,
  locale: box.dataset.locale,
  timeZone: box.dataset.offset,
  firstDay: 1,
  headerToolbar: { start: "", center: "", end: "" },
  allDaySlot: false,
  datesAboveResources: true,
  nowIndicator: true,
  slotMinTime: "08:00",
  slotMaxTime: "18:00",
  slotDuration: "00:30",
  slotHeight: SLOT,
  snapDuration: "00:05",
  scrollTime: "08:00",
  slotEventOverlap: false,
  dayMaxEvents: true,
  columnWidth: several && box.dataset.view === "semaine" ? "7rem" : NARROW.matches && box.dataset.view === "semaine" ? "6.5rem" : undefined,
  resources: agents,
  slotLabelFormat: (date) => clock(date),
  eventTimeFormat: (date) => clock(date),
  dayHeaderFormat: box.dataset.view === "mois" ? { weekday: "short" } : { weekday: "short", day: "numeric", ...(NARROW.matches ? {} : { month: "short" }) },
  noEventsContent: box.dataset.none,
  moreLinkContent: ({ num }) => box.dataset.more.replace("{n}", num),
  eventSources: [{ events: load }],
  eventContent: drawn,
  eventDurationEditable: false,
  pointer: Boolean(box.dataset.new),
  dateClick: ({ date, allDay, resource }) => {
    if (allDay) {
      const day = new URL(box.dataset.day, window.location.href);
      day.searchParams.set("date", local(date).slice(0, 10));
      window.location.assign(day);
    } else if (box.dataset.new) {
      const wanted = new URL(box.dataset.new, window.location.href);
      wanted.searchParams.set("agent", resource?.id ?? agents[0].id);
      wanted.searchParams.set("debut", local(date));
      window.location.assign(wanted);
    }
  },
  eventLongPressDelay: 500,
  eventDragStart: () => {
    dragging = true;
  },
  eventDragStop: () => {
    // The click that ends a drag opens nothing.
    window.setTimeout(() => {
      dragging = false;
    }, 300);
  },
  eventDrop: dropped,
});

let calendar = build();
box.hidden = false;
box.addEventListener(
  "click",
  (event) => {
    if (dragging) {
      event.preventDefault();
    }
  },
  true,
);
