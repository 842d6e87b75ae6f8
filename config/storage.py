from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed names for static files, and for the modules that our own scripts import.

    Django's `support_js_module_import_aggregation` would do so for every package's scripts, and
    stop at a comment of django-htmx that looks like an import of a file which is not there.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "js/*.js",
            (
                (
                    r"""(?P<matched>\b(?P<verb>import|from) "(?P<url>\./[^"]+)";)""",
                    """%(verb)s "%(url)s";""",
                ),
            ),
        ),
    )
