// Talks to the playground's server. Shows nothing.

export async function loadState() {
  const answer = await fetch("/page/state");
  if (!answer.ok) throw new Error("The playground does not answer.");
  return answer.json();
}

/** Send a message; resolves to its ts, rejects with a sentence for the person. */
export async function send({ channel, user, text, threadTs, files }) {
  const form = new FormData();
  form.set("channel", channel);
  form.set("user", user);
  form.set("text", text);
  if (threadTs) form.set("thread_ts", threadTs);
  for (const file of files) form.append("files", file, file.name || "pasted.png");
  let answer;
  try {
    answer = await fetch("/page/send", { method: "POST", body: form });
  } catch {
    throw new Error("The playground cannot be reached. Is it still running?");
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error || "The message was not taken.");
  return told.ts;
}

export async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error((await answer.json()).error || "That did not work.");
}

/** Follow changes for ever. The browser reconnects by itself; `onReconnect` then reloads. */
export function follow({ onChange, onReconnect, onLost }) {
  const source = new EventSource("/page/events");
  let opened = false;
  source.onopen = () => {
    if (opened) onReconnect();
    opened = true;
  };
  source.onmessage = (event) => onChange(JSON.parse(event.data));
  source.onerror = () => {
    onLost();
    // A browser gives up when the server is gone for good; we keep trying.
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => { follow({ onChange, onReconnect, onLost }); onReconnect(); }, 2000);
    }
  };
}
