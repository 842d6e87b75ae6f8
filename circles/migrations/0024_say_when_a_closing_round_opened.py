from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("circles", "0023_outcome_follow_ups")]

    operations = [
        migrations.AddField(
            model_name="circle",
            name="round_opened_at",
            field=models.DateTimeField(
                editable=False,
                help_text="When the closing round began, or its day was moved.",
                null=True,
            ),
        ),
    ]
