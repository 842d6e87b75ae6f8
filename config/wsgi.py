import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from config.guard import refuse_demo_logins  # noqa: E402  needs the loaded apps

refuse_demo_logins()
