// A user's own stream: the number at the inbox, and that a page shows what is past.
const views = new WeakMap()

export default function (context) {
  const host = context.parentElement.querySelector("i")
  if (!views.has(host)) views.set(host, new View())
  views.get(host).take(context)
  return () => {
    views.get(host)?.leave()
    views.delete(host)
  }
}

class View {
  address = null
  told = null
  leave = () => {}

  take(context) {
    this.context = context
    const { events, badge, waiting } = context.data
    if (badge && waiting !== null) number(waiting, badge)
    if (events === this.address) return
    this.leave()
    this.address = events
    this.leave = events ? listen(events, { mine: (event) => this.hear(event) }) : () => {}
  }

  hear({ waiting, mark }) {
    const { data, setTriggerValue } = this.context
    if (data.badge) number(waiting, data.badge)
    if (!data.drawn || mark === data.drawn || mark === this.told) return
    this.told = mark
    setTriggerValue("changed", mark)
  }
}

function number(waiting, texts) {
  const style = document.documentElement.style
  const said = (waiting === 1 ? texts.one : texts.other).replace("{n}", waiting)
  const shown = waiting > 99 ? "99+" : waiting
  if (waiting) style.setProperty("--inbox-waiting", `"${shown}" / "${said}"`)
  else style.removeProperty("--inbox-waiting")
}
