// Locks a screen with a run sheet after two minutes without a touch; says so twenty seconds before.

const LOCK_MS = 120_000;
const WARN_MS = 100_000;
const address = document.body.dataset.locks;
const warning = document.createElement("p");
warning.className = "message caution wrap";
warning.setAttribute("role", "alert");
warning.hidden = true;
let lastTouch = Date.now();
let isLocking = false;

async function lock() {
  isLocking = true;
  document.querySelector("main").hidden = true;
  const token = document.querySelector("input[name=csrf_token]")?.value ?? "";
  const body = new URLSearchParams({ csrf_token: token });
  try {
    const signal = AbortSignal.timeout(10_000);
    const answer = await fetch(address, { method: "POST", body, signal });
    location.replace(answer.ok ? answer.url : "/");
  } catch {
    location.replace("/offline");
  }
}

function look() {
  if (isLocking) return;
  const still = Date.now() - lastTouch;
  if (still >= LOCK_MS) lock();
  if (still >= WARN_MS && warning.hidden) {
    warning.textContent = "This screen locks in 20 seconds. Touch it to go on. What was typed is kept.";
    warning.hidden = false;
  } else if (still < WARN_MS) warning.hidden = true;
}

function touched() {
  look(); // a tablet that slept is locked by the touch that wakes it
  lastTouch = Date.now();
}

if (address) {
  document.querySelector("main").before(warning);
  for (const kind of ["pointerdown", "keydown", "scroll"]) {
    addEventListener(kind, touched, { capture: true, passive: true });
  }
  document.addEventListener("visibilitychange", look);
  setInterval(look, 1_000);
}
