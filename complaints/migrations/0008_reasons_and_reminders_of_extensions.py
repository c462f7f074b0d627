"""Why more time is needed, in the company's own words; when an approver is reminded."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


FIRST = (
    ("parts", "配件或材料订货", "Parts or material on order"),
    ("contractor", "外包单位排期", "Contractor's schedule"),
    ("weather", "天气原因", "Weather"),
    ("customer", "客户时间或入户原因", "Customer's time or access"),
    ("third_party", "第三方或主管部门", "Third party or authority"),
    ("complex", "情况复杂，需勘查", "Complex matter, survey needed"),
    ("funds", "资金或维修资金流程", "Funds or maintenance-fund procedure"),
    ("other", "其他", "Other"),
)


def write_first(apps, schema_editor):
    """The words extensions have used so far."""
    reason = apps.get_model("complaints", "ExtensionReason")
    for order, (code, zh, en) in enumerate(FIRST, start=1):
        reason.objects.create(code=code, zh=zh, en=en, order=order)


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0007_notice_grades_and_bulletins'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ExtensionReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('zh', models.CharField(max_length=40, verbose_name='Chinese')),
                ('en', models.CharField(max_length=60, verbose_name='English')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HistoricalExtensionReason',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, verbose_name='code')),
                ('zh', models.CharField(max_length=40, verbose_name='Chinese')),
                ('en', models.CharField(max_length=60, verbose_name='English')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical extension reason',
                'verbose_name_plural': 'historical extension reasons',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name='extension',
            name='remind_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(write_first, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='extension',
            name='reason',
            field=models.ForeignKey(db_column='reason', db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.extensionreason', to_field='code', verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='historicalextension',
            name='reason',
            field=models.ForeignKey(blank=True, db_column='reason', db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='complaints.extensionreason', to_field='code', verbose_name='reason'),
        ),
        migrations.AddIndex(
            model_name='extension',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['remind_at'], name='extension_to_remind'),
        ),
        migrations.AddField(
            model_name='historicalextensionreason',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
    ]
