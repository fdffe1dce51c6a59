// How a production stands, kept up to date by its stream.
const views = new WeakMap()

export default function (context) {
  const host = context.parentElement.querySelector(".header")
  if (!views.has(host)) views.set(host, new View(host))
  views.get(host).take(context)
  return () => {
    views.get(host)?.stop()
    views.delete(host)
  }
}

class View {
  address = null
  leave = () => {}

  constructor(host) {
    this.host = host
    this.clock = setInterval(() => this.show(), 1000)
  }

  // What Python says counts until the stream has said something.
  take({ data, setTriggerValue }) {
    this.texts = data.texts
    this.ended = (state) => setTriggerValue("ended", state)
    if (data.events !== this.address) {
      this.leave()
      this.address = data.events
      this.heard = false
      this.leave = listen(data.events, {
        steps: (event) => this.hear(event),
        end: ({ state }) => this.ended(state),
      })
    }
    if (!this.heard) this.set(data.state, new Map())
  }

  hear(event) {
    this.heard = true
    this.set(event, this.steps)
  }

  set(state, steps) {
    this.steps = steps
    this.state = state
    this.at = performance.now()
    state.steps.forEach((step) => steps.set(step.id, step.state))
    this.show()
  }

  show() {
    draw(this.host, this.texts, this.state, this.steps, this.at)
  }

  stop() {
    this.leave()
    clearInterval(this.clock)
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
