import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0032_opinions_moved'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='cycle',
            name='department_opinion',
            field=models.TextField(blank=True, help_text='What it finds and will do, by when (T32).', verbose_name="department's opinion"),
        ),
        migrations.AddField(
            model_name='cycle',
            name='opinion_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='cycle',
            name='opinion_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='cycle',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('department_opinion', ''), ('opinion_at__isnull', True), ('opinion_by__isnull', True)), models.Q(models.Q(('department_opinion', ''), _negated=True), ('opinion_at__isnull', False), ('opinion_by__isnull', False)), _connector='OR'), name='an_opinion_has_words_a_name_and_a_time'),
        ),
    ]
