"""Exercise figures: pose data in, flat SVG illustrations out. Pure, standard library only.

Pictures say nothing about a patient. `uid` begins every id in the text, so that several may stand in one page.
"""

from programs.figures.checks import problems
from programs.figures.picture import animation, still, strip
from programs.figures.reading import PoseError

EDITION = 1  # raise it when the same pose is drawn in another way: pages ask for pictures by edition and pose

__all__ = ["EDITION", "PoseError", "animation", "problems", "still", "strip"]
