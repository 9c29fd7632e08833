from haystack import indexes

from notes.models import Author, Note


class NoteIndex(indexes.SearchIndex, indexes.Indexable):
    text = indexes.CharField(document=True, use_template=True)
    title = indexes.CharField(model_attr="title")
    author = indexes.CharField(model_attr="author__name", faceted=True)
    tags = indexes.MultiValueField(model_attr="tags", faceted=True)
    pages = indexes.IntegerField(model_attr="pages")
    is_public = indexes.BooleanField(model_attr="is_public")
    written = indexes.DateTimeField(model_attr="written")
    due = indexes.DateTimeField(model_attr="due", null=True)
    title_auto = indexes.EdgeNgramField(model_attr="title")

    def get_model(self):
        return Note


class AuthorIndex(indexes.SearchIndex, indexes.Indexable):
    text = indexes.CharField(document=True, use_template=True)
    title = indexes.CharField(model_attr="name")

    def get_model(self):
        return Author
