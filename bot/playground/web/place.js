// Where one is: a channel, and perhaps a thread in it, as the address of the page and back.

const PLACE = /^#\/?([A-Z][A-Z0-9]{1,40})(?:\/(\d{1,20}\.\d{1,10}))?$/;

/** The place that an address names; null where it names none. */
export function readPlace(hash) {
  const found = hash.match(PLACE);
  return found && { channel: found[1], thread: found[2] || null };
}

export function placeName({ channel, thread }) {
  return thread ? `${channel}/${thread}` : channel;
}

/** Show the place in the address. `replace`: instead of the last one, so that "back" skips it. */
export function showPlace(place, { replace = false } = {}) {
  const hash = `#/${placeName(place)}`;
  if (hash === location.hash) return;
  if (replace) history.replaceState(null, "", hash); else history.pushState(null, "", hash);
}
