"""Our contender: keras_gan's game, keras_gan.data.load, fit. Also builds the nets that all contenders share."""

import keras

from benchmarks import flops
from benchmarks.contender import IMAGES, LATENT, arguments, images, serve
from keras_gan import GAN, R3GAN, data
from keras_gan.fast import tf32
from keras_gan.networks import dcgan, gan, r3gan
from keras_gan.optimizers import Adam

NETS = {"mlp": (gan, {}), "dcgan": (dcgan, {}), "dcgan64": (dcgan, {"width": 128}), "r3gan": (r3gan, {})}


def nets(options):
    """-> generator, discriminator, which compute as the options say."""
    tf32.allow(options.precision == "tf32")
    keras.mixed_precision.set_dtype_policy("mixed_bfloat16" if options.precision == "bfloat16" else "float32")
    module, sizes = NETS[options.net]
    image_shape = IMAGES[options.net]
    return (
        module.generator(image_shape, latent_dim=LATENT[options.net], **sizes),
        module.discriminator(image_shape, **sizes),
    )


def adam():
    return Adam(2e-4, beta_1=0.5)


def main():
    options = arguments()
    generator, discriminator = nets(options)
    game = R3GAN if options.net == "r3gan" else GAN
    model = game(generator, discriminator, average_decay=0.999 if "average" in options.variant else None)
    model.compile(adam(), adam(), jit_compile="jit" in options.variant)
    batches = data.load(images(options.net), batch_size=options.batch)
    penalised = options.net == "r3gan"  # whose penalties' arithmetic is not counted here
    serve(
        lambda n: model.fit(batches, steps_per_epoch=n, verbose=0),
        options,
        flop=None if penalised else flops.step(generator, discriminator),
    )


if __name__ == "__main__":
    main()
