from pathlib import Path

import pytest

from analytics.uploads import FORM_BYTES, CappedUploadHandler


@pytest.fixture(autouse=True)
def most(settings):
    settings.IMPORT_MAX_BYTES = 10


def receive(*chunks, declared):
    """What is left on disk after each chunk, and the file in the end."""
    handler = CappedUploadHandler()
    handler.handle_raw_input(None, {}, declared, "--")
    handler.new_file("file", "file.csv", "text/csv", None)
    start, on_disk = 0, []
    for chunk in chunks:
        assert handler.receive_data_chunk(chunk, start) is None
        handler.file.flush()
        on_disk.append(Path(handler.file.temporary_file_path()).stat().st_size)
        start += len(chunk)
    return on_disk, handler.file_complete(start)


def test_file_of_just_the_most_is_kept():
    on_disk, file = receive(b"12345", b"67890", declared=100)

    assert on_disk == [5, 10]
    assert (file.size, file.read()) == (10, b"1234567890")


def test_nothing_is_written_beyond_the_most_and_nothing_is_kept():
    on_disk, file = receive(b"12345", b"67890", b"1", b"2" * 1000, declared=100)

    assert on_disk == [5, 10, 10, 10]
    assert (file.size, file.read()) == (1011, b"")


def test_nothing_at_all_is_written_of_what_is_declared_too_large():
    on_disk, file = receive(b"12345", b"67890", declared=FORM_BYTES + 11)

    assert on_disk == [0, 0]
    assert (file.size, file.read()) == (10, b"")
