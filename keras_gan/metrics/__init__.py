"""Figures of merit, in NumPy and TensorFlow only: on arrays of features, whatever encoder made them, or of images.

By the question that they answer:

    are the distributions equal?                 frechet_distance, kernel_distance, two_sample_accuracy
    are samples good, and are all kinds there?   precision_recall, density_coverage
    what does a classifier say?                  inception_score, modified_inception_score
    could samples replace labelled data?         nearest_neighbour_error
    does the density score the data?             parzen_log_likelihood, parzen_over_folds
    which modes of a known world are reached?    mode_coverage, stacked_mode_coverage
    are samples copies?                          memorisation, duplicate_rate
    is this image that one?                      psnr, ssim, sharpness

Statistics are float64. Features are [n, d]; images [n, h, w, c] in [-1, 1], or uint8. What cannot be measured raises a
ValueError of one sentence. `Moments`, `StreamingFrechetDistance` and
`StreamingInceptionScore` take their data in batches.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
