"""One measurement of a model in training, on fixed z and fixed real samples, that leaves no trace in the model."""

import keras
import numpy as np
import tensorflow as tf

from keras_gan.doctor import measurements
from keras_gan.doctor.measurements import Classes, Clusters
from keras_gan.fast import internals
from keras_gan.sampling.sampler import bounded
from keras_gan.step import conditions, replicas
from keras_gan.step.turn import Turn

CONSTANT = 1e-6  # a standard deviation over the data below which there is nothing to be relative to
NOISE = 3  # the stream of the probe's own dropout masks; 0 to 2 are those of training, evaluation and data


class Probe:
    """`probe()` -> {quantity: number} of the model as it is now; see QUANTITIES for their meaning.

    real: training samples, images [n, h, w, c] or points [n, d]; (samples, labels) for a conditional model, (inputs,
    images) for one that makes images from an input, (samples, (labelled samples, labels)) for one that learns from a
    few labels. held_out: real samples that are not trained on, in the same form, or None. encoder: has
    `probabilities(images)`, [n, classes], or `attributes(images)`; without one, modes are counted in clusters of the
    data. samples: at most so many are taken; 256 unless given, or 64 of a model that makes images from images, whose
    maps are as large as the pictures: 256 of 64 x 64 pixels took CycleGAN over 7 GB and a minute. Confidence is left
    out for critics and energies, whose scores have no absolute meaning (`model.logits` is False).

    Networks run as they are trained, with dropout and the statistics of the batch. Raises ValueError for fewer than 8
    real samples, or for labels that are missing.
    """

    def __init__(self, model, real, held_out=None, encoder=None, samples=None):
        self.model = model
        samples = samples or (64 if model.from_input else 256)
        self.real, self.condition = self.rows(real, samples)
        self.held_out, self.held_out_condition = self.rows(held_out, samples) if held_out is not None else (None, None)
        data = self.real.numpy()
        self.varied = measurements.deviation(data) > CONSTANT
        self.z = tf.constant(model.latents(len(data), seed=0))
        self.label = None
        if self.varied:
            self.label = Classes(encoder) if encoder is not None else Clusters(data)
        self.images = data.ndim == 4
        self.period = stride(model.generator) if self.images else None
        self.of_data = self.figures(data)
        self.before = None
        self.run = tf.function(self.scores_and_gradients, autograph=False)

    def rows(self, given, samples):
        values, labels = given if isinstance(given, tuple) else (given, None)
        values = np.asarray(values[:samples], np.float32)
        if len(values) < 8:
            raise ValueError(f"The doctor needs at least 8 real samples to compare with; got {len(values)}.")
        if self.model.half_labelled:
            if labels is None:
                raise ValueError("The doctor needs labelled samples for this game: give (samples, (labelled, labels)).")
            return conditions.unpack((values, labels), self.model)
        if self.model.from_input:
            real, inputs = self.model.told((values, np.asarray(labels[:samples], np.float32)))
            return tf.constant(real), (tf.constant(inputs),)
        if self.model.classes is None:
            return tf.constant(values), None
        labels = None if labels is None else labels[:samples]
        return tf.constant(values), tf.constant(self.model.sampler_of().labels(labels, len(values)))

    def __call__(self):
        with self.model.distribute_strategy.scope():  # fit may have been called outside of it
            tensors = self.run()
        losses, fake, gradients, scores = tf.nest.map_structure(lambda tensor: tensor.numpy(), tensors)
        found = losses | gradients
        found["largest_loss"] = max(abs(loss) for name, loss in losses.items() if name in self.model.terms)
        numbers = [*losses.values(), *gradients.values(), *scores.values(), fake]
        found["non_finite"] = sum(not np.isfinite(number).all() for number in numbers)
        if all(np.isfinite(score).all() for score in scores.values()):
            found |= self.judged(**scores)
        if np.isfinite(fake).all():
            found |= self.relative(self.figures(fake))
            if self.before is not None and self.varied:
                change = np.sqrt(np.mean(np.square(fake - self.before, dtype=np.float64)))
                found["movement"] = float(change / self.of_data["deviation"])
            self.before = fake
        return {name: float(value) if np.isfinite(value) else None for name, value in found.items()}

    def scores_and_gradients(self):
        """-> losses, fakes, gradient norms, scores of D.

        Within the scope weights are plain tensors, which also a distribution strategy can differentiate outside of its
        replicas, and what layers assign (moving statistics, states of random numbers) is forgotten with the scope.
        """
        model = self.model
        players = {"discriminator": model.discriminator, "generator": model.generator}
        weights = {name: [tf.convert_to_tensor(w.value) for w in p.trainable_variables] for name, p in players.items()}
        mapping = [
            pair for name, p in players.items() for pair in zip(p.trainable_variables, weights[name], strict=True)
        ]
        with keras.StatelessScope(state_mapping=mapping):
            seed = replicas.fold(tf.constant([model.seed, NOISE]), 0)
            turn = Turn(model, self.real, self.condition, seed, z=self.z)
            turn.generate()
            terms, gradients = {}, {}
            for name, player in players.items():
                with tf.GradientTape() as tape:
                    tape.watch(weights[name])
                    objective, named = model.objective_of(player, turn)
                terms |= named
                reached = [gradient for gradient in tape.gradient(objective, weights[name]) if gradient is not None]
                gradients[f"{name}_gradient"] = tf.linalg.global_norm(reached) if reached else tf.zeros(())
            real_scores, fake_scores = turn.both(self.real, turn.fake)
            scores = {"real": real_scores, "fake": fake_scores}
            if self.held_out is not None:
                scores["held_out"] = Turn(model, self.held_out, self.held_out_condition, seed).critic(self.held_out)
        return terms, bounded(turn.fake), gradients, scores

    def judged(self, real, fake, held_out=None):
        """What D's scores say."""
        found = {"separation": measurements.separation(real, fake)}
        if held_out is not None:
            found["held_out_separation"] = measurements.separation(real, held_out)
        if self.model.logits:
            found |= {"accuracy_real": (real > 0).mean(), "accuracy_fake": (fake < 0).mean()}
            if held_out is not None:
                found["accuracy_held_out"] = (held_out > 0).mean()
            # Mean of 1 - D(x) and D(G(z)), written with tanh, which cannot overflow.
            found["discriminator_error"] = 0.5 - (np.tanh(real / 2).mean() - np.tanh(fake / 2).mean()) / 4
        return found

    def figures(self, samples):
        found = {"deviation": measurements.deviation(samples), "nearest_pair": measurements.nearest_pair(samples)}
        if self.label is not None:
            found["modes"] = measurements.effective_number(self.label(samples))
        if self.images:
            found["saturation"] = measurements.saturation(samples)
        if self.period:
            found["checker"], found["checker_share"] = measurements.checker(samples, self.period)
        return found

    def relative(self, fake):
        """Figures of the fakes relative to those of the data: a difference for shares, else a quotient, which data that
        do not vary have none of."""
        data = self.of_data
        if not self.varied:
            return {"data_deviation": data["deviation"]}
        names = {"deviation": "diversity", "nearest_pair": "nearest_pair", "modes": "modes", "checker": "checker"}
        found = {new: fake[old] / max(data[old], 1e-12) for old, new in names.items() if old in fake}
        found["data_deviation"] = data["deviation"]
        for share in ("saturation", "checker_share"):
            if share in fake:
                found[share] = fake[share] - data[share]
        return found


