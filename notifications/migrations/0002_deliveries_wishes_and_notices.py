import datetime as dt

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0001_people_units_roles_skills"),
        ("notifications", "0001_reminders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BouncedAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.EmailField(max_length=254, unique=True)),
                ("problem", models.CharField(blank=True, max_length=500)),
                ("bounced_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name_plural": "bounced addresses",
                "ordering": ["-bounced_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=12)),
                (
                    "urgency",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Prompt"), (1, "Usual"), (2, "Bulk")], default=1
                    ),
                ),
                (
                    "due_at",
                    models.DateTimeField(
                        help_text="Later than the reminder's, if the person wishes so."
                    ),
                ),
                ("in_digest", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("claimed", "Claimed"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "lease",
                    models.BigIntegerField(
                        blank=True, help_text="Of the worker that has it.", null=True
                    ),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("problem", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "ordering": ["due_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="DeliveryTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("kind", models.CharField(max_length=40)),
                ("channel", models.CharField(max_length=12)),
                ("outcome", models.CharField(max_length=10)),
                ("number", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "delivery tallies",
                "ordering": ["-day", "kind", "channel", "outcome"],
            },
        ),
        migrations.CreateModel(
            name="KindWish",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("channel", models.CharField(max_length=12)),
                (
                    "cadence",
                    models.CharField(
                        choices=[
                            ("immediate", "At once"),
                            ("daily", "In a daily digest"),
                            ("weekly", "In a weekly digest"),
                            ("off", "Not at all"),
                        ],
                        max_length=10,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "kind wishes",
            },
        ),
        migrations.CreateModel(
            name="MessageWishes",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="message_wishes",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("digest_at", models.TimeField(default=dt.time(8, 0))),
                (
                    "digest_weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        default=0,
                    ),
                ),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_until", models.TimeField(blank=True, null=True)),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        default=127,
                        help_text="One bit a weekday on which mail may come; Monday is 1.",
                    ),
                ),
                (
                    "budget",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Mails a day; what is less urgent joins the digest.",
                        null=True,
                    ),
                ),
                ("paused_until", models.DateField(blank=True, null=True)),
                (
                    "no_mail",
                    models.BooleanField(
                        default=False, help_text="No mail but what may not be switched off."
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "message wishes",
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField(blank=True, max_length=2000)),
                ("url", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="reminder",
            name="urgency",
            field=models.PositiveSmallIntegerField(
                choices=[(0, "Prompt"), (1, "Usual"), (2, "Bulk")], db_default=1, default=1
            ),
        ),
        migrations.AlterField(
            model_name="reminder",
            name="claimed_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When it was dispatched; until then it follows the facts.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="reminder",
            name="state",
            field=models.CharField(
                choices=[
                    ("planned", "Planned"),
                    ("claimed", "Claimed"),
                    ("dispatched", "On its way"),
                    ("sent", "Sent"),
                    ("failed", "Failed"),
                    ("cancelled", "Cancelled"),
                ],
                default="planned",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="recipient",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="reminder",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="notifications.reminder",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliverytally",
            constraint=models.UniqueConstraint(
                fields=("day", "kind", "channel", "outcome"), name="delivery_tally_once"
            ),
        ),
        migrations.AddField(
            model_name="kindwish",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="kind_wishes",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="messagewishes",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__range", (1, 127))),
                name="message_wishes_leave_a_day",
                violation_error_message="Leave at least one day on which mail may come.",
            ),
        ),
        migrations.AddConstraint(
            model_name="messagewishes",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest_weekday__range", (0, 6))),
                name="message_wishes_digest_on_a_weekday",
            ),
        ),
        migrations.AddConstraint(
            model_name="messagewishes",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quiet_from", None), ("quiet_until", None)),
                    models.Q(
                        ("quiet_from__isnull", False),
                        ("quiet_until__isnull", False),
                        models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="message_wishes_quiet_from_until",
                violation_error_message="Say from when until when it is quiet, or neither.",
            ),
        ),
        migrations.AddConstraint(
            model_name="messagewishes",
            constraint=models.CheckConstraint(
                condition=models.Q(("budget", None), ("budget__gte", 1), _connector="OR"),
                name="message_wishes_budget_of_one_or_more",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="reminder",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notice",
                to="notifications.reminder",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("in_digest", False), ("state", "planned")),
                fields=["urgency", "due_at"],
                name="delivery_due_by_urgency",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("in_digest", True), ("state", "planned")),
                fields=["due_at", "recipient"],
                name="delivery_due_in_a_digest",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "claimed")),
                fields=["claimed_at"],
                name="delivery_under_a_lease",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "failed")), fields=["due_at"], name="delivery_failed"
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["recipient", "due_at"], name="delivery_by_recipient"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("reminder", "channel"), name="delivery_once_a_channel"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["planned", "claimed", "sent", "failed", "cancelled"])
                ),
                name="delivery_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sent"), _negated=True),
                    ("sent_at__isnull", False),
                    _connector="OR",
                ),
                name="delivery_sent_has_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "claimed"), _negated=True),
                    models.Q(("claimed_at__isnull", False), ("lease__isnull", False)),
                    _connector="OR",
                ),
                name="delivery_claimed_under_a_lease",
            ),
        ),
        migrations.AddConstraint(
            model_name="kindwish",
            constraint=models.UniqueConstraint(
                fields=("person", "kind", "channel"), name="kind_wish_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="kindwish",
            constraint=models.CheckConstraint(
                condition=models.Q(("cadence__in", ["immediate", "daily", "weekly", "off"])),
                name="kind_wish_cadence_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["person", "-at", "-id"], name="notice_latest_of_a_person"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("read_at", None)),
                fields=["person"],
                name="notice_unread_of_a_person",
            ),
        ),
    ]
