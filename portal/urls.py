from django.urls import path

from portal.views import agreements, check, exercises, messages, offline, pain, plan, questions, settings, today, visits

urlpatterns = [
    path("", today.today, name="portal-today"),
    path("exercises/<slug:key>.svg", exercises.figure, name="portal-figure"),
    path("exercises/<int:pk>/", exercises.exercise, name="portal-exercise"),
    path("exercises/<int:pk>/log/", exercises.log, name="portal-log"),
    path("questions/", questions.questions, name="portal-questions"),
    path("questions/<int:pk>/", questions.questionnaire, name="portal-questionnaire"),
    path("check/", check.check, name="portal-check"),
    path("check/shell/", offline.shell, name="portal-check-shell"),
    path("check/worker.js", offline.worker, name="portal-check-worker"),
    path("check/sent/", check.sent, name="portal-check-sent"),
    path("progress/", today.progress, name="portal-progress"),
    path("plan/", plan.plan, name="portal-plan"),
    path("pain/", pain.pain, name="portal-pain"),
    path("pain/compare/", pain.compare, name="portal-pain-compare"),
    path("visits/", visits.visits, name="portal-visits"),
    path("messages/", messages.messages, name="portal-messages"),
    path("messages/read/", messages.messages_read, name="portal-messages-read"),
    path("agreements/", agreements.agreements, name="portal-agreements"),
    path("agreements/<int:pk>/", agreements.agreement, name="portal-agreement"),
    path("agreements/<int:pk>/end/", agreements.agreement_end, name="portal-agreement-end"),
    path("settings/", settings.settings, name="portal-settings"),
    path("switch/", settings.switch_patient, name="portal-switch"),
]
