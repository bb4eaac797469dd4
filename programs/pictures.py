"""Exercise pictures as files: one address for each pose, so that browsers may keep them for good."""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from programs import figures
from programs.models import Exercise


def version_of(pose: Mapping[str, Any]) -> str:
    """Changes with the pose and with the way it is drawn, so that an old picture is never shown for a new one."""
    return hashlib.sha256(f"{figures.EDITION} {json.dumps(pose, sort_keys=True)}".encode()).hexdigest()[:12]


def figure_of(exercise: Exercise, *, animated: bool) -> str:
    """PoseError where the exercise has no pose that can be drawn."""
    return _drawn(json.dumps(exercise.pose, sort_keys=True), exercise.name, exercise.alt_text, animated)


@lru_cache(maxsize=128)
def _drawn(pose: str, title: str, text: str, animated: bool) -> str:
    """Drawing takes up to a third of a second, and the same few exercises are asked for all day."""
    draw = figures.animation if animated else figures.still
    return draw(json.loads(pose), title=title, text=text)
