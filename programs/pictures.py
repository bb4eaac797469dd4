"""Exercise pictures as files: one address for each pose, so that browsers may keep them for good."""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from programs import figures
from programs.models import Exercise


def version_of(pose: Mapping[str, Any]) -> str:
    """Changes with the pose, so that an edited one is drawn anew."""
    return hashlib.sha256(json.dumps(pose, sort_keys=True).encode()).hexdigest()[:12]


def figure_of(exercise: Exercise, *, animated: bool) -> str:
    item = {"key": exercise.key, "name": exercise.name, "alt_text": exercise.alt_text, "pose": exercise.pose}
    return _drawn(json.dumps(item, sort_keys=True), animated)


@lru_cache(maxsize=128)
def _drawn(item: str, animated: bool) -> str:
    """Drawing takes tens of milliseconds, and the same few exercises are asked for all day."""
    draw = figures.animation if animated else figures.still
    return draw(figures.load_exercise(json.loads(item)))
