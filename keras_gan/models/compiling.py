"""compile() with two optimisers, so that stock callbacks, `.keras` files and mixed precision work with both."""

import keras
import tensorflow as tf

from keras_gan.optimizers import Players


class Compiling:
    """The part of AdversarialModel that holds the optimisers."""

    def default_optimizers(self):
        """-> (generator's, discriminator's) as the game's paper sets them."""
        raise NotImplementedError(f"{type(self).__name__} has no default optimizers; pass both to compile()")

    def compile(self, generator_optimizer=None, discriminator_optimizer=None, jit_compile="auto", **kwargs):
        """Both optimisers (names, configs or objects); what is not given is the paper's. The rest as in Keras."""
        if "loss" in kwargs or "optimizer" in kwargs:
            raise ValueError(
                "An adversarial model takes compile(generator_optimizer=..., discriminator_optimizer=...): "
                "it has two optimizers, and the game itself states the losses."
            )
        if jit_compile is True and self.distribute_strategy.num_replicas_in_sync > 1:
            raise ValueError("jit_compile=True fails on several replicas in TensorFlow; compile without it.")
        keep_order()
        # Without optimizer=None Keras would add an RMSprop of its own, which nothing uses and every file stores.
        super().compile(optimizer=None, jit_compile=jit_compile, **kwargs)
        if generator_optimizer is None or discriminator_optimizer is None:
            defaults = self.default_optimizers()
            generator_optimizer = generator_optimizer or defaults[0]
            discriminator_optimizer = discriminator_optimizer or defaults[1]
        if generator_optimizer is discriminator_optimizer and not isinstance(generator_optimizer, (str, dict)):
            raise ValueError("Each player needs an optimizer object of its own; the same one was given for both.")
        self.generator_optimizer = _built(generator_optimizer, self.generator)
        self.discriminator_optimizer = _built(discriminator_optimizer, self.discriminator)
        self.optimizer = Players(self.generator_optimizer, self.discriminator_optimizer)

    def get_compile_config(self):
        if not self.compiled:  # what zoo.load gives
            return None
        return {
            "generator_optimizer": keras.optimizers.serialize(self.generator_optimizer),
            "discriminator_optimizer": keras.optimizers.serialize(self.discriminator_optimizer),
            "jit_compile": self.jit_compile,
            "run_eagerly": self.run_eagerly,
            "steps_per_execution": self.steps_per_execution,
        }

    def compile_from_config(self, config):
        self.compile(**config)


def keep_order():
    """Switches TensorFlow's dependency optimiser off, in this process: it loses the order of reads and writes.

    A penalty on D's slope has its own pass through D, whose biases it reads but does not move. An edge has them read
    before they are written. The optimiser finds that edge implied by another path, through the IdentityN in which Keras
    sums gradients over replicas, and drops it; then IdentityN is taken apart, and that path is gone. Now and then, on a
    busy machine, the pass saw the bias of after the update (tests/test_reads.py; TensorFlow 2.21). The steps of four
    variants were as fast without the optimiser.
    """
    tf.config.optimizer.set_experimental_options({"dependency_optimization": False})


def _built(optimizer, player):
    """The optimiser with its slots made (one built later loses its saved state, and fails under a strategy)."""
    optimizer = keras.optimizers.get(optimizer)
    half = any(layer.compute_dtype == "float16" for layer in player._flatten_layers())
    if half and not isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    optimizer.build(player.trainable_variables)
    return optimizer
