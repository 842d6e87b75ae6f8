from django.urls import path

from sessions_app.views import commitments

urlpatterns = [
    path("promises/", commitments.commitments, name="commitments"),
    path("promises/new/", commitments.promise_new, name="promise_new"),
    path("promises/<int:pk>/keep/", commitments.commitment_keep, name="commitment_keep"),
    path("promises/<int:pk>/partly/", commitments.commitment_partly, name="commitment_partly"),
    path("promises/<int:pk>/on-it/", commitments.commitment_on_it, name="commitment_on_it"),
    path(
        "promises/<int:pk>/on-it/undo/",
        commitments.commitment_on_it_undo,
        name="commitment_on_it_undo",
    ),
    path("promises/<int:pk>/carry/", commitments.commitment_carry, name="commitment_carry"),
    path("promises/<int:pk>/drop/", commitments.commitment_drop, name="commitment_drop"),
    path("promises/<int:pk>/undo/", commitments.commitment_undo, name="commitment_undo"),
    path(
        "promises/<int:pk>/carry/undo/",
        commitments.commitment_carry_undo,
        name="commitment_carry_undo",
    ),
    path(
        "promises/<int:pk>/evidence/", commitments.commitment_evidence, name="commitment_evidence"
    ),
]
