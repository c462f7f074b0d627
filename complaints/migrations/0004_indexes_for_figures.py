from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0003_portal_visits'),
        ('owners', '0003_find_as_typed'),
        ('staff', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='complaint',
            name='complaint_by_received',
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(fields=['estate', 'received_at', 'id'], include=('validity', 'outcome'), name='complaint_by_received'),
        ),
        migrations.AddIndex(
            model_name='cycle',
            index=models.Index(condition=models.Q(('number__gte', 2)), fields=['started_at'], name='cycle_again'),
        ),
    ]
