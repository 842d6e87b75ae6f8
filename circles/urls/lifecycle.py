from django.urls import path

from circles.views import closing, merges, parents, pauses, renewals, splits

urlpatterns = [
    path("circles/<int:pk>/pause/", pauses.pause, name="pause"),
    path("circles/<int:pk>/resume/", pauses.resume, name="resume"),
    path("circles/<int:pk>/vote/", renewals.renewal, name="renewal"),
    path("circles/<int:pk>/vote/open/", renewals.renewal_open, name="renewal_open"),
    path("circles/<int:pk>/renew/", renewals.renew, name="renew"),
    path("circles/<int:pk>/split/", splits.split, name="split"),
    path("circles/<int:pk>/merge/", merges.merge, name="merge"),
    path("circles/<int:pk>/merge/<int:into_pk>/", merges.merge_into, name="merge_into"),
    path("merge-requests/<int:pk>/", merges.merge_request, name="merge_request"),
    path("circles/<int:pk>/closing/", closing.closing_round, name="closing_round"),
    path("circles/<int:pk>/closing/cancel/", closing.closing_cancel, name="closing_cancel"),
    path("circles/<int:pk>/closing/words/", closing.closing_word, name="closing_word"),
    path("circles/<int:pk>/parent/", parents.parent, name="parent"),
    path("circles/<int:pk>/parent/clear/", parents.parent_clear, name="parent_clear"),
]
