from collections.abc import Callable
from dataclasses import asdict

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from circles.actions.refusals import CannotChange
from circles.formats.checks import check
from circles.formats.content import ATTRIBUTES, BLANK, SECTIONS, Content, content_of, mark_of
from circles.formats.diff import differences
from circles.models import Format, FormatDraft, FormatVersion
from members.actions import record
from members.models import Member

RESERVED = {"new", "drafts"}  # addresses of their own beneath /formats/
NAME_TAKEN = "There is already a format with this name."
SHIPPED_IS_COPIED = "This format comes with Peerloom, which keeps it up to date. Copy it first."


class PublishedMeanwhile(CannotChange):
    """Someone else published first; `version` is what they published."""

    def __init__(self, words: str, version: FormatVersion) -> None:
        super().__init__(words)
        self.version = version


@transaction.atomic
def start_draft(name: str, *, by: Member, copy_of: FormatVersion | None = None) -> FormatDraft:
    """A draft of a new format: blank, or a copy of a version. Raises CannotChange: name taken."""
    _check_name(name, of=None)
    content = content_of(copy_of) if copy_of else BLANK
    fields = asdict(content) | {"name": name}
    draft = FormatDraft.objects.create(copied_from=copy_of, edited_by=by, **fields)
    record(by, "started format draft", draft, draft=draft.pk)
    return draft


@transaction.atomic
def open_draft(format_: Format, *, by: Member) -> FormatDraft:
    """The one open draft of the format's next version, begun from its newest if there is none.

    Raises CannotChange for a format that ships with Peerloom.
    """
    # Lock the format, so that two organisers come to the same draft.
    format_ = Format.objects.select_for_update().get(pk=format_.pk)
    if format_.is_shipped:
        raise CannotChange(SHIPPED_IS_COPIED)
    if draft := format_.drafts.open().first():
        return draft
    newest = _newest(format_)
    draft = FormatDraft.objects.create(
        format=format_, copied_from=newest, edited_by=by, **asdict(content_of(newest))
    )
    record(by, "started format draft", draft, draft=draft.pk, format=format_.pk)
    return draft


@transaction.atomic
def change_draft(
    draft: FormatDraft,
    write: Callable[[Content], Content],
    *,
    section: str,
    seen: str,
    by: Member,
) -> FormatDraft:
    """Save what `write` makes of one section of the draft.

    `seen` is the section's mark when the person began to type. Raises CannotChange if someone else
    changed that section since, or if the draft is no longer open.
    """
    draft = _locked(draft)
    content = content_of(draft)
    new = write(content)
    if SECTIONS[section].mark(content) not in {seen, SECTIONS[section].mark(new)}:
        who = draft.edited_by.name if draft.edited_by else "Someone"
        raise CannotChange(
            f"{who} changed this while you were typing. What you typed is still here and is not "
            "saved. Save again to write over theirs."
        )
    if new == content:
        return draft
    for name, value in asdict(new).items():
        setattr(draft, name, value)
    draft.edited_at, draft.edited_by = timezone.now(), by
    draft.save(update_fields=[*ATTRIBUTES, "definition", "edited_at", "edited_by"])
    return draft


@transaction.atomic
def publish_draft(
    draft: FormatDraft, *, by: Member, seen: str, what_changed: str = ""
) -> FormatVersion:
    """Make the draft a new format, or its format's next version, and close it.

    `seen` is the mark of the whole draft that the person looked at. Raises PublishedMeanwhile if
    someone was faster, and CannotChange if the draft is not what they saw, does not add up, or
    changes nothing. All versions of a format share its name: a new one renames them all.
    """
    draft = _locked(draft)
    content = content_of(draft)
    if mark_of(content) != seen:
        who = draft.edited_by.name if draft.edited_by else "Someone"
        raise CannotChange(f"{who} changed the draft while you were reading. Read it once more.")
    if problems := check(content).problems:
        first = problems[0]
        raise CannotChange(f"{first.title}: {first.words}")
    if draft.format is None:
        _check_name(draft.name, of=None)
        format_, number = _new_format(draft.name), 1
    else:
        what_changed = what_changed or _renaming(draft.format, draft.name)
        format_, number = _next_of(draft.format, draft, content)
    fields = asdict(content)
    del fields["name"]
    version = FormatVersion.objects.create(
        format=format_, number=number, published_by=by, what_changed=what_changed, **fields
    )
    draft.published_as, draft.edited_at = version, timezone.now()
    draft.save(update_fields=["published_as", "edited_at"])
    record(by, "published format", format_, format=format_.pk, version=number)
    return version


