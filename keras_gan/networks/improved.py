"""Networks for Salimans et al. 2016, "Improved Techniques for Training GANs", arXiv:1606.03498: virtual batch
normalisation for any generator, and a small pair for points in the plane."""

import keras
from keras import layers

from keras_gan.layers.minibatch_discrimination import MinibatchDiscrimination
from keras_gan.layers.virtual_batch_norm import ReferenceBatch, VirtualBatchNormalization, WithoutReference


def virtually_normalised(generator, reference=100):
    """The same network with virtual batch normalisation where it has batch normalisation (section 3.5); new weights."""

    def virtual(layer):
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma = layer.gamma_initializer.clone()
            return VirtualBatchNormalization(reference, layer.epsilon, gamma, name=layer.name)
        return type(layer).from_config(layer.get_config())

    def call(layer, *inputs, **options):  # which for batch normalisation are a mask
        return layer(*inputs) if isinstance(layer, VirtualBatchNormalization) else layer(*inputs, **options)

    network = keras.models.clone_model(generator, clone_function=virtual, call_function=call)
    z = keras.Input(generator.input_shape[1:], name="z")
    samples = WithoutReference(reference)(network(ReferenceBatch(reference)(z)))
    return keras.Model(z, samples, name="generator")


def plane_generator(normalised=False):
    """z [n, 2] -> points [n, 2]; normalised: with batch normalisation."""
    x = z = keras.Input((2,), name="z")
    for _ in range(3):
        x = layers.Dense(128)(x)
        if normalised:
            x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
        x = layers.ReLU()(x)
    return keras.Model(z, layers.Dense(2)(x), name="generator")


def plane_discriminator(minibatch_kernels=0):
    """Points [n, 2] -> logits [n, 1]."""
    x = points = keras.Input((2,), name="points")
    for number in range(3):
        x = layers.Dense(128, "relu", name=f"hidden_{number}")(x)
    if minibatch_kernels:
        x = MinibatchDiscrimination(minibatch_kernels, dimensions=3, name="minibatch_discrimination")(x)
    return keras.Model(points, layers.Dense(1, name="logits")(x), name="discriminator")
