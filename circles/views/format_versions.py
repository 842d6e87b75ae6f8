from itertools import pairwise

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from circles.formats.content import content_of
from circles.formats.diff import differences
from circles.formats.pages import format_body
from circles.models import Format, FormatVersion
from members.http import PersonRequest


def versions(request: PersonRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Format, key=key)
    newest_first = list(found.versions.select_related("format", "published_by"))
    rows = [
        {"version": new, "differences": differences(content_of(old), content_of(new))}
        for new, old in pairwise(newest_first)
    ]
    if newest_first:
        rows.append({"version": newest_first[-1], "is_first": True})
    return render(request, "circles/format_versions.html", {"format": found, "rows": rows})


def version(request: PersonRequest, key: str, number: int) -> HttpResponse:
    every = FormatVersion.objects.select_related("format", "published_by").filter(format__key=key)
    version = get_object_or_404(every, number=number)
    others = list(every.exclude(pk=version.pk))
    asked = request.GET.get("with", "")
    before = next((one for one in others if one.number < number), None)
    other = next((one for one in others if str(one.number) == asked), before)
    context = format_body(version) | {
        "others": others,
        "other": other,
        "is_newest": all(one.number < number for one in others),
        "differences": differences(content_of(other), content_of(version)) if other else [],
    }
    return render(request, "circles/format_version.html", context)
