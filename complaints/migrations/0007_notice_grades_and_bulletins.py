"""Why a case has its notice grade, when time raises it, the matter it belongs to; bulletins."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0006_no_texts'),
        ('owners', '0003_find_as_typed'),
        ('staff', '0003_ways_of_being_told'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bulletin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issue', models.PositiveSmallIntegerField(help_text='1, 2, 3 … of the case.', verbose_name='issue')),
                ('kind', models.CharField(choices=[('hot', 'Hot notice'), ('major', 'Express bulletin')], max_length=10)),
                ('why', models.CharField(choices=[('raised', 'At once, when the grade rose'), ('written', 'Written by hand'), ('closed', 'The case was closed')], default='written', max_length=10)),
                ('issued_at', models.DateTimeField(verbose_name='issued')),
                ('facts', models.JSONField(default=dict)),
                ('state', models.TextField(blank=True, verbose_name='where it stands')),
                ('measures', models.TextField(blank=True, verbose_name='measures')),
                ('help_needed', models.TextField(blank=True, verbose_name='help needed')),
            ],
        ),
        migrations.CreateModel(
            name='BulletinCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('front_desk', 'Front desk'), ('duty_desk', 'Duty desk'), ('steward', 'Building steward'), ('handler', 'Handler'), ('department_head', 'Department head'), ('supervisor', 'Supervisor'), ('property_manager', 'Property manager'), ('general_manager', 'General manager'), ('auditor', 'Auditor'), ('administrator', 'Administrator')], max_length=20)),
                ('read_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='complaint',
            name='grade_due_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='complaint',
            name='grade_overruled',
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='complaint',
            name='grade_reasons',
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='complaint',
            name='matter',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='of_matter', to='complaints.complaint'),
        ),
        migrations.AddField(
            model_name='historicalcomplaint',
            name='grade_overruled',
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='historicalcomplaint',
            name='grade_reasons',
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='historicalcomplaint',
            name='matter',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='complaints.complaint'),
        ),
        migrations.AlterField(
            model_name='clock',
            name='kind',
            field=models.CharField(choices=[('deliver', 'Deliver'), ('accept', 'Accept'), ('judge', 'Judgement'), ('urgent_report', 'Urgent report'), ('initial_answer', 'Initial answer'), ('clear_answer', 'Clear answer'), ('resolve', 'Resolve'), ('reply', 'Reply'), ('apology', 'Apology'), ('media', 'Answer to the media'), ('external', 'Answer to the authority'), ('objection', 'Objection'), ('revisit', 'Revisit'), ('bulletin', 'Bulletin')], max_length=16),
        ),
        migrations.AlterField(
            model_name='complaint',
            name='next_due_kind',
            field=models.CharField(blank=True, choices=[('deliver', 'Deliver'), ('accept', 'Accept'), ('judge', 'Judgement'), ('urgent_report', 'Urgent report'), ('initial_answer', 'Initial answer'), ('clear_answer', 'Clear answer'), ('resolve', 'Resolve'), ('reply', 'Reply'), ('apology', 'Apology'), ('media', 'Answer to the media'), ('external', 'Answer to the authority'), ('objection', 'Objection'), ('revisit', 'Revisit'), ('bulletin', 'Bulletin')], editable=False, max_length=16),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('grade_due_at', None), _negated=True), fields=['grade_due_at'], name='grade_due'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('matter', None), _negated=True), fields=['matter', 'received_at'], name='of_one_matter'),
        ),
        migrations.AddField(
            model_name='bulletin',
            name='complaint',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='bulletins', to='complaints.complaint'),
        ),
        migrations.AddField(
            model_name='bulletin',
            name='issued_by',
            field=models.ForeignKey(db_index=False, help_text='Empty: by rule.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='bulletincopy',
            name='bulletin',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='complaints.bulletin'),
        ),
        migrations.AddField(
            model_name='bulletincopy',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='bulletin',
            index=models.Index(fields=['-issued_at', '-id'], name='bulletin_newest'),
        ),
        migrations.AddConstraint(
            model_name='bulletin',
            constraint=models.UniqueConstraint(fields=('complaint', 'issue'), name='bulletin_issued_once'),
        ),
        migrations.AddConstraint(
            model_name='bulletin',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('why', 'written'), _negated=True), models.Q(('issued_by__isnull', False), models.Q(('state', ''), _negated=True)), _connector='OR'), name='a_written_bulletin_has_words_and_an_author'),
        ),
        migrations.AddIndex(
            model_name='bulletincopy',
            index=models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user'], name='bulletin_unread'),
        ),
        migrations.AddConstraint(
            model_name='bulletincopy',
            constraint=models.UniqueConstraint(fields=('bulletin', 'user'), name='one_copy_each'),
        ),
        # Open cases of before are weighed by the next sweep.
        migrations.RunSQL(
            "UPDATE complaints_complaint SET grade_due_at = received_at WHERE status <> 'closed'",
            migrations.RunSQL.noop,
        ),
    ]
