"""Made-up faces in the layout of the Toronto Face Database."""

import numpy as np

UNLABELLED, LABELLED = 30, 40


def layout(seed=0):
    """70 faces, the last 40 labelled; in each fold 24 of these train, 8 validate and 8 test."""
    random = np.random.default_rng(seed)
    n = UNLABELLED + LABELLED
    y, x = np.mgrid[-1:1:48j, -1:1:48j]
    wide = random.uniform(0.5, 0.9, n)[:, None, None]
    faces = (255 * np.exp(-((x / wide) ** 2) - y**2)).astype(np.uint8)
    faces[:, 0, 0] = np.arange(n)  # its row, to be told by
    folds = np.zeros((n, 5), np.uint8)
    for fold in range(5):
        folds[UNLABELLED:, fold] = random.permutation(np.repeat([1, 2, 3], [24, 8, 8]))
    expressions = np.full((n, 1), -1, np.int16)
    expressions[UNLABELLED:, 0] = 1 + np.arange(LABELLED) % 7
    return {"images": faces, "labs_ex": expressions, "labs_id": np.arange(n)[:, None], "folds": folds}
