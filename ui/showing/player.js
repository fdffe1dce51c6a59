const players = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const host = parentElement.querySelector(".player")
  const known = players.get(host)
  if (known && known.src === data.src && known.pin === data.pin && known.track === data.track) return
  const at = known ? known.video.currentTime : 0
  players.set(host, build(host, data, setTriggerValue, known && known.src === data.src ? at : data.at))
}

function build(host, data, setTriggerValue, at) {
  host.replaceChildren()
  const video = make("video", {
    controls: true, playsInline: true, preload: "metadata", src: data.src, ariaLabel: data.label,
  })
  video.style.aspectRatio = data.ratio
  if (data.track) {
    video.append(make("track", {
      kind: "captions", src: data.track, srclang: data.language || "en", label: data.captions,
    }))
  }
  if (at) video.addEventListener("loadedmetadata", () => { video.currentTime = at }, { once: true })
  const frame = make("div", { className: "frame" })
  frame.append(video)
  host.append(frame)
  if (data.pin) host.append(pinBar(video, data.pin, setTriggerValue))
  if (data.chapters.length > 1) host.append(list(video, data.chaptersLabel, data.chapters))
  if (data.transcript.length) host.append(list(video, data.transcriptLabel, data.transcript))
  return { video, src: data.src, pin: data.pin, track: data.track }
}

function pinBar(video, words, setTriggerValue) {
  const bar = make("div", { className: "bar" })
  const button = make("button", { type: "button", className: "pin" })
  const say = () => { button.textContent = words.replace("{time}", clock(video.currentTime)) }
  say()
  video.addEventListener("timeupdate", say)
  video.addEventListener("seeking", say)
  button.addEventListener("click", () => {
    video.pause()
    setTriggerValue("pinned", Math.round(video.currentTime * 10) / 10)
  })
  bar.append(button)
  return bar
}

function list(video, words, items) {
  const box = make("details", {})
  box.append(make("summary", { textContent: `${words} (${items.length})` }))
  const rows = make("ol", {})
  const buttons = items.map((item) => {
    const button = make("button", { type: "button" })
    button.append(make("time", { textContent: clock(item.at) }))
    button.append(make("span", { textContent: item.text }))
    button.addEventListener("click", () => {
      video.currentTime = item.at + 0.01
    })
    const row = make("li", {})
    row.append(button)
    rows.append(row)
    return button
  })
  video.addEventListener("timeupdate", () => {
    const now = items.findLastIndex((item) => item.at <= video.currentTime + 0.02)
    buttons.forEach((button, n) => button.setAttribute("aria-current", String(n === now)))
  })
  box.append(rows)
  return box
}

function make(tag, values) {
  return Object.assign(document.createElement(tag), values)
}

function clock(seconds) {
  const whole = Math.floor(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`
}
