// Worlds of points in the plane, each with its true density. They are those of keras_gan.data.toys and
// keras_gan/playground/worlds.py, by the same names and with the same numbers: a world is a weighted sum of equal round
// Gaussians, whose centres lie at points or along a curve.

import { nearest } from './engine/measures.js';
import { normals } from './engine/random.js';

const NODES = 600; // of a curve, for its density: closer than the noise is wide
const STRETCHES = 10; // of a curve, in place of modes

const range = (n) => Array.from({ length: n }, (_, i) => i);

/** name -> {its numbers with their defaults, centre(t) of a curve or modes(numbers), deviation(numbers), extent}. */
export const WORLDS = {
  line: {
    defaults: { standard_deviation: 0.05 },
    curve: (t) => [-1 + 2 * t, -0.6 + 1.2 * t],
    extent: 1.5,
  },
  two_gaussians: {
    defaults: { standard_deviation: 0.15 },
    modes: () => [[-0.8, -0.4], [0.8, 0.4]],
    extent: 1.6,
  },
  ring: {
    defaults: { count: 8, radius: 1, standard_deviation: 0.01 },
    modes: ({ count, radius }) => range(count).map((i) => {
      const angle = (2 * Math.PI * i) / count;
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    }),
    extent: 1.5,
  },
  grid: {
    defaults: { side: 5, spacing: 2 / 2.828, standard_deviation: 0.05 / 2.828 },
    modes: ({ side, spacing }) => range(side * side).map((i) => [
      spacing * (Math.floor(i / side) - (side - 1) / 2), spacing * ((i % side) - (side - 1) / 2)]),
    extent: 1.9,
  },
  swiss_roll: {
    defaults: { noise: 0.25, scale: 7.5 },
    curve: (share, { scale }) => {
      const t = Math.PI * (1.5 + 3 * share);
      return [(t * Math.cos(t)) / scale, (t * Math.sin(t)) / scale];
    },
    deviation: ({ noise, scale }) => noise / scale,
    extent: 2.2,
  },
  clusters: {
    defaults: { standard_deviation: 0.12 },
    modes: () => [[-0.85, 0.45], [0.85, 0.6], [0.1, -0.85]],
    extent: 1.5,
  },
  drawn: {
    defaults: { points: [[-0.6, 0], [0.6, 0]], standard_deviation: 0.03 },
    modes: ({ points }) => points,
    counted: false, // a stroke is many points, but no modes
    extent: 1.5,
  },
};

/**
 * The world of a state: {draw(uniform, n), density(x, y), modes or null, deviation, extent}; centres: of its Gaussians,
 * Float32Array [m * 2]; kinds, classes(points): its modes, or ten stretches of a curve, and where each point belongs.
 */
export function world(spec) {
  const kind = WORLDS[spec.name];
  const numbers = { ...kind.defaults, ...spec };
  const deviation = kind.deviation ? kind.deviation(numbers) : numbers.standard_deviation;
  const modes = kind.modes && kind.modes(numbers);
  const centres = modes || range(NODES).map((i) => kind.curve((i + 0.5) / NODES, numbers));
  const centre = modes ? (u) => modes[Math.floor(u * modes.length)] : (u) => kind.curve(u, numbers);
  const counted = modes && kind.counted !== false;
  const kinds = counted ? modes.length : Math.min(STRETCHES, centres.length);
  const flat = Float32Array.from(centres.flat());
  return {
    deviation,
    centres: flat,
    kinds,
    modes: counted ? modes : null,
    extent: kind.extent,

    /** n points, Float32Array [n * 2], of a source of uniform numbers. */
    draw(uniform, n) {
      const u = uniform(n);
      const points = normals(uniform, 2 * n);
      for (let i = 0; i < n; i++) {
        const [x, y] = centre(u[i]);
        points[2 * i] = x + deviation * points[2 * i];
        points[2 * i + 1] = y + deviation * points[2 * i + 1];
      }
      return points;
    },

    classes(points) {
      return nearest(points, flat, 2).index.map((i) => Math.floor((i * kinds) / centres.length));
    },

    /** p(x, y) = sum_i w_i N((x, y); c_i, s^2 I). */
    density(x, y) {
      const precision = -0.5 / deviation ** 2;
      let sum = 0;
      for (const [a, b] of centres) sum += Math.exp(precision * ((x - a) ** 2 + (y - b) ** 2));
      return sum / (centres.length * 2 * Math.PI * deviation ** 2);
    },
  };
}
