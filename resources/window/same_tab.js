// Links and forms open in this tab: new ones are blocked.
(() => {
  for (const one of document.querySelectorAll("a[target], form[target], base[target]"))
    one.removeAttribute("target");
})
