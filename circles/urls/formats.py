from django.urls import path

from circles.views import circle_versions, format_drafts, format_sections, format_versions, formats

DRAFT = "formats/drafts/<int:pk>/"

urlpatterns = [
    path("formats/", formats.formats, name="formats"),
    path("formats/new/", format_drafts.new, name="format_new"),
    path(DRAFT, format_drafts.draft, name="format_draft"),
    path(f"{DRAFT}publish/", format_drafts.publish, name="format_publish"),
    path(f"{DRAFT}discard/", format_drafts.discard, name="format_discard"),
    path(f"{DRAFT}take-up/", format_drafts.take_up, name="format_take_up"),
    path(f"{DRAFT}build-on/", format_drafts.build_on, name="format_build_on"),
    path(f"{DRAFT}agenda/", format_sections.agenda, name="format_agenda"),
    path(f"{DRAFT}protocols/", format_sections.protocols, name="format_protocols"),
    path(f"{DRAFT}protocols/new/", format_sections.protocol, name="format_protocol_new"),
    path(f"{DRAFT}protocols/<slug:key>/", format_sections.protocol, name="format_protocol"),
    path(f"{DRAFT}<slug:section>/", format_sections.section, name="format_section"),
    path("formats/<slug:key>/", formats.format_detail, name="format"),
    path("formats/<slug:key>/draft/", format_drafts.edit, name="format_edit"),
    path("formats/<slug:key>/archive/", formats.archive, name="format_archive"),
    path("formats/<slug:key>/restore/", formats.restore, name="format_restore"),
    path("formats/<slug:key>/versions/", format_versions.versions, name="format_versions"),
    path(
        "formats/<slug:key>/versions/<int:number>/", format_versions.version, name="format_version"
    ),
    path("formats/<slug:key>/circles/", circle_versions.circles, name="format_circles"),
    path("formats/<slug:key>/move/", circle_versions.move_all, name="format_move"),
    path("circles/<int:pk>/version/", circle_versions.move, name="circle_version"),
]
