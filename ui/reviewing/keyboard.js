const listening = new WeakMap()

export default function ({ data, parentElement }) {
  listening.get(parentElement)?.()
  const press = (event) => {
    const name = data[event.key]
    if (!name || event.ctrlKey || event.metaKey || event.altKey || writes(event)) return
    const button = document.querySelector(`.st-key-${name} button:not([disabled])`)
    event.stopImmediatePropagation()
    if (!button || document.querySelector("[role=dialog]")) return
    event.preventDefault()
    button.click()
  }
  window.addEventListener("keydown", press, true)
  document.documentElement.dataset.keys = "inbox"
  const stop = () => {
    window.removeEventListener("keydown", press, true)
    delete document.documentElement.dataset.keys
  }
  listening.set(parentElement, stop)
  return stop
}

function writes(event) {
  return event.composedPath().some((node) => node instanceof HTMLElement && (
    node.isContentEditable || node.matches("textarea, select, video, audio")
    || node.matches("input:not([type=radio], [type=checkbox])")
  ))
}
