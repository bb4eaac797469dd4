"""Exercise pictures as files: one address for each picture, so that browsers may keep them for good."""

import hashlib
import json
from functools import lru_cache

from programs import figures
from programs.models import Exercise


def version_of(exercise: Exercise) -> str:
    """Changes with what is drawn, how, and what it is called, so that an old picture is never shown for a new one.

    The clinic is in it since somebody may work in two, each with its own words for the same key.
    """
    shown = [figures.EDITION, exercise.clinic_id, exercise.name, exercise.alt_text, exercise.pose]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:12]


def figure_of(exercise: Exercise, *, animated: bool) -> str:
    """PoseError where the exercise has no pose that can be drawn."""
    return _drawn(json.dumps(exercise.pose, sort_keys=True), exercise.name, exercise.alt_text, animated)


@lru_cache(maxsize=128)
def _drawn(pose: str, title: str, text: str, animated: bool) -> str:
    """Drawing takes up to a third of a second, and the same few exercises are asked for all day."""
    draw = figures.animation if animated else figures.still
    return draw(json.loads(pose), title=title, text=text)
