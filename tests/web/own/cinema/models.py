from django.db import models


class Film(models.Model):
    """Has no page of its own."""

    title = models.CharField(max_length=200)
    plot = models.TextField()
    genre = models.CharField(max_length=50)
    year = models.IntegerField()
    is_silent = models.BooleanField(default=False)
    website = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.title


class Play(models.Model):
    """Has one."""

    title = models.CharField(max_length=200)
    plot = models.TextField()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/theatre/{self.pk}"
