// node tfjs_runner.cjs NODE_MODULES FOLDER... : samples graph models by seed in TensorFlow.js, CPU backend.
// Each folder has seeds.json, {"seeds": [strings], "labels": [integers]}, and where images are made from images
// input.bin, float32; it gets z.bin and answer.bin, float32.
const fs = require('fs');
const path = require('path');
const { pathToFileURL } = require('url');

async function main(modules, folders) {
  const tf = require(path.join(modules, '@tensorflow/tfjs-core'));
  require(path.join(modules, '@tensorflow/tfjs-backend-cpu'));
  const { loadGraphModel } = require(path.join(modules, '@tensorflow/tfjs-converter'));
  await tf.setBackend('cpu');
  for (const folder of folders) {
    const copy = path.join(folder, 'latents.mjs'); // Node takes .js for CommonJS
    fs.copyFileSync(path.join(folder, 'latents.js'), copy);
    const { latents } = await import(pathToFileURL(copy).href);
    const read = (name) => JSON.parse(fs.readFileSync(path.join(folder, name)));
    const { seeds, labels } = read('seeds.json');
    const { latent, classes } = read('card.json');
    const content = read('model.json');
    const model = await loadGraphModel({
      load: async () => {
        const bytes = fs.readFileSync(path.join(folder, content.weightsManifest[0].paths[0]));
        const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
        return { ...content, weightSpecs: content.weightsManifest[0].weights, weightData };
      },
    });
    const z = latents(seeds.map(BigInt), latent);
    const inputs = { z: tf.tensor2d(z, [seeds.length, latent.dimension]) };
    if (classes) inputs.label = tf.tensor1d(labels, 'int32');
    if (fs.existsSync(path.join(folder, 'input.bin'))) {
      const bytes = fs.readFileSync(path.join(folder, 'input.bin'));
      const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
      const shape = model.inputs.find((one) => one.name.startsWith('input')).shape;
      inputs.input = tf.tensor(values, [seeds.length, ...shape.slice(1)]);
    }
    const made = model.predict(inputs);
    fs.writeFileSync(path.join(folder, 'z.bin'), Buffer.from(z.buffer));
    fs.writeFileSync(path.join(folder, 'answer.bin'), Buffer.from((await made.data()).buffer));
  }
}

main(process.argv[2], process.argv.slice(3)).catch((error) => {
  console.error(error);
  process.exit(1);
});
