from clinics.models.audit import AuditEvent, PlatformAccess
from clinics.models.base import ClinicModel
from clinics.models.clinic import Clinic, CredentialKind, Feature, Location, Room, Service, WorkingHours
from clinics.models.message import Channel, Message, MessageStatus
from clinics.models.staff import Credential, Membership
from clinics.models.user import User

__all__ = [
    "AuditEvent",
    "Channel",
    "Clinic",
    "ClinicModel",
    "Credential",
    "CredentialKind",
    "Feature",
    "Location",
    "Membership",
    "Message",
    "MessageStatus",
    "PlatformAccess",
    "Room",
    "Service",
    "User",
    "WorkingHours",
]
