"""Labels of the keys that the clinical content uses for places on the body and kinds of pain."""

from django.utils.translation import gettext_lazy as _

REGIONS = {
    "low_back": _("Low back"),
    "hip": _("Hip"),
    "thigh": _("Thigh"),
    "leg": _("Lower leg"),
    "ankle": _("Ankle"),
    "foot": _("Foot"),
    "thorax": _("Upper back and chest"),
    "neck_shoulder": _("Neck and shoulder"),
    "abdomen": _("Abdomen"),
    "hand": _("Hand"),
    "face": _("Face"),
}
