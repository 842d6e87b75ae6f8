from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "People"


class PeerloomAdminConfig(AdminConfig):
    default = False
    default_site = "members.admin_site.PeerloomAdminSite"
