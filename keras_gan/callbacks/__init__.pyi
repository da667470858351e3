from .demonstration import Demonstration as Demonstration
from .evaluate_samples import EvaluateSamples as EvaluateSamples
from .loss_curves import LossCurves as LossCurves
from .non_finite import StopOnNonFinite as StopOnNonFinite
from .sample_grid import SampleGrid as SampleGrid
from .throughput import Throughput as Throughput
from .translations import Translations as Translations
