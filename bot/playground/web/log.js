// Keeps a list on the page as it should be and leaves alone what has not changed, so that pictures
// stay loaded and the focus stays where it is.

/** Show `items` [{sign, make}] in `log`; stay at the bottom only if the reader is there. */
export function fill(log, items) {
  const atBottom = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  const before = new Map([...log.children].map((node) => [node.sign, node]));
  const wanted = items.map(({ sign, make }) => {
    const node = before.get(sign) || make();
    before.delete(sign);
    node.sign = sign;
    return node;
  });
  for (const node of before.values()) node.remove();
  wanted.forEach((node, at) => {
    if (log.children[at] !== node) log.insertBefore(node, log.children[at] || null);
  });
  if (atBottom) log.scrollTop = log.scrollHeight;
}
