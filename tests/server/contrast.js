// The texts in sight that stand out too little, each with its contrast as WCAG counts it.
(least) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const behind = (one) => {
    const layers = [];
    for (let at = one; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    const dark = document.body.classList.contains("dark") || document.querySelector(".dark");
    return layers.reverse().reduce((under, top) => over(top, under), dark ? [0, 0, 0, 1] : [255, 255, 255, 1]);
  };
  const light = (color) => {
    const [r, g, b] = color.slice(0, 3).map((c) => c / 255).map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const poor = [];
  const note = (one, words, color) => {
    const back = behind(one);
    const [a, b] = [light(over(rgba(color), back)), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < least) poor.push(`${ratio.toFixed(2)} ${words.trim().slice(0, 50)}`);
  };
  const walk = document.createTreeWalker(document.querySelector(".ltm-page"), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const one = node.parentElement;
    if (!node.data.trim() || !one.offsetParent || one.closest("style, [aria-hidden=true]")) continue;
    note(one, node.data, getComputedStyle(one).color);
  }
  for (const one of document.querySelectorAll(".ltm-page input:not([type=checkbox], [type=radio]), .ltm-page textarea")) {
    if (!one.offsetParent) continue;
    if (one.value) note(one, one.value, getComputedStyle(one).color);
    else if (one.placeholder) note(one, one.placeholder, getComputedStyle(one, "::placeholder").color);
  }
  return poor;
}
