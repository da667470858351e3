from . import encoders as encoders
from . import measure as measure
from .image_scores import score_images as score_images
from .protocol import Protocol as Protocol
from .protocol import Score as Score
from .stacked_scores import score_stacked as score_stacked
from .toy_scores import score_points as score_points
