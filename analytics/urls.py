from django.urls import path

from analytics.views import imports, reports

app_name = "analytics"
urlpatterns = [
    path("imports/", imports.imports, name="imports"),
    path("imports/new/<slug:kind>/", imports.import_new, name="import_new"),
    path("imports/samples/<slug:kind>.csv", imports.import_sample, name="import_sample"),
    path("imports/<int:pk>/", imports.import_detail, name="import"),
    path("imports/<int:pk>/apply/", imports.import_apply, name="import_apply"),
    path("imports/<int:pk>/discard/", imports.import_discard, name="import_discard"),
    path("imports/<int:pk>/recheck/", imports.import_recheck, name="import_recheck"),
    path("imports/<int:pk>/refusals.csv", imports.import_refusals, name="import_refusals"),
    path("reports/promotions/", reports.promotions, name="promotions"),
    path("reports/promotions.csv", reports.promotions_csv, name="promotions_csv"),
    path("reports/skills/", reports.skills, name="skills"),
    path("reports/skills.csv", reports.skills_csv, name="skills_csv"),
]
