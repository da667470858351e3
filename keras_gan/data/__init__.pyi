from . import resize as resize
from . import toys as toys
from .batches import Batches as Batches
from .batches import images_of as images_of
from .batches import load as load
from .pairs import read_pairs as read_pairs
from .record import Source as Source
from .source import read as read
