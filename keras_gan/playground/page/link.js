// A state as a link: JSON, compressed, in the fragment, which is never sent to a server.

import { checked } from './state.js';

const KEY = '#state=';
const LONGEST = 400_000; // characters of a link with weights: browsers take 1 MB; longer ones lose them
const LARGEST = 16 << 20; // characters of JSON that a link may unpack to

const through = async (bytes, stream, most = Infinity) => {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > most) throw new Error('too large');
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
};

async function packed(state) {
  const bytes = await through(new TextEncoder().encode(JSON.stringify(state)), new CompressionStream('deflate-raw'));
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** -> {fragment, whole}: with the weights where they are short enough, else without, from step 0. */
export async function fragmentOf(state) {
  const text = await packed(state);
  if (text.length <= LONGEST) return { fragment: KEY + text, whole: true };
  const { weights, ...rest } = state;
  return { fragment: KEY + await packed({ ...rest, steps: 0 }), whole: false };
}

/** The state of a fragment, checked; null where there is none. Raises what `checked` or the unpacking raise. */
export async function stateOf(fragment) {
  if (!fragment.startsWith(KEY)) return null;
  const text = atob(fragment.slice(KEY.length).replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const json = await through(bytes, new DecompressionStream('deflate-raw'), LARGEST);
  return checked(JSON.parse(new TextDecoder().decode(json)));
}
