from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=100)
    about = models.TextField(blank=True)

    def __str__(self):
        return self.name


class Note(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
    title = models.CharField(max_length=100)
    body = models.TextField()
    tags = models.JSONField(default=list)
    pages = models.IntegerField(default=1)
    is_public = models.BooleanField(default=True)
    written = models.DateTimeField()
    due = models.DateField(null=True)

    def __str__(self):
        return self.title
