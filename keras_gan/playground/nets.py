"""The page's lists of layers as Keras networks, and back. page/shapes.js has the same layers by the same names."""

import base64

import keras
import numpy as np
from keras import layers as keras_layers

from keras_gan.layers import Maxout, MinibatchDiscrimination

PADDED = {"padding": "same"}
BUILD = {
    "dense": lambda units: keras_layers.Dense(units),
    "maxout": lambda units, pieces: Maxout(units, pieces),
    "conv2d": lambda **given: keras_layers.Conv2D(**given, **PADDED),
    "conv2d_transpose": lambda **given: keras_layers.Conv2DTranspose(**given, **PADDED),
    "batch_normalization": lambda momentum, epsilon=1e-3: keras_layers.BatchNormalization(
        momentum=momentum, epsilon=epsilon
    ),
    "layer_normalization": lambda epsilon=1e-3: keras_layers.LayerNormalization(epsilon=epsilon),
    "minibatch_discrimination": lambda kernels, dimensions: MinibatchDiscrimination(kernels, dimensions),
    "dropout": lambda rate: keras_layers.Dropout(rate),
    "max_pooling2d": lambda pool_size: keras_layers.MaxPooling2D(pool_size),
    "reshape": lambda height, width, channels: keras_layers.Reshape((height, width, channels)),
    "flatten": lambda: keras_layers.Flatten(),
    "relu": lambda: keras_layers.ReLU(),
    "leaky_relu": lambda negative_slope: keras_layers.LeakyReLU(negative_slope=negative_slope),
    "tanh": lambda: keras_layers.Activation("tanh"),
    "sigmoid": lambda: keras_layers.Activation("sigmoid"),
}
ACTIVATIONS = ("relu", "tanh", "sigmoid")


def network(listed, input_shape, name):
    """A functional keras.Model of a list of {"type": ..., arguments}, its weights still those of Keras.

    Raises ValueError for an unknown layer, for arguments that it does not take, and for shapes that do not fit.
    """
    x = inputs = keras.Input(tuple(input_shape), name=name[0] if name == "generator" else "x")
    for number, layer in enumerate(listed):
        arguments = {key: value for key, value in layer.items() if key != "type"}
        if layer.get("type") not in BUILD:
            raise ValueError(
                f"Layer {number} of the {name} is a {layer.get('type')!r}, which is none of {', '.join(BUILD)}."
            )
        try:
            x = BUILD[layer["type"]](**arguments)(x)
        except (TypeError, ValueError) as error:
            raise ValueError(f"Layer {number} of the {name}, {layer}, cannot be built: {error}") from error
    return keras.Model(inputs, x, name=name)


def listed(network):
    """The list of layers of a network and its weights in the page's order: -> ([{"type": ...}], [arrays]).

    Raises ValueError, with the name of the layer, for one that the page does not have, and for a network that is not
    one chain.
    """
    found, arrays = [], []
    for layer in chain(network):
        for kind, own in described(layer):
            found.append(kind)
            arrays.extend(own)
    return found, arrays


def chain(network):
    """The layers of a network from its input to its output. Raises ValueError where they are not one chain."""
    layers = [layer for layer in network.layers if not isinstance(layer, keras_layers.InputLayer)]
    x = network.inputs[0]
    for layer in layers:
        if layer.input is not x:
            raise ValueError(f"The {network.name} is not one chain of layers, which is what the playground has.")
        x = layer.output
    return layers


