"""The page's objectives and optimisers as games and optimisers of the library, and back."""

import keras

from keras_gan.games.gan import GAN
from keras_gan.games.lsgan import LSGAN
from keras_gan.games.r1 import R1GAN
from keras_gan.games.r3gan import R3GAN
from keras_gan.games.sngan import HingeGAN
from keras_gan.games.wgan import WGAN
from keras_gan.games.wgan_gp import WGANGP
from keras_gan.optimizers import Adam, torch_rmsprop

# objective -> (game, what it is told, the argument that is the objective's number or None)
GAMES: dict[str, tuple[type, dict, str | None]] = {
    "minimax": (GAN, {"objective": "minimax"}, "real_target"),
    "non_saturating": (GAN, {"objective": "non_saturating"}, "real_target"),
    "r1": (R1GAN, {}, "gamma"),
    "least_squares": (LSGAN, {}, None),
    "wasserstein_clip": (WGAN, {"long_turns": False}, "clip"),
    "wasserstein_penalty": (WGANGP, {}, "penalty_weight"),
    "hinge": (HingeGAN, {}, None),
    "relativistic": (R3GAN, {}, "gamma"),
}


def game(objective, generator, discriminator, **kwargs):
    """The game of {"name": ..., "number": ...}. Raises ValueError for an unknown one, and what the game refuses."""
    if objective.get("name") not in GAMES:
        raise ValueError(f"The objective {objective.get('name')!r} is none of {', '.join(GAMES)}.")
    kind, told, argument = GAMES[objective["name"]]
    number = {argument: objective["number"]} if argument and "number" in objective else {}
    return kind(generator, discriminator, **told, **number, **kwargs)


def objective(model):
    """{"name": ..., "number": ...} of a game. Raises ValueError for one that the page does not play."""
    config = model.get_config() if type(model) in {kind for kind, _, _ in GAMES.values()} else {}
    for name, (kind, told, argument) in GAMES.items():
        if type(model) is kind and all(told[key] == config[key] for key in told if key == "objective"):
            if kind is LSGAN and [config[target] for target in "abc"] != [0.0, 1.0, 1.0]:
                raise ValueError("The playground's least squares have the targets 0, 1, 1, and this game has others.")
            if argument and not isinstance(config[argument], int | float):
                raise ValueError(f"The playground's {argument} is a number, and that of this game is a schedule.")
            return {"name": name, **({"number": float(config[argument])} if argument else {})}
    raise ValueError(f"The playground does not play {type(model).__name__}.")


def optimizer(settings):
    """The optimiser of {"name": ..., "learning_rate": ..., ...}. Raises ValueError for an unknown one."""
    rate = settings["learning_rate"]
    makers = {
        "sgd": lambda: keras.optimizers.SGD(rate),
        "momentum": lambda: keras.optimizers.SGD(rate, momentum=settings["momentum"]),
        "rmsprop": lambda: torch_rmsprop(rate),
        "adam": lambda: Adam(rate, beta_1=settings["beta_1"], beta_2=settings["beta_2"]),
    }
    if settings.get("name") not in makers:
        raise ValueError(f"The optimizer {settings.get('name')!r} is none of {', '.join(makers)}.")
    return makers[settings["name"]]()


def settings(optimizer):
    """What `optimizer` was made of. Raises ValueError for another kind than the page's four, and for schedules of
    beta_2; of a schedule of learning rates it is the present one."""
    found = {"learning_rate": float(optimizer.learning_rate), "momentum": 0.9, "beta_1": 0.5, "beta_2": 0.9}
    if isinstance(optimizer, keras.optimizers.Adam) and not callable(optimizer.beta_2):
        return {**found, "name": "adam", "beta_1": float(optimizer.beta_1), "beta_2": float(optimizer.beta_2)}
    if isinstance(optimizer, keras.optimizers.RMSprop):
        return {**found, "name": "rmsprop"}
    if type(optimizer) is keras.optimizers.SGD:
        named = {"name": "momentum", "momentum": float(optimizer.momentum)} if optimizer.momentum else {"name": "sgd"}
        return {**found, **named}
    raise ValueError(f"The playground has no optimizer like {type(optimizer).__name__}.")
