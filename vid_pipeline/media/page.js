// Runs in the page that scenes are drawn in: shows a scene, makes its text fit, says where it is.
// Every element with `data-fit="<largest> <smallest>"` gets the greatest whole font size, in px,
// at which nothing in it overflows. Words are broken, then lines are cut, only when the smallest
// size is still too large; below it text goes when one line of each is still too much.
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

  // One line less of few is worth a little size: no word stands alone.
  const rows = (element) => {
    const style = getComputedStyle(element);
    const padding = parseFloat(style.paddingTop) + parseFloat(style.paddingBottom);
    return Math.round((element.offsetHeight - padding) / parseFloat(style.lineHeight));
  };
  const spare = (element, smallest) => {
    const size = parseFloat(element.style.fontSize);
    const most = rows(element) - 1;
    for (let less = size - 1; most > 0 && most < 3 && less >= Math.max(smallest, 0.84 * size); less -= 1) {
      element.style.fontSize = `${less}px`;
      if (rows(element) <= most && !overflows(element)) return;
    }
    element.style.fontSize = `${size}px`;
  };

  for (const element of document.querySelectorAll("[data-fit]")) {
    const [largest, smallest] = element.dataset.fit.split(" ").map(Number);
    if (search(element, largest, smallest)) {
      if (element.matches("[data-text]")) spare(element, smallest);
      continue;
    }
    element.classList.add("hyphenated");
    if (search(element, Math.min(largest, Math.round(1.6 * smallest)), smallest)) continue;
    element.classList.add("broken");
    if (search(element, largest, smallest)) continue;
    element.classList.add("cut");
    let fits = false;
    for (let lines = 9; lines > 0 && !fits; lines -= 1) {
      element.style.setProperty("--lines", lines);
      fits = search(element, largest, smallest);
    }
    if (!fits) search(element, smallest, Math.floor(smallest / 2));
  }
  // Where a run of text lies: one box a line, the letters' own boxes on one line joined.
  const lines = (element) => {
    const found = [];
    for (const box of element.getClientRects()) {
      const last = found.at(-1);
      if (!last || Math.abs(last.y - box.y) > box.height / 2) found.push(box);
      else found[found.length - 1] = new DOMRect(
        Math.min(last.x, box.x), last.y,
        Math.max(last.right, box.right) - Math.min(last.x, box.x), last.height,
      );
    }
    return found;
  };

  await document.fonts.ready;
  const layers = [...document.querySelectorAll("[data-layer]")].flatMap((element) => {
    if (!element.getClientRects().length) return [];
    const fitted = element.closest("[data-fit]") ?? element;
    const data = { ...element.dataset };
    const inline = data.shape === "marker";
    if ((!inline && overflows(element)) || overflows(fitted)) data.overflow = "true";
    if (fitted.classList.contains("cut")) data.cut = "true";
    const boxes = inline ? lines(element) : [element.getBoundingClientRect()];
    return boxes.map(({ x, y, width, height }, order) => ({
      box: { x, y, width, height },
      data: inline ? { ...data, order: `${2 * order}` } : data,
    }));
  });
  const faces = [...document.fonts];
  return {
    layers,
    background: styles.join("") + (document.querySelector("[data-background]")?.outerHTML ?? ""),
    fonts: faces.filter((face) => face.status === "loaded").length,
    failed: faces.filter((face) => face.status === "error").map((face) => face.family),
  };
})
