"""What owners say on the portal themselves: drafts, notes that wait to be taken, their receipts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0046_kinds_of_clocks_are_asked'),
        ('owners', '0008b_whose_number_rows'),
        ('staff', '0009_audit_rows_count'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NoteLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_sha256', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='PortalDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret_sha256', models.CharField(max_length=64, unique=True)),
                ('said', models.JSONField(default=dict, help_text='Answers by name, as they were typed.')),
                ('started_at', models.DateTimeField()),
                ('touched_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='attachment',
            name='note',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='complaints.contactnote'),
        ),
        migrations.AddField(
            model_name='contactnote',
            name='remind_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='contactnote',
            name='taken_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='contactnote',
            index=models.Index(condition=models.Q(('taken_by', None)), fields=['estate', 'taken_at'], name='contact_note_waiting'),
        ),
        migrations.AddIndex(
            model_name='contactnote',
            index=models.Index(condition=models.Q(('remind_at__isnull', False)), fields=['remind_at'], name='contact_note_to_remind'),
        ),
        migrations.AddConstraint(
            model_name='contactnote',
            constraint=models.CheckConstraint(condition=models.Q(('taken_by__isnull', False), ('channel', 'portal'), _connector='OR'), name='only_the_portals_notes_wait'),
        ),
        migrations.AddConstraint(
            model_name='contactnote',
            constraint=models.CheckConstraint(condition=models.Q(('taken_by__isnull', True), ('remind_at__isnull', True), _connector='OR'), name='what_was_taken_does_not_wait'),
        ),
        migrations.AddField(
            model_name='notelink',
            name='note',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='complaints.contactnote'),
        ),
        migrations.AddField(
            model_name='portaldraft',
            name='complaint',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.complaint'),
        ),
        migrations.AddField(
            model_name='portaldraft',
            name='estate',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.estate'),
        ),
        migrations.AddField(
            model_name='portaldraft',
            name='note',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.contactnote'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='draft',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='complaints.portaldraft'),
        ),
        migrations.AddField(
            model_name='portalcode',
            name='draft',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='complaints.portaldraft'),
        ),
        migrations.AddIndex(
            model_name='portaldraft',
            index=models.Index(fields=['touched_at'], name='portal_draft_by_age'),
        ),
        migrations.AddConstraint(
            model_name='portaldraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('complaint__isnull', True), ('note__isnull', True), ('sent_at__isnull', True)), models.Q(('sent_at__isnull', False), ('complaint__isnull', False), ('note__isnull', True)), models.Q(('sent_at__isnull', False), ('complaint__isnull', True), ('note__isnull', False)), _connector='OR'), name='what_was_sent_became_one_thing'),
        ),
    ]
