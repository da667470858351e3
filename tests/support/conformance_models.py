"""Models for the conformance suite: written here, served by `keras-gan serve` or by a real TF Serving.

    python tests/support/conformance_models.py FOLDER      # says how to serve it and how to run the suite

FOLDER/models.config serves `labelled` (28 x 28, ten classes; versions 1 and 2, labels stable and canary) and `plain`
(32 x 32 x 3). expected.npz has the images of SEEDS, of LABELS where there are labels, as model.sample_seeds makes them.
"""

import sys
from pathlib import Path

import numpy as np

SEEDS = np.array([0, 1, 2, -7, 2**32, 2**40 + 3], "int64")
LABELS = np.array([9, 0, 3, 3, 5, 1], "int32")
BATCH_SIZES = (1, 3)  # of the warmup requests

CONFIG = """model_config_list {{
  config {{
    name: "labelled" base_path: "{root}/labelled" model_platform: "tensorflow"
    model_version_policy {{ all {{}} }}
    version_labels {{ key: "stable" value: 1 }}
    version_labels {{ key: "canary" value: 2 }}
  }}
  config {{ name: "plain" base_path: "{root}/plain" model_platform: "tensorflow" }}
}}
"""


def scattered(model, seed):
    """The model with weights that make varied images."""
    draw = np.random.default_rng(seed)
    for weight in model.sampler.weights:
        value = draw.normal(0, 0.25, weight.shape)
        weight.assign(np.exp(value) if weight.name in ("gamma", "moving_variance") else value)
    model.steps.assign(1)
    return model


def labelled(seed):
    from keras_gan import GAN
    from keras_gan.networks import dcgan

    networks = dcgan.generator((28, 28, 1), 6, 8, classes=10), dcgan.discriminator((28, 28, 1), 2, classes=10)
    return scattered(GAN(*networks, classes=10), seed)


def plain():
    from keras_gan import GAN
    from keras_gan.networks import dcgan

    return scattered(GAN(dcgan.generator((32, 32, 3), 6, 4), dcgan.discriminator((32, 32, 3), 2)), 3)


def write(folder, root=None):
    """The models, expected.npz and models.config, whose base paths are below `root`; default: the folder itself."""
    import export

    folder = Path(folder)
    one, two, three = labelled(1), labelled(2), plain()
    export.saved_model(one, folder / "labelled", batch_sizes=BATCH_SIZES)
    export.saved_model(two, folder / "labelled", batch_sizes=BATCH_SIZES)
    export.saved_model(three, folder / "plain", batch_sizes=BATCH_SIZES)
    np.savez(
        folder / "expected.npz",
        labelled_1=one.sample_seeds(SEEDS, LABELS),
        labelled_2=two.sample_seeds(SEEDS, LABELS),
        plain_1=three.sample_seeds(SEEDS),
    )
    (folder / "models.config").write_text(CONFIG.format(root=root or folder))
    return folder


if __name__ == "__main__":
    target = write(sys.argv[1], root="/models").resolve()
    print(
        "Not run here, for want of the image:\n"
        f"docker run -p 8500:8500 -p 8501:8501 -v {target}:/models tensorflow/serving "
        "--model_config_file=/models/models.config --allow_version_labels_for_unavailable_models=true\n"
        f"TFSERVING_URL=http://127.0.0.1:8501 TFSERVING_GRPC=127.0.0.1:8500 TFSERVING_MODELS={target} "
        "pytest tests/export/server/test_conformance.py"
    )
