from . import dirac as dirac
from .dirac import dirac_games as dirac_games
from .gaussian import gaussian_demonstration as gaussian_demonstration
from .gaussian import gaussian_limits as gaussian_limits
from .orbits import historical_orbits as historical_orbits
from .orbits import orbit as orbit
from .two_gaussians import critics_of_two_gaussians as critics_of_two_gaussians
