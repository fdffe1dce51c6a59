// Hides what still lies over the page and speaks of cookies, and lets the page scroll again.
(() => {
  const about = /cookie|consent|gdpr|rgpd|dsgvo|datenschutz/i;
  for (const element of document.querySelectorAll("body *")) {
    if (!/^(fixed|sticky)$/.test(getComputedStyle(element).position)) continue;
    const text = element.innerText || "";
    if (text.length < 2000 && about.test(`${element.id} ${element.className} ${text}`))
      element.style.setProperty("display", "none", "important");
  }
  for (const element of [document.documentElement, document.body])
    if (element && getComputedStyle(element).overflowY === "hidden")
      element.style.setProperty("overflow-y", "auto", "important");
})
