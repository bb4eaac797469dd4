from clinics.models.account_mail import AccountMail
from clinics.models.audit import AuditEvent, PlatformAccess
from clinics.models.base import ClinicModel
from clinics.models.clinic import Clinic, EmergencyContact, FeedNames, Location
from clinics.models.hours import HOW_OFTEN, WEEKDAYS, ExceptionKind, Holiday, HoursException, WorkingHours
from clinics.models.message import Channel, Message, MessageStatus
from clinics.models.staff import Credential, Membership
from clinics.models.supply import (
    Colour,
    Content,
    CredentialKind,
    EquipmentKind,
    EquipmentPool,
    Feature,
    Room,
    Service,
)
from clinics.models.user import User

__all__ = [
    "HOW_OFTEN",
    "WEEKDAYS",
    "AccountMail",
    "AuditEvent",
    "Channel",
    "Clinic",
    "ClinicModel",
    "Colour",
    "Content",
    "Credential",
    "CredentialKind",
    "EmergencyContact",
    "EquipmentKind",
    "EquipmentPool",
    "ExceptionKind",
    "Feature",
    "FeedNames",
    "Holiday",
    "HoursException",
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
