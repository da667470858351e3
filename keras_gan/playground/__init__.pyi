from .files import data as data
from .files import load as load
from .files import write as write
from .site import serve as serve
from .site import write_site as write_site
