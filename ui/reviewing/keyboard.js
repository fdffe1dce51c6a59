const ONCE = ["inbox-approve", "inbox-changes", "inbox-edit"]
const APART_MS = 700
const listening = new WeakMap()
let approved = -Infinity

export default function ({ data, parentElement }) {
  listening.get(parentElement)?.()
  const press = (event) => {
    const name = data[event.key]
    if (!name || event.ctrlKey || event.metaKey || event.altKey || writes(event)) return
    const button = document.querySelector(`.st-key-${name} button:not([disabled])`)
    event.stopImmediatePropagation()
    if (!button || document.querySelector("[role=dialog]")) return
    event.preventDefault()
    if (event.repeat && ONCE.includes(name)) return
    button.click()
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
