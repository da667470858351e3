"""A generator that knows something of the data before the game begins: it first matches data pixels.

Zheng 2016 (layumi/2016_GAN_Matlab) proposes it where a fresh G stands no chance against D, however much D is weakened.
"""

import keras
import numpy as np

from keras_gan.optimizers import Adam


def pretrain_generator(model, images, pairs=2048, epochs=5, batch_size=64, learning_rate=1e-3):
    """min_G E||G(z_i) - x_i||^2 / pixels over fixed pairs of z and data images x [n, h, w, c] in [-1, 1], by Adam.

    Each of the first `pairs` images has a z of its own: with a new z for it each time G would learn the mean image and
    nothing else. These z are those of the seeds -1, -2, ..., which samples are not numbered with. The averaged
    generator starts from the result, too. It can be a zoo variant's `prepare`. Raises ValueError for a conditional
    game, whose images would need their labels, and for images of another shape.
    """
    if model.classes is not None:
        raise ValueError("pretrain_generator knows no labels; a conditional generator starts from its first weights.")
    wanted = tuple(model.generator.outputs[0].shape[1:])
    if tuple(images.shape[1:]) != wanted:
        raise ValueError(f"The images have shape {tuple(images.shape[1:])}, but this model makes {wanted}.")
    images = images[:pairs]
    z = model.latents_of(-1 - np.arange(len(images)))
    # A copy, because the game's own variables may be spread over the replicas of a strategy.
    alone = keras.models.clone_model(model.generator)
    alone.set_weights(model.generator.get_weights())
    alone.compile(Adam(learning_rate), "mse")
    alone.fit(z, images, batch_size=batch_size, epochs=epochs, shuffle=False, verbose=0)
    for generator in (model.generator, model.average_generator):
        if generator is not None:
            generator.set_weights(alone.get_weights())
