from django.db import migrations

BATCH = 5000


def list_circles(apps, schema_editor):
    """Rerunnable; each batch is a transaction of its own."""
    keys = apps.get_model("circles", "Circle").objects.order_by("pk").values_list("pk", flat=True)
    last = 0
    while batch := list(keys.filter(pk__gt=last)[:BATCH]):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT circles_list(%s::bigint[])", [batch])
        last = batch[-1]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("circles", "0019_listings_keep_themselves")]

    operations = [migrations.RunPython(list_circles, migrations.RunPython.noop, elidable=True)]
