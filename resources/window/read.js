// What a reader sees of the page: its text with headings, its links, fields and buttons.
// Runs in a world of its own: scripts of the page cannot change what it calls.
(limits => {
  const SKIPPED = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "SVG", "IFRAME", "OBJECT",
    "CANVAS", "VIDEO", "AUDIO", "SELECT", "TEXTAREA", "INPUT", "BUTTON"]);
  const ASIDE = "nav, footer, aside, [role=navigation], [role=banner], [role=contentinfo]," +
    "[role=complementary], body > header";
  const INLINE = new Set(["inline", "inline-block", "contents", "inline-flex", "ruby"]);
  const tidy = (text, most) => text.replace(/\s+/g, " ").trim().slice(0, most);
  const links = [], seen = new Map();
  let nodes = 0;

  const visible = element => element.checkVisibility({opacityProperty: true, visibilityProperty: true})
    && element.getAttribute("aria-hidden") !== "true"
    && parseFloat(getComputedStyle(element).fontSize) >= 1;

  function numbered(anchor) {
    const url = anchor.href, text = tidy(anchor.innerText || anchor.ariaLabel || "", 200);
    if (!/^https?:/.test(url) || url.length > 2000 || !text) return 0;
    if (url.split("#")[0] === location.href.split("#")[0] && url.includes("#")) return 0;
    if (!seen.has(url)) {
      if (links.length >= limits.links) return 0;
      links.push({text, url});
      seen.set(url, links.length);
      anchor.setAttribute("data-vidp-link", links.length);
    }
    return seen.get(url);
  }

  function reader(everything) {
    const lines = [];
    let line = "", mark = "", length = 0;
    const flush = () => {
      const text = tidy(line, limits.characters);
      if (text && text !== "|" && length < limits.characters) lines.push(mark + text);
      length += text.length + mark.length + 2;
      line = mark = "";
    };
    function walk(node) {
      if (++nodes > limits.nodes || length > limits.characters) return;
      if (node.nodeType === Node.TEXT_NODE) { line += node.data; return; }
      if (node.nodeType !== Node.ELEMENT_NODE || SKIPPED.has(node.tagName.toUpperCase())) return;
      if (!everything && node.matches(ASIDE) && !node.closest("article")) return;
      if (node.tagName === "BR") { line += "\n"; return; }
      if (!visible(node)) return;
      const inline = INLINE.has(getComputedStyle(node).display);
      if (!inline && !/^T[DH]$/.test(node.tagName)) flush();
      const heading = /^H([1-6])$/.exec(node.tagName);
      if (heading) mark = "#".repeat(heading[1]) + " ";
      if (node.tagName === "LI") mark = "- ";
      for (const child of (node.shadowRoot || node).childNodes) walk(child);
      if (/^T[DH]$/.test(node.tagName)) line += " | ";
      const number = node.tagName === "A" ? numbered(node) : 0;
      if (number) line += ` [${number}]`;
      if (!inline && !/^T[DH]$/.test(node.tagName)) flush();
    }
    if (document.body) walk(document.body);
    flush();
    return lines.map(one => one.replace(/ \|$/, "")).join("\n").slice(0, limits.characters);
  }

  function labelled(selector, attribute, label) {
    const found = [], taken = new Set();
    for (const element of document.querySelectorAll(selector)) {
      if (found.length >= limits.labels) break;
      if (!visible(element) || element.disabled) continue;
      const base = tidy(label(element) || "", 100);
      if (!base) continue;
      let name = base;
      for (let copy = 2; taken.has(name); copy++) name = `${base} (${copy})`;
      taken.add(name);
      element.setAttribute(attribute, found.push(name));
    }
    return found;
  }

  for (const name of ["data-vidp-link", "data-vidp-field", "data-vidp-button"])
    for (const element of document.querySelectorAll(`[${name}]`)) element.removeAttribute(name);
  let text = reader(false);
  if (text.length < limits.little) text = reader(true);
  for (const anchor of document.links) if (visible(anchor)) numbered(anchor);
  const fields = labelled(
    "input:not([type=hidden], [type=password], [type=file], [type=submit], [type=button]," +
    "[type=reset], [type=image]), textarea, select", "data-vidp-field",
    field => (field.labels && field.labels[0] && field.labels[0].innerText) || field.ariaLabel
      || field.placeholder || field.title || field.name);
  const buttons = labelled(
    "button, input[type=submit], input[type=button], input[type=image], summary, [role=button]," +
    "[role=tab]", "data-vidp-button",
    button => button.innerText || button.value || button.ariaLabel || button.title || button.alt);
  return {url: location.href, title: tidy(document.title, 300), text, links, fields, buttons};
})
