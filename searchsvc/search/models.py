"""The one thing that searching writes down; see `ranklist`."""

from django.db import models


class StoredRankList(models.Model):
    """A rank list where there is no Redis. `keys` is packed as `ranklist` does it."""

    id = models.CharField(primary_key=True, max_length=64)
    expires = models.DateTimeField(db_index=True)
    keys = models.BinaryField()

    def __str__(self) -> str:
        return self.id
