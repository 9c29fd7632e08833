from django.urls import include, path
from haystack.forms import FacetedSearchForm
from haystack.generic_views import FacetedSearchView
from haystack.query import SearchQuerySet


class NotesByFacet(FacetedSearchView):
    form_class = FacetedSearchForm
    facet_fields = ["author", "tags"]
    template_name = "search/facets.html"
    queryset = SearchQuerySet()


urlpatterns = [
    path("search/", include("haystack.urls")),
    path("facets/", NotesByFacet.as_view()),
]
