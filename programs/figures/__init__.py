"""Exercise figures: pose data in, flat SVG illustrations out. Standard library only."""

from .render import animation, still, strip
from .skeleton import Pose, load_exercise

__all__ = ["Pose", "animation", "load_exercise", "still", "strip"]