QUANTITIES = {
    "data_deviation": "standard deviation over the real samples themselves; without it nothing relative is measured",
    "diversity": "standard deviation over samples, of the data's",
    "nearest_pair": "median distance to the nearest other sample, of the data's",
    "modes": "exp(entropy) of the histogram of classes, attributes or clusters, of the data's",
    "separation": "P(D scores a real sample above a fake)",
    "held_out_separation": "P(D scores a training sample above a held-out one)",
    "accuracy_real": "share of training samples that D takes for real",
    "accuracy_fake": "share of fakes that D takes for fake",
    "accuracy_held_out": "share of held-out samples that D takes for real",
    "discriminator_error": "mean of 1 - D(x) and D(G(z))",
    "largest_loss": "the larger of the players' losses, without its sign",
    "discriminator_gradient": "norm of the gradient of what D minimises",
    "generator_gradient": "norm of the gradient of what G minimises",
    "saturation": "share of pixels beyond +-0.99, less the data's",
    "checker": "contrast of the pattern of the stride's period, of the data's",
    "checker_share": "share of power in that pattern, less the data's",
    "movement": "change of the samples of fixed z since the last measurement, of the data's standard deviation",
    "non_finite": "how many of losses, gradients, scores and samples hold NaN or infinite values",
}


def stride(generator):
    """The stride of the last transposed convolution, the period of its checker pattern; None where there is none."""
    layers = [layer for layer in internals.layers_of(generator) if isinstance(layer, keras.layers.Conv2DTranspose)]
    strides = [layer.strides[0] for layer in layers if layer.strides[0] > 1]
    return strides[-1] if strides else None
