"""What the look promises: colours in one place, nothing inline, small, readable, licensed."""

import gzip
import math
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.shortcuts import render
from django.template.loader import render_to_string

from members import styleguide
from members.templatetags.peerloom import icon

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "static"
STYLES = sorted((STATIC / "css").rglob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "email" not in path.parts]
COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))
ICON = re.compile(r'{% icon "([^"]+)"|\bicon="([^"]+)"')
INCLUDE = re.compile(r'{% include "components/(\w+)\.html"(?: with (.*?))?( only)? %}')
PARAMETER = re.compile(r'(\w+)=(?:"[^"]*"|[^\s"])+')


def relative(path):
    return str(path.relative_to(ROOT))


def without_comments(css):
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def comment(component):
    text = component.read_text()
    assert text.startswith("{% comment %}"), f"{component.name} does not open with a comment"
    return text.partition("{% endcomment %}")[0]


@pytest.mark.parametrize("path", STYLES, ids=relative)
def test_colours_live_in_the_tokens(path):
    if path.name == "tokens.css":
        return
    css = re.sub(r"var\([^()]*\)", "", without_comments(path.read_text()))
    values = re.findall(r":([^;{}]+)[;}]", css)

    literals = [
        found
        for value in values
        for found in re.findall(
            r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix)\("
            r"|\b(?:white|black|gr[ae]y|red|green|blue|orange|teal|navy|silver|maroon)\b",
            value,
            flags=re.IGNORECASE,
        )
    ]

    assert literals == []


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_nothing_is_inline(path):
    html = path.read_text()

    found = re.findall(r"<style|\sstyle=|\son[a-z]+=|\bhx-on|javascript:", html)
    found += re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", html)
    found += re.findall(r"(?:src|href)=\"(?:https?:)?//[^\"]+", html)

    assert found == []


@pytest.mark.parametrize("path", COMPONENTS, ids=relative)
def test_component_lists_its_parameters_and_appears_in_the_style_guide(path):
    shown = "".join(
        template.read_text()
        for template in (
            ROOT / "templates" / "base.html",
            ROOT / "templates" / "styleguide.html",
            *(ROOT / "templates" / "styleguide").glob("*.html"),
            *COMPONENTS,
            ROOT / "members" / "forms.py",
        )
        if template != path
    )

    assert len(comment(path)) > len("{% comment %}") + 20
    assert f"components/{path.name}" in shown


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_components_are_given_only_what_they_list(path):
    components = {component.stem: component for component in COMPONENTS}
    unlisted, open_includes = [], []
    for name, given, only in INCLUDE.findall(path.read_text()):
        listed = set(re.findall(r"\w+", comment(components[name])))
        unlisted += [(name, p) for p in PARAMETER.findall(given) if p not in listed]
        open_includes += [] if only else [name]

    assert unlisted == []
    assert open_includes == []


def test_every_named_icon_exists():
    names = {a or b for path in TEMPLATES for a, b in ICON.findall(path.read_text())}

    assert [name for name in sorted(names) if not icon(name).startswith("<svg")] == []
    assert len(names) > 10


def test_everything_named_in_templates_and_styles_is_there():
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r'{% static "([^"]+)" %}', path.read_text())
    }
    fonts = {
        (path.parent / name).resolve()
        for path in STYLES
        for name in re.findall(r'url\("([^"]+)"\)', path.read_text())
    }

    assert [name for name in sorted(named) if finders.find(name) is None] == []
    assert [font for font in fonts if not font.exists()] == []
    assert len(fonts) == 4


def test_every_module_that_is_imported_is_there():
    for script in (STATIC / "js").glob("*.js"):
        for name in re.findall(r'(?:import|from) "\./([^"]+)"', script.read_text()):
            assert (STATIC / "js" / name).exists(), f"{script.name} imports {name}"


