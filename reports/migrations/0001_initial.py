import django.core.serializers.json
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='IssuedReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('monthly', 'Monthly report')], default='monthly', max_length=10)),
                ('scope', models.CharField(help_text='company, region-<id> or estate-<id>.', max_length=30)),
                ('scope_name', models.CharField(max_length=200, verbose_name='covers')),
                ('month', models.DateField(help_text='Its first day.', verbose_name='month')),
                ('language', models.CharField(choices=[('zh-hans', '中文'), ('en', 'English')], max_length=10, verbose_name='language')),
                ('version', models.PositiveSmallIntegerField(verbose_name='version')),
                ('state', models.CharField(choices=[('asked', 'Waiting for the worker'), ('working', 'Being made'), ('done', 'Ready'), ('failed', 'Failed')], default='asked', max_length=10, verbose_name='state')),
                ('progress', models.PositiveSmallIntegerField(default=0, help_text='0 to 100.')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='why it failed')),
                ('asked_at', models.DateTimeField(verbose_name='asked for')),
                ('started_at', models.DateTimeField(blank=True, help_text='The moment its figures speak of.', null=True)),
                ('figures', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('pdf', models.FileField(blank=True, upload_to='reports/')),
                ('pdf_sha256', models.CharField(blank=True, max_length=64)),
                ('xlsx', models.FileField(blank=True, upload_to='reports/')),
                ('xlsx_sha256', models.CharField(blank=True, max_length=64)),
                ('issued_at', models.DateTimeField(blank=True, null=True, verbose_name='issued')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('issued_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by')),
                ('supersedes', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='reports.issuedreport')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('pdf_sha256', ''), _negated=True), fields=['pdf_sha256'], name='report_by_hash')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'scope', 'month', 'language', 'version'), name='report_version_once'), models.UniqueConstraint(condition=models.Q(('state__in', ['asked', 'working'])), fields=('kind', 'scope', 'month', 'language'), name='report_made_once_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('issued_at__isnull', True), ('issued_by__isnull', True)), models.Q(('issued_at__isnull', False), ('issued_by__isnull', False), ('state', 'done')), _connector='OR'), name='only_a_finished_report_is_issued'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(models.Q(('pdf', ''), _negated=True), models.Q(('pdf_sha256', ''), _negated=True), models.Q(('xlsx', ''), _negated=True), models.Q(('xlsx_sha256', ''), _negated=True)), _connector='OR'), name='a_finished_report_has_its_files'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('state', 'failed'), _negated=True), ('reason', '')), _connector='OR'), name='a_failed_report_says_why')],
            },
        ),
    ]
