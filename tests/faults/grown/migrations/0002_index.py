from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("grown", "0001_grown")]

    operations = [
        migrations.RunSQL("CREATE INDEX CONCURRENTLY grown ON notifications_delivery (grown)"),
    ]