def test_hashed_modules_import_hashed_modules(tmp_path, settings):
    storage = {"BACKEND": "config.storage.HashedStaticStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}
    settings.STATIC_ROOT = tmp_path

    call_command("collectstatic", interactive=False, verbosity=0)

    app = next(path for path in (tmp_path / "js").glob("app.*.js"))
    imported = re.findall(r'import "\./([^"]+)";', app.read_text())
    assert len(imported) == len(list((STATIC / "js").glob("*.js"))) - 1
    assert [name for name in imported if not re.fullmatch(r"\w+\.[0-9a-f]{12}\.js", name)] == []
    assert [name for name in imported if not (tmp_path / "js" / name).exists()] == []


def test_fonts_have_licences():
    families = {path.stem.removesuffix("-ext") for path in (STATIC / "fonts").glob("*.woff2")}

    for family in families:
        licence = (STATIC / "fonts" / f"LICENSE-{family}.txt").read_text()
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence
        assert re.search(r"Copyright|©", licence.splitlines()[0])
    assert families == {"fraunces", "peerloom-sans"}


def test_letters_of_europe_have_a_face():
    """The first face of a family holds Latin-1; the second says in unicode-range what it adds."""
    names = "Łukasz Çelik Ærø Tomás Đorđe Şirin Ağaoğlu Šimečková Zoë Ionuț Őry Żuk İnci Œuvre ı"
    beyond = {ord(letter) for letter in names if ord(letter) > 0xFF} - {0x131, 0x152, 0x153}
    ranges = re.findall(r"unicode-range: ([^;]+);", (STATIC / "css" / "tokens.css").read_text())

    for listed in ranges:
        held = set()
        for part in listed.split(","):
            first, _, last = part.strip().removeprefix("U+").partition("-")
            held |= set(range(int(first, 16), int(last or first, 16) + 1))
        assert beyond - held == set()
    assert len(ranges) == 2


def test_first_load_stays_light():
    """What every page loads, as it goes over the wire; the budget leaves 30 KB for the page."""
    base = render_to_string("base.html", {})
    names = re.findall(r'(?:href|src)="/static/([^"]+)"', base)
    names += [f"js/{path.name}" for path in (STATIC / "js").glob("*.js")]

    weight = {}
    for name in names:
        content = Path(finders.find(name)).read_bytes()
        weight[name] = len(content if name.endswith("woff2") else gzip.compress(content))

    assert sum(weight.values()) < 120_000, weight
    assert sum(size for name, size in weight.items() if name.endswith(".css")) < 13_000, weight


TOKENS = re.compile(r"--([\w-]+): light-dark\(oklch\(([^)]+)\), oklch\(([^)]+)\)\)")
GROUNDS = ["paper", "surface", "raised", "sunken"]
TEXT_ON = {
    "ink": [*GROUNDS, "ember-soft", "teal-soft", "amber-soft", "red-soft"]
    + [f"heat-{step}" for step in range(1, 6)],
    "ink-soft": GROUNDS,
    "ember": [*GROUNDS, "ember-soft"],
    "ember-deep": GROUNDS,
    "teal": [*GROUNDS, "teal-soft"],
    "amber": [*GROUNDS, "amber-soft"],
    "red": [*GROUNDS, "red-soft"],
    "on-ember": ["ember", "ember-deep"],
    "on-teal": ["teal"],
    "on-red": ["red", "red-deep"],
}
EDGE_ON = {"line-strong": ["paper", "surface", "raised"]}


def luminance(oklch):
    """WCAG's relative luminance of `L% C H`, by way of OKLab and linear sRGB."""
    lightness, chroma, hue = (float(part.rstrip("%")) for part in oklch.split())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    lightness /= 100
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (min(max(part, 0), 1) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_and_edges_are_readable(theme):
    tokens = {
        name: values[theme]
        for name, *values in TOKENS.findall((STATIC / "css" / "tokens.css").read_text())
    }
    pairs = [(text, ground, 4.5) for text, grounds in TEXT_ON.items() for ground in grounds]
    pairs += [(edge, ground, 3) for edge, grounds in EDGE_ON.items() for ground in grounds]

    poor = {
        (one, other): round(ratio, 2)
        for one, other, least in pairs
        if (ratio := contrast(tokens[one], tokens[other])) < least
    }

    assert poor == {}


def test_contrast_is_computed_as_wcag_does():
    assert contrast("100% 0 0", "0% 0 0") == pytest.approx(21, abs=0.01)


@pytest.mark.parametrize("page", ["400", "403", "403_csrf", "404", "500"])
def test_error_page_needs_no_context_and_offers_a_way_on(page):
    html = render_to_string(f"{page}.html")

    assert len(re.findall("<h1", html)) == 1
    assert re.findall(r'class="button button-go" href="([^"]+)"', html) == ["/"]


@pytest.mark.django_db
def test_styleguide_shows_every_form_field_and_touches_no_table(rf, django_assert_num_queries):
    request = rf.get("/styleguide/")
    request.user = AnonymousUser()
    shown = styleguide.context()

    with django_assert_num_queries(0):
        html = render(request, "styleguide.html", shown).content.decode()

    assert [name for name in shown["form"].fields if f"id_empty-{name}" not in html] == []
    assert re.findall(r"\{[%{#]|[%}#]\}", html) == []
