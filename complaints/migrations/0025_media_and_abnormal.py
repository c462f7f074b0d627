"""A mark for media that have asked; signs, decisions and circles of abnormal complaints."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0024_overruns'),
        ('owners', '0003_find_as_typed'),
        ('staff', '0003_ways_of_being_told'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AbnormalDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('marked', 'Taken for abnormal'), ('declined', 'Not abnormal'), ('stays', 'The mark stays'), ('lifted', 'The mark is lifted')], max_length=10)),
                ('decided_at', models.DateTimeField()),
                ('reason', models.TextField(verbose_name='reason')),
            ],
        ),
        migrations.CreateModel(
            name='AbnormalSign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sign', models.CharField(choices=[('groundless', '1 Claims without ground'), ('rising', '2 Claims that rise step by step'), ('pressure', '3 Harsher and harsher means of pressure'), ('byways', '4 Byways instead of the regular way'), ('no_proof', '5 No legal proof is given'), ('stirring', '6 Stirs up publicity in bad faith')], max_length=12, verbose_name='sign')),
                ('fact', models.TextField(verbose_name='fact')),
                ('on', models.DateField(verbose_name='day of the fact')),
                ('evidence', models.CharField(blank=True, max_length=500, verbose_name='evidence')),
                ('noted_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_because', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='CircleMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='complaint',
            name='abnormal',
            field=models.CharField(blank=True, choices=[('suggested', 'Abnormal? To be checked by the supervisor'), ('proposed', 'Abnormal? To be decided by the property manager'), ('marked', 'Abnormal'), ('declined', 'Not abnormal'), ('lifted', 'No longer abnormal')], editable=False, max_length=10, verbose_name='abnormal complaint'),
        ),
        migrations.AddField(
            model_name='complaint',
            name='media_asked',
            field=models.BooleanField(default=False, verbose_name='the media have asked'),
        ),
        migrations.AddField(
            model_name='historicalcomplaint',
            name='abnormal',
            field=models.CharField(blank=True, choices=[('suggested', 'Abnormal? To be checked by the supervisor'), ('proposed', 'Abnormal? To be decided by the property manager'), ('marked', 'Abnormal'), ('declined', 'Not abnormal'), ('lifted', 'No longer abnormal')], editable=False, max_length=10, verbose_name='abnormal complaint'),
        ),
        migrations.AddField(
            model_name='historicalcomplaint',
            name='media_asked',
            field=models.BooleanField(default=False, verbose_name='the media have asked'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('abnormal', ''), _negated=True), fields=['abnormal'], name='complaint_abnormal'),
        ),
        migrations.AddField(
            model_name='abnormaldecision',
            name='complaint',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='abnormal_decisions', to='complaints.complaint'),
        ),
        migrations.AddField(
            model_name='abnormaldecision',
            name='decided_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='abnormalsign',
            name='complaint',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signs', to='complaints.complaint'),
        ),
        migrations.AddField(
            model_name='abnormalsign',
            name='files',
            field=models.ManyToManyField(related_name='+', to='complaints.attachment'),
        ),
        migrations.AddField(
            model_name='abnormalsign',
            name='noted_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='abnormalsign',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='circlemember',
            name='complaint',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='circle', to='complaints.complaint'),
        ),
        migrations.AddField(
            model_name='circlemember',
            name='ended_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='circlemember',
            name='named_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='circlemember',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='abnormaldecision',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_decision_on_abnormal_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='abnormalsign',
            constraint=models.CheckConstraint(condition=models.Q(('fact', ''), _negated=True), name='a_sign_has_a_fact'),
        ),
        migrations.AddConstraint(
            model_name='abnormalsign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_because', ''), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='a_sign_is_withdrawn_by_somebody_with_a_reason'),
        ),
        migrations.AddIndex(
            model_name='circlemember',
            index=models.Index(condition=models.Q(('until', None)), fields=['user', 'complaint'], name='in_circles'),
        ),
        migrations.AddConstraint(
            model_name='circlemember',
            constraint=models.UniqueConstraint(condition=models.Q(('until', None)), fields=('complaint', 'user'), name='one_place_in_a_circle'),
        ),
        migrations.AddConstraint(
            model_name='circlemember',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='a_place_ends_after_it_begins'),
        ),
    ]
