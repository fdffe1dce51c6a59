// Runs in the page that scenes are drawn in: shows a scene, makes its text fit, says where it is.
// Every element with `data-fit="<largest> <smallest>"` gets the greatest whole font size, in px,
// at which nothing in it overflows. Words are broken, and last of all lines are cut, only when
// the smallest size is still too large.
(async (html) => {
  const shown = new DOMParser().parseFromString(html, "text/html");
  const styles = [...shown.querySelectorAll("style")].map((style) => style.textContent);
  const current = [...document.head.querySelectorAll("style")];
  styles.forEach((text, index) => {
    if (current[index]?.textContent === text) return;
    const style = document.createElement("style");
    style.textContent = text;
    if (current[index]) current[index].replaceWith(style);
    else document.head.append(style);
  });
  current.slice(styles.length).forEach((style) => style.remove());
  document.documentElement.lang = shown.documentElement.lang;
  document.body.replaceWith(document.adoptNode(shown.body));
  document.body.getBoundingClientRect();
  await document.fonts.ready;

  const wide = (element) => element.scrollWidth > element.clientWidth + 1;
  const tall = (element) => {
    if (!element.matches("[data-text]") || !element.closest(".cut")) {
      return element.scrollHeight > element.clientHeight + 1;
    }
    const limit = parseFloat(getComputedStyle(element).maxHeight);
    element.style.maxHeight = "none";
    const height = element.offsetHeight;
    element.style.maxHeight = "";
    return height > limit + 1;
  };
  const over = (element) => wide(element) || tall(element);
  const overflows = (root) => over(root) || [...root.querySelectorAll("[data-text]")].some(over);

  const search = (element, largest, smallest) => {
    let low = smallest;
    let high = largest;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      element.style.fontSize = `${middle}px`;
      if (overflows(element)) high = middle - 1;
      else low = middle;
    }
    element.style.fontSize = `${low}px`;
    return !overflows(element);
  };

  for (const element of document.querySelectorAll("[data-fit]")) {
    const [largest, smallest] = element.dataset.fit.split(" ").map(Number);
    if (search(element, largest, smallest)) continue;
    element.classList.add("broken");
    if (search(element, largest, smallest)) continue;
    element.classList.add("cut");
    for (let lines = 9; lines > 0; lines -= 1) {
      element.style.setProperty("--lines", lines);
      if (search(element, largest, smallest)) break;
    }
  }
  await document.fonts.ready;
  const layers = [...document.querySelectorAll("[data-layer]")].map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const fitted = element.closest("[data-fit]") ?? element;
    const data = { ...element.dataset };
    if (overflows(element) || overflows(fitted)) data.overflow = "true";
    if (fitted.classList.contains("cut")) data.cut = "true";
    return { box: { x, y, width, height }, data };
  });
  const faces = [...document.fonts];
  return {
    layers,
    background: styles.join("") + (document.querySelector("[data-background]")?.outerHTML ?? ""),
    fonts: faces.filter((face) => face.status === "loaded").length,
    failed: faces.filter((face) => face.status === "error").map((face) => face.family),
  };
})
