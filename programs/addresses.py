"""The address of a clinical page: whose care it is about. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Care:
    """A patient, and the episode where the address names one. Without it a page shows the newest open one."""

    patient: int
    episode: int | None = None


class CareConverter:
    """`7`, or `7/episodes/12`."""

    regex = "[0-9]+(?:/episodes/[0-9]+)?"

    def to_python(self, value: str) -> Care:
        patient, _, episode = value.partition("/episodes/")
        return Care(int(patient), int(episode) if episode else None)

    def to_url(self, value: Care | int) -> str:
        """Other apps know the patient only."""
        if not isinstance(value, Care):
            return str(int(value))
        return str(value.patient) if value.episode is None else f"{value.patient}/episodes/{value.episode}"
