"""Huang et al. 2024, "The GAN is dead; long live the GAN! A Modern GAN Baseline" (R3GAN)."""

import numpy as np

import keras_gan
from keras_gan import networks
from zoo.papers import _convolutional
from zoo.recipe import Paper, Variant
from zoo.registry import register

PAPER = Paper("The GAN is dead; long live the GAN! A Modern GAN Baseline", "Huang et al.", 2024, "2501.05441")
SMALL = "Stages of {} maps with one block each, behind patches of 2 x 2 pixels."
AVERAGE = "Samples come from the average of G with decay 0.999."


def cosine(first, last, steps):
    """The authors' schedule: `first` falls or rises to `last` along half a cosine."""
    from keras.optimizers.schedules import CosineDecay

    return CosineDecay(first, steps, alpha=last / first)


def falling_adam(steps):
    """Adam, beta_1 0 and beta_2 0.95, whose rate falls along the paper's cosine."""
    return tuple(keras_gan.optimizers.Adam(cosine(1e-3, 0.0, steps), beta_1=0.0, beta_2=0.95) for _ in range(2))


def digits_gamma(model, steps):
    """From 1 to a fifth of it; the authors' fall to a tenth."""
    model.gamma = cosine(1.0, 0.2, steps)


def scheduled_adam(steps, first=3e-4, last=3e-5, beta_1=0.5):
    """The authors' code: Adam whose rate falls and whose beta_2 rises from 0.9 to 0.99. beta_1: 0 is the code's, 0.5
    DCGAN's, whose nets the drawn faces have."""
    return tuple(
        keras_gan.optimizers.Adam(cosine(first, last, steps), beta_1=beta_1, beta_2=cosine(0.9, 0.99, steps))
        for _ in range(2)
    )


def falling_gamma(model, steps):
    """From 5 to 2: below 1 D wins, whose relativistic loss then fell from 0.46 to 0.22 in an earlier run."""
    model.gamma = cosine(GAMMA, LAST_GAMMA, steps)


def small(image_shape, widths, gamma):
    """The paper's pair with one block a stage, on patches of 2 x 2 pixels."""
    return keras_gan.R3GAN(
        networks.r3gan.generator(image_shape, widths),
        networks.r3gan.discriminator(image_shape, widths),
        gamma=gamma,
        average_decay=0.999,
    )


register(
    Variant(
        "r3gan.mnist",
        "Residual pair without normalisation: relativistic pairing, and D pays for both slopes.",
        PAPER,
        build=lambda: small((28, 28, 1), (128, 64, 32), gamma=1.0),
        dataset="mnist",
        image_shape=(28, 28, 1),
        batch_size=64,
        epochs=16,
        optimizers=lambda steps: scheduled_adam(steps, 1e-3, 0.0, beta_1=0.0),
        schedules=digits_gamma,
        deviations=(
            SMALL.format("128, 64 and 32"),
            "The rate falls from 0.001 to 0 where the code has 0.0002 to 0.00005: the run is short.",
            "Gamma falls from 1 to 0.2.",
            AVERAGE,
        ),
    )
)

register(
    Variant(
        "r3gan.stacked_mnist",
        "The same game on the 1,000 modes of three stacked digits.",
        PAPER,
        build=lambda: small((28, 28, 3), (128, 64), gamma=0.2),
        dataset="stacked_mnist",
        image_shape=(28, 28, 3),
        batch_size=64,
        epochs=6,
        optimizers=falling_adam,
        deviations=(
            SMALL.format("128 and 64"),
            "Only the learning rate follows a schedule, a cosine from 0.001 to 0; gamma and beta_2 are constant.",
            AVERAGE,
        ),
    )
)

