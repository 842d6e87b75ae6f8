import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("circles", "0021_find_open_circles_by_version"),
        ("sessions_app", "0002_decisions_for_newcomers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Agenda",
            fields=[
                (
                    "meeting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="own_agenda",
                        serialize=False,
                        to="sessions_app.meeting",
                    ),
                ),
                (
                    "segments",
                    models.JSONField(
                        help_text="In order, as sessions_app.agenda.segments.Segment writes them."
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=1, help_text="Rises with every change."),
                ),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Airtime",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seconds", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": [models.OrderBy(models.F("seconds"), descending=True), "pk"],
            },
        ),
        migrations.CreateModel(
            name="AttendanceChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("was", models.BooleanField()),
                ("became", models.BooleanField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Availability",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "hours",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        default=list,
                        help_text="Hours of the week that suit, in their zone; 0 is Monday 00:00.",
                        size=None,
                    ),
                ),
                (
                    "if_need_be",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        default=list,
                        help_text="Hours that would do, but not gladly.",
                        size=None,
                    ),
                ),
                ("time_zone", models.CharField(max_length=64)),
                (
                    "busy",
                    models.JSONField(
                        default=list,
                        help_text="Pairs of ISO moments in UTC, rising, from a calendar; none without one.",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("painted", "painted"),
                            ("file", "from a calendar file"),
                            ("address", "from a calendar’s address"),
                        ],
                        default="painted",
                        max_length=7,
                    ),
                ),
                ("calendar_url", models.URLField(blank=True, max_length=500)),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name_plural": "availabilities",
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="What its signed address names.",
                        unique=True,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "read_at",
                    models.DateTimeField(
                        blank=True, help_text="When a calendar last read it.", null=True
                    ),
                ),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["created_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Candidate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(help_text="1 is the best.")),
                (
                    "slots",
                    models.JSONField(
                        help_text="As {starts: local ISO minute of the first meeting, in the circle's zone}."
                    ),
                ),
                (
                    "people",
                    models.JSONField(
                        help_text="By person id, what it means to them: suits, if_need_be or cannot; hours."
                    ),
                ),
                ("is_chosen", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["search", "place"],
            },
        ),
        migrations.CreateModel(
            name="Carry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField(blank=True, null=True)),
                ("to_on", models.DateField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name_plural": "carries",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CaseNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=4000)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["written_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="DiscussionNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=4000)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["written_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[("request", "Invited"), ("cancel", "Called off")], max_length=7
                    ),
                ),
                ("sequence", models.PositiveIntegerField()),
                ("told_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="LiveMeeting",
            fields=[
                (
                    "meeting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="live",
                        serialize=False,
                        to="sessions_app.meeting",
                    ),
                ),
                (
                    "version",
                    models.PositiveBigIntegerField(
                        default=1,
                        help_text="Rises with everything that a screen shows, captured lines too.",
                    ),
                ),
                (
                    "segment",
                    models.CharField(help_text="The key of the agenda's segment.", max_length=12),
                ),
                ("turn", models.PositiveSmallIntegerField(default=0)),
                ("step", models.PositiveSmallIntegerField(default=0)),
                ("segment_began_at", models.DateTimeField()),
                ("turn_began_at", models.DateTimeField()),
                ("step_began_at", models.DateTimeField()),
                (
                    "extra_seconds",
                    models.PositiveIntegerField(
                        default=0, help_text="By how much the current segment was extended."
                    ),
                ),
                (
                    "orders",
                    models.JSONField(
                        default=dict,
                        help_text="By segment key: the people's ids, in the order of their turns.",
                    ),
                ),
                (
                    "skipped",
                    models.JSONField(default=list, help_text="Keys of segments that were skipped."),
                ),
                ("speaking_since", models.DateTimeField(null=True)),
                (
                    "is_closing",
                    models.BooleanField(default=False, help_text="The closing steps are on."),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="MeetingDefaults",
            fields=[
                (
                    "circle",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="meeting_defaults",
                        serialize=False,
                        to="circles.circle",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=200)),
                ("video_url", models.URLField(blank=True, max_length=500)),
                (
                    "quorum",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="How many must come; more than half without it.",
                        null=True,
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
            ],
            options={
                "verbose_name_plural": "meeting defaults",
            },
        ),
        migrations.CreateModel(
            name="PlusDelta",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(choices=[("plus", "Plus"), ("delta", "Delta")], max_length=5),
                ),
                ("text", models.CharField(max_length=500)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["written_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="RoleSwap",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("accepted", models.BooleanField(blank=True, null=True)),
            ],
            options={
                "ordering": ["asked_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="RoleTurn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        help_text="As the format names it; “presenter” too.", max_length=60
                    ),
                ),
                (
                    "place",
                    models.PositiveSmallIntegerField(
                        default=1, help_text="Which of several: the second presenter."
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("ledger", "whose turn it was"),
                            ("swap", "swapped"),
                            ("chosen", "chosen by hand"),
                        ],
                        default="ledger",
                        max_length=6,
                    ),
                ),
                (
                    "prepares",
                    models.CharField(
                        blank=True, help_text="What a presenter brings, in a line.", max_length=300
                    ),
                ),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["role", "place"],
            },
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("sequence", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "rule",
                    models.CharField(
                        help_text="An RFC 5545 recurrence rule, as “FREQ=WEEKLY;BYDAY=TH”.",
                        max_length=300,
                    ),
                ),
                ("starts_on", models.DateField(help_text="The first day that the rule gives.")),
                (
                    "at",
                    models.TimeField(
                        help_text="On the wall clock of its zone, through all clock changes."
                    ),
                ),
                ("minutes", models.PositiveSmallIntegerField()),
                ("time_zone", models.CharField(max_length=64)),
                (
                    "on_holiday",
                    models.CharField(
                        choices=[
                            ("meet", "Meet all the same"),
                            ("skip", "Leave the meeting out"),
                            ("shift", "Move it to the next working day"),
                        ],
                        default="meet",
                        max_length=5,
                    ),
                ),
                (
                    "holidays_of",
                    models.CharField(
                        blank=True,
                        help_text="Whose public holidays: a country, or a part of one, as “DE” or “DE-BY”.",
                        max_length=12,
                    ),
                ),
                (
                    "days_off",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(),
                        blank=True,
                        default=list,
                        help_text="More days that count as holidays.",
                        size=None,
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=160)),
                ("place", models.CharField(blank=True, max_length=200)),
                ("video_url", models.URLField(blank=True, max_length=500)),
                (
                    "planned_until",
                    models.DateField(
                        editable=False,
                        help_text="Up to this day its meetings exist; later ones are to come.",
                    ),
                ),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="Since when it plans nothing any more.",
                        null=True,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
            ],
            options={
                "verbose_name_plural": "series",
                "ordering": ["starts_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="TimeSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asking", "Asking when people can"),
                            ("voting", "Voting"),
                            ("settled", "Settled"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="asking",
                        max_length=9,
                    ),
                ),
                (
                    "rhythm",
                    models.CharField(
                        choices=[
                            ("weekly", "Every week"),
                            ("fortnightly", "Every two weeks"),
                            ("monthly", "Once a month, on the same weekday"),
                            ("once", "Just once"),
                        ],
                        default="fortnightly",
                        max_length=11,
                    ),
                ),
                ("minutes", models.PositiveSmallIntegerField()),
                ("from_on", models.DateField(help_text="The first day that is possible.")),
                (
                    "answer_by",
                    models.DateTimeField(help_text="When candidates are drawn from what is known."),
                ),
                ("vote_by", models.DateTimeField(blank=True, null=True)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "time searches",
                "ordering": ["-asked_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="TimeVote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        choices=[
                            ("yes", "Works for me"),
                            ("if_need_be", "If need be"),
                            ("no", "Can’t"),
                        ],
                        max_length=10,
                    ),
                ),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("taken", "Taken up"),
                            ("dropped", "Let go"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("raised_on", models.DateField()),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
            ],
            options={
                "ordering": ["raised_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="UsedAnswerLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        help_text="SHA-256 of the link's token.", max_length=64, unique=True
                    ),
                ),
                ("used_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name="attendance",
            name="rsvp_through",
            field=models.CharField(
                blank=True,
                choices=[
                    ("page", "on the page"),
                    ("mail", "from the mail"),
                    ("calendar", "from the calendar"),
                ],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="evidence",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="How one can tell: a line, or an address.",
                max_length=500,
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="nominal_on",
            field=models.DateField(
                blank=True,
                editable=False,
                help_text="The day its series' rule gives, in the series' zone, wherever it was moved to.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="sequence",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                editable=False,
                help_text="Rises whenever calendars must be told.",
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="set_by_hand",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="Its time was chosen for it alone: changes of its series leave that as it is.",
            ),
        ),
        # Without the default at first: it would be asked once, and name every meeting alike.
        migrations.AddField(
            model_name="meeting",
            name="uid",
            field=models.UUIDField(
                editable=False, help_text="Its own name in calendars.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="meeting",
            name="uid",
            field=models.UUIDField(
                default=uuid.uuid4,
                editable=False,
                help_text="Its own name in calendars.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="agenda",
            name="changed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="airtime",
            name="meeting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="airtimes",
                to="sessions_app.meeting",
            ),
        ),
        migrations.AddField(
            model_name="airtime",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="attendancechange",
            name="attendance",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="changes",
                to="sessions_app.attendance",
            ),
        ),
        migrations.AddField(
            model_name="attendancechange",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="availability",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="calendarfeed",
            name="circle",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="circles.circle",
            ),
        ),
        migrations.AddField(
            model_name="calendarfeed",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="calendar_feeds",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="carry",
            name="commitment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="carries",
                to="sessions_app.commitment",
            ),
        ),
        migrations.AddField(
            model_name="casenote",
            name="meeting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="case_notes",
                to="sessions_app.meeting",
            ),
        ),
        migrations.AddField(
            model_name="casenote",
            name="presenter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="case_notes",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="casenote",
            name="written_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="discussionnote",
            name="meeting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="discussion_notes",
                to="sessions_app.meeting",
            ),
        ),
        migrations.AddField(
            model_name="discussionnote",
            name="written_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="meeting",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="invitations",
                to="sessions_app.meeting",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="livemeeting",
            name="began_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="livemeeting",
            name="speaker",
            field=models.ForeignKey(
                help_text="Who speaks, as the timekeeper marked it.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="meetingdefaults",
            name="changed_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="plusdelta",
            name="meeting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="plus_deltas",
                to="sessions_app.meeting",
            ),
        ),
        migrations.AddField(
            model_name="plusdelta",
            name="written_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="roleswap",
            name="asked",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="role_swaps",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="roleswap",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="roleturn",
            name="meeting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="roles",
                to="sessions_app.meeting",
            ),
        ),
        migrations.AddField(
            model_name="roleturn",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="role_turns",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="roleswap",
            name="turn",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="swaps",
                to="sessions_app.roleturn",
            ),
        ),
        migrations.AddField(
            model_name="series",
            name="circle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="series",
                to="circles.circle",
            ),
        ),
        migrations.AddField(
            model_name="series",
            name="created_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="series",
            name="follows",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="sessions_app.series",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="series",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="invitations",
                to="sessions_app.series",
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="series",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="meetings",
                to="sessions_app.series",
            ),
        ),
        migrations.AddField(
            model_name="timesearch",
            name="asked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="timesearch",
            name="circle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="time_searches",
                to="circles.circle",
            ),
        ),
        migrations.AddField(
            model_name="timesearch",
            name="instead_of",
            field=models.ForeignKey(
                blank=True,
                help_text="The meeting, short of a quorum, for which another time is looked for.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="sessions_app.meeting",
            ),
        ),
        migrations.AddField(
            model_name="timesearch",
            name="series",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="sessions_app.series",
            ),
        ),
        migrations.AddField(
            model_name="candidate",
            name="search",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="candidates",
                to="sessions_app.timesearch",
            ),
        ),
        migrations.AddField(
            model_name="availability",
            name="search",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="availabilities",
                to="sessions_app.timesearch",
            ),
        ),
        migrations.AddField(
            model_name="timevote",
            name="candidate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="votes",
                to="sessions_app.candidate",
            ),
        ),
        migrations.AddField(
            model_name="timevote",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="circle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="topics",
                to="circles.circle",
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="commitment",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="topic",
                to="sessions_app.commitment",
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="meeting",
            field=models.ForeignKey(
                blank=True,
                help_text="The meeting that took it up.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="topics",
                to="sessions_app.meeting",
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="topics",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="usedanswerlink",
            name="attendance",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links_used",
                to="sessions_app.attendance",
            ),
        ),
        migrations.AddConstraint(
            model_name="airtime",
            constraint=models.UniqueConstraint(
                fields=("meeting", "person"), name="airtime_once_a_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="attendancechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("was", models.F("became")), _negated=True),
                name="attendance_change_changes_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarfeed",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at", None)),
                fields=("person", "circle"),
                name="calendar_feed_one_active",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="livemeeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("speaker", None), ("speaking_since__isnull", False), _connector="OR"
                ),
                name="live_speaker_since_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingdefaults",
            constraint=models.CheckConstraint(
                condition=models.Q(("quorum", None), ("quorum__range", (2, 30)), _connector="OR"),
                name="meeting_defaults_quorum_2_to_30",
                violation_error_message="A quorum is between 2 and 30 people.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plusdelta",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ["plus", "delta"])), name="plus_delta_side_is_known"
            ),
        ),
        migrations.AddIndex(
            model_name="roleturn",
            index=models.Index(fields=["person", "role"], name="role_turns_of_a_person"),
        ),
        migrations.AddConstraint(
            model_name="roleturn",
            constraint=models.UniqueConstraint(
                fields=("meeting", "role", "place"), name="role_held_by_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="roleturn",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["ledger", "swap", "chosen"])),
                name="role_turn_source_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="roleswap",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered_at", None)),
                fields=("turn",),
                name="role_swap_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="roleswap",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked", models.F("asked_by")), _negated=True),
                name="role_swap_between_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="roleswap",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted", None), ("answered_at", None)),
                    models.Q(("accepted__isnull", False), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="role_swap_answered_has_a_moment",
            ),
        ),
        migrations.AddIndex(
            model_name="series",
            index=models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["planned_until"],
                name="series_to_plan_further",
            ),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__range", (10, 480))),
                name="series_takes_10_to_480_minutes",
            ),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(("on_holiday__in", ["meet", "skip", "shift"])),
                name="series_on_holiday_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(("rule", ""), _negated=True), name="series_has_a_rule"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("series", None), ("meeting", None), _connector="OR"),
                name="invitation_to_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("meeting", None), ("series", None), _negated=True),
                name="invitation_to_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                fields=("person", "series", "meeting"),
                name="invitation_once_a_person",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("method__in", ["request", "cancel"])),
                name="invitation_method_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="timesearch",
            index=models.Index(
                condition=models.Q(("state", "asking")),
                fields=["answer_by"],
                name="time_search_asking_until",
            ),
        ),
        migrations.AddIndex(
            model_name="timesearch",
            index=models.Index(
                condition=models.Q(("state", "voting")),
                fields=["vote_by"],
                name="time_search_voting_until",
            ),
        ),
        migrations.AddConstraint(
            model_name="timesearch",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["asking", "voting", "settled", "withdrawn"])),
                name="time_search_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="timesearch",
            constraint=models.CheckConstraint(
                condition=models.Q(("rhythm__in", ["weekly", "fortnightly", "monthly", "once"])),
                name="time_search_rhythm_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="timesearch",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__range", (10, 480))),
                name="time_search_10_to_480_minutes",
            ),
        ),
        migrations.AddConstraint(
            model_name="timesearch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["asking", "voting"])),
                fields=("circle",),
                name="time_search_one_at_a_time",
                violation_error_message="The circle is looking for a time already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.UniqueConstraint(
                fields=("search", "place"), name="candidate_place_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_chosen", True)),
                fields=("search",),
                name="candidate_one_is_chosen",
            ),
        ),
        migrations.AddConstraint(
            model_name="availability",
            constraint=models.UniqueConstraint(
                fields=("search", "person"), name="availability_once_a_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="availability",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["painted", "file", "address"])),
                name="availability_source_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="availability",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "hours__contained_by",
                        [
                            0,
                            1,
                            2,
                            3,
                            4,
                            5,
                            6,
                            7,
                            8,
                            9,
                            10,
                            11,
                            12,
                            13,
                            14,
                            15,
                            16,
                            17,
                            18,
                            19,
                            20,
                            21,
                            22,
                            23,
                            24,
                            25,
                            26,
                            27,
                            28,
                            29,
                            30,
                            31,
                            32,
                            33,
                            34,
                            35,
                            36,
                            37,
                            38,
                            39,
                            40,
                            41,
                            42,
                            43,
                            44,
                            45,
                            46,
                            47,
                            48,
                            49,
                            50,
                            51,
                            52,
                            53,
                            54,
                            55,
                            56,
                            57,
                            58,
                            59,
                            60,
                            61,
                            62,
                            63,
                            64,
                            65,
                            66,
                            67,
                            68,
                            69,
                            70,
                            71,
                            72,
                            73,
                            74,
                            75,
                            76,
                            77,
                            78,
                            79,
                            80,
                            81,
                            82,
                            83,
                            84,
                            85,
                            86,
                            87,
                            88,
                            89,
                            90,
                            91,
                            92,
                            93,
                            94,
                            95,
                            96,
                            97,
                            98,
                            99,
                            100,
                            101,
                            102,
                            103,
                            104,
                            105,
                            106,
                            107,
                            108,
                            109,
                            110,
                            111,
                            112,
                            113,
                            114,
                            115,
                            116,
                            117,
                            118,
                            119,
                            120,
                            121,
                            122,
                            123,
                            124,
                            125,
                            126,
                            127,
                            128,
                            129,
                            130,
                            131,
                            132,
                            133,
                            134,
                            135,
                            136,
                            137,
                            138,
                            139,
                            140,
                            141,
                            142,
                            143,
                            144,
                            145,
                            146,
                            147,
                            148,
                            149,
                            150,
                            151,
                            152,
                            153,
                            154,
                            155,
                            156,
                            157,
                            158,
                            159,
                            160,
                            161,
                            162,
                            163,
                            164,
                            165,
                            166,
                            167,
                        ],
                    ),
                    (
                        "if_need_be__contained_by",
                        [
                            0,
                            1,
                            2,
                            3,
                            4,
                            5,
                            6,
                            7,
                            8,
                            9,
                            10,
                            11,
                            12,
                            13,
                            14,
                            15,
                            16,
                            17,
                            18,
                            19,
                            20,
                            21,
                            22,
                            23,
                            24,
                            25,
                            26,
                            27,
                            28,
                            29,
                            30,
                            31,
                            32,
                            33,
                            34,
                            35,
                            36,
                            37,
                            38,
                            39,
                            40,
                            41,
                            42,
                            43,
                            44,
                            45,
                            46,
                            47,
                            48,
                            49,
                            50,
                            51,
                            52,
                            53,
                            54,
                            55,
                            56,
                            57,
                            58,
                            59,
                            60,
                            61,
                            62,
                            63,
                            64,
                            65,
                            66,
                            67,
                            68,
                            69,
                            70,
                            71,
                            72,
                            73,
                            74,
                            75,
                            76,
                            77,
                            78,
                            79,
                            80,
                            81,
                            82,
                            83,
                            84,
                            85,
                            86,
                            87,
                            88,
                            89,
                            90,
                            91,
                            92,
                            93,
                            94,
                            95,
                            96,
                            97,
                            98,
                            99,
                            100,
                            101,
                            102,
                            103,
                            104,
                            105,
                            106,
                            107,
                            108,
                            109,
                            110,
                            111,
                            112,
                            113,
                            114,
                            115,
                            116,
                            117,
                            118,
                            119,
                            120,
                            121,
                            122,
                            123,
                            124,
                            125,
                            126,
                            127,
                            128,
                            129,
                            130,
                            131,
                            132,
                            133,
                            134,
                            135,
                            136,
                            137,
                            138,
                            139,
                            140,
                            141,
                            142,
                            143,
                            144,
                            145,
                            146,
                            147,
                            148,
                            149,
                            150,
                            151,
                            152,
                            153,
                            154,
                            155,
                            156,
                            157,
                            158,
                            159,
                            160,
                            161,
                            162,
                            163,
                            164,
                            165,
                            166,
                            167,
                        ],
                    ),
                ),
                name="availability_hours_are_of_a_week",
            ),
        ),
        migrations.AddConstraint(
            model_name="timevote",
            constraint=models.UniqueConstraint(
                fields=("candidate", "person"), name="time_vote_once_a_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="timevote",
            constraint=models.CheckConstraint(
                condition=models.Q(("choice__in", ["yes", "if_need_be", "no"])),
                name="time_vote_choice_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="topic",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["circle", "raised_on"],
                name="topic_waiting_in_a_circle",
            ),
        ),
        migrations.AddConstraint(
            model_name="topic",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "taken", "dropped"])),
                name="topic_state_is_known",
            ),
        ),
        AddConstraintNotValid(
            model_name="attendance",
            constraint=models.CheckConstraint(
                condition=models.Q(("rsvp_through__in", ["", "page", "mail", "calendar"])),
                name="attendance_rsvp_came_some_way",
            ),
        ),
        AddConstraintNotValid(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("nominal_on", None), ("series", None)),
                    models.Q(("nominal_on__isnull", False), ("series__isnull", False)),
                    _connector="OR",
                ),
                name="meeting_of_a_series_has_its_day",
            ),
        ),
    ]
