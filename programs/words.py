"""Labels of the keys that the clinical content uses for places on the body and kinds of pain."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from programs.change import Change
from programs.outcomes import Outcome
from programs.precautions import Effect
from programs.protocols import LeftOut
from programs.reasoning import SideState, State
from programs.retest import Moved, Standstill

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

# Why a questionnaire's file was refused whole.
REFUSALS = {
    "circle": _("These questions wait for each other."),
    "elsewhere": _("The list of answers lies elsewhere. Only lists inside the file can be used."),
    "missing": _("Something that must be here is missing."),
    "no_number": _("An answer to this question is no number of the scale."),
    "no_questions": _("There is no question in it."),
    "no_range": _("Low and high must be numbers, low below high."),
    "no_value": _("It has no value."),
    "not_a_list": _("A list belongs here."),
    "not_a_questionnaire": _("This is not a FHIR Questionnaire."),
    "not_an_object": _("A question belongs here."),
    "not_json": _("This is not a JSON file."),
    "not_rising": _("Each band begins above the one before."),
    "not_text": _("Words belong here."),
    "not_yes_or_no": _("True or false belongs here."),
    "outside": _("This lies outside what the scale can give."),
    "several_answers": _("Questions with several answers cannot be asked here."),
    "too_deep": _("The groups are nested too deep."),
    "too_few": _("It has fewer questions than the scoring counts."),
    "too_great": _("This number is too great."),
    "too_large": _("The file is larger than 1 MB."),
    "too_many": _("It has more than 400 questions."),
    "twice": _("The same name stands here twice."),
    "unclear_condition": _("This condition cannot be read."),
    "unclear_scale": _("This scale cannot be read."),
    "unreadable": _("There is a character here that cannot be kept."),
    "unknown_field": _("There is a field here that the scoring does not know."),
    "unknown_question": _("There is no question of this name."),
    "unknown_rule": _("This rule is not known."),
    "unknown_type": _("Questions of this type cannot be asked here."),
}

# What the change engine says of two values, in the record and to the patient.
CHANGES = {
    Change.WORSE: _("worse, beyond its error"),
    Change.NONE: _("no real change"),
    Change.IMPROVED: _("improved, beyond its error"),
    Change.MEANINGFUL: _("meaningfully improved"),
}

# How a test was judged, beside its values.
JUDGED = {
    State.ABNORMAL: _("outside"),
    State.NORMAL: _("inside"),
    State.NO_REFERENCE: _("no line for this person"),
    State.NOT_COUNTED: _("does not count"),
}

# The same of one side of it.
SIDE_STATES = {
    SideState.OUTSIDE: _("outside its line"),
    SideState.TOGETHER: _("outside: both sides together"),
    SideState.INSIDE: _("inside its line"),
    SideState.JUDGED_ABNORMAL: _("abnormal by judgement"),
    SideState.JUDGED_NORMAL: _("normal by judgement"),
    SideState.NO_LINE: _("no line for this person, not judged"),
    SideState.NOT_COUNTED: _("does not count"),
}

# Answers of tests, by the keys that the catalogue uses.
ANSWERS = {
    "+": _("+ positive"),
    "-": _("- negative"),
    "absent": _("absent"),
    "altered": _("altered"),
    "back": _("in the back"),
    "behind": _("behind"),
    "below_knee": _("below the knee"),
    "centralises": _("centralises"),
    "eases": _("eases"),
    "equivocal": _("unclear"),
    "extensor": _("toe up (extensor)"),
    "fail": _("not passed"),
    "fair": _("fair"),
    "flexor": _("toe down (flexor)"),
    "good": _("good"),
    "groin": _("groin"),
    "hyper": _("loose"),
    "hypo": _("stiff"),
    "kept": _("kept"),
    "leg_bent": _("other leg bent"),
    "leg_straight": _("leg straight"),
    "lost": _("lost"),
    "no_change": _("no change"),
    "no_pain": _("no pain"),
    "none": _("nothing"),
    "normal": _("normal"),
    "outside": _("outer side"),
    "pain": _("pain"),
    "pass": _("passed"),
    "peripheralises": _("moves down the leg"),
    "poor": _("poor"),
    "same": _("stays the same"),
    "stays": _("stays"),
    "subsides": _("subsides"),
    "thigh": _("in the thigh"),
    "worse": _("worse"),
}

# What became of a factor since it was first assessed.
MOVED = {
    Moved.WORSE: _("worse"),
    Moved.UNCHANGED: _("has not moved"),
    Moved.UNKNOWN: _("cannot say yet"),
    Moved.PARTLY: _("partly inside again"),
    Moved.IMPROVING: _("improving"),
    Moved.RESOLVED: _("resolved"),
}

# What became of a goal.
OUTCOMES = {
    Outcome.REACHED: _("reached"),
    Outcome.MISSED: _("not reached"),
    Outcome.UNKNOWN: _("not measured since"),
}

TREATMENTS = {
    "needling": _("Needling"),
    "estim": _("Electrical stimulation"),
    "thrust": _("Thrust"),
    "cervical_thrust": _("Thrust at the neck"),
    "traction": _("Traction"),
    "mobilisation": _("Mobilisation"),
    "soft_tissue": _("Soft tissue work"),
    "iastm": _("Work with instruments"),
    "met": _("Muscle energy"),
    "mwm": _("Mobilisation with movement"),
    "neural_mob": _("Nerve gliding"),
    "stretch": _("Stretching"),
    "exercise": _("Exercise"),
}

# What kind of place a needle goes to.
REGION_CLASSES = {
    "standard": _("standard"),
    "thorax": _("chest wall"),
    "upper_lumbar": _("upper lumbar spine"),
    "neck": _("neck"),
    "abdomen_flank": _("abdomen and flank"),
    "face": _("face"),
    "hand_foot": _("hand and foot"),
    "neurovascular": _("near large vessels and nerves"),
}
# What a patient's flag says to a treatment.
EFFECTS = {
    Effect.NEEDS_REASONING: _("only with your reasoning"),
    Effect.BLOCKS_CURRENT: _("not for this patient"),
    Effect.BLOCKS_SITE: _("not at that place"),
    Effect.BLOCKS: _("not for this patient"),
}

STANDSTILLS = {
    Standstill.NO_CHANGE: _("Nothing that was asked has changed as much as matters. Look at the plan again."),
    Standstill.NOT_ASKED: _("Pain and the own activities were not asked again, so nobody can tell. Ask, then look."),
}


_LEFT_OUT = {
    "no_value": _("Left out, no value to start from yet: %(about)s."),
    "reached": _("Left out, reached already: %(about)s."),
    "no_factor": _("Left out, none of the factors is confirmed: %(about)s."),
    "held": _("Left out, something about this patient speaks against it, so weigh it yourself: %(about)s."),
    "not_here": _("Left out, not in use in this clinic: %(about)s."),
    "minutes": _("Left out, counted in minutes, so write it into the plan by hand: %(about)s."),
    "later": _("Left out, begins in a later week, so add it then: %(about)s."),
}


def left_out(lines: Iterable[LeftOut]) -> list[str]:
    """One line for each reason."""
    found: dict[str, list[str]] = {}
    for one in lines:
        found.setdefault(one.why, []).append(one.about)
    return [str(_LEFT_OUT[why]) % {"about": "; ".join(about)} for why, about in found.items()]
