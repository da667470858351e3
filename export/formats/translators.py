"""Signatures of models that make images from images: tensors in and out, and PNG bytes in and out."""

import tensorflow as tf

from keras_gan.sampling.palettes import rgb
from keras_gan.sampling.sampler import bounded


def signatures(model, guarded):
    """{name: concrete function} of a Pix2Pix or a CycleGAN; of the latter also with "_a" or "_b" behind the names, the
    domain that comes out, which is b without it. guarded: tensors behind checks, as export.formats.saved_model has
    it."""
    if hasattr(model, "palette"):
        return of_one(lambda seed, x: noisy(model, seed, x), model.input_image_shape, model.palette, guarded)
    made = {}
    for to in ("a", "b"):  # b last: its names without an end stay
        network = model.sampler.get_layer(f"to_{to}")
        ways = of_one(
            lambda seed, x, net=network: bounded(net(x, training=False)), model.input_image_shape, None, guarded
        )
        made |= ways | {f"{name}_{to}": ways[name] for name in ("translate", "translate_png")}
    return made


def noisy(model, seed, x):
    """Images of inputs, whose dropout follows from seeds."""
    z = model.latent.numbered(seed, model.latent_dim)
    return bounded(model.sampler([z, x], training=False))


def of_one(run, shape, palette, guarded):
    """Signatures of run(seed int64 [n], inputs [n, *shape]) -> images."""
    height, width, channels = shape
    given = tf.TensorSpec([None, *shape], tf.float32, "input")
    seeds = tf.TensorSpec([None], tf.int64, "seed")
    texts = tf.TensorSpec([None], tf.string, "png_bytes")

    @tf.function(autograph=False, input_signature=[seeds, given])
    def images(seed, x):
        seed, x = guarded(seed, x, checks=checks(seed, x, palette))
        return tf.cast(run(seed, x), tf.float32)

    def zeros(rows):
        return tf.zeros([tf.shape(rows)[0]], tf.int64)

    def decoded(text):
        image = tf.io.decode_image(text, channels=channels, expand_animations=False)
        image = cropped(tf.ensure_shape(image, [None, None, channels]), height, width)
        if palette:
            image = tf.image.resize(image, (height, width), "nearest")
        else:
            image = tf.clip_by_value(tf.image.resize(image, (height, width), antialias=True), 0.0, 255.0)
        return tf.cast(image, tf.float32) / 127.5 - 1.0

    def translate(x):
        return {"images": images(zeros(x), x)}

    def translate_seeded(x, seed):
        return {"images": images(seed, x)}

    def translate_png(text):
        x = tf.map_fn(decoded, text, fn_output_signature=tf.TensorSpec(shape, tf.float32))
        pixels = tf.clip_by_value(tf.floor((images(zeros(text), x) + 1.0) * 127.5 + 0.5), 0.0, 255.0)
        return {"png_bytes": tf.io.encode_png(tf.cast(pixels, tf.uint8))}

    def concrete(function, *rows):
        return tf.function(function, autograph=False).get_concrete_function(*rows)

    made = {
        "translate": concrete(translate, given),
        "translate_seeded": concrete(translate_seeded, given, seeds),
        "translate_png": concrete(translate_png, texts),
    }
    return {"serving_default": made["translate"], **made}


def cropped(image, height, width):
    """The middle of an image [h, w, c] of any size, in the proportions of height and width."""
    size = tf.shape(image)
    high = tf.maximum(1, tf.minimum(size[0], size[1] * height // width))
    wide = tf.maximum(1, tf.minimum(size[1], size[0] * width // height))
    return tf.image.crop_to_bounding_box(image, (size[0] - high) // 2, (size[1] - wide) // 2, high, wide)


def checks(seed, x, palette):
    """What must hold of inputs and seeds: (condition, sentence) each."""
    n = tf.shape(x)[0]
    yield n > 0, "The batch is empty: at least one row is needed."
    yield tf.shape(seed)[0] == n, "Each input needs one seed: seed has another length."
    yield tf.abs(x) <= 1.0, "Inputs are images in [-1, 1]; these are not finite, or reach beyond."
    if palette:
        known = tf.constant(rgb(palette), tf.int32)
        levels = tf.cast(tf.round((x + 1.0) * 127.5), tf.int32)
        found = tf.reduce_any(tf.reduce_all(levels[..., None, :] == known, -1), -1)
        names = ", ".join(f"{name} {colour}" for name, colour in palette.items())
        yield found, f"A label map has a colour that is no label; there are {names}."