FACES = (64, 64, 3)
GAMMA, LAST_GAMMA = 5.0, 2.0
FACE_NETS = (
    "The game and its schedules are the paper's, the nets DCGAN's with 32 maps next to the pixels and kernels of 4 x 4 "
    "(D without batch normalisation): on a CPU residual nets narrow enough for the same time see fewer images and stay "
    "blurred."
)
FACE_RATE = "Rate 0.0003 to 0.00003 where the code has 0.0002, beta_1 0.5 instead of 0, for batches of 64, not 256."
FACE_GAMMA = "Gamma falls from 5 to 2 where FFHQ-64 has 2 to 0.2: at less than 1 D wins."
FACE_AVERAGE = "The average's decay is 0.999 per step after its warm-up, where the code's half-life rises."
FEW = "200 drawings; what D sees is transformed by DiffAugment (Zhao et al. 2020, arXiv:2006.10738)."
PLAYERS = ("generator", "discriminator", "average_generator")
# What r3gan_conditional.faces is told. The nose, because 10 % of those of r3gan.faces are small, of the data's 34 %:
# over 2,000 samples two of 192 features, which show that, have 97 of an FID of 288.
ASKED = {"eyes": 6, "mouth": 7, "skin_color": 7, "hair_color": 8, "hair": 20, "nose": 3}
FROZEN = 2  # of D's four convolutions


def faces(frozen=0, gamma=GAMMA, **options):
    """The pair for drawn faces. frozen: so many of D's first convolutions are not trained."""
    model = _convolutional.faces("R3GAN", gamma=gamma, **options)
    if frozen:
        networks.freezing.freeze_first(model.discriminator, frozen)
    return model


def go_on(model, first):
    """Fine-tuning: both players and the average begin as the first stage's ended."""
    for player in PLAYERS:
        getattr(model, player).set_weights(getattr(first, player).get_weights())


def learn_labels(model, first):
    """The same for players that are told a label besides: what reads its code starts at 0, so that G and D do at first
    what they did without."""
    for player in PLAYERS:
        known = iter(getattr(first, player).weights)
        for weight in getattr(model, player).weights:
            if weight.path.startswith("embedding"):
                continue
            value = next(known).numpy()
            weight.assign(
                np.pad(value, [(0, wide - narrow) for wide, narrow in zip(weight.shape, value.shape, strict=True)])
            )


register(
    Variant(
        "r3gan.faces",
        "Drawn faces in colour: the game and the schedules of the paper's FFHQ-64, on nets for a CPU.",
        PAPER,
        build=faces,
        dataset="faces",
        image_shape=FACES,
        batch_size=64,
        epochs=36,
        optimizers=scheduled_adam,
        schedules=falling_gamma,
        deviations=(
            FACE_NETS,
            FACE_RATE,
            FACE_GAMMA,
            FACE_AVERAGE,
            "No augmentation: 20,000 faces are many for networks of this size.",
        ),
    )
)

register(
    Variant(
        "r3gan_conditional.faces",
        "Drawn faces with the eyes, mouth, nose, hair and colours of skin and hair that they are asked for.",
        PAPER,
        build=lambda: faces(gamma=LAST_GAMMA, classes=tuple(ASKED.values())),
        dataset="faces",
        image_shape=FACES,
        batch_size=64,
        epochs=20,
        optimizers=scheduled_adam,
        conditional=True,
        labels=tuple(ASKED),
        first_stage="r3gan.faces",
        take_over=learn_labels,
        deviations=(
            FACE_NETS,
            "It goes on from r3gan.faces, which knows no labels; what reads their code starts at 0.",
            "A label is a combination of six attributes, whose one-hot codes stand beside each other.",
            FACE_RATE,
            "Gamma is 2.",
            FACE_AVERAGE,
        ),
    )
)

for name, description, options, frozen, more in (
    (
        "r3gan.toon_head",
        "Drawn heads of another style from 200 images and from scratch: what the fine-tuned variant is held against.",
        {},
        (),
        {"tags": ("no room",)},
    ),
    (
        "r3gan.toon_head_tuned",
        "The same 200 images, going on from r3gan.faces with the first convolutions of D frozen.",
        {"frozen": FROZEN},
        (f"D's first {FROZEN} convolutions are not trained (FreezeD: Mo et al. 2020, arXiv:2002.10964).",),
        {"first_stage": "r3gan.faces", "take_over": go_on},
    ),
):
    register(
        Variant(
            name,
            description,
            PAPER,
            build=lambda options=options: faces(augmentation=keras_gan.DiffAugment(), **options),
            dataset="faces/toon-head",
            split="train[:200]",
            image_shape=FACES,
            batch_size=50,
            epochs=500,
            optimizers=scheduled_adam,
            schedules=falling_gamma,
            deviations=(FACE_NETS, FACE_RATE, FACE_GAMMA, FACE_AVERAGE, FEW, *frozen),
            **more,
        )
    )
