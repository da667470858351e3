// Penalties on D's slope (keras_gan/penalties.py). Each is a derivative within what is differentiated again.

/* global tf */

/** ||grad_x f(x)||^2 for each row of x, [n]. critic: x -> scores [n, 1]. */
function squaredSlopes(critic, x) {
  const slopes = tf.grad((x) => tf.sum(critic(x)))(x);
  return tf.sum(tf.square(tf.reshape(slopes, [x.shape[0], -1])), 1);
}

/** E[(||grad f(x~)||_2 - 1)^2], x~ = epsilon x + (1 - epsilon) G(z) (Gulrajani et al. 2017, algorithm 1). */
export function gradientPenalty(critic, real, fake, epsilon) {
  const between = tf.add(tf.mul(epsilon, real), tf.mul(tf.sub(1, epsilon), fake));
  const norms = tf.sqrt(tf.add(squaredSlopes(critic, between), 1e-12)); // a root's slope is infinite at 0
  return tf.mean(tf.square(tf.sub(norms, 1)));
}

/** 1/2 E[||grad f(x)||^2]: times gamma, R1 on real samples and R2 on fakes (Mescheder et al. 2018, eq. 9 and 10). */
export const zeroCentred = (critic, x) => tf.mul(0.5, tf.mean(squaredSlopes(critic, x)));
