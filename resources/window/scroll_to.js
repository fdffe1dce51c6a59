// Puts the first text that holds some words a little below the top of the viewport.
(words => {
  const all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (all.nextNode()) {
    const element = all.currentNode.parentElement;
    if (!element.checkVisibility() || !all.currentNode.data.includes(words)) continue;
    scrollTo({top: element.getBoundingClientRect().top + scrollY - innerHeight / 8, behavior: "instant"});
    return true;
  }
  return false;
})
