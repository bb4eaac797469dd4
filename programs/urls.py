from django.urls import path

from programs.views import assessments, chart, entry, figures, library, measures, pain, plans, questionnaires, sessions

urlpatterns = [
    path("patients/<int:patient_id>/chart/", chart.chart, name="chart"),
    path("patients/<int:patient_id>/episodes/new/", chart.episode_new, name="episode-new"),
    path("patients/<int:patient_id>/pain/", pain.pain_map, name="pain-map"),
    path("patients/<int:patient_id>/pain/compare/", pain.pain_compare, name="pain-compare"),
    path("patients/<int:patient_id>/red-flags/", chart.red_flags, name="red-flags"),
    path("patients/<int:patient_id>/assessments/", assessments.assessments, name="assessments"),
    path("patients/<int:patient_id>/assessments/new/", entry.assessment_new, name="assessment-new"),
    path("patients/<int:patient_id>/assessments/draft/", entry.assessment_draft, name="assessment-draft"),
    path("patients/<int:patient_id>/assessments/discard/", entry.assessment_discard, name="assessment-discard"),
    path("tests/", library.library, name="library"),
    path("patients/<int:patient_id>/measures/", measures.measures, name="measures"),
    path("patients/<int:patient_id>/measures/new/", measures.measures_new, name="measures-new"),
    path(
        "patients/<int:patient_id>/questionnaires/<int:pk>/",
        questionnaires.questionnaire_fill,
        name="questionnaire-fill",
    ),
    path("questionnaires/", questionnaires.questionnaires, name="questionnaires"),
    path("questionnaires/new/", questionnaires.questionnaire_new, name="questionnaire-new"),
    path("questionnaires/<int:pk>/retire/", questionnaires.questionnaire_retire, name="questionnaire-retire"),
    path("factors/<int:factor_id>/", assessments.factor_decide, name="factor-decide"),
    path("patients/<int:patient_id>/plan/", plans.plan, name="plan"),
    path("patients/<int:patient_id>/plan/new/", plans.plan_new, name="plan-new"),
    path("patients/<int:patient_id>/home-programme/", plans.home_programme, name="home-programme"),
    path("patients/<int:patient_id>/sessions/", sessions.sessions, name="sessions"),
    path("appointments/<int:appointment_id>/session/", sessions.session, name="session"),
    path("appointments/<int:appointment_id>/session/sign/", sessions.session_sign, name="session-sign"),
    path("exercises/<slug:key>.svg", figures.exercise_figure, name="exercise-figure"),
]
