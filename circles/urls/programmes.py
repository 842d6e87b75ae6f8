from django.urls import path

from circles.views import manage, programmes

urlpatterns = [
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/new/", programmes.programme_create, name="programme_create"),
    path("programmes/<int:pk>/", programmes.programme, name="programme"),
    path("programmes/<int:pk>/edit/", programmes.programme_edit, name="programme_edit"),
    path(
        "programmes/<int:pk>/duplicate/", programmes.programme_duplicate, name="programme_duplicate"
    ),
    path("programmes/<int:pk>/archive/", programmes.programme_archive, name="programme_archive"),
    path("programmes/<int:pk>/restore/", programmes.programme_restore, name="programme_restore"),
    path("programmes/<int:programme_pk>/circles/new/", manage.create, name="create_in_programme"),
]
