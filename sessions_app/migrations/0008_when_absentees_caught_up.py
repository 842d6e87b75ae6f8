from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0007_invitation_remembers_when")]

    operations = [
        migrations.AddField(
            model_name="attendance",
            name="caught_up_at",
            field=models.DateTimeField(
                editable=False,
                help_text="When someone who was not there first read the recap.",
                null=True,
            ),
        ),
    ]
