from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0011_say_that_one_is_still_on_it")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="told_what",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                help_text="A digest of what that mail told the calendar.",
                max_length=64,
            ),
        ),
    ]
