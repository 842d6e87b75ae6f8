from django.urls import path

from circles.views import proposals, wishes

urlpatterns = [
    path("circles/wishes/", wishes.wishes, name="wishes"),
    path("circles/propose/", proposals.propose, name="propose"),
    path("circles/<int:pk>/support/", proposals.support, name="support"),
    path("circles/<int:pk>/support/end/", proposals.unsupport, name="unsupport"),
    path("circles/<int:pk>/proposal/edit/", proposals.edit_proposal, name="edit_proposal"),
    path("circles/<int:pk>/proposal/launch/", proposals.launch_proposal, name="launch_proposal"),
    path("circles/<int:pk>/proposal/decline/", proposals.decline_proposal, name="decline_proposal"),
    path(
        "circles/<int:pk>/proposal/withdraw/", proposals.withdraw_proposal, name="withdraw_proposal"
    ),
]
