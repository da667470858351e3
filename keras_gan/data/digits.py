"""The 8 x 8 digits that scikit-learn carries: the embedded default, which needs no network."""

import numpy as np

from keras_gan.data import resize

NAME = "digits"
TRAIN = 1_500  # of the 1,797 digits, in scikit-learn's order; the other 297 are the test split
CLASSES = 10
LICENCE = "CC BY 4.0"
ORIGIN = (
    "Alpaydin and Kaynak: Optical Recognition of Handwritten Digits, UCI Machine Learning Repository (its test "
    "part, as shipped with scikit-learn)"
)


def read(image_shape, split):
    """(images uint8 [n, h, w, c], labels int32 [n]); 8 x 8 x 1 unless another shape is given."""
    from sklearn.datasets import load_digits

    part = slice(TRAIN) if split == "train" else slice(TRAIN, None)
    bunch = load_digits()
    grey = bunch.images[part].astype(np.int64)  # 0 ... 16
    images = ((grey * 255 + 8) // 16).astype(np.uint8)[..., None]
    return resize.resize(images, image_shape or (8, 8, 1)), bunch.target[part].astype(np.int32)
