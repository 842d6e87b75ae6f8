"""What staff may look after: never what is said in a circle, never the facts that imports bring."""

from typing import Any, cast

from allauth.mfa import admin as allauth_admin
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.http import HttpRequest

from members import actions
from members.models import AuditEntry, Member, RoleGrant, Skill, Unit

RIGHTS = ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A log: looked at, never changed."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Member)
class MemberAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who may sign in, and who is staff. Addresses are not changed here: they decide who is who."""

    list_display = ["name", "email", "employee_number", "unit", "left_on", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff"]
    list_select_related = ["unit"]
    search_fields = ["name", "email", "=employee_number"]
    ordering = ["name", "pk"]
    show_full_result_count = False
    filter_horizontal = ["groups", "user_permissions"]
    fieldsets = [
        (None, {"fields": ["name", "email", "time_zone", "language", "last_login"]}),
        (
            "From the organisation",
            {
                "fields": [
                    *("employee_number", "unit", "manager", "job_level", "job_title", "location"),
                    *("hired_on", "left_on", "observed_until", "attributes"),
                ]
            },
        ),
        ("Rights", {"fields": RIGHTS}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Member | None = None) -> list[str]:
        shown = [str(name) for _, options in self.fieldsets for name in options["fields"]]
        # Only a superuser makes others staff; nobody can give themselves more than they have.
        may_change = RIGHTS if request.user.is_superuser else ("is_active",)
        return [name for name in shown if name not in may_change]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Member | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Member, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.changed_data:
            changed = {name: str(form.cleaned_data[name]) for name in form.changed_data}
            actions.record(
                cast("Member", request.user), "changed rights", obj, person=obj.pk, **changed
            )


@admin.register(Unit)
class UnitAdmin(ReadOnlyAdmin):
    """The tree of units, as imports brought it."""

    list_display = ["path"]
    search_fields = ["path"]
    ordering = ["path"]


@admin.register(Skill)
class SkillAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "description"]
    search_fields = ["name"]
    show_full_result_count = False


@admin.register(RoleGrant)
class RoleGrantAdmin(ReadOnlyAdmin):
    list_display = ["person", "role", "granted_by", "granted_at", "revoked_by", "revoked_at"]
    list_filter = ["role"]
    list_select_related = ["person", "granted_by", "revoked_by"]
    search_fields = ["person__name", "person__email"]
    ordering = ["-granted_at"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor", "verb", "subject", "detail"]
    list_select_related = ["actor"]
    search_fields = ["subject", "verb"]


# allauth's own shows the secrets.
admin.site.unregister(allauth_admin.Authenticator)


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Second steps, to be taken off for someone who lost phone and codes."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    fields = ["user", "type", "created_at", "last_used_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)
