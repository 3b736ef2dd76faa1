r"""A VGG network with noisy batch norm learns faster than the standard one at rate 0.1.

Training accuracy on 512 images, the mean over the measured steps from the first on, so that who learns sooner has more.
The noise makes the distribution of every layer's inputs unstable, and the network still learns faster than the standard
one: what batch norm does for training is not that it keeps these distributions in place.
Source: Santurkar et al. 2018, section 2.1 and appendix A.
"""

from fractions import Fraction

from theory import Experiment, Source
from theory.theorems.covariate_shift import _settings as s

COMPARISONS = s.vgg(Fraction(1, 10), first="noisy", second="none", quantity="accuracy", least=Fraction(0))

THEOREM = Experiment(
    __name__,
    comparisons=COMPARISONS,
    near_misses={**s.opposite(COMPARISONS), **s.large(COMPARISONS)},
    margins="none: any gain in accuracy counts; paired by seed, false alarms 1 in 100, set beforehand",
    false_alarm=s.FALSE_ALARM,
    long=True,
    sources=(Source("santurkar2018", "section 2.1, appendix A; the noise recalled"),),
)
