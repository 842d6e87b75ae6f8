from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from circles.agenda import protocols_of, timed_agenda
from circles.formats import read_protocols
from circles.models import FormatVersion
from members.http import PersonRequest


def formats(request: PersonRequest) -> HttpResponse:
    newest = FormatVersion.objects.newest().select_related("format")
    context = {"versions": newest, "protocols": protocols_of(read_protocols())}
    return render(request, "circles/format_list.html", context)


def format_detail(request: PersonRequest, key: str) -> HttpResponse:
    newest = FormatVersion.objects.newest().select_related("format")
    version = get_object_or_404(newest, format__key=key)
    context = {
        "version": version,
        "slots": timed_agenda(version),
        "protocols": protocols_of(version.definition.get("protocols", {})),
    }
    return render(request, "circles/format_detail.html", context)
