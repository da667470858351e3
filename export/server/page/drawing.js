// Models that make images from images: one draws on the left, and sees on the right what becomes of it.

const UNDONE = 50; // drawings that are kept
const rgbOf = colour => [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));

// Paints without smoothing: a label map has the colours of its palette and none between.
const disc = (pen, x, y, size) => {
  const radius = size / 2;
  for (let row = 0; row < size; row++) {
    const half = Math.sqrt(Math.max(0, radius * radius - (row + .5 - radius) ** 2));
    const left = Math.round(x - half), top = Math.round(y - radius) + row;
    pen.fillRect(left, top, Math.max(1, Math.round(2 * half)), 1);
  }
};

const line = (pen, from, to, size) => {
  const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1])));
  for (let step = 0; step <= steps; step++)
    disc(pen, from[0] + (to[0] - from[0]) * step / steps, from[1] + (to[1] - from[1]) * step / steps, size);
};

// The area of one colour around a point becomes another colour.
const fill = (pen, x, y, colour) => {
  const { width, height } = pen.canvas, image = pen.getImageData(0, 0, width, height);
  const pixels = new Uint32Array(image.data.buffer), old = pixels[y * width + x];
  const wanted = new Uint32Array(new Uint8ClampedArray([...rgbOf(colour), 255]).buffer)[0];
  if (old === wanted) return;
  const open = [y * width + x];
  while (open.length) {
    const at = open.pop();
    if (pixels[at] !== old) continue;
    pixels[at] = wanted;
    if (at % width) open.push(at - 1);
    if ((at + 1) % width) open.push(at + 1);
    if (at >= width) open.push(at - width);
    if (at + width < pixels.length) open.push(at + width);
  }
  pen.putImageData(image, 0, 0);
};

// Each pixel takes the nearest colour of the palette: what comes from a file may be a photo, or a smoothed drawing.
const snap = (pen, palette) => {
  const image = pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height), data = image.data;
  for (let at = 0; at < data.length; at += 4) {
    const far = ([r, g, b]) => (data[at] - r) ** 2 + (data[at + 1] - g) ** 2 + (data[at + 2] - b) ** 2;
    const nearest = palette.reduce((best, one) => far(one) < far(best) ? one : best);
    data.set([...nearest, 255], at);
  }
  pen.putImageData(image, 0, 0);
};

const startDrawing = model => {
  const section = document.getElementById(model.id), form = section.querySelector("form");
  const canvas = section.querySelector("canvas"), cursor = section.querySelector(".cursor");
  const made = section.querySelector(".made"), trouble = section.querySelector(".trouble");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const palette = model.palette && Object.values(model.palette).map(rgbOf);
  const blank = model.palette ? Object.values(model.palette)[0] : "#ffffff";
  const [height, width] = [canvas.height, canvas.width];
  const before = [];
  let busy = false, changed = false;

  const contentOf = () => canvas.toDataURL("image/png").split(",")[1];

  // One request at a time: strokes that come meanwhile go with the next.
  const refresh = async () => {
    changed = true;
    if (busy) return;
    busy = true;
    while (changed) {
      changed = false;
      try {
        const [png] = await send(model, form.way.value, { png_bytes: [{ b64: contentOf() }] });
        made.src = "data:image/png;base64," + png.b64;
        trouble.textContent = "";
      } catch (error) { trouble.textContent = error.message; }
    }
    busy = false;
  };

  const remember = () => {
    before.push(pen.getImageData(0, 0, width, height));
    if (before.length > UNDONE) before.shift();
    form.undo.disabled = false;
  };

  const show = image => {
    const scale = Math.max(width / image.width, height / image.height); // the middle, as the server crops
    const [w, h] = [image.width * scale, image.height * scale];
    pen.fillStyle = blank;
    pen.fillRect(0, 0, width, height);
    pen.imageSmoothingEnabled = !palette;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(image, (width - w) / 2, (height - h) / 2, w, h);
    if (palette) snap(pen, palette);
    refresh();
  };

  const open = async file => {
    try {
      const image = await createImageBitmap(file);
      remember();
      show(image);
    } catch { trouble.textContent = "This file is no picture that a browser can open."; }
  };

  const save = (address, name) => Object.assign(document.createElement("a"), { href: address, download: name }).click();

  const paint = (from, to) => {
    pen.fillStyle = form.colour.value;
    if (form.tool.value === "fill") fill(pen, Math.floor(to[0]), Math.floor(to[1]), form.colour.value);
    else line(pen, from, to, Number(form.size.value));
    refresh();
  };

  const placed = event => {
    const box = canvas.getBoundingClientRect();
    const inside = (value, side) => Math.min(side - .01, Math.max(0, value * side));
    return [inside((event.clientX - box.left) / box.width, width), inside((event.clientY - box.top) / box.height, height)];
  };

  let last = null;
  canvas.addEventListener("pointerdown", event => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    remember();
    last = placed(event);
    paint(last, last);
  });
  canvas.addEventListener("pointermove", event => {
    if (!last || form.tool.value === "fill") return;
    const at = placed(event);
    paint(last, at);
    last = at;
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { last = null; });

  // By keyboard: arrows move a point, space paints there.
  const at = [width / 2, height / 2];
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const point = () => Object.assign(cursor.style, {
    left: `${100 * at[0] / width}%`, top: `${100 * at[1] / height}%`, width: `${100 * Number(form.size.value) / width}%`,
  });
  canvas.addEventListener("keydown", event => {
    if (moves[event.key]) moves[event.key].forEach((by, axis) => {
      at[axis] = Math.min([width, height][axis] - 1, Math.max(0, at[axis] + by * (event.shiftKey ? 8 : 1)));
    });
    else if (event.key === " ") { remember(); paint(at, at); }
    else return;
    event.preventDefault();
    point();
  });

  form.undo.addEventListener("click", () => {
    pen.putImageData(before.pop(), 0, 0);
    form.undo.disabled = !before.length;
    refresh();
  });
  form.clear.addEventListener("click", () => {
    remember();
    pen.fillStyle = blank;
    pen.fillRect(0, 0, width, height);
    refresh();
  });
  form.open.addEventListener("change", () => {
    if (form.open.files[0]) open(form.open.files[0]);
    form.open.value = ""; // so that the same file can be opened again
  });
  form.keep.addEventListener("click", () => save(canvas.toDataURL("image/png"), `${model.name}.drawing.png`));
  form.take.addEventListener("click", () => save(made.src, `${model.name}.png`));
  form.way.addEventListener("change", () => { explain(); refresh(); });
  form.size.addEventListener("input", point);
  form.addEventListener("submit", event => event.preventDefault());

  const explain = () => section.querySelector("pre").textContent =
    `printf '{"signature_name":"${form.way.value}","inputs":{"png_bytes":[{"b64":"%s"}]}}' "$(base64 -w0 in.png)" | ` +
    `curl -s ${addressOf(model)} -d @- | jq -r '.outputs[0].b64' | base64 -d > out.png`;

  pen.fillStyle = blank;
  pen.fillRect(0, 0, width, height);
  point();
  explain();
  const example = new Image();
  example.onload = () => show(example);
  if (model.example) example.src = "data:image/png;base64," + model.example;
  else refresh();
};

for (const model of models) if (model.kind === "translate") startDrawing(model);
