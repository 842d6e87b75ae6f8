from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0010_name_the_meetings_there_are")]

    operations = [
        migrations.AddField(
            model_name="commitment",
            name="on_it_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When its owner last said: still on it.",
                null=True,
            ),
        ),
    ]
