from members.views.drafts import csrf_failure, resume, resume_discard
from members.views.people import grant_role, people, person, revoke_role
from members.views.profile import profile, sign_out_everywhere

__all__ = [
    "csrf_failure",
    "grant_role",
    "people",
    "person",
    "profile",
    "resume",
    "resume_discard",
    "revoke_role",
    "sign_out_everywhere",
]
