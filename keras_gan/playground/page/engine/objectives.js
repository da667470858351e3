// What each player minimises, side by side: the formulas of keras_gan/losses.py and the games of keras_gan/games, with
// the same names for objectives and terms. real and fake are D's scores a, [n, 1]. Where D is a probability it is
// sigmoid(a), and with sp(a) = log(1 + e^a): log D = -sp(-a), log(1 - D) = -sp(a), exact for any a.

/* global tf */

import { gradientPenalty, zeroCentred } from './penalties.js';

const { mean, softplus: sp, square, relu, neg, sub, add, mul } = tf;
const half = (x) => mul(0.5, x);

/** -E[t log D(x) + (1 - t) log(1 - D(x))] - E[log(1 - D(G(z)))]; t < 1 smooths the real label (Salimans et al. 2016). */
const realFake = (real, fake, t) => add(mean(add(mul(t, sp(neg(real))), mul(1 - t, sp(real)))), mean(sp(fake)));

/** -E[log D(G(z))] (Goodfellow et al. 2014, section 3). */
const fool = (fake) => mean(sp(neg(fake)));

/**
 * name -> {number: what its number in the state is called, or null; logits: whether D is a probability; apart: whether
 * D must judge samples one by one; discriminator, generator: (scores, number, turn) -> {term: scalar}}. The sum of the
 * terms is minimised. turn: {real, fake, critic, epsilon}, for penalties on D's slope.
 */
export const OBJECTIVES = {
  minimax: { // Goodfellow et al. 2014, eq. 1
    discriminator: ({ real, fake }, t) => ({ d_real_fake: realFake(real, fake, t) }),
    generator: ({ fake }) => ({ g_fool: neg(mean(sp(fake))) }),
  },
  non_saturating: { // Goodfellow et al. 2014, section 3
    discriminator: ({ real, fake }, t) => ({ d_real_fake: realFake(real, fake, t) }),
    generator: ({ fake }) => ({ g_fool: fool(fake) }),
  },
  r1: { // Mescheder et al. 2018, eq. 9
    discriminator: ({ real, fake }, gamma, turn) => ({
      d_real_fake: realFake(real, fake, 1),
      d_r1: mul(gamma, zeroCentred(turn.critic, turn.real)),
    }),
    generator: ({ fake }) => ({ g_fool: fool(fake) }),
  },
  least_squares: { // Mao et al. 2017, eq. 9
    discriminator: ({ real, fake }) => ({
      d_least_squares: add(half(mean(square(sub(real, 1)))), half(mean(square(fake)))),
    }),
    generator: ({ fake }) => ({ g_least_squares: half(mean(square(sub(fake, 1)))) }),
  },
  wasserstein_clip: { // Arjovsky et al. 2017, algorithm 1
    discriminator: ({ real, fake }) => ({ d_wasserstein: sub(mean(fake), mean(real)) }),
    generator: ({ fake }) => ({ g_wasserstein: neg(mean(fake)) }),
  },
  wasserstein_penalty: { // Gulrajani et al. 2017, eq. 3
    discriminator: ({ real, fake }, weight, turn) => ({
      d_wasserstein: sub(mean(fake), mean(real)),
      d_gradient_penalty: mul(weight, gradientPenalty(turn.critic, turn.real, turn.fake, turn.epsilon())),
    }),
    generator: ({ fake }) => ({ g_wasserstein: neg(mean(fake)) }),
  },
  hinge: { // Miyato et al. 2018, eq. 16 and 17
    discriminator: ({ real, fake }) => ({ d_hinge: add(mean(relu(sub(1, real))), mean(relu(add(1, fake)))) }),
    generator: ({ fake }) => ({ g_hinge: neg(mean(fake)) }),
  },
  relativistic: { // R3GAN: Huang et al. 2024, eq. 2 and 7
    discriminator: ({ real, fake }, gamma, turn) => ({
      d_relativistic: mean(sp(sub(fake, real))),
      d_r1: mul(gamma, zeroCentred(turn.critic, turn.real)),
      d_r2: mul(gamma, zeroCentred(turn.critic, turn.fake)),
    }),
    generator: ({ real, fake }) => ({ g_relativistic: mean(sp(sub(real, fake))) }),
  },
};
