import datetime

from django.conf import settings
from django.db import migrations, models

from patients.sql import BUSY_ELSEWHERE


class Migration(migrations.Migration):

    dependencies = [
        ('clinics', '0001_initial'),
        ('patients', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BUSY_ELSEWHERE,
        migrations.AddField(
            model_name='appointment',
            name='arrived_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='arrived'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__lte', models.expressions.CombinedExpression(models.F('starts_at'), '+', models.Value(datetime.timedelta(seconds=43200)))), ('minutes_after__lte', 60), ('minutes_before__lte', 60)), name='patients_appointment_longest'),
        ),
    ]
