"""Skill ratings, keyed by everything but the value."""

import datetime as dt
from typing import NamedTuple

from django.db.models.functions import Lower
from django.utils import timezone

from analytics.imports import columns
from analytics.imports.lookups import Employee, employees, lowered, unknown_person
from analytics.imports.plan import Difference, Line, Plan, Progress, Writer
from analytics.imports.reading import Table
from members.models import Member, Rating, Skill

EARTH_WIDE = dt.timedelta(hours=14)


class Key(NamedTuple):
    """What tells one rating from another; the skill by its name in lower case."""

    person: int
    skill: str
    rater_kind: str
    rater: int | None
    on: dt.date
    occasion: str


class RatingsPlan(Plan):
    """Adds ratings, corrects their values, and makes skills that are new."""

    about = "Levels in skills, as people rated themselves or others did."
    columns = columns.RATINGS

    def __init__(self, table: Table, *, by: Member | None, locked: bool) -> None:
        super().__init__(table, by=by, locked=locked)
        self.new: list[tuple[Key, int]] = []
        self.changed: list[Rating] = []
        self.skill_ids: dict[str, int] = {}
        self.new_skills: dict[str, str] = {}
        # The day it is somewhere on Earth: nothing can have happened after it.
        self.today = (timezone.now() + EARTH_WIDE).date()

    def check_lines(self, lines: list[Line]) -> None:
        lines = self.good(lines)
        people = employees(
            number
            for line in lines
            for number in (line.values["employee_id"], line.values.get("rater_id"))
            if number
        )
        skill_keys = lowered(line.values["skill"] for line in lines)
        keys = {line.row: self._key(line, people, skill_keys) for line in lines}
        recorded = self._recorded([key for key in keys.values() if key])
        for line in lines:
            if (key := keys[line.row]) and line.row not in self.reasons:
                self._check_line(line, key, people[line.values["employee_id"]], recorded)

    def _key(
        self, line: Line, people: dict[str, Employee], skill_keys: dict[str, str]
    ) -> Key | None:
        values = line.values
        number, rater_number, kind = (
            values["employee_id"],
            values.get("rater_id"),
            values["rater_kind"],
        )
        person, rater = people.get(number), people.get(rater_number or "")
        if person is None:
            self.refuse(line.row, unknown_person("employee_id", number))
        if rater_number and rater is None:
            self.refuse(line.row, unknown_person("rater_id", rater_number))
        if values["on"] > self.today:
            self.refuse(line.row, f"on: {values['on']} is still to come. Correct the day.")
        if person is None:
            return None
        if kind == Rating.RaterKind.SELF:
            if rater and rater != person:
                self.refuse(
                    line.row,
                    f"rater_id: a self rating is given by {person}, not by {rater}. "
                    "Correct rater_kind, or empty rater_id.",
                )
            rater = person
        elif rater == person:
            self.refuse(
                line.row,
                f"rater_id: {person} rated themselves, so rater_kind must be self, not {kind}. "
                "Correct one of them.",
            )
        occasion = values.get("occasion") or Rating.Occasion.PULSE
        skill = skill_keys[values["skill"]]
        return Key(person.pk, skill, kind, rater.pk if rater else None, values["on"], str(occasion))

    def _recorded(self, keys: list[Key]) -> dict[Key, Rating]:
        named = Skill.objects.annotate(lower_name=Lower("name"))
        skills = named.filter(lower_name__in={key.skill for key in keys})
        ids = dict(skills.values_list("lower_name", "pk"))
        self.skill_ids |= ids
        names = {pk: name for name, pk in ids.items()}
        ratings = Rating.objects.filter(
            person__in={key.person for key in keys},
            skill__in=ids.values(),
            on__in={key.on for key in keys},
        )
        return {
            Key(
                rating.person_id,
                names[rating.skill_id],
                rating.rater_kind,
                rating.rater_id,
                rating.on,
                rating.occasion,
            ): rating
            for rating in ratings
        }

    def _check_line(
        self, line: Line, key: Key, person: Employee, recorded: dict[Key, Rating]
    ) -> None:
        skill, value = line.values["skill"], line.values["value"]
        about = f"{person}: {skill} on {key.on}, {key.rater_kind}"
        if not self.is_first(key, line.row, f"the rating of {about}, {key.occasion}"):
            return
        if rating := recorded.get(key):
            old, rating.value = rating.value, value
            if old != value:
                self.changed.append(rating)
                self.change(line, about, [Difference("value", str(old), str(value))])
            else:
                self.change(line, about, [])
            return
        if key.skill not in self.skill_ids:
            self.new_skills.setdefault(key.skill, skill)
        self.add(line, about)
        self.new.append((key, value))

    def finish(self) -> None:
        self.note_new("skills", self.new_skills.values())

    def write(self, progress: Progress) -> None:
        made = Skill.objects.bulk_create(Skill(name=name) for name in self.new_skills.values())
        ids = self.skill_ids | dict(zip(self.new_skills, (s.pk for s in made), strict=True))
        writer: Writer[Rating] = Writer(progress)
        writer.add(
            Rating(
                person_id=key.person,
                skill_id=ids[key.skill],
                rater_kind=key.rater_kind,
                rater_id=key.rater,
                value=value,
                on=key.on,
                occasion=key.occasion,
            )
            for key, value in self.new
        )
        writer.change(self.changed, ["value"])
