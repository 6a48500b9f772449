// Light or dark, before anything is painted.
(() => {
  let chosen = "";
  try { chosen = localStorage.getItem("easel-theme") || ""; } catch { /* the browser remembers nothing */ }
  const preferred = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.dataset.theme = ["dark", "light"].includes(chosen) ? chosen : preferred;
})();
