"""Two networks as one Keras model: how it is built, compiled, fed, sampled and saved. What a step does with them is in
adversarial.py."""

import keras
import numpy as np

from keras_gan.fast import order, tf32
from keras_gan.sampling import latents
from keras_gan.sampling.labels import as_json, as_names, numbered
from keras_gan.sampling.sampler import Sampler, bounded
from keras_gan.sampling.seeds import seeds_from
from keras_gan.step import checks, feeding, players


class TwoPlayers(keras.Model):
    """Two players, one step.

    generator: keras.Model, z [n, latent_dim] -> images [n, h, w, c] in [-1, 1] or points [n, d]; of a conditional game
        [z, condition, ...] -> the same. discriminator: keras.Model, images (and condition) -> scores [n, ...].
    latent: the distribution of z (keras_gan.sampling.latents). discriminator_steps: k of Algorithm 1; the batch that
        `fit` gives holds k minibatches. average_decay: decay of the exponential moving average of G's weights, or None;
        average_power: until that decay is reached, step t weighs t^power in it, so that it covers the last
        1 / (power + 1) of the run. augmentation: what D sees is transformed at random while it trains, by a
        keras_gan.augmentation.DiffAugment, or None. classes: number of labels of a game whose condition is a label, or
        None; class_names: their names, so that `sample(label="cat")` works, or None. seed: all noise of the training
        is a function of it, of the step, and of the replica.

    Batch statistics (batch normalisation and whatever else mixes samples) are those of one replica's minibatch, unless
    keras_gan.networks.synchronized says otherwise.
    """

    terms: tuple[str, ...] = ()  # names of what the players minimise, d_* and g_*, in the order in which they are shown
    measures: tuple[str, ...] = ()  # names of what is only shown, beside the terms
    logits = True  # whether D = sigmoid(score) is a probability
    from_input = False  # whether `fit` takes pairs (input, image), the input being the condition
    needs_partners = False  # whether the image has to be the one that belongs to the input
    half_labelled = False  # whether `fit` takes (samples, (labelled samples, labels)); see step/half_labelled.py
    shows_condition = True  # whether D of a conditional game sees the condition, too, or is asked for it

    def __init__(
        self,
        generator,
        discriminator,
        *,
        latent=None,
        discriminator_steps=1,
        average_decay=None,
        average_power=8.0,
        augmentation=None,
        classes=None,
        class_names=None,
        seed=0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        tf32.settle()
        shows_input = self.from_input and self.shows_condition
        checks.check_players(generator, discriminator, classes, self.shows_condition, augmentation, shows_input)
        if discriminator_steps < 1:
            raise ValueError(f"discriminator_steps must be at least 1; got {discriminator_steps}.")
        self.generator = generator
        self.discriminator = discriminator
        self.latent = latent or latents.Normal()
        self.discriminator_steps = discriminator_steps
        self.average_decay = average_decay
        self.average_power = average_power
        self.augmentation = augmentation
        self.classes = classes
        self.class_names = as_names(class_names)
        self.seed = seed
        self.average_generator = None
        if average_decay is not None:
            self.average_generator = keras.models.clone_model(generator)
            self.average_generator.name = "average_generator"
            self.average_generator.set_weights(generator.get_weights())
            self.average_generator.trainable = False
        self.steps = self.add_weight(
            (), "zeros", "int64", trainable=False, aggregation="only_first_replica", name="steps"
        )
        self.trackers = {name: keras.metrics.Mean(name=name) for name in (*self.terms, *self.measures)}
        self.built = True

    def default_optimizers(self):
        """-> (generator's, discriminator's) as the game's paper sets them."""
        raise NotImplementedError(f"{type(self).__name__} has no default optimizers; pass both to compile().")

    @property
    def metrics(self):
        return list(self.trackers.values())

    # compile, fit and evaluate, as in Keras but for two optimisers and checks before the work.

    def compile(self, generator_optimizer=None, discriminator_optimizer=None, jit_compile="auto", **kwargs):
        """Both optimisers (names, configs or objects); what is not given is the paper's. The rest as in Keras."""
        checks.check_compile(kwargs, jit_compile, self.distribute_strategy)
        order.keep_order()
        # Without optimizer=None Keras would add an RMSprop of its own, which nothing uses and every file stores.
        super().compile(optimizer=None, jit_compile=jit_compile, **kwargs)
        if generator_optimizer is None or discriminator_optimizer is None:
            defaults = self.default_optimizers()
            generator_optimizer = generator_optimizer or defaults[0]
            discriminator_optimizer = discriminator_optimizer or defaults[1]
        both = players.Players.of(self.generator, generator_optimizer, self.discriminator, discriminator_optimizer)
        self.generator_optimizer, self.discriminator_optimizer = both.generator_optimizer, both.discriminator_optimizer
        self.optimizer = both

    def get_compile_config(self):
        return players.compile_config(self) if self.compiled else None  # not compiled: what zoo.load gives

    def compile_from_config(self, config):
        self.compile(**config)

    def fit(self, x=None, y=None, *, batch_size=None, steps_per_epoch=None, callbacks=None, **kwargs):
        """As keras.Model.fit. `x` is what keras_gan.data.load gives, arrays, a tf.data.Dataset, a
        keras.utils.PyDataset or a generator of batches; a batch is images, (images, labels), or a dictionary
        {"image": ..., "label": ...}; of a game that makes images from images, (inputs, targets), or (a, b) of two
        domains. uint8 images are rescaled, floats must lie in [-1, 1].

        Data from keras_gan.data.load continue at the model's own step, also when a callback or a file restored it.
        """
        with feeding.own_errors(x, kwargs.get("validation_data")):
            given = feeding.prepare(self, x, y, batch_size, steps_per_epoch, callbacks, kwargs)
            return super().fit(**given)

    def evaluate(self, x=None, y=None, *, batch_size=None, steps=None, **kwargs):
        """As keras.Model.evaluate: the mean of each term over held-out data."""
        with feeding.own_errors(x):
            if x is not None:  # fit's validation comes without: it is checked before training
                x = feeding.checked(self, x, y, batch_size, minibatches=1)
            steps = steps or getattr(x, "steps_per_epoch", None)
            return super().evaluate(feeding.dataset(self, x), y, batch_size=batch_size, steps=steps, **kwargs)

    # Numbered samples.

    @property
    def latent_dim(self):
        return self.generator.inputs[0].shape[-1]

    @property
    def image_shape(self):
        """The shape of one of the data: an image (h, w, c), or a point (d,)."""
        return tuple(self.generator.outputs[0].shape[1:])

    @property
    def sampler(self):
        """The generator that samples come from: the averaged one where there is one."""
        return self.generator if self.average_generator is None else self.average_generator

    def sampler_of(self, average=True):
        """The Sampler of the averaged generator, or of the raw one; kept, so that sampling traces once."""
        network = self.sampler if average else self.generator
        kept = self.__dict__.setdefault("samplers", {})  # past Keras, which would track them
        if network.name not in kept:
            kept[network.name] = Sampler(network, self.latent, self.classes, padded=not self.from_input)
        return kept[network.name]

    def call(self, inputs, training=False):
        """z [n, latent_dim], or [z, condition] for a conditional model -> images or points, by the averaged
        generator."""
        return bounded(self.sampler(inputs, training=training))

    def sample(self, n, seed=0, label=None, average=True, truncation=1.0):
        """The images of seeds seed, seed + 1, ..., seed + n - 1, float32 [n, h, w, c] in [-1, 1] (points: [n, d]).

        label: for conditional models one class for all, or n of them, by number or by name; where a label says several
        things at once, also {attribute: value}, what is left out being drawn by the seed; for a condition that is no
        label, its n rows. average: the averaged generator's images, or the raw one's. truncation: z is multiplied by
        it; below 1 samples are more typical and less varied.
        Raises ValueError for n < 1, seeds beyond 64 bits, or labels that are missing, superfluous or out of range.
        """
        return self.sample_seeds(seeds_from(seed, n), label, average, truncation)

    def sample_seeds(self, seeds, label=None, average=True, truncation=1.0):
        """The images of the given seeds, in their order."""
        label = numbered(label, self.class_names, seeds)
        return self.images_of(self.latents_of(seeds) * np.float32(truncation), label, average)

    def latents(self, n, seed=0):
        """The z of seeds seed, ..., seed + n - 1, float32 [n, latent_dim]."""
        return self.latents_of(seeds_from(seed, n))

    def latents_of(self, seeds):
        """The z of the given seeds."""
        return self.sampler_of().latents(seeds)

    def images_of(self, z, label=None, average=True):
        """Images of given z, float32 [n, latent_dim], by either generator."""
        return self.sampler_of(average).images(z, numbered(label, self.class_names))

    def export(self, filepath, *args, **kwargs):
        """keras.Model.export of the sampler alone (keras_gan's export package adds the numbered signatures)."""
        return self.sampler.export(filepath, *args, **kwargs)

    def get_config(self):
        return {
            **super().get_config(),
            "generator": keras.saving.serialize_keras_object(self.generator),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            "latent": keras.saving.serialize_keras_object(self.latent),
            "discriminator_steps": self.discriminator_steps,
            "average_decay": self.average_decay,
            "average_power": self.average_power,
            "augmentation": keras.saving.serialize_keras_object(self.augmentation),
            "classes": self.classes,
            "class_names": as_json(self.class_names),
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config):
        objects = {
            name: keras.saving.deserialize_keras_object(config[name])
            for name in ("generator", "discriminator", "latent", "augmentation")
            if name in config  # files of releases without augmentation lack it
        }
        return cls(**{**config, **objects})
