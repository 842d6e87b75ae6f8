from django.urls import path

from circles.views import charter, charter_writing, gates

urlpatterns = [
    path("circles/<int:pk>/charter/", charter.charter, name="charter"),
    path("circles/<int:pk>/charter/write/", charter_writing.charter_write, name="charter_write"),
    path("circles/<int:pk>/charter/sign/", charter.charter_sign, name="charter_sign"),
    path("circles/<int:pk>/charter/<int:number>/", charter.charter_version, name="charter_version"),
    path("circles/<int:pk>/activate/", charter.activate, name="activate"),
    path("circles/<int:pk>/gates/", gates.overview, name="gates"),
    path("circles/<int:pk>/gates/record/", gates.record, name="gate_record"),
    path("circles/<int:pk>/test/", gates.recognition_test, name="recognition_test"),
    path("signatures/", charter.signatures, name="signatures"),
]