def _next_of(of: Format, draft: FormatDraft, content: Content) -> tuple[Format, int]:
    """The draft's format, locked and with its new name, and the number of the next version."""
    format_ = Format.objects.select_for_update().get(pk=of.pk)
    newest = _newest(format_)
    if newest.pk != draft.copied_from_id:
        who = newest.published_by.name if newest.published_by else "Somebody else"
        words = f"{who} published version {newest.number} after this draft was begun. Compare them."
        raise PublishedMeanwhile(words, newest)
    found = differences(content_of(newest), content)
    if not found:
        raise CannotChange(
            f"The draft says the same as version {newest.number}. There is nothing to publish."
        )
    if format_.name != draft.name:
        _check_name(draft.name, of=format_)
        format_.name = draft.name
        format_.save(update_fields=["name"])
    return format_, newest.number + 1


def _renaming(format_: Format, name: str) -> str:
    return "" if format_.name == name else f"Renamed from “{format_.name}”."


@transaction.atomic
def build_on_newest(draft: FormatDraft, *, by: Member) -> FormatDraft:
    """Let the draft follow the newest version, which it will then replace as it stands."""
    draft = _locked(draft)
    if draft.format is None:
        return draft
    newest = _newest(draft.format)
    if draft.copied_from_id != newest.pk:
        draft.copied_from = newest
        draft.save(update_fields=["copied_from"])
        record(by, "moved format draft", draft, draft=draft.pk, version=newest.number)
    return draft


@transaction.atomic
def discard_draft(draft: FormatDraft, *, by: Member) -> None:
    """Put the draft away; it can be taken up again. Discarding twice changes nothing."""
    if FormatDraft.objects.open().filter(pk=draft.pk).update(discarded_at=timezone.now()):
        record(by, "discarded format draft", draft, draft=draft.pk)


@transaction.atomic
def take_up_draft(draft: FormatDraft, *, by: Member) -> None:
    """Open a discarded draft again. Raises CannotChange if its format has another by now."""
    discarded = FormatDraft.objects.exclude(discarded_at=None).filter(pk=draft.pk)
    try:
        with transaction.atomic():
            if not discarded.update(discarded_at=None):
                return
    except IntegrityError as error:
        raise CannotChange("This format has another open draft by now. Work on that.") from error
    record(by, "took up format draft", draft, draft=draft.pk)


def _locked(draft: FormatDraft) -> FormatDraft:
    """The draft as it is now, for this transaction alone; raises if it is no longer open."""
    draft = FormatDraft.objects.select_for_update().get(pk=draft.pk)
    if version := draft.published_as:
        who = version.published_by.name if version.published_by else "Somebody else"
        words = f"{who} published this draft as version {version.number}. Compare what changed."
        raise PublishedMeanwhile(words, version)
    if not draft.is_open:
        raise CannotChange("This draft was discarded. Take it up again to change it.")
    return draft


def _newest(format_: Format) -> FormatVersion:
    return format_.versions.select_related("format", "published_by").order_by("-number")[0]


def _check_name(name: str, *, of: Format | None) -> None:
    same = Format.objects.filter(name__iexact=name)
    if (same.exclude(pk=of.pk) if of else same).exists():
        raise CannotChange(NAME_TAKEN, field="name")


def _new_format(name: str) -> Format:
    """A format under a free key, made of its name."""
    stem = slugify(name)[:50] or "format"
    taken = {*Format.objects.filter(key__startswith=stem).values_list("key", flat=True), *RESERVED}
    keys = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    key = next(key for key in keys if key not in taken)
    try:
        with transaction.atomic():
            return Format.objects.create(key=key, name=name)
    except IntegrityError as error:  # someone published the same name at the same moment
        raise CannotChange(NAME_TAKEN, field="name") from error
