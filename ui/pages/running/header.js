// How a production stands, kept up to date by its stream: the graph's, or one of its own where no
// graph listens.
const PATIENCE_MS = 3000
const known = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const host = parentElement.querySelector(".header")
  known.get(host)?.stop()
  const view = watch(host, data, setTriggerValue)
  known.set(host, view)
  return () => known.get(host)?.stop()
}

function watch(host, data, setTriggerValue) {
  const steps = new Map(data.state.steps.map((step) => [step.id, step.state]))
  let state = data.state, at = performance.now(), source = null, heard = false
  const show = () => draw(host, data.texts, state, steps, at)
  const take = (event) => {
    event.steps.forEach((step) => steps.set(step.id, step.state))
    state = event
    at = performance.now()
    show()
  }
  const shared = ({ detail }) => {
    if (detail.address !== data.events) return
    heard = true
    source?.close()
    if (detail.name === "steps") take(detail.data)
  }
  window.addEventListener("vidp:event", shared)
  const timer = setTimeout(() => {
    if (heard || !data.events) return
    source = new EventSource(data.events)
    source.addEventListener("steps", (event) => take(JSON.parse(event.data)))
    source.addEventListener("end", (event) => {
      source.close()
      setTriggerValue("ended", JSON.parse(event.data).state)
    })
  }, PATIENCE_MS)
  const clock = setInterval(show, 1000)
  show()
  return {
    stop() {
      clearTimeout(timer)
      clearInterval(clock)
      source?.close()
      window.removeEventListener("vidp:event", shared)
    },
  }
}

function draw(host, texts, state, steps, at) {
  const working = ["queued", "running"].includes(state.state)
  const passed = working ? (performance.now() - at) / 1000 : 0
  const over = [...steps.values()].filter((one) => ["done", "reused", "skipped"].includes(one))
  const share = Math.round(Math.min(1, state.share) * 100)
  const left = state.left_s === null ? null : Math.max(0, state.left_s - passed)
  const figures = [
    [texts.steps, texts.of.replace("{done}", over.length).replace("{all}", steps.size)],
    [texts.elapsed, length(state.elapsed_s + passed)],
    ...(working ? [[texts.left, left === null ? texts.unknown : texts.about_time.replace("{time}", length(left))]] : []),
    [texts.cost, `$${state.cost_usd.toFixed(2)}`],
    ...(state.input_tokens + state.output_tokens
      ? [[texts.tokens, (state.input_tokens + state.output_tokens).toLocaleString("en-GB")]] : []),
  ]
  const said = texts[`state_${state.state}`]
  if (host.childElementCount === 0) build(host)
  const chip = host.querySelector(".state")
  chip.className = `state state-${state.state}`
  put(chip.querySelector("span"), said)
  const bar = host.querySelector(".bar")
  bar.parentElement.classList.toggle("still", !working)
  bar.setAttribute("aria-valuenow", share)
  bar.setAttribute("aria-label", texts.progress)
  bar.firstElementChild.style.width = `${share}%`
  put(host.querySelector(".share"), `${share}%`)
  fill(host.querySelector("dl"), figures)
}

function build(host) {
  const line = make("div", "line")
  const chip = make("span", "state")
  chip.append(make("i"), make("span"))
  const bar = make("div", "bar")
  bar.setAttribute("role", "progressbar")
  bar.append(make("i"))
  line.append(chip, bar, make("span", "share"))
  host.append(line, make("dl"))
}

function fill(list, figures) {
  while (list.childElementCount > figures.length) list.lastElementChild.remove()
  figures.forEach(([name, value], number) => {
    const box = list.children[number] ?? list.appendChild(make("div"))
    if (box.childElementCount === 0) box.append(make("dt"), make("dd"))
    put(box.firstElementChild, name)
    put(box.lastElementChild, value)
  })
}

function make(tag, name = "") {
  const element = document.createElement(tag)
  if (name) element.className = name
  return element
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text
}

function length(seconds) {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const hours = Math.floor(whole / 3600), minutes = Math.floor((whole % 3600) / 60)
  const rest = String(whole % 60).padStart(2, "0")
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`
}
