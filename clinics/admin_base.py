"""The Django admin inside the walls: what every admin page of a clinic's rows has in common."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import NestedObjects, unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import DEFAULT_DB_ALIAS, IntegrityError, models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from psycopg import errors
from unfold.admin import ModelAdmin

from clinics import audit
from clinics.constraints import broken_rule
from clinics.models import AuditEvent, Membership, User

# What the database says where the rule itself has no words of its own.
REFUSALS: list[tuple[type[Exception], Any]] = [
    (errors.UniqueViolation, _("There is one like this already.")),
    (errors.ExclusionViolation, _("That time is taken.")),
    (errors.ForeignKeyViolation, _("Something chosen here is not there any more, or this is still in use.")),
]


def members() -> QuerySet[User]:
    """Users have no clinic; the ones of the clinic in scope are its members."""
    return User.objects.filter(pk__in=Membership.objects.filter(is_active=True).values("user")).order_by("name", "pk")


def refusal_of(model: type[models.Model], error: IntegrityError) -> str:
    """Words for what the database refused. Validation cannot see other clinics' rows, nor what others save just now."""
    name = broken_rule(error)
    for rule in model._meta.constraints:
        if rule.name == name and rule.violation_error_message != rule.default_violation_error_message:
            return str(rule.violation_error_message)
    found = (text for kind, text in REFUSALS if isinstance(error.__cause__, kind))
    return str(next(found, _("These values do not go together. Nothing was saved.")))


class Refused:
    """Mixed into a form whose values the database has just refused: it shows why and keeps what was typed."""

    refusal = ""

    def clean(self) -> None:
        super().clean()  # type: ignore[misc]  # the form it is mixed into has one
        raise ValidationError(self.refusal)


class ClinicAdmin(ModelAdmin):
    """Rows come through the scoped manager; another clinic's are 404. Writes and reads are audited."""

    in_clinic = True  # what ClinicAdminSite.register asks for
    actions = None  # one row at a time: what is gone is gone, and each has its own event
    read_only = False
    list_fullwidth = True
    compressed_fields = True
    warn_unsaved_form = True

    # --- Who may: the middleware let in only who administers this clinic; here the page says what can be done.

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not self.read_only and self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not self.read_only and self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not self.read_only and self.admin_site.has_permission(request)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        raise Http404

    # --- What an address may ask of a list

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """What our filters write, nothing else: Django would pass on any lookup of any column, sense or none."""
        name, _, rest = lookup.partition("__")
        return name in self.list_filter and rest in {"", "exact", "isnull", "id__exact"}

    # --- Choices

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is User:
            kwargs["queryset"] = members()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget  # no pop-ups: related rows have pages of their own
        return field

    # --- What the database refuses becomes an error of the form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        try:
            response: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            request.refusal = refusal_of(self.model, error)  # type: ignore[attr-defined]  # read in get_form
            response = super().changeform_view(request, object_id, form_url, extra_context)
        if isinstance(response, TemplateResponse) and (response.context_data or {}).get("errors"):
            response.status_code = 422
        return response

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: type[forms.ModelForm[Any]] = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", "")
        return type(form.__name__, (Refused, form), {"refusal": refusal}) if refusal else form

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            response: HttpResponse = super().delete_view(request, object_id, extra_context)
        except IntegrityError as error:
            self.message_user(request, refusal_of(self.model, error), messages.ERROR)
            response = HttpResponseRedirect(request.get_full_path())
        return response

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Counts, not a list: what hangs on a row may be long, and its names are nobody's business here."""
        collector = NestedObjects(using=DEFAULT_DB_ALIAS, origin=objs)
        collector.collect(objs)
        found: dict[Any, Any] = dict(collector.model_objs)
        gone = {str(model._meta.verbose_name_plural): len(rows) for model, rows in found.items()}
        return [], gone, set(), _in_words(collector.protected)

    # --- Audit, in place of Django's log, which has no clinic

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        return list(form.changed_data)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.record(request, "create", obj)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.record(request, "change", obj, fields=message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Any]) -> Any:
        for obj in queryset:
            self.record(request, "delete", obj)

    def record(self, request: HttpRequest, action: str, obj: Any, **detail: Any) -> None:
        patient_id = self.patient_of(obj)
        audit.record(action, subject=obj, by=acting(request), patient_id=patient_id, detail=detail)

    def patient_of(self, obj: Any) -> int | None:
        """Whose data a row is. None where it is the clinic's own."""
        return None

    def saw(self, rows: Iterable[Any]) -> None:
        audit.seen(*(pk for row in rows if (pk := self.patient_of(row)) is not None))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        obj = super().get_object(request, object_id, from_field)
        if obj is not None:
            self.saw([obj])
        return obj

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        changelist: ChangeList = super().get_changelist_instance(request)
        self.saw(changelist.result_list)
        return changelist

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        events = AuditEvent.objects.filter(subject=self.opts.label_lower, subject_ids__contains=obj.pk)
        page = Paginator(events.select_related("by").order_by("-at", "-pk"), 50).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"), "subtitle": None, "object": obj, "opts": self.opts, "page": page,
        }  # fmt: skip
        return TemplateResponse(request, "clinics/admin/history.html", context)


class ReadOnlyAdmin(ClinicAdmin):
    read_only = True


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # a CharField gives a text, this one a list
        lines = (line.strip() for line in (super().to_python(value) or "").splitlines())
        return [line for line in lines if line]


def acting(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the middleware lets nobody else in
    return request.user


def _in_words(rows: Iterable[models.Model]) -> list[str]:
    counts = Counter(type(row) for row in rows)
    return sorted(
        f"{count} {model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural}"
        for model, count in counts.items()
    )


# Everywhere, so that no list_filter can forget it: only people that the (scoped) rows refer to.
admin.FieldListFilter.register(
    lambda field: bool(field.is_relation and field.related_model is User),
    admin.RelatedOnlyFieldListFilter,
    take_priority=True,
)