def described(layer):
    """[({"type": ..., arguments}, [weights])] of one layer: two where it has an activation of its own."""
    kinds = (
        (keras_layers.Dense, dense),
        (Maxout, lambda of: ({"type": "maxout", "units": of.units, "pieces": of.pieces}, of.get_weights())),
        (keras_layers.Conv2DTranspose, lambda of: convolution(of, "conv2d_transpose")),
        (keras_layers.Conv2D, lambda of: convolution(of, "conv2d")),
        (keras_layers.BatchNormalization, batch_normalization),
        (keras_layers.LayerNormalization, layer_normalization),
        (MinibatchDiscrimination, minibatch_discrimination),
        (keras_layers.Dropout, lambda of: ({"type": "dropout", "rate": of.rate}, [])),
        (keras_layers.MaxPooling2D, lambda of: ({"type": "max_pooling2d", "pool_size": of.pool_size[0]}, [])),
        (keras_layers.Reshape, reshape),
        (keras_layers.Flatten, lambda of: ({"type": "flatten"}, [])),
        (keras_layers.ReLU, lambda of: ({"type": "relu"}, [])),
        (keras_layers.LeakyReLU, lambda of: ({"type": "leaky_relu", "negative_slope": float(of.negative_slope)}, [])),
        (keras_layers.Activation, lambda of: (None, [])),
    )
    describe = next((describe for kind, describe in kinds if isinstance(layer, kind)), None)
    if describe is None:
        raise ValueError(f"The playground has no layer like {layer.name}, a {type(layer).__name__}.")
    kind, weights = describe(layer)
    own = getattr(layer, "activation", None)
    name = own.__name__ if own is not None else "linear"
    if name not in ("linear", *ACTIVATIONS):
        raise ValueError(f"The playground has no activation like that of {layer.name}, {name}.")
    parts = [(kind, weights)] if kind else []
    return parts + ([({"type": name}, [])] if name in ACTIVATIONS else [])


def dense(layer):
    return {"type": "dense", "units": layer.units}, with_bias(layer, layer.units)


def with_bias(layer, units):
    """Kernel and bias; a layer without one has one of zeros in the page."""
    kernel, *bias = layer.get_weights()
    return [kernel, *(bias or [np.zeros(units, np.float32)])]


def convolution(layer, kind):
    (size, *others), (stride, *more) = layer.kernel_size, layer.strides
    square = {size, *others} == {size} and {stride, *more} == {stride}
    if layer.padding != "same" or not square or getattr(layer, "groups", 1) != 1 or set(layer.dilation_rate) != {1}:
        raise ValueError(
            f"{layer.name} is not a square convolution with padding 'same', the only one of the playground."
        )
    described = {"type": kind, "filters": layer.filters, "kernel_size": size, "strides": stride}
    return described, with_bias(layer, layer.filters)


def batch_normalization(layer):
    """All four arrays, also of a layer that does not learn its scale or centre."""
    if layer.axis not in (-1, len(layer.output.shape) - 1):
        raise ValueError(f"{layer.name} normalises axis {layer.axis}; the playground normalises the last one.")
    n = layer.moving_mean.shape[0]
    gamma = layer.gamma.numpy() if layer.scale else np.ones(n, np.float32)
    beta = layer.beta.numpy() if layer.center else np.zeros(n, np.float32)
    described = {"type": "batch_normalization", "momentum": layer.momentum, "epsilon": layer.epsilon}
    return described, [gamma, beta, layer.moving_mean.numpy(), layer.moving_variance.numpy()]


def layer_normalization(layer):
    n = int((layer.gamma if layer.gamma is not None else layer.beta).shape[0])
    gamma = np.ones(n, np.float32) if layer.gamma is None else layer.gamma.numpy()
    beta = np.zeros(n, np.float32) if layer.beta is None else layer.beta.numpy()
    return {"type": "layer_normalization", "epsilon": layer.epsilon}, [gamma, beta]


def minibatch_discrimination(layer):
    described = {"type": "minibatch_discrimination", "kernels": layer.kernels, "dimensions": layer.dimensions}
    return described, layer.get_weights()


def reshape(layer):
    shape = tuple(layer.output.shape[1:])
    if len(shape) == 1:
        return {"type": "flatten"}, []
    if len(shape) != 3:
        raise ValueError(f"{layer.name} gives {shape}; the playground reshapes to pictures, or to vectors.")
    return {"type": "reshape", **dict(zip(("height", "width", "channels"), shape, strict=True))}, []


def encoded(array):
    """base64 of float32, little endian."""
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode()


def decoded(text, shape):
    """The array of `encoded`. Raises ValueError for one of another length."""
    values = np.frombuffer(base64.b64decode(text, validate=True), "<f4")
    if values.size != int(np.prod(shape)):
        raise ValueError(f"An array of {values.size} numbers cannot be of the shape {tuple(shape)}.")
    return values.reshape(shape).astype(np.float32)
