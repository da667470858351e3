// Models that make images or points from seeds: a grid of samples, or a plot.

// The label of one image: what the form says, and what it leaves open in turn, or for attributes drawn from the seed.
const labelOf = (model, form, seed, index) => {
  if (!model.names) return form.label.value === "" ? index % model.classes : Number(form.label.value);
  return Object.entries(model.names).reduce((label, [attribute, values], place) => {
    const chosen = form["label_" + attribute].value;
    let mixed = Math.imul(seed ^ Math.imul(place + 1, 0x9e3779b1), 0x85ebca6b);
    mixed = Math.imul(mixed ^ mixed >>> 15, 0xc2b2ae35) >>> 8;
    return label * values.length + (chosen === "" ? mixed % values.length : Number(chosen));
  }, 0);
};

const inputsOf = (model, form, first, n) => {
  const given = { seed: Array.from({ length: n }, (_, index) => first + index) };
  if (model.classes) given.label = given.seed.map((seed, index) => labelOf(model, form, seed, index));
  return given;
};

const plot = (canvas, points) => {
  const side = canvas.width = canvas.height = 2 * canvas.clientWidth, pen = canvas.getContext("2d");
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--tint");
  const plane = points[0].length > 1, xs = points.map(p => p[0]), all = plane ? points.flat() : xs;
  const low = Math.min(...all), width = (Math.max(...all) - low) || 1;
  const place = value => side * (.06 + .88 * (value - low) / width);
  if (plane) {
    pen.globalAlpha = .55;
    for (const [x, y] of points) {
      pen.beginPath();
      pen.arc(place(x), side - place(y), side / 160, 0, 7);
      pen.fill();
    }
    return;
  }
  const bins = Array(40).fill(0);
  for (const x of xs) bins[Math.min(39, Math.floor(40 * (x - low) / width))]++;
  const most = Math.max(...bins);
  bins.forEach((count, i) => {
    const height = side * .8 * count / most;
    pen.fillRect(side * (.06 + .022 * i), side * .94 - height, side * .019, height);
  });
};

const picture = (png, text) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png.b64;
  image.alt = image.title = text;
  return image;
};

const startSampling = model => {
  const section = document.getElementById(model.id), form = section.querySelector("form");
  const trouble = section.querySelector(".trouble");
  const draw = async () => {
    const seed = Number(form.seed.value);
    if (!Number.isSafeInteger(seed)) { trouble.textContent = "A seed is a whole number."; return; }
    const one = JSON.stringify({ signature_name: model.kind, inputs: inputsOf(model, form, seed, 1) });
    const rest = model.kind === "png" ? ` | jq -r '.outputs[0].b64' | base64 -d > ${seed}.png` : "";
    section.querySelector("pre").textContent = `curl -s ${addressOf(model)} -d '${one}'${rest}`;
    const given = inputsOf(model, form, seed, model.kind === "png" ? 36 : 1000);
    try {
      trouble.textContent = "";
      const made = await send(model, model.kind, given);
      if (model.kind === "sample") plot(section.querySelector("canvas"), made);
      else section.querySelector(".grid").replaceChildren(...made.map((png, index) =>
        picture(png, `seed ${given.seed[index]}` + (given.label ? `, label ${given.label[index]}` : ""))));
    } catch (error) { trouble.textContent = error.message; }
  };
  form.addEventListener("input", draw);
  form.addEventListener("submit", event => { event.preventDefault(); draw(); });
  form.next.addEventListener("click", () => { form.seed.value = Number(form.seed.value) + 36; draw(); });
  form.any.addEventListener("click", () => { form.seed.value = Math.floor(Math.random() * 1e9); draw(); });
  draw();
};

for (const model of models) if (model.kind === "png" || model.kind === "sample") startSampling(model);
