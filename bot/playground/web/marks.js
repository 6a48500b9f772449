// Marks on a picture, in the picture's own pixels: brush strokes and boxes. Draws and counts only.

const COLOURS = [[255, 45, 149], [0, 214, 107], [45, 125, 255]];
const CLEARNESS = 0.5;
const NEAR = 140;
const SAMPLE = 24;
const LEAST_BOX = 0.02;

/** A stroke that begins at a point. `width` is in the picture's pixels. */
export function stroke(point, width) {
  return { kind: "brush", width, points: [point] };
}

/** A box between two points, within the picture. */
export function boxBetween([left, top], [right, bottom], size) {
  const inside = (value, most) => Math.min(most, Math.max(0, value));
  const x = inside(Math.min(left, right), size.width);
  const y = inside(Math.min(top, bottom), size.height);
  return {
    kind: "box", x, y,
    width: inside(Math.max(left, right), size.width) - x, height: inside(Math.max(top, bottom), size.height) - y,
  };
}

/** A box of a third of the picture, in its middle. */
export function middleBox(size) {
  return boxBetween([size.width / 3, size.height / 3], [size.width * 2 / 3, size.height * 2 / 3], size);
}

/** The box one step further in a direction, or larger that way; it stays within the picture. */
export function stepBox(box, [right, down], size, { grows, step }) {
  const [dx, dy] = [right * step * size.width, down * step * size.height];
  if (grows) {
    const grown = (length, change, at, most) => Math.min(most - at, Math.max(LEAST_BOX * most, length + change));
    return { ...box, width: grown(box.width, dx, box.x, size.width), height: grown(box.height, dy, box.y, size.height) };
  }
  const moved = (at, change, length, most) => Math.min(most - length, Math.max(0, at + change));
  return { ...box, x: moved(box.x, dx, box.width, size.width), y: moved(box.y, dy, box.height, size.height) };
}

/** Whether a mark covers anything; a press without a move is a dot of the brush, but no box. */
export function covers(mark) {
  return mark.kind === "brush" || (mark.width >= 1 && mark.height >= 1);
}

/** Where a box is, in words. */
export function describeBox(box, size) {
  const share = (value, whole) => `${Math.round((value / whole) * 100)} %`;
  return `${share(box.x, size.width)} from the left, ${share(box.y, size.height)} from the top, `
    + `${share(box.width, size.width)} wide, ${share(box.height, size.height)} high`;
}

/** A vivid colour that stands out from the picture: pink, unless much of the picture is like it. */
export function chooseColour(image) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SAMPLE;
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0, SAMPLE, SAMPLE);
  const { data } = context.getImageData(0, 0, SAMPLE, SAMPLE);
  const shares = COLOURS.map((colour) => {
    let near = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (Math.hypot(...colour.map((value, part) => value - data[at + part])) < NEAR) near += 1;
    }
    return near / (SAMPLE * SAMPLE);
  });
  const found = shares.findIndex((share) => share < 0.2);
  const chosen = found < 0 ? shares.indexOf(Math.min(...shares)) : found;
  return `rgb(${COLOURS[chosen].join(" ")})`;
}

/** Draw marks on a canvas, half-transparent and no darker where they cross. `scale`: pixels of the
 * canvas for one of the picture. */
export function drawMarks(canvas, marks, scale, colour) {
  const layer = document.createElement("canvas");
  layer.width = canvas.width;
  layer.height = canvas.height;
  const pen = layer.getContext("2d");
  pen.scale(scale, scale);
  Object.assign(pen, { fillStyle: colour, strokeStyle: colour, lineCap: "round", lineJoin: "round" });
  for (const mark of marks) drawMark(pen, mark);
  const context = canvas.getContext("2d");
  context.globalAlpha = CLEARNESS;
  context.drawImage(layer, 0, 0);
  context.globalAlpha = 1;
}

function drawMark(pen, mark) {
  if (mark.kind === "box") { pen.fillRect(mark.x, mark.y, mark.width, mark.height); return; }
  // A press without a move has no length: it is a dot.
  pen.beginPath();
  pen.arc(...mark.points[0], mark.width / 2, 0, 2 * Math.PI);
  pen.fill();
  pen.lineWidth = mark.width;
  pen.beginPath();
  pen.moveTo(...mark.points[0]);
  for (const point of mark.points) pen.lineTo(...point);
  pen.stroke();
}

/** The picture with its marks, at its full size, as a PNG file; null where the browser cannot. */
export async function markedCopy(image, marks, name, colour) {
  const blob = await paintCopy(image, marks, colour).catch(() => null);
  return blob && new File([blob], markedName(name), { type: "image/png" });
}

async function paintCopy(image, marks, colour) {
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  canvas.getContext("2d").drawImage(image, 0, 0);
  drawMarks(canvas, marks, 1, colour);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

export function markedName(name) {
  return `${name.replace(/\.[^.]{1,8}$/, "") || "picture"}-marked.png`;
}
