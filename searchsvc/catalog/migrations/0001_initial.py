# The first schema, as `makemigrations` wrote it.

import django.core.validators
import django.db.models.deletion
import searchsvc.catalog.models
import searchsvc.catalog.subject
import searchsvc.catalog.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Collection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=255, unique=True, validators=[searchsvc.catalog.validators.validate_key])),
                ('checksum', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('updated', models.DateTimeField(auto_now=True, db_index=True)),
                ('title', models.CharField(db_index=True, max_length=500)),
                ('description', models.TextField(blank=True, default='')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('key__contains', ':'), models.Q(('key__startswith', ':'), _negated=True), models.Q(('key__endswith', ':'), _negated=True)), name='collection_key_has_source'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='collection_has_title')],
            },
        ),
        migrations.CreateModel(
            name='Creator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=255, unique=True, validators=[searchsvc.catalog.validators.validate_key])),
                ('checksum', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('updated', models.DateTimeField(auto_now=True, db_index=True)),
                ('place', models.CharField(blank=True, default='', max_length=500)),
                ('latitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-90.0), django.core.validators.MaxValueValidator(90.0)])),
                ('longitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-180.0), django.core.validators.MaxValueValidator(180.0)])),
                ('name', models.CharField(db_index=True, max_length=500)),
                ('sort_name', models.CharField(blank=True, default='', max_length=500)),
                ('other_names', models.JSONField(blank=True, default=list, validators=[searchsvc.catalog.validators.validate_names])),
                ('born', models.IntegerField(blank=True, null=True)),
                ('died', models.IntegerField(blank=True, null=True)),
                ('biography', models.TextField(blank=True, default='')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('key__contains', ':'), models.Q(('key__startswith', ':'), _negated=True), models.Q(('key__endswith', ':'), _negated=True)), name='creator_key_has_source'), models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__gte', -90), ('latitude__isnull', False), ('latitude__lte', 90), ('longitude__gte', -180), ('longitude__isnull', False), ('longitude__lte', 180)), _connector='OR'), name='creator_is_on_earth'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='creator_has_name'), models.CheckConstraint(condition=models.Q(('born__isnull', True), ('died__isnull', True), ('born__lte', models.F('died')), _connector='OR'), name='creator_is_born_before_death')],
            },
        ),
        migrations.CreateModel(
            name='Contribution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(default='creator', max_length=100)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('creator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='catalog.creator')),
            ],
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=255, unique=True, validators=[searchsvc.catalog.validators.validate_key])),
                ('checksum', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('updated', models.DateTimeField(auto_now=True, db_index=True)),
                ('place', models.CharField(blank=True, default='', max_length=500)),
                ('latitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-90.0), django.core.validators.MaxValueValidator(90.0)])),
                ('longitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-180.0), django.core.validators.MaxValueValidator(180.0)])),
                ('kind', models.CharField(db_index=True, max_length=50, validators=[searchsvc.catalog.validators.validate_kind])),
                ('title', models.TextField()),
                ('other_titles', models.JSONField(blank=True, default=list, validators=[searchsvc.catalog.validators.validate_names])),
                ('description', models.TextField(blank=True, default='')),
                ('year_from', models.IntegerField(blank=True, db_index=True, null=True)),
                ('year_to', models.IntegerField(blank=True, null=True)),
                ('date_text', models.CharField(blank=True, default='', help_text='The date as the source writes it.', max_length=500)),
                ('language', models.CharField(blank=True, default='', max_length=35, validators=[searchsvc.catalog.validators.validate_language])),
                ('rights', models.TextField(blank=True, default='')),
                ('url', models.CharField(blank=True, default='', max_length=2000, validators=[searchsvc.catalog.validators.validate_web_address])),
                ('image_url', models.CharField(blank=True, default='', max_length=2000, validators=[searchsvc.catalog.validators.validate_web_address])),
                ('price', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ('currency', models.CharField(blank=True, default='', max_length=3, validators=[searchsvc.catalog.validators.validate_currency])),
                ('attributes', models.JSONField(blank=True, default=dict, help_text='Names with a text, a number, true, false or a list of texts.', validators=[searchsvc.catalog.validators.validate_attributes])),
                ('visible_to', models.JSONField(blank=True, default=searchsvc.catalog.models.public, help_text='"public", or names of groups. An empty list hides the item from everyone; the admin still shows it.', validators=[searchsvc.catalog.validators.validate_names])),
                ('collection', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='catalog.collection')),
                ('creators', models.ManyToManyField(related_name='items', through='catalog.Contribution', to='catalog.creator')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='contribution',
            name='item',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='contributions', to='catalog.item'),
        ),
        migrations.CreateModel(
            name='Subject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=500, unique=True, validators=[searchsvc.catalog.subject.validate_path])),
                ('name', models.CharField(editable=False, max_length=500)),
                ('depth', models.PositiveSmallIntegerField(editable=False)),
                ('parent', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='catalog.subject')),
            ],
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='catalog.item')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='topics', to='catalog.subject')),
            ],
        ),
        migrations.AddField(
            model_name='item',
            name='subjects',
            field=models.ManyToManyField(related_name='items', through='catalog.Topic', to='catalog.subject'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.UniqueConstraint(fields=('item', 'creator', 'role'), name='contribution_is_said_once'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(('role', ''), _negated=True), name='contribution_has_role'),
        ),
        migrations.AddConstraint(
            model_name='subject',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('depth', 1), ('parent__isnull', True)), models.Q(('depth__gt', 1), ('parent__isnull', False)), _connector='OR'), name='subject_depth_fits_parent'),
        ),
        migrations.AddConstraint(
            model_name='subject',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('path', ''), _negated=True), models.Q(('path__startswith', '/'), _negated=True), models.Q(('path__endswith', '/'), _negated=True)), name='subject_path_has_no_blank_end'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.UniqueConstraint(fields=('item', 'subject'), name='topic_is_said_once'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(('key__contains', ':'), models.Q(('key__startswith', ':'), _negated=True), models.Q(('key__endswith', ':'), _negated=True)), name='item_key_has_source'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__gte', -90), ('latitude__isnull', False), ('latitude__lte', 90), ('longitude__gte', -180), ('longitude__isnull', False), ('longitude__lte', 180)), _connector='OR'), name='item_is_on_earth'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='item_has_title'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(('kind', ''), _negated=True), name='item_has_kind'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(('year_from__isnull', True), ('year_to__isnull', True), ('year_from__lte', models.F('year_to')), _connector='OR'), name='item_years_are_in_order'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(('price__isnull', True), models.Q(('price__gte', 0), models.Q(('currency', ''), _negated=True)), _connector='OR'), name='item_price_has_currency'),
        ),
    ]
