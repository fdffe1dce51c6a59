// A video that is being made: what it is at, how far it is, and what that may take.
const views = new WeakMap()

export default function ({ data, parentElement }) {
  const host = parentElement.querySelector(".at-work")
  if (!views.has(host)) {
    const hear = ({ at_work }) => {
      const state = at_work.find((one) => one.id === views.get(host)?.data.state.id)
      if (state) draw(host, data.texts, state)
    }
    views.set(host, { leave: listen(data.events, { mine: hear }) })
  }
  views.get(host).data = data
  draw(host, data.texts, data.state)
  return () => {
    views.get(host)?.leave()
    views.delete(host)
  }
}

function draw(host, texts, state) {
  if (host.childElementCount === 0) build(host)
  const share = Math.round(state.share * 100)
  const [title, said, bar] = host.children
  title.textContent = state.title
  said.textContent = outlook(texts, state)
  bar.setAttribute("aria-valuenow", share)
  bar.setAttribute("aria-label", `${texts.progress}: ${state.title}`)
  bar.firstElementChild.style.width = `${share}%`
}

function build(host) {
  const bar = document.createElement("div")
  bar.className = "bar"
  bar.setAttribute("role", "progressbar")
  bar.append(document.createElement("i"))
  host.append(document.createElement("b"), document.createElement("p"), bar)
}

function outlook(texts, state) {
  if (["draft", "queued"].includes(state.state)) return texts.starting
  const said = [
    state.doing || texts.next_step,
    texts.steps.replace("{ended}", state.ended).replace("{n}", state.steps),
  ]
  if (state.left_s) said.push(texts.left.replace("{time}", length(state.left_s)))
  return said.join(" · ")
}

function length(seconds) {
  if (seconds < 60) return `${seconds} s`
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
}
