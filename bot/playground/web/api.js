// Talks to the playground's server. Shows nothing.

const UNREACHABLE = "The playground cannot be reached. Is it still running?";

export async function loadState() {
  const answer = await fetch("/page/state");
  if (!answer.ok) throw new Error("The playground does not answer.");
  return answer.json();
}

/** Send a message; resolves to its ts, rejects with a sentence for the person. `onProgress` is told
 * the share that has arrived, `signal` gives up. */
export function send({ channel, user, text, threadTs, files, onProgress, signal }) {
  const form = new FormData();
  form.set("channel", channel);
  form.set("user", user);
  form.set("text", text);
  if (threadTs) form.set("thread_ts", threadTs);
  for (const file of files) form.append("files", file, file.name || "pasted.png");
  // Only this old way tells how much of an upload has arrived.
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      const told = parse(request.responseText);
      if (request.status === 200 && told.ts) resolve(told.ts);
      else reject(new Error(told.error || "The message was not taken."));
    });
    request.addEventListener("error", () => reject(new Error(
      files.length ? "The files could not be sent. Is the playground still running, and are the files still there?" : UNREACHABLE,
    )));
    request.addEventListener("abort", () => reject(new Error("The message was not sent.")));
    signal.addEventListener("abort", () => request.abort());
    request.open("POST", "/page/send");
    request.send(form);
  });
}

function parse(text) {
  try { return JSON.parse(text) || {}; } catch { return {}; }
}

/** Post JSON; resolves to the answer, rejects with a sentence for the person. */
export async function post(path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error(UNREACHABLE);
  }
  const told = parse(await answer.text());
  if (!answer.ok) throw new Error(told.error || "That did not work.");
  return told;
}

/** Follow changes for ever. After every loss it connects again by itself, and then calls `onOpen`. */
export function follow({ onChange, onOpen, onLost }) {
  const source = new EventSource("/page/events");
  source.onopen = () => onOpen();
  source.onmessage = (event) => onChange(JSON.parse(event.data));
  source.onerror = () => {
    onLost();
    // A browser gives up when the server is gone for good, or waits for long; we keep trying.
    source.close();
    setTimeout(() => follow({ onChange, onOpen, onLost }), 1000);
  };
}
