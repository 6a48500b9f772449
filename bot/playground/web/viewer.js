// The large view of pictures: arrow keys turn pages, Escape closes.

export function viewer(dialog) {
  const picture = dialog.querySelector("img");
  const caption = dialog.querySelector("figcaption");
  const download = dialog.querySelector(".download");
  let pictures = [];
  let at = 0;

  function show(index) {
    at = (index + pictures.length) % pictures.length;
    const file = pictures[at];
    picture.src = file.url;
    picture.alt = file.alt || file.name;
    const size = file.width ? ` · ${file.width} × ${file.height}` : "";
    caption.textContent = `${file.name}${size}${file.alt ? ` · ${file.alt}` : ""}`;
    download.href = file.url;
    download.download = file.name;
    for (const turn of dialog.querySelectorAll(".previous, .next")) turn.hidden = pictures.length < 2;
  }

  dialog.querySelector(".previous").addEventListener("click", () => show(at - 1));
  dialog.querySelector(".next").addEventListener("click", () => show(at + 1));
  dialog.querySelector(".close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target.tagName === "FIGURE") dialog.close(); });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(at - 1);
    if (event.key === "ArrowRight") show(at + 1);
  });

  return (file, all) => {
    pictures = all;
    show(all.findIndex((one) => one.id === file.id));
    dialog.showModal();
  };
}
