"""Who enrolled, as a CSV file that no spreadsheet will take for formulas."""

from collections.abc import Iterator

from defusedcsv import csv
from django.utils import timezone

from circles.models import Enrolment, Programme
from circles.programmes.questions import Question, in_words, read_questions

ABOUT = ("name", "email", "employee_number", "unit", "would_like", "enrolled_on")
ROWS_AT_ONCE = 2000


class _Line:
    """Hands over each line as it is written, so that a large file never stands in memory."""

    def write(self, line: str) -> str:
        return line


def rows_of(programme: Programme) -> Iterator[str]:
    """The lines of the file: everybody who is enrolled, first come first, with their answers.

    Answers to questions that are no longer asked share the last column.
    """
    writer = csv.writer(_Line())
    asked = read_questions(programme.questions)
    yield writer.writerow([*ABOUT, *(question.text for question in asked), "other_answers"])
    for enrolment in programme.enrolments.current().for_rows().iterator(ROWS_AT_ONCE):
        yield writer.writerow([*_about(enrolment, programme), *_answers(enrolment, asked)])


def _about(enrolment: Enrolment, programme: Programme) -> list[str]:
    person = enrolment.person
    return [
        person.name,
        person.email or "",
        person.employee_number or "",
        person.unit.path if person.unit else "",
        enrolment.format.name if enrolment.format else "",
        timezone.localdate(enrolment.enrolled_at, timezone=programme.zone).isoformat(),
    ]


def _answers(enrolment: Enrolment, asked: list[Question]) -> list[str]:
    given = {answer["key"]: answer for answer in enrolment.answers}
    known = [given.pop(question.key, None) for question in asked]
    others = (f"{other['text']} {in_words(other['answer'])}" for other in given.values())
    return [*(in_words(each["answer"]) if each else "" for each in known), "; ".join(others)]
