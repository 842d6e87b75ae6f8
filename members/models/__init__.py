from members.models.audit import AuditEntry
from members.models.career import CareerEvent
from members.models.people import Member, MemberQuerySet
from members.models.roles import Role, RoleGrant
from members.models.skills import Rating, Skill
from members.models.submissions import Submission
from members.models.units import Unit

__all__ = [
    "AuditEntry",
    "CareerEvent",
    "Member",
    "MemberQuerySet",
    "Rating",
    "Role",
    "RoleGrant",
    "Skill",
    "Submission",
    "Unit",
]
