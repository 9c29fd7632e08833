"""What the catalogue tells the rest of the service."""

from django.dispatch import Signal

# Sent inside the transaction that changes the rows, so that what hears it can write beside them and neither is lost.
# sender: the model class (Item, Creator, Collection); keys: a tuple of the changed or removed records' keys.
catalogue_changed = Signal()
