from . import labels as labels
from . import latents as latents
from . import paths as paths
from . import threefry as threefry
from .sampler import Sampler as Sampler
