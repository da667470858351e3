"""The step as people write it: a keras.Model with two optimisers after keras.io's DCGAN example, on tf.data."""

import keras
import tensorflow as tf

from benchmarks.contender import arguments, images, serve
from benchmarks.ours import nets


class HandWritten(keras.Model):
    """Real and fake in one batch for D, then new latents for G."""

    def __init__(self, generator, discriminator):
        super().__init__()
        self.generator = generator
        self.discriminator = discriminator
        self.d_loss = keras.metrics.Mean(name="d_loss")
        self.g_loss = keras.metrics.Mean(name="g_loss")

    def compile(self, d_optimizer, g_optimizer):
        super().compile()
        self.d_optimizer = d_optimizer
        self.g_optimizer = g_optimizer
        self.loss_fn = keras.losses.BinaryCrossentropy(from_logits=True)

    @property
    def metrics(self):
        return [self.d_loss, self.g_loss]

    def train_step(self, real_images):
        batch_size = tf.shape(real_images)[0]
        generated = self.generator(tf.random.normal((batch_size, self.generator.input_shape[-1])), training=True)
        combined = tf.concat([generated, real_images], axis=0)
        labels = tf.concat([tf.zeros((batch_size, 1)), tf.ones((batch_size, 1))], axis=0)
        with tf.GradientTape() as tape:
            d_loss = self.loss_fn(labels, self.discriminator(combined, training=True))
        gradients = tape.gradient(d_loss, self.discriminator.trainable_weights)
        self.d_optimizer.apply_gradients(zip(gradients, self.discriminator.trainable_weights, strict=True))
        latents = tf.random.normal((batch_size, self.generator.input_shape[-1]))
        with tf.GradientTape() as tape:
            scores = self.discriminator(self.generator(latents, training=True), training=True)
            g_loss = self.loss_fn(tf.ones((batch_size, 1)), scores)
        gradients = tape.gradient(g_loss, self.generator.trainable_weights)
        self.g_optimizer.apply_gradients(zip(gradients, self.generator.trainable_weights, strict=True))
        self.d_loss.update_state(d_loss)
        self.g_loss.update_state(g_loss)
        return {"d_loss": self.d_loss.result(), "g_loss": self.g_loss.result()}


def main():
    options = arguments()
    model = HandWritten(*nets(options))
    model.compile(*(keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2)))
    dataset = tf.data.Dataset.from_tensor_slices(images(options.net)).map(
        lambda x: tf.cast(x, tf.float32) / 127.5 - 1.0
    )
    dataset = dataset.shuffle(10_000).batch(options.batch, drop_remainder=True).repeat().prefetch(tf.data.AUTOTUNE)
    serve(lambda n: model.fit(dataset, steps_per_epoch=n, verbose=0, shuffle=False), options)


if __name__ == "__main__":
    main()
