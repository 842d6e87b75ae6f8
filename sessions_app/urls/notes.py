from django.urls import path

from sessions_app.views import notes, topics

urlpatterns = [
    path("circles/<int:pk>/topics/", topics.topics, name="topics"),
    path("circles/<int:pk>/topics/new/", topics.topic_new, name="topic_new"),
    path("topics/<int:pk>/take/", topics.topic_take, name="topic_take"),
    path("topics/<int:pk>/let-go/", topics.topic_drop, name="topic_drop"),
    path("topics/<int:pk>/reopen/", topics.topic_reopen, name="topic_reopen"),
    path("meetings/<int:pk>/notes/new/", notes.discussion_note_new, name="discussion_note_new"),
    path("notes/<int:pk>/delete/", notes.discussion_note_delete, name="discussion_note_delete"),
    path("case-notes/", notes.case_notes, name="case_notes"),
    path("case-notes/destroy/", notes.case_notes_destroy, name="case_notes_destroy"),
    path("case-notes/<int:pk>/destroy/", notes.case_note_destroy, name="case_note_destroy"),
    path("meetings/<int:pk>/case-notes/new/", notes.case_note_new, name="case_note_new"),
]
