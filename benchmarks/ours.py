"""Our contender: keras_gan.GAN, keras_gan.data.load, fit. Also builds the nets that all contenders share."""

from benchmarks import flops
from benchmarks.contender import BATCH, IMAGE, LATENT, arguments, images, serve
from keras_gan import GAN, data
from keras_gan.networks import dcgan, gan
from keras_gan.optimizers import Adam


def nets(name):
    """-> generator, discriminator."""
    module = {"mlp": gan, "dcgan": dcgan}[name]
    return module.generator(IMAGE, LATENT), module.discriminator(IMAGE)


def adam():
    return Adam(2e-4, beta_1=0.5)


def main():
    options = arguments()
    generator, discriminator = nets(options.net)
    model = GAN(generator, discriminator, average_decay=0.999 if options.variant == "average" else None)
    model.compile(adam(), adam())
    batches = data.load(images(), batch_size=BATCH)
    serve(
        lambda n: model.fit(batches, steps_per_epoch=n, verbose=0),
        options.seconds,
        flop=flops.step(generator, discriminator),
    )


if __name__ == "__main__":
    main()
