// Keys that press buttons. Those that lead to other requests wait while the page is being drawn.
const ONCE = ["inbox-approve", "inbox-changes", "inbox-edit"]
const APART_MS = 700
const LOOK_MS = 60
const HEARD_MS = 1500
const listening = new WeakMap()
const waiting = []
let timer = 0
let pressed = null
let approved = -Infinity

export default function ({ data, parentElement }) {
  listening.get(parentElement)?.()
  const press = (event) => {
    const name = data.presses[event.key]
    if (!name || event.ctrlKey || event.metaKey || event.altKey || writes(event)) return
    event.stopImmediatePropagation()
    if (document.querySelector("[role=dialog]")) return
    event.preventDefault()
    if (event.repeat && ONCE.includes(name)) return
    if (!data.wait.includes(event.key)) return click(name)
    waiting.push(name)
    if (!timer) next()
  }
  window.addEventListener("keydown", press, true)
  window.addEventListener("click", approve, true)
  document.documentElement.dataset.keys = "inbox"
  const stop = () => {
    window.removeEventListener("keydown", press, true)
    window.removeEventListener("click", approve, true)
    delete document.documentElement.dataset.keys
  }
  listening.set(parentElement, stop)
  return stop
}

/** Press what waits, one at a time, each when the page is as the one before has left it. */
function next() {
  timer = 0
  if (!location.pathname.endsWith("/inbox")) waiting.length = 0
  if (waiting.length === 0) return
  if (!drawing() && !unheard()) {
    click(waiting.shift())
    pressed = { at: performance.now(), address: location.href }
  }
  timer = setTimeout(next, LOOK_MS)
}

/** A press was a moment ago, and the page has not begun to follow it. */
function unheard() {
  if (!pressed) return false
  const { at, address } = pressed
  return location.href === address && performance.now() - at < HEARD_MS
}

function drawing() {
  const state = document.querySelector("[data-test-script-state]")?.dataset.testScriptState
  return state === "running" || state === "rerunRequested"
}

function click(name) {
  document.querySelector(`.st-key-${name} button:not([disabled])`)?.click()
}

// A decision cannot be taken back, and after it the next request stands in the same place: the
// second click of a double click is none.
function approve(event) {
  if (!event.target.closest?.(".st-key-inbox-approve button")) return
  const soon = event.timeStamp - approved < APART_MS
  approved = event.timeStamp
  if (!soon) return
  event.preventDefault()
  event.stopImmediatePropagation()
}

function writes(event) {
  return event.composedPath().some((node) => node instanceof HTMLElement && (
    node.isContentEditable || node.matches("textarea, select, video, audio")
    || node.matches("input:not([type=radio], [type=checkbox])")
  ))
}
