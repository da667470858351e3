// Sets of pictures beside the page: data/NAME.json {shape, count, classes, licence, origin} and data/NAME.bin, the pixels
// (a byte each), then a byte for each label. The list of those that are at hand is data/index.json.

const kept = new Map();

/** {have: [names], missing: {name: why}}. */
export async function atHand() {
  try {
    return await (await fetch('data/index.json')).json();
  } catch {
    return { have: [], missing: {} };
  }
}

/** {shape, bytes, labels, classes} of a set. */
export async function pictures(name) {
  if (!kept.has(name)) {
    const [about, content] = await Promise.all([`data/${name}.json`, `data/${name}.bin`].map(async (address) => {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(`${answer.status}`);
      return address.endsWith('json') ? answer.json() : answer.arrayBuffer();
    }));
    const size = about.shape.reduce((a, b) => a * b, 1) * about.count;
    kept.set(name, {
      shape: about.shape, classes: about.classes,
      bytes: new Uint8Array(content, 0, size), labels: new Uint8Array(content, size),
    });
  }
  return kept.get(name);
}
