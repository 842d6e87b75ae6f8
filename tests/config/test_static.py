from pathlib import Path

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]


def test_production_collects_our_files_under_hashed_names(tmp_path, settings):
    storage = {"BACKEND": "config.storage.HashedStaticStorage"}
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": storage}
    ours = {
        str(path.relative_to(ROOT / "static"))
        for path in (ROOT / "static").rglob("*")
        if path.is_file()
    }

    call_command("collectstatic", interactive=False, verbosity=0)

    hashed = staticfiles_storage.hashed_files
    assert ours - set(hashed) == set()
    assert [name for name in ours if not (tmp_path / hashed[name]).exists()] == []
    assert [name for name in ours if hashed[name] == name] == []
