"""What would be signed: a session with its parts, saved or as it stands on the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from programs import catalogue
from programs.consents import NEEDLING, THRUST
from programs.contraindications import modalities_of
from programs.models import ManualTreatment, NeedlingSite, Session, Stimulation
from programs.models.signing_rules import THRUSTS


@dataclass(frozen=True, slots=True)
class Noted:
    """Rows need not be saved: what a form could not read counts as not said."""

    session: Session
    sites: Sequence[NeedlingSite] = ()
    treatments: Sequence[ManualTreatment] = ()
    current: Stimulation | None = None

    @property
    def techniques(self) -> list[str]:
        return [one.technique for one in self.treatments]

    @property
    def thrusts(self) -> list[str]:
        return [one for one in self.techniques if one in THRUSTS]

    @property
    def modalities(self) -> list[str]:
        return modalities_of(needled=bool(self.sites), current=bool(self.current), techniques=self.techniques)

    @property
    def consents(self) -> list[str]:
        """The agreements that this needs beside the one to treatment."""
        return [*([NEEDLING] if self.sites else []), *([THRUST] if self.thrusts else [])]

    @property
    def regions(self) -> list[str]:
        known = [catalogue.known_muscle(one.muscle) for one in self.sites]
        return sorted({one.region for one in known if one} | {one.region for one in self.treatments if one.region})

    @property
    def is_documented(self) -> bool:
        chosen = [one.muscle for one in self.sites] + self.techniques
        return any(chosen) or bool(self.session.note.strip())


def noted(session: Session) -> Noted:
    """As saved. Its parts may have been fetched before."""
    return Noted(
        session=session,
        sites=list(session.needling_sites.all()),
        treatments=list(session.manual_treatments.all()),
        current=next(iter(session.stimulations.all()), None),
    )
